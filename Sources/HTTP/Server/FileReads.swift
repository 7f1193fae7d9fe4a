// HTTP/Server: small files that have to come from a slow disk.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Reads in flight, one a file: whoever asks for the same read waits for the same one.
package final class FileReads: Sendable {
  package typealias Completion = @Sendable (Result<FileContents, OpenFailure>) -> Void

  private let waiting = Mutex<[PendingRead: [Completion]]>([:])
  private let pool: WorkPool
  private let root: DataRoot

  package init(pool: WorkPool, root: DataRoot) {
    self.pool = pool
    self.root = root
  }

  /// - Parameter completion: called on a thread of the pool.
  package func start(_ read: PendingRead, _ completion: @escaping Completion) {
    let isFirst = waiting.withLock { waiting -> Bool in
      waiting[read, default: []].append(completion)
      return waiting[read]?.count == 1
    }
    guard isFirst else { return }
    pool.submit(.path(read.path)) { [self] in
      let result = read.perform(in: root)
      let completions = waiting.withLock { $0.removeValue(forKey: read) } ?? []
      for completion in completions { completion(result) }
    }
  }
}
