// Boot/Template: values in what cloud-init takes.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in what cloud-init takes: cloud-config, which is YAML, and its other kinds, which it tells
/// by a text's first words whatever the file's name (cloudinit/handlers, `INCLUSION_TYPES_MAP`).
enum CloudPlacement {
  private static let mime = "mime-version:"

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    let whole = head(cursor.text[...])
    try checkFirstLine(whole, cursor)
    let isJinja = starts(whole, "## template:")
    // Jinja's line goes before anything else is looked at.
    let head = isJinja ? head(cursor.text[...].drop { $0 != 0x0a }) : whole
    if isJinja {
      try checkFirstLine(head, cursor)
      try JinjaCheck.check(cursor)
    }
    let begins = { (word: String) in starts(head, word) }
    let isMIME = begins("content-type:") || holds(head, mime)
    // Whatever is not YAML, and no shell's either.
    if isMIME || begins("#include") || begins("#part-handler") || begins("#upstart-job") {
      return try ShellPlacement.place(cursor, reader: "what is neither YAML nor a script")
    }
    if begins("#!") || begins("#cloud-boothook") { return try ShellPlacement.place(cursor) }
    for (value, place) in cursor.all where holds(Array(value.string.utf8)[...], mime) {
      throw place.error("its value holds \"\(mime)\", which would make mail of the text")
    }
    var placement = YAMLPlacement(
      cursor, reading: isJinja ? JinjaCheck.covered(cursor) : cursor.text)
    return try placement.place()
  }

  /// What cloud-init looks at.
  private static func head(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }.prefix(4096)
  }

  private static func starts(_ head: ArraySlice<UInt8>, _ word: String) -> Bool {
    ASCII.equal(head.prefix(word.utf8.count), word)
  }

  /// A value in the word that says what a text is could say something else.
  private static func checkFirstLine(
    _ head: ArraySlice<UInt8>, _ cursor: TemplateCursor
  ) throws(TemplateError) {
    guard starts(head, "#"), let (_, place) = cursor.upcoming else { return }
    let line = head.prefix { $0 != 0x0a }
    let part = starts(head, "##") ? line : line.prefix { !ASCII.isBlank($0) }
    if part.contains(TemplateCursor.hole) {
      throw place.error("no value can say what kind of text this is")
    }
  }

  private static func holds(_ text: ArraySlice<UInt8>, _ word: String) -> Bool {
    let count = word.utf8.count
    var rest = text
    // A colon is rarer than the letters in front of it.
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      if ASCII.equal(text[..<(colon + 1)].suffix(count), word) { return true }
      rest = rest[(colon + 1)...]
    }
    return false
  }
}
