// Boot/Script: the words of a kernel's command line.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Words of a command line as they come together.
struct WordList {
  private(set) var pieces: [ScriptPiece] = []
  /// What the texts name, also where it stands for nothing.
  private(set) var used: Set<ProfileName> = []

  mutating func append(_ words: KernelWords) throws(BootError) {
    guard words.isSame else {
      // What its author wrote must do with a letter in each place.
      _ = try words.line(value: { _ in "x" }, hole: { $1.append(UInt8(ascii: "x")) })
      return pieces.append(.words(words))
    }
    guard words.isKept else { return }
    // A machine's name and token are plain: a letter stands for them.
    let holes = words.parts.contains { if case .hole = $0 { true } else { false } }
    let line = try words.line(value: { _ in "" }, hole: { $1.append(UInt8(ascii: "x")) })
    guard let line else { return }
    guard holes else { return pieces.append(.text(line)) }
    pieces.append(.text([0x20]))
    for part in words.parts {
      switch part {
      case .text(let text), .value(let text): pieces.append(.text(text))
      case .hole(let hole): pieces.append(.hole(hole))
      case .machine: break
      }
    }
  }

  /// Each machine takes the first words that it lacks nothing for.
  mutating func append(
    choice: [(words: KernelWords, needs: [ScriptPiece.Need])]
  ) throws(BootError) {
    var alternatives: [ScriptPiece.Alternative] = []
    for (words, needs) in choice {
      var list = WordList()
      try list.append(words)
      alternatives.append(.init(pieces: list.pieces, needs: needs))
    }
    pieces.append(.choice(alternatives))
  }

  mutating func append(_ text: [UInt8]) { pieces.append(.text(text)) }

  mutating func note(_ names: Set<ProfileName>) { used.formUnion(names) }
}

extension ScriptBuilder {
  /// In order: the preset's words, what the original's keys say, what is published beside the images, and the
  /// profile's own.
  mutating func addWords(_ inputs: ScriptInputs, to words: inout WordList) throws(Stop) {
    let profile = inputs.profile
    var rootfs: [ScriptPiece] = []
    if !profile.rootfs.isEmpty {
      let texts = try chosen(profile.rootfs, key: "rootfs", inputs, isPath: true)
      if let text = texts.first { rootfs = try url(text, "rootfs", inputs) }
    }
    for choice in profile.presetArgs { try add(choice, "args", inputs, rootfs, to: &words) }
    for (name, text) in Self.originals where !words.used.contains(name) {
      try add([text], "args", inputs, rootfs, isImplied: true, to: &words)
    }
    try addPublished(inputs, to: &words)
    for choice in profile.ownArgs { try add(choice, "args", inputs, rootfs, to: &words) }
  }

  /// What every Linux calls it.
  private static var originals: [(ProfileName, String)] {
    [
      (.key(.rootfstype), "rootfstype={{profile.rootfstype}}"),
      (.key(.console), "console={{profile.console}}"), (.key(.root), "root={{profile.root}}"),
    ]
  }

  /// - Parameter isImplied: whether no one asked for these words by `args`.
  private mutating func add(
    _ choice: [String], _ key: String, _ inputs: ScriptInputs, _ rootfs: [ScriptPiece],
    isImplied: Bool = false, to words: inout WordList
  ) throws(Stop) {
    var names: Set<ProfileName> = []
    for text in choice {
      names.formUnion(
        try failing { () throws(BootError) in
          try ProfileText(text, key, inputs).parts.compactMap(\.name)
        })
    }
    if !isImplied { words.note(names) }
    // What is wrong with a value is wrong where a person wrote it.
    let key = names.count == 1 ? names.first?.label(inputs.profile) ?? key : key
    let consoles = inputs.profile.console
    let isOfConsoles = choice.contains { $0.contains("{{profile.console}}") }
    for console in isOfConsoles ? consoles : [""] {
      var own = inputs
      if isOfConsoles { own.profile.console = [console] }
      let texts = try chosen(choice, key: key, own, isPath: false, rootfs: rootfs)
      for text in texts { note(text, key, own) }
      try failing { () throws(BootError) in
        // A choice of which this is all that is left needs the same as before.
        let isOpen = choice.count > 1 && texts.contains { !$0.needs.isEmpty }
        if isOpen {
          try words.append(choice: texts.map { ($0.words(key: key, own), $0.needs) })
        } else if let text = texts.first {
          try words.append(text.words(key: key, own))
        }
      }
    }
  }

  /// A file `cmdline` beside the images: NixOS and others publish their words so.
  private mutating func addPublished(
    _ inputs: ScriptInputs, to words: inout WordList
  ) throws(Stop) {
    guard !inputs.profile.images.isEmpty, let folder = inputs.imagesFolder else { return }
    let file = "\(folder)/cmdline"
    guard let path = RelativePath(file.utf8), case .success(let bytes) = try read(path, file: file)
    else { return }
    if let mark = ByteOrderMark.complaint(about: bytes) {
      throw .failed(.unusable("\(file) \(mark)", at: DataPlace(file, line: 1, column: 1)))
    }
    let isBlank = { (byte: UInt8) in byte == 0x0a || byte == 0x0d || byte == 0x09 || byte == 0x20 }
    let found = bytes.split(whereSeparator: isBlank).filter { !$0.starts(with: "initrd=".utf8) }
    let line = Array(found.joined(separator: [0x20]))
    if line.isEmpty { return }
    if let fault = ScriptText.fault(in: line, before: " ") ?? Self.expansion(in: line) {
      throw .failed(.unusable("\(file) \(fault)", at: DataPlace(file)))
    }
    words.append([0x20] + line)
  }

  private static func expansion(in line: [UInt8]) -> String? {
    line.firstRange(of: Array("${".utf8)) == nil
      ? nil : "holds ${, which iPXE would put something else for"
  }

  /// A key that no word of the preset, or of the profile itself, puts into the script would be lost.
  func checkUse(_ words: WordList, _ inputs: ScriptInputs) throws(Stop) {
    let profile = inputs.profile
    let used = words.used.union(namesInFiles(profile))
    let rows: [(key: String, isSet: Bool, names: [ProfileName])] = [
      ("cloud_config", !profile.cloudConfig.isEmpty, [.cloudConfigURL]),
      ("coreos_autologin", !profile.coreosAutologin.isEmpty, [.key(.autologin)]),
      ("sshkey", !profile.sshkey.isEmpty, [.sshkeyLine]),
      ("rootfs", !profile.rootfs.isEmpty, [.rootfsURL]),
    ]
    for row in rows where row.isSet && used.isDisjoint(with: row.names) {
      throw wrong(inputs, row.key, Self.meansNothing(profile))
    }
    guard let answers = inputs.values.answers else { return }
    let all: Set<ProfileName> = [.answersURL, .template(.profile(.answers))]
    if !used.isDisjoint(with: all) { return }
    guard used.contains(.seedURL) else {
      throw wrong(inputs, profile.answersKey, Self.meansNothing(profile))
    }
    if case .file(let name, _) = answers {
      throw wrong(
        inputs, profile.answersKey,
        "is the file configs/\(name), and a folder is needed: configs/NAME/ with user-data in it")
    }
  }

  private static func meansNothing(_ profile: Profile) -> String {
    let os = profile.os.isEmpty ? "what this profile boots" : "\"os\": \"\(profile.os)\""
    return "means nothing to \(os); remove it, or name it in \"args\""
  }

  private func namesInFiles(_ profile: Profile) -> Set<ProfileName> {
    let texts =
      profile.kernel + profile.chain + profile.sanboot + profile.rootfs
      + profile.initrd.flatMap(\.file)
    let used = ["answers.url", "seed.url", "rootfs.url", "cloud_config.url"].filter { name in
      texts.contains { $0.contains("{{\(name)}}") }
    }
    return Set(used.compactMap { ProfileName($0) })
  }
}

extension ProfileText.Part {
  fileprivate var name: ProfileName? {
    switch self {
    case .text: nil
    case .name(let name), .condition(let name): name
    }
  }
}

extension ProfileName {
  /// The key that it stands for; `nil`: none.
  fileprivate func label(_ profile: Profile) -> String? {
    switch self {
    case .key(let key): key.rawValue
    case .cloudConfigURL: "cloud_config"
    case .sshkeyLine: "sshkey"
    case .answersURL, .seedURL: profile.answersKey
    case .rootfsURL: "rootfs"
    case .imagesURL, .template: nil
    }
  }
}
