// Boot/Script: a file of the images that a text names.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A file below the images, as a text of a profile names it: `{{images.url}}/casper/vmlinuz`.
struct ImageFile {
  /// Whether it is named from `images/` on, and not from the profile's own folder in there.
  let isFromRoot: Bool
  /// What follows the folder.
  private(set) var atoms: [TextExpansion.Atom]
  /// What follows the folder, once a `*` was filled in.
  private var found: [UInt8]?

  init(isFromRoot: Bool, _ atoms: [TextExpansion.Atom]) {
    self.isFromRoot = isFromRoot
    self.atoms = atoms
  }

  /// Whether a `*` is not filled in yet.
  var hasStar: Bool {
    found == nil
      && atoms.contains {
        if case .text(let text) = $0 { text.contains(UInt8(ascii: "*")) } else { false }
      }
  }

  /// What a machine must have.
  var needs: [ScriptPiece.Need] {
    atoms.compactMap {
      if case .machine(let variable, let isShown) = $0 {
        ScriptPiece.Need(variable: variable, isShown: isShown)
      } else {
        nil
      }
    }
  }

  /// Below the data directory, with a NUL for each `*`.
  ///
  /// - Returns: `nil` where a machine or iPXE says a part of it, where it is elsewhere, and for a folder.
  func path(_ inputs: ScriptInputs) -> [UInt8]? {
    guard let folder = isFromRoot ? "images" : inputs.imagesFolder else { return nil }
    var path = Array(folder.utf8)
    if isFromRoot { path.append(0x2f) }
    for atom in atoms {
      switch atom {
      case .text(let text):
        if text.firstRange(of: Array("${".utf8)) != nil { return nil }
        path += text.map { $0 == UInt8(ascii: "*") ? 0 : $0 }
      case .value(let value): path += value
      case .hole, .machine, .image: return nil
      }
    }
    return path.last == 0x2f || path.elementsEqual(folder.utf8) ? nil : path
  }

  /// The same with what was found for each `*`; `nil` where one is open.
  func concretePath(_ inputs: ScriptInputs) -> [UInt8]? {
    if hasStar { return nil }
    guard let found, let folder = isFromRoot ? "images/" : inputs.imagesFolder else {
      return path(inputs)
    }
    return Array(folder.utf8) + found
  }

  /// Puts a file's name in place of the last part of the path.
  mutating func fill(with name: String, _ inputs: ScriptInputs) {
    guard let path = path(inputs), let slash = path.lastIndex(of: 0x2f) else { return }
    let folder = isFromRoot ? "images/" : inputs.imagesFolder ?? ""
    found = Array(path[...slash].dropFirst(folder.utf8.count)) + Array(name.utf8)
  }

  /// What a script has there: a URL, as a path where `isPath`, else as its author wrote it.
  func pieces(_ inputs: ScriptInputs, isPath: Bool) -> [TextExpansion.Atom] {
    let front = isFromRoot ? inputs.base + Array("/images/".utf8) : Array("${base-url}".utf8)
    if let found { return [.text(front + PercentCoding.encodedPath(found))] }
    if !isPath { return [.text(front)] + atoms }
    return [.text(front)]
      + atoms.map { atom in
        guard case .text(let text) = atom else { return atom }
        return .text(Array(ScriptText.urlPath(String(decoding: text, as: UTF8.self)).utf8))
      }
  }
}
