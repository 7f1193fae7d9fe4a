// Boot/Script: a text of a profile with its places filled in.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A text of a profile with its places filled in, as far as they are the same for every machine.
struct TextExpansion {
  enum Atom {
    /// What the author wrote, and URLs of ours.
    case text([UInt8])
    /// What a place stands for.
    case value([UInt8])
    /// Where the images are, and what follows up to the next blank.
    indirect case image(ImageFile)
    case hole(ScriptHole)
    case machine(TemplateVariable, isShown: Bool)
  }

  private(set) var atoms: [Atom] = []
  /// Places, and how many of them stand for nothing.
  private(set) var places = 0
  private(set) var emptyPlaces = 0
  /// Whether an `if` around it asks for something that is not there.
  private(set) var isOff = false

  /// Whether it is left out: all of its places are empty, or the text is.
  var isDropped: Bool { isOff || atoms.isEmpty || (places > 0 && emptyPlaces == places) }

  /// Whether one of its places stands for nothing.
  var isPartial: Bool { emptyPlaces > 0 }

  /// It names what only a machine has, and there is none.
  private(set) var refusal: BootError?

  /// What a machine must have, so that nothing is missing.
  var needs: [ScriptPiece.Need] {
    atoms.flatMap { (atom) -> [ScriptPiece.Need] in
      switch atom {
      case .machine(let variable, let isShown): [.init(variable: variable, isShown: isShown)]
      case .image(let file): file.needs
      case .text, .value, .hole: []
      }
    }
  }

  /// - Parameter rootfs: the root file system's URL, where it is known by now.
  /// - Throws: ``BootError`` that names file and key.
  init(
    _ text: String, key: String, _ inputs: ScriptInputs, rootfs: [ScriptPiece] = []
  ) throws(BootError) {
    for part in try ProfileText(text, key, inputs).parts {
      switch part {
      case .text(let text): atoms.append(.text(Array(text.utf8)))
      case .name(let name):
        places += 1
        let found = try find(name, isShown: true, key, inputs, rootfs)
        if found.isEmpty { emptyPlaces += 1 }
        atoms += found
      case .condition(let name):
        let found = try find(name, isShown: false, key, inputs, rootfs)
        if found.isEmpty { isOff = true }
        for case .machine(let variable, _) in found {
          atoms.append(.machine(variable, isShown: false))
        }
      }
    }
    atoms = Self.joined(atoms)
  }

  private mutating func find(
    _ name: ProfileName, isShown: Bool, _ key: String, _ inputs: ScriptInputs,
    _ rootfs: [ScriptPiece]
  ) throws(BootError) -> [Atom] {
    if case .template(let variable) = name, Self.isOnlyOfMachines(variable, isShown, inputs) {
      refusal = inputs.wrong(
        key,
        "names {{\(variable.name)}}, which a machine has, and ?profile= names none;"
          + " chain the machine to /boot.ipxe")
      return []
    }
    if case .key(let named) = name {
      let text = inputs.profile.text(named)
      if text.isEmpty { return [] }
      let inner = try TextExpansion(text, key: named.rawValue, inputs)
      if let refused = inner.refusal { refusal = refused }
      return inner.atoms
    }
    return try Self.atoms(name, isShown: isShown, key, inputs, rootfs)
  }

  /// Whether nobody can say it by `?profile=`.
  private static func isOnlyOfMachines(
    _ variable: TemplateVariable, _ isShown: Bool, _ inputs: ScriptInputs
  ) -> Bool {
    if inputs.isForMachine { return false }
    return switch variable {
    case .serverURL, .profile: false
    case .metadata(let name): isShown && inputs.values.metadata[name] == nil
    case .machine, .etcdDiscovery: true
    }
  }

  /// The atoms of a text that is no choice.
  ///
  /// - Throws: ``BootError``, also where it names what only a machine has.
  static func atoms(
    of text: String, key: String, _ inputs: ScriptInputs
  ) throws(BootError) -> [Atom] {
    let expansion = try TextExpansion(text, key: key, inputs)
    if let refusal = expansion.refusal { throw refusal }
    return expansion.atoms
  }

  /// A text of a key that names one file: a URL, or a path below `images/`.
  ///
  /// - Throws: where it is neither.
  func asPath(
    _ text: String, key: String, _ inputs: ScriptInputs
  ) throws(BootError) -> TextExpansion {
    switch atoms.first {
    case nil: return self
    case .image?: return self
    case .text(let text)? where text.firstRange(of: Array("://".utf8)) != nil: return self
    default: break
    }
    let name = text.replacing("{{", with: "").replacing("}}", with: "")
    guard RelativePath(name: name.utf8) != nil else {
      throw inputs.wrong(
        key, "must name a file below images/ or be a full URL, but holds \"\(text)\"")
    }
    var path = self
    path.atoms = [.image(ImageFile(isFromRoot: true, atoms))]
    return path
  }

  /// Puts what follows the images' URL, up to the next blank, into one atom with it.
  private static func joined(_ atoms: [Atom]) -> [Atom] {
    var result: [Atom] = []
    var open: [Atom]?
    func close() {
      if let open { result.append(.image(ImageFile(isFromRoot: false, open))) }
      open = nil
    }
    for atom in atoms {
      switch atom {
      case .image:
        close()
        open = []
      case .text(let text) where open != nil:
        let word = text.prefix { $0 != 0x20 }
        open?.append(.text(Array(word)))
        guard word.count < text.count else { continue }
        close()
        result.append(.text(Array(text[word.endIndex...])))
      default:
        if open == nil { result.append(atom) } else { open?.append(atom) }
      }
    }
    close()
    return result
  }

  /// The atoms with files as the script has them.
  func flattened(_ inputs: ScriptInputs, isPath: Bool) -> [Atom] {
    atoms.flatMap {
      if case .image(let file) = $0 { file.pieces(inputs, isPath: isPath) } else { [$0] }
    }
  }

  /// As words of a command line.
  func words(key: String, _ inputs: ScriptInputs) -> KernelWords {
    var parts: [KernelWords.Part] = []
    for atom in flattened(inputs, isPath: false) {
      switch atom {
      case .text(let text): parts.append(.text(text))
      case .value(let value): parts.append(.value(value))
      case .hole(let hole): parts.append(.hole(hole))
      case .machine(let variable, let isShown):
        parts.append(.machine(variable, isShown: isShown))
      case .image: break
      }
    }
    let machines = atoms.count { if case .machine(_, isShown: true) = $0 { true } else { false } }
    return KernelWords(
      parts: parts, isKept: places == 0 || places - emptyPlaces > machines,
      file: inputs.origin(of: key), key: key)
  }

  /// Whether a `*` is not filled in yet.
  var hasStar: Bool {
    atoms.contains { if case .image(let file) = $0 { file.hasStar } else { false } }
  }

  /// Fills in what the files are.
  ///
  /// - Parameter body: a file as it is named; changes it, or leaves it.
  mutating func forEachFile<Failure: Error>(
    _ body: (inout ImageFile) throws(Failure) -> Void
  ) throws(Failure) {
    for index in atoms.indices {
      guard case .image(var file) = atoms[index] else { continue }
      try body(&file)
      atoms[index] = .image(file)
    }
  }

  private static func atoms(
    _ name: ProfileName, isShown: Bool, _ key: String, _ inputs: ScriptInputs,
    _ rootfs: [ScriptPiece]
  ) throws(BootError) -> [Atom] {
    let values = inputs.values
    switch name {
    case .imagesURL: return [.image(ImageFile(isFromRoot: false, []))]
    case .answersURL: return atoms(answers(inputs))
    case .seedURL:
      if case .folder? = values.answers { return atoms(answers(inputs)) }
      return []
    case .rootfsURL: return atoms(rootfs)
    case .cloudConfigURL:
      return inputs.profile.cloudConfig.isEmpty ? [] : atoms(try inputs.cloudConfigURL())
    case .sshkeyLine: return inputs.sshKey.map { [.text($0.line)] } ?? []
    case .key: return []
    case .template(let variable): return atoms(variable, isShown, inputs)
    }
  }

  private static func answers(_ inputs: ScriptInputs) -> [ScriptPiece] {
    inputs.values.answers?.url(
      base: inputs.base, profile: inputs.isForMachine ? nil : inputs.profileName) ?? []
  }

  private static func atoms(_ pieces: [ScriptPiece]) -> [Atom] {
    pieces.compactMap {
      switch $0 {
      case .text(let text): .text(text)
      case .hole(let hole): .hole(hole)
      case .path(let variable, _, _): .machine(variable, isShown: true)
      case .words, .choice, .template: nil
      }
    }
  }

  private static func atoms(
    _ variable: TemplateVariable, _ isShown: Bool, _ inputs: ScriptInputs
  ) -> [Atom] {
    let values = inputs.values
    func value(_ text: String) -> [Atom] { text.isEmpty ? [] : [.value(Array(text.utf8))] }
    switch variable {
    case .serverURL: return [.text(inputs.base)]
    case .profile(.arch): return value(values.arch)
    case .profile(.version): return value(values.version)
    case .profile(.name): return value(values.name)
    case .profile(.images): return [.image(ImageFile(isFromRoot: false, []))]
    case .profile(.answers): return atoms(answers(inputs))
    case .metadata, .machine, .etcdDiscovery: break
    }
    if inputs.isForMachine { return [.machine(variable, isShown: isShown)] }
    guard case .metadata(let name) = variable, let found = values.metadata[name] else { return [] }
    switch found {
    case .string(let text), .number(let text): return value(text)
    case .bool(let bool): return bool || isShown ? value("\(bool)") : []
    case .null, .array, .object: return []
    }
  }
}

extension Profile {
  /// What a key of the original says; `console` is spread over texts of their own before.
  func text(_ key: ProfileName.Key) -> String {
    switch key {
    case .console: console.first ?? ""
    case .root: root
    case .rootfstype: rootfstype
    case .autologin: coreosAutologin
    }
  }
}
