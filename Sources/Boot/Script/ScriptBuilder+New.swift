// Boot/Script: what the script of a profile of the new kind boots.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptBuilder {
  /// The script of a profile of the new kind.
  ///
  /// - Parameters:
  ///   - inputs: for any platform.
  ///   - profile: the profile for one platform.
  mutating func newScript(
    _ inputs: ScriptInputs, _ profile: (Platform?) throws(BootError) -> Profile
  ) throws(Stop) -> [ScriptPiece] {
    if !inputs.profile.script.isEmpty { return try ownScript(inputs) }
    guard !inputs.profile.platforms.isEmpty else {
      return NewScript.pieces(profileName: inputs.profileName, try plan(inputs), efi: nil)
    }
    var plans: [NewScript.Plan] = []
    for platform in Platform.allCases {
      var own = inputs
      own.profile = try failing { () throws(BootError) in try profile(platform) }
      try settle(&own)
      plans.append(try plan(own))
    }
    return NewScript.pieces(profileName: inputs.profileName, plans[0], efi: plans[1])
  }

  private mutating func plan(_ inputs: ScriptInputs) throws(Stop) -> NewScript.Plan {
    let profile = inputs.profile
    var line: [ScriptPiece] = []
    let way: NewScript.Way
    var notes: [String: String] = [:]
    let manifest = try manifest(inputs)
    let first = ownFiles.count
    if !profile.sanboot.isEmpty {
      way = .sanboot(try url(profile.sanboot, "sanboot", inputs))
    } else if !profile.chain.isEmpty {
      way = .chain(try url(profile.chain, "chain", inputs))
    } else {
      guard !profile.kernel.isEmpty else {
        throw wrong(inputs, "kernel", "is needed: nothing else says what boots")
      }
      let kernel = try url(profile.kernel, "kernel", inputs)
      // Where it depends on the machine, nothing is said.
      if ownFiles.count == first + 1 { notes["kernel"] = manifest?.note(of: ownFiles[first].file) }
      let initrds = try initrds(inputs)
      for (index, initrd) in initrds.enumerated() where initrd.initrd.name.isEmpty {
        line.append(.text(Array(" initrd=initrd\(index)".utf8)))
      }
      way = .kernel(kernel, initrds: initrds)
    }
    let own = ownFiles[first...].filter { $0.key == "initrd" }
    if case .kernel(_, let initrds) = way, own.count == initrds.count {
      for (index, file) in own.enumerated() {
        notes["initrd\(index)"] = manifest?.note(of: file.file)
      }
    }
    var plan = NewScript.Plan(way: way)
    plan.notes = notes
    var words = WordList()
    try addWords(inputs, to: &words)
    try checkUse(words, inputs)
    plan.line = line + words.pieces
    plan.settings = try failing { () throws(BootError) in try Self.settings(inputs) }
    if !profile.shim.isEmpty { plan.shim = try url(profile.shim, "shim", inputs) }
    let length = plan.line.reduce(0) { $0 + $1.knownLength }
    longestLine = max(longestLine, length)
    return plan
  }

  private mutating func initrds(
    _ inputs: ScriptInputs
  ) throws(Stop) -> [(url: [ScriptPiece], initrd: Initrd)] {
    var found: [(url: [ScriptPiece], initrd: Initrd)] = []
    for initrd in inputs.profile.initrd {
      let texts = try chosen(initrd.file, key: "initrd", inputs, isPath: true)
      if texts.isEmpty { continue }
      found.append((try url(of: texts, "initrd", inputs), initrd))
    }
    return found
  }

  private mutating func url(
    _ choice: [String], _ key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> [ScriptPiece] {
    let texts = try chosen(choice, key: key, inputs, isPath: true)
    guard !texts.isEmpty else {
      let version = inputs.profile.version.isEmpty ? "; it may need a \"version\"" : ""
      throw wrong(inputs, key, "names no file: all of its places are empty\(version)")
    }
    return try url(of: texts, key, inputs)
  }

  /// - Parameter texts: of which each machine takes the first that it lacks nothing for; the last one takes
  ///   all that are left.
  private mutating func url(
    of texts: [TextExpansion], _ key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> [ScriptPiece] {
    var alternatives: [ScriptPiece.Alternative] = []
    for (index, text) in texts.enumerated() {
      let isLast = index == texts.count - 1
      let pieces = try url(text, key, inputs)
      alternatives.append(.init(pieces: pieces, needs: isLast ? [] : text.needs))
    }
    return alternatives.count == 1 ? alternatives[0].pieces : [.choice(alternatives)]
  }

  /// What a key that names one file puts into the script.
  mutating func url(
    _ expansion: TextExpansion, _ key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> [ScriptPiece] {
    note(expansion, key, inputs)
    return try failing { () throws(BootError) in
      var pieces: [ScriptPiece] = []
      for atom in expansion.flattened(inputs, isPath: true) {
        switch atom {
        case .text(let text): pieces.append(.text(text))
        case .value(let value): pieces.append(.text(PercentCoding.encodedPath(value)))
        case .hole(let hole): pieces.append(.hole(hole))
        case .machine(let variable, isShown: true):
          pieces.append(.path(variable, file: inputs.origin(of: key), key: key))
        case .machine, .image: break
        }
      }
      let known = pieces.flatMap { (piece) -> [UInt8] in
        if case .text(let text) = piece { text } else { [] }
      }
      try Self.check(known, key, inputs)
      return pieces
    }
  }

  private static func check(
    _ url: [UInt8], _ key: String, _ inputs: ScriptInputs
  ) throws(BootError) {
    guard !url.contains(0x20) else {
      throw inputs.wrong(key, "holds a blank, which iPXE would end the URL at; write %20")
    }
    guard url.first != UInt8(ascii: "-") else { throw inputs.wrong(key, "begins like an option") }
    if let fault = ScriptText.fault(in: url) { throw inputs.wrong(key, fault) }
  }

  /// The files that a text has fetched from this server, for warnings and for whoever follows a boot.
  mutating func note(_ expansion: TextExpansion, _ key: String, _ inputs: ScriptInputs) {
    for case .image(let file) in expansion.atoms {
      if let path = file.concretePath(inputs) {
        built.fetches.append(ScriptFetch(file: String(decoding: path, as: UTF8.self), key: key))
      }
      guard !file.hasStar, let path = file.path(inputs) else { continue }
      ownFiles.append((String(decoding: path, as: UTF8.self), key))
    }
  }

  private static func settings(_ inputs: ScriptInputs) throws(BootError) -> [UInt8] {
    var text: [UInt8] = []
    let version = inputs.profile.version
    for (key, text) in [("version", version), ("arch", inputs.profile.arch)]
    where text.contains("{{") {
      throw inputs.wrong(key, "holds {{, and is the same for all of a profile's machines")
    }
    if version.contains(" "), inputs.profile.images.contains("{{version}}") {
      throw inputs.wrong("version", "is part of the images' URLs, and holds a blank")
    }
    if !version.isEmpty {
      text += try inputs.checked("version", version, before: "set coreos-version ", after: "\n")
    }
    return text + Array("set base-url ".utf8) + (try inputs.baseURL()) + [0x0a]
  }
}
