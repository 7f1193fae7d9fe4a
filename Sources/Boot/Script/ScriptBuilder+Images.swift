// Boot/Script: which files a text of a profile means.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptBuilder {
  /// The first of a choice that there are files for.
  ///
  /// Where none is there it is the first that names its files without a `*`: they may be on their way.
  ///
  /// - Returns: none where all of them are left out; several where it depends on what a machine has: the
  ///   first then that it lacks nothing for.
  mutating func chosen(
    _ choice: [String], key: String, _ inputs: ScriptInputs, isPath: Bool,
    rootfs: [ScriptPiece] = []
  ) throws(Stop) -> [TextExpansion] {
    var open: [TextExpansion] = []
    var refusal: BootError?
    for text in choice where !text.isEmpty {
      let expansion = try failing { () throws(BootError) in
        let expansion = try TextExpansion(text, key: key, inputs, rootfs: rootfs)
        return isPath ? try expansion.asPath(text, key: key, inputs) : expansion
      }
      if expansion.isOff { continue }
      if let refused = expansion.refusal {
        refusal = refusal ?? refused
        continue
      }
      // Of several the one for which nothing is missing.
      if expansion.isDropped || (choice.count > 1 && expansion.isPartial) { continue }
      open.append(expansion)
    }
    if open.isEmpty, let refusal { throw .failed(ScriptFailure(refusal)) }
    return try thatAreThere(open, key: key, inputs)
  }

  private mutating func thatAreThere(
    _ open: [TextExpansion], key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> [TextExpansion] {
    var found: [TextExpansion] = []
    var stars: [String] = []
    for expansion in open {
      let (located, missing) = try located(expansion, key: key, inputs)
      stars += missing
      if missing.isEmpty { found.append(located) }
      if missing.isEmpty, located.needs.isEmpty { break }
    }
    if let last = found.last, last.needs.isEmpty { return found }
    // For a machine that lacks something it is the first that needs nothing, on its way or not.
    if let late = open.first(where: { !$0.hasStar && $0.needs.isEmpty }) { return found + [late] }
    if !found.isEmpty { return found }
    guard let first = open.first(where: { !$0.hasStar }) else {
      if open.isEmpty { return [] }
      if inputs.imagesFolder == nil {
        throw wrong(inputs, key, "holds a *, which only files on this server can fill in")
      }
      let version = inputs.profile.version.isEmpty ? "; it may need a \"version\"" : ""
      throw wrong(inputs, key, "finds no \(stars.joined(separator: ", and no "))\(version)")
    }
    return [first]
  }

  /// Fills in the stars, and looks whether the files are there.
  ///
  /// - Returns: the text, and the files that are not there.
  private mutating func located(
    _ expansion: TextExpansion, key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> (TextExpansion, missing: [String]) {
    var expansion = expansion
    var missing: [String] = []
    try expansion.forEachFile { (file) throws(Stop) in
      guard let path = file.path(inputs) else {
        if file.hasStar { missing.append("*") }
        return
      }
      let shown = String(decoding: path.map { $0 == 0 ? UInt8(ascii: "*") : $0 }, as: UTF8.self)
      guard file.hasStar else {
        if try !isThere(shown) { missing.append(shown) }
        return
      }
      let names = try matches(path)
      guard names.count < 2 else {
        throw wrong(
          inputs, key, "finds both \(names[0]) and \(names[1]) for \(shown); leave one, or name it")
      }
      guard let name = names.first else { return missing.append(shown) }
      file.fill(with: name, inputs)
    }
    return (expansion, missing)
  }

  /// The names in a path's folder that fit, sorted.
  private mutating func matches(_ path: [UInt8]) throws(Stop) -> [String] {
    guard let slash = path.lastIndex(of: 0x2f), !path[..<slash].contains(0),
      let folder = RelativePath(path[..<slash])
    else { return [] }
    built.dependencies.append(folder)
    switch try waiting({ () throws(Pending) in try files.list(folder) }) {
    case .success(let names):
      let pattern = path[(slash + 1)...]
      return names.filter { !$0.hasPrefix(".") && Self.fits(Array($0.utf8), pattern) }.sorted()
    case .failure(.missing), .failure(.leaves), .failure(.special), .failure(.denied): return []
    // What is in there may be there all the same.
    case .failure(let problem):
      throw .failed(.unreadable(file: folder.text, problem, neededBy: nil))
    }
  }

  /// Whether a name is the pattern with something in place of each NUL.
  static func fits(_ name: [UInt8], _ pattern: ArraySlice<UInt8>) -> Bool {
    var chunks = pattern.split(separator: 0, omittingEmptySubsequences: false)[...]
    guard let first = chunks.popFirst(), name.starts(with: first) else { return false }
    var rest = name[first.count...]
    guard let last = chunks.popLast() else { return rest.isEmpty }
    for chunk in chunks {
      guard !chunk.isEmpty else { continue }
      guard let found = rest.firstRange(of: chunk) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
  }

  func wrong(_ inputs: ScriptInputs, _ key: String, _ reason: String) -> Stop {
    .failed(ScriptFailure(inputs.wrong(key, reason)))
  }
}
