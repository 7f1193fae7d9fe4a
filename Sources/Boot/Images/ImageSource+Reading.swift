// Boot/Images: reading a source row.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ImageSource {
  /// Every key of a row, in the order in which they are written.
  static let keyNames = [
    "base", "arch", "channels", "latest", "files", "disk_images", "digests", "signed", "keys",
    "key_url", "expired_keys", "layout",
  ]

  /// Reads a row.
  ///
  /// - Parameters:
  ///   - name: the operating system's; the file's name without `.json`.
  ///   - file: as messages name it: `images/sources/flatcar.json`.
  package init(name: String, file: String, text: [UInt8]) throws(ImageFileError) {
    try self.init(
      name: name, StrictObject(file: file, text: text, keys: Self.keyNames))
  }

  init(name: String, _ row: StrictObject) throws(ImageFileError) {
    self.name = name
    base = try Self.base(row)
    latest = try Self.latest(row)
    arches = try Self.arches(row)
    channels = try Self.channels(row, isNeeded: latest != nil)
    let isStream = latest?.reading == .stream
    let holes: [SourceText.Hole] = isStream ? [] : [.channel, .arch, .version]
    files = try Self.paths(row, "files", holes) ?? []
    if files.isEmpty { throw row.missing("files") }
    diskImages = try Self.paths(row, "disk_images", holes) ?? []
    digests =
      try Self.paths(row, "digests", [.channel, .arch, .version, .file], dotNames: true) ?? []
    if isStream, !digests.isEmpty {
      throw row.bad("digests", "cannot stand beside \"stream\", which has the digests itself")
    }
    signed = try Self.signed(row, hasDigests: !digests.isEmpty)
    keys = try Self.keys(row)
    if !keys.isEmpty, signed == nil {
      throw row.bad("keys", "names keys, but no \"signed\" says what they sign")
    }
    keyURL = try Self.keyURL(row)
    acceptsExpiredKeys = try row.bool("expired_keys") ?? false
    layout = try Self.layout(row, entries: (files + diskImages).map(\.text))
    try refuseSamePlaces(row)
  }

  /// A fault of a value, as the error of its key.
  private static func naming<Value>(
    _ key: String, of row: StrictObject, _ read: () throws(SourceFault) -> Value
  ) throws(ImageFileError) -> Value {
    do throws(SourceFault) { return try read() } catch { throw row.bad(key, error.reason) }
  }

  private static func base(_ row: StrictObject) throws(ImageFileError) -> SourceText {
    guard let text = try row.string("base") else { throw row.missing("base") }
    return try naming("base", of: row) { () throws(SourceFault) in
      if let fault = SourceURL.fault(text, schemes: ["https", "http"]) { throw SourceFault(fault) }
      return try SourceText(text, holes: [.channel, .arch])
    }
  }

  private static func keyURL(_ row: StrictObject) throws(ImageFileError) -> String? {
    guard let text = try row.string("key_url") else { return nil }
    if let fault = SourceURL.fault(text, schemes: ["https", "http"]) {
      throw row.bad("key_url", fault)
    }
    return text
  }

  private static func paths(
    _ row: StrictObject, _ key: String, _ holes: [SourceText.Hole], dotNames: Bool = false
  ) throws(ImageFileError) -> [SourceText]? {
    guard let texts = try row.strings(key) else { return nil }
    var paths: [SourceText] = []
    for text in texts {
      paths.append(
        try naming(key, of: row) { () throws(SourceFault) in
          do throws(SourceFault) {
            return try SourceText.path(text, holes: holes, dotNames: dotNames)
          } catch {
            throw SourceFault("holds \"\(text)\", which \(error.reason)")
          }
        })
    }
    return paths
  }

  private static func arches(_ row: StrictObject) throws(ImageFileError) -> [Arch] {
    guard let object = try row.object("arch", keys: nil) else { throw row.missing("arch") }
    var arches: [Arch] = []
    for member in object.members {
      guard let own = try object.string(member.name) else { continue }
      guard isWord(member.name), isWord(own) else {
        throw object.bad(member.name, "must be a word for a processor in two spellings")
      }
      arches.append(Arch(usual: member.name, own: own))
    }
    if arches.isEmpty { throw row.bad("arch", "names no processor") }
    return arches
  }

  /// A word that can be a part of a path and of a URL.
  private static func isWord(_ text: String) -> Bool { ImageVersion(text) != nil }

  private static func channels(
    _ row: StrictObject, isNeeded: Bool
  ) throws(ImageFileError) -> [String] {
    let channels = try row.strings("channels") ?? []
    for channel in channels where !isWord(channel) {
      throw row.bad(
        "channels", "holds \"\(channel)\"; a channel is a word of letters, digits and ._-")
    }
    if channels.isEmpty, isNeeded { throw row.missing("channels") }
    if Set(channels).count < channels.count { throw row.bad("channels", "names a channel twice") }
    return channels
  }

  private static func latest(_ row: StrictObject) throws(ImageFileError) -> Latest? {
    let names = ["line", "match", "stream"]
    guard let object = try row.object("latest", keys: ["path"] + names) else { return nil }
    guard let text = try object.string("path") else { throw object.missing("path") }
    let path = try naming("path", of: object) { () throws(SourceFault) in
      if text.isEmpty { return try SourceText(text, holes: []) }
      let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
      _ = try SourceText.path(bare, holes: [.channel, .arch])
      return try SourceText(text, holes: [.channel, .arch])
    }
    guard names.count(where: { object.value($0) != nil }) == 1 else {
      throw row.bad("latest", "needs one of \"line\", \"match\" and \"stream\"")
    }
    if let line = try object.string("line") {
      if line.isEmpty { throw object.bad("line", "is empty") }
      return Latest(path: path, reading: .line(line))
    }
    if let match = try object.string("match") {
      guard VersionPattern(match, values: [.channel: "a", .arch: "a"]) != nil else {
        throw object.bad("match", "is no regular expression")
      }
      return Latest(path: path, reading: .match(match))
    }
    guard try object.bool("stream") == true else { throw object.bad("stream", "can only be true") }
    return Latest(path: path, reading: .stream)
  }

  private static func signed(
    _ row: StrictObject, hasDigests: Bool
  ) throws(ImageFileError) -> Signed? {
    guard let text = try row.string("signed") else { return nil }
    if text == "clear" {
      if !hasDigests { throw row.bad("signed", "is \"clear\", but no \"digests\" are signed so") }
      return .clear
    }
    guard text.hasPrefix("."), text.count > 1, SafePath.fault(String(text.dropFirst())) == nil,
      !text.contains("/")
    else {
      throw row.bad("signed", "must be \"clear\" or the ending of a signature's file, as \".sig\"")
    }
    return .suffix(text)
  }

  private static func keys(_ row: StrictObject) throws(ImageFileError) -> [String] {
    let keys = try row.strings("keys") ?? []
    for key in keys where key.utf8.count != 40 || !key.utf8.allSatisfy(Hex.isDigit) {
      throw row.bad(
        "keys", "holds \"\(key)\"; a fingerprint has 40 hexadecimal digits and no blanks")
    }
    return keys.map { $0.uppercased() }
  }

  private static func layout(
    _ row: StrictObject, entries: [String]
  ) throws(ImageFileError) -> Layout {
    let holes: [SourceText.Hole] = [.channel, .arch, .version, .file]
    guard case .object? = row.value("layout") else {
      let text = try row.string("layout") ?? "{file}"
      return .all(
        try naming("layout", of: row) { () throws(SourceFault) in
          try SourceText.path(text, holes: holes)
        })
    }
    guard let object = try row.object("layout", keys: entries) else { return .each([:]) }
    var places: [String: SourceText] = [:]
    for member in object.members {
      guard let text = try object.string(member.name) else { continue }
      places[member.name] = try naming(member.name, of: object) { () throws(SourceFault) in
        try SourceText.path(text, holes: holes)
      }
    }
    return .each(places)
  }

  private func refuseSamePlaces(_ row: StrictObject) throws(ImageFileError) {
    var places: Set<String> = []
    for entry in (files + diskImages).map(\.text) {
      let name = entry.split(separator: "/").last.map(String.init) ?? entry
      guard places.insert(place(of: entry, called: name, [:])).inserted else {
        throw row.bad("files", "puts two files at one place: \(entry); say where by \"layout\"")
      }
    }
  }
}
