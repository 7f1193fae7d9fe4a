// Boot/Images: digest files, in the forms that upstreams publish.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The digests of files that a digest file lists, whatever its form.
///
/// Read are the output of `sha256sum` and its like, BSD's form, the `.DIGESTS` of Flatcar, Debian's
/// `Release` and the `[checksums]` of a `.treeinfo`. Other lines are passed over. Only SHA-2 of 256 bits
/// and more counts.
package struct DigestList: Sendable {
  /// In bytes.
  package static let maxSize = 8 << 20
  /// Longer ones are not read.
  package static let maxLines = 200_000

  /// As messages name it.
  package let name: String
  private var digests: [String: [ImageDigest]] = [:]

  /// - Parameters:
  ///   - name: as messages name the digest file.
  ///   - text: of a clear-signed file, what `gpgv --output` gives of it.
  package init(name: String, _ text: [UInt8]) throws(DigestError) {
    self.name = name
    guard text.count <= Self.maxSize else { throw .tooLong(list: name) }
    var reader = DigestLineReader()
    var lines = 0
    var start = text.startIndex
    while start < text.endIndex {
      lines += 1
      guard lines <= Self.maxLines else { throw .tooLong(list: name) }
      let end = text[start...].firstIndex(of: 0x0a) ?? text.endIndex
      var line = text[start..<end]
      if line.last == 0x0d { line.removeLast() }
      if let entry = reader.entry(line) { try add(entry) }
      start = min(end + 1, text.endIndex)
    }
  }

  private mutating func add(_ entry: DigestLineReader.Entry) throws(DigestError) {
    let known = digests[entry.name, default: []]
    if known.contains(entry.digest) { return }
    if known.contains(where: { $0.algorithm == entry.digest.algorithm }) {
      throw .twoDigests(list: name, file: entry.name, entry.digest.algorithm)
    }
    digests[entry.name] = known + [entry.digest]
  }

  /// How many files it lists.
  package var count: Int { digests.count }

  /// The strongest digest of a file.
  ///
  /// - Parameter file: its path as the list has it, or one whose last part stands once in the list.
  package func digest(of file: String) throws(DigestError) -> ImageDigest {
    let name = Self.bare(file)
    if let found = strongest(name) { return found }
    let last = Self.lastPart(name)
    let same = digests.keys.filter { Self.lastPart($0) == last }
    let near = same.filter { $0.hasSuffix("/" + name) || name.hasSuffix("/" + $0) }
    if near.count == 1, let found = strongest(near[0]) { return found }
    guard same.count <= 1 else {
      throw .ambiguous(list: self.name, file: file, names: same.sorted())
    }
    guard let only = same.first, let found = strongest(only) else {
      throw .notListed(list: self.name, file: file)
    }
    return found
  }

  private func strongest(_ name: String) -> ImageDigest? {
    digests[name]?.max { $0.algorithm < $1.algorithm }
  }

  private static func lastPart(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[$0...].dropFirst() } ?? path[...]
  }

  /// Without `./` in front.
  static func bare(_ path: some StringProtocol) -> String {
    var path = Substring(path)
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    return String(path)
  }
}

/// Why a digest file gives no digest; one sentence.
package enum DigestError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong(list: String)
  case twoDigests(list: String, file: String, ImageDigest.Algorithm)
  case ambiguous(list: String, file: String, names: [String])
  case notListed(list: String, file: String)

  /// One sentence that names the digest file and the file.
  package var description: String { LogText.oneLine(sentence) }

  private var sentence: String {
    switch self {
    case .tooLong(let list):
      return "\(list) is longer than a digest file may be (8 MB, 200000 lines); it was not read"
    case .twoDigests(let list, let file, let algorithm):
      return
        "\(list) has two different \(algorithm.rawValue) digests of \(file), so neither can be believed; ask upstream"
    case .ambiguous(let list, let file, let names):
      let some = names.prefix(3).joined(separator: ", ")
      return
        "\(list) lists several files of the name of \(file) (\(some)), and none at that path; mend the source row"
    case .notListed(let list, let file):
      return
        "\(list) has no SHA-256 or SHA-512 digest of \(file); the release may be incomplete, so try again later"
    }
  }
}
