// BootServer/Images: whether the files of a folder are what they should be.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// A file as it should be.
package struct ExpectedFile: Sendable, Equatable {
  /// Below the version's folder.
  package let file: RelativePath
  /// Bytes.
  package let size: Int64
  /// 64 hexadecimal digits.
  package let sha256: String

  /// - Parameter sha256: of either case.
  package init(_ file: RelativePath, size: Int64, sha256: String) {
    self.file = file
    self.size = size
    self.sha256 = sha256.lowercased()
  }
}

/// What is not as it should be in a version's folder.
package enum TreeFinding: Equatable, Sendable {
  case missing(RelativePath)
  case wrongSize(RelativePath, expected: Int64, got: Int64)
  case wrongDigest(RelativePath, expected: String, got: String)
  /// Nobody knows of it.
  case extra(RelativePath)
  /// A link, a device, or what the disk does not give back.
  case unreadable(RelativePath, Errno)

  /// The file that it is about.
  package var file: RelativePath {
    switch self {
    case .missing(let file), .wrongSize(let file, _, _), .wrongDigest(let file, _, _),
      .extra(let file), .unreadable(let file, _):
      file
    }
  }

  /// What is wrong with the file, without its name.
  package var words: String {
    switch self {
    case .missing: "is missing"
    case .wrongSize(_, let expected, let got): "has \(got) bytes and should have \(expected)"
    case .wrongDigest(_, let expected, let got):
      "has SHA-256 \(got) and should have \(expected)"
    case .extra: "is in no manifest"
    case .unreadable(_, .tooManyLinks): "is a link and should be a file"
    case .unreadable(_, let error): "cannot be read: \(error)"
    }
  }
}

/// Reads the files of a folder and compares them with what they should be.
package enum TreeHash {
  /// Waits until all is read, two files at once.
  ///
  /// - Parameters:
  ///   - ignored: names at the folder's top that may be there: the manifest's own.
  ///   - isUnwanted: asked often; `true` ends it early, with what was found so far.
  ///   - progress: called at most four times a second and file, one call at a time.
  /// - Returns: in the order of the files' names.
  package static func verify(
    _ folder: OpenFolder, against expected: [ExpectedFile], ignoring ignored: Set<String> = [],
    isUnwanted: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) -> [TreeFinding] {
    let state = Mutex((next: 0, findings: [TreeFinding]()))
    let telling = Mutex(0)
    // The longest first, so that no thread waits long for the other.
    let files = expected.sorted { $0.size > $1.size }
    Workers.run(min(2, files.count), "verifying") {
      while let file = state.withLock({ state -> ExpectedFile? in
        guard state.next < files.count, !isUnwanted() else { return nil }
        defer { state.next += 1 }
        return files[state.next]
      }) {
        let finding = check(file, in: folder, isUnwanted) { told in
          telling.withLock { _ in progress(told) }
        }
        if let finding { state.withLock { $0.findings.append(finding) } }
      }
    }
    let known = Set(expected.map(\.file.bytes)).union(ignored.map { Array($0.utf8) })
    let extra = names(in: folder, below: []).filter { !known.contains($0) }
      .compactMap { RelativePath($0) }.map { TreeFinding.extra($0) }
    let found = state.withLock { $0.findings } + extra
    return found.sorted { $0.file.bytes.lexicographicallyPrecedes($1.file.bytes) }
  }

  private static func check(
    _ expected: ExpectedFile, in folder: OpenFolder, _ isUnwanted: () -> Bool,
    _ progress: @escaping (DownloadProgress) -> Void
  ) -> TreeFinding? {
    do throws(Errno) {
      let names = PartNames(expected.file)
      let file = try names.folder(in: folder, makes: false).file(names.last)
      let size = try file.status().size
      guard size == expected.size else {
        return .wrongSize(expected.file, expected: expected.size, got: size)
      }
      var digests = FileDigests()
      var meter = ProgressMeter(expected.file, size, progress)
      file.expectSequentialReading()
      var isStopped = false
      try digests.update(file) { bytes in
        meter.tell(bytes)
        isStopped = isUnwanted()
        return !isStopped
      }
      if isStopped { return nil }
      meter.tell(digests.size, isLast: true)
      let got = digests.sha256.hex
      return got == expected.sha256
        ? nil : .wrongDigest(expected.file, expected: expected.sha256, got: got)
    } catch {
      return error == .noEntry ? .missing(expected.file) : .unreadable(expected.file, error)
    }
  }

  /// Everything in it that is no folder, at any depth.
  private static func names(in folder: OpenFolder, below path: [UInt8]) -> [[UInt8]] {
    ((try? folder.contents()) ?? []).flatMap { entry -> [[UInt8]] in
      let name = (path.isEmpty ? [] : path + [0x2f]) + entry.name
      guard (try? entry.status.get().kind) == .directory,
        let inner = try? folder.folder(named: String(decoding: entry.name, as: UTF8.self))
      else { return [name] }
      return names(in: inner, below: name)
    }
  }
}
