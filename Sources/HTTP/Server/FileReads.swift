// HTTP/Server: files that have to come from a slow disk.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Opens and reads for the loops, one piece of work a file at a time.
///
/// Whoever asks before a read has begun shares it; whoever asks later gets the next one, for the file
/// may have been edited since.
package final class FileReads: Sendable {
  /// Is told what came; on a thread of the pool.
  package typealias Completion = @Sendable (Delivery) -> Void

  private let waiting = Mutex<[PendingFile: [Completion]]>([:])
  /// Open files whose file system does not tell what is in memory: no loop may even look at them.
  private let opaque = Mutex<[RelativePath: OpenFile]>([:])
  /// The directories that were listed last, for all loops.
  package let listings = Listings()
  private let pool: WorkPool
  private let root: DataRoot
  private static let maxOpaque = 64

  /// - Parameter root: what files are opened beneath.
  package init(pool: WorkPool, root: DataRoot) {
    self.pool = pool
    self.root = root
  }

  /// - Parameter completion: called on a thread of the pool.
  package func start(_ file: PendingFile, _ completion: @escaping Completion) {
    let isFirst = waiting.withLock { waiting -> Bool in
      waiting[file, default: []].append(completion)
      return waiting[file]?.count == 1
    }
    guard isFirst else { return }
    pool.submit(.path(file.path)) { [self] in
      let completions = waiting.withLock { $0.removeValue(forKey: file) } ?? []
      let delivery = perform(file)
      for completion in completions { completion(delivery) }
    }
  }

  private func perform(_ file: PendingFile) -> Delivery {
    switch file {
    case .contents(let path, let limit):
      return .contents(
        Result { () throws(OpenFailure) in
          try FileContents.reading(path, in: root, limit: limit, waiting: true)
        })
    case .open(let path), .listing(let path):
      return .opened(Result { () throws(OpenFailure) in try open(path) })
    case .status(let path):
      return .status(
        Result { () throws(OpenFailure) in try root.status(of: path, waiting: true) })
    case .link(let path):
      return .link(
        Result { () throws(OpenFailure) in try root.target(ofLink: path, waiting: true) })
    }
  }

  private func open(_ path: RelativePath) throws(OpenFailure) -> OpenedPath {
    if let kept = opaque.withLock({ $0[path] }) {
      if (try? root.status(of: path, waiting: true)) == kept.status {
        return .file(kept)
      }
      opaque.withLock { $0[path] = nil }
    }
    if let listed = listings.current(path, in: root, waiting: true) { return .directory(listed) }
    let now = WallClock.now
    let opened = try OpenedPath.opening(path, in: root, waiting: true, closer: pool)
    if case .directory(let listed) = opened { listings.keep(path, listed, readAt: now) }
    if case .file(let file) = opened, !root.isTransparent(file.status.device) {
      opaque.withLock { opaque in
        if opaque.count >= Self.maxOpaque { opaque.removeAll() }
        opaque[path] = file
      }
    }
    return opened
  }
}
