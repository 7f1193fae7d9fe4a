// Boot/Script: the data directory, as whoever makes a script sees it.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Looks at names in the data directory: by the cache of an event loop, or by the disk itself.
///
/// Each look finds what is there, or a problem; or it stops with `Pending`, where something has to be waited
/// for: then the same is asked again once that has come. A command line waits by itself, and its `Pending` is
/// `Never`.
package struct DataFiles<Pending: Error> {
  /// The first bytes of a file.
  package struct Contents: Equatable, Sendable {
    /// As many as were asked for at most.
    package let bytes: [UInt8]
    /// Whether there are more.
    package let isTruncated: Bool

    /// - Parameter isTruncated: whether there are more.
    package init(_ bytes: [UInt8], isTruncated: Bool) {
      self.bytes = bytes
      self.isTruncated = isTruncated
    }
  }

  /// - Parameter limit: bytes.
  package let read:
    (_ path: RelativePath, _ limit: Int) throws(Pending) -> Result<Contents, DataProblem>
  /// The names in a directory.
  package let list: (_ path: RelativePath) throws(Pending) -> Result<[String], DataProblem>
  /// What is there.
  package let kind: (_ path: RelativePath) throws(Pending) -> Result<Kind, DataProblem>

  /// What a link names, as it stands in the link; `nil` where there is no link.
  package let target: (_ path: RelativePath) throws(Pending) -> Result<String?, DataProblem>

  /// What a name is.
  package enum Kind: Sendable {
    case file, directory
  }

  /// Each throws where a disk has to be waited for.
  package init(
    read: @escaping (RelativePath, Int) throws(Pending) -> Result<Contents, DataProblem>,
    list: @escaping (RelativePath) throws(Pending) -> Result<[String], DataProblem>,
    kind: @escaping (RelativePath) throws(Pending) -> Result<Kind, DataProblem>,
    target: @escaping (RelativePath) throws(Pending) -> Result<String?, DataProblem>
  ) {
    self.read = read
    self.list = list
    self.kind = kind
    self.target = target
  }

  /// What keeps a file or a directory from being used; `nil`: nothing is known to.
  package func problem(_ path: RelativePath) throws(Pending) -> DataProblem? {
    if case .failure(let problem) = try kind(path) { problem } else { nil }
  }
}
