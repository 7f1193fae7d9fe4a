// BootServer/Images: several files at once.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Fetches several files at once; the first that fails ends the others.
package enum DownloadSet {
  /// Waits until all are there.
  ///
  /// - Returns: in the order of `downloads`.
  /// - Throws: what ended it. What had come stays for the next try.
  package static func fetch(
    _ downloads: [Download], in place: DownloadPlace, by downloader: Downloader
  ) throws(DownloadError) -> [Fetched] {
    var files = Set<RelativePath>()
    for download in downloads where !files.insert(download.file).inserted {
      throw .badURL(
        download.url.description, reason: "another file of this version is '\(download.file.text)'")
    }
    let shared = Mutex(Shared(results: Array(repeating: nil, count: downloads.count)))
    var downloader = downloader
    let (isUnwanted, progress) = (downloader.isUnwanted, downloader.progress)
    downloader.isUnwanted = { isUnwanted() || shared.withLock { $0.failure != nil } }
    // One at a time, whichever file it is about. (A `Mutex` of nothing would look like a race.)
    let telling = Mutex(0)
    downloader.progress = { told in telling.withLock { _ in progress(told) } }
    let work = { @Sendable [downloader] in
      while let index = shared.withLock({ $0.next() }) {
        do throws(DownloadError) {
          let fetched = try downloader.file(downloads[index], in: place)
          shared.withLock { $0.results[index] = fetched }
        } catch {
          shared.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    Workers.run(min(downloader.policy.connections, downloads.count), "fetching", work)
    let (failure, results) = shared.withLock { ($0.failure, $0.results.compactMap { $0 }) }
    if let failure { throw failure }
    return results
  }

  private struct Shared {
    var results: [Fetched?]
    var failure: DownloadError?
    private var taken = 0

    init(results: [Fetched?]) { self.results = results }

    mutating func next() -> Int? {
      guard failure == nil, taken < results.count else { return nil }
      taken += 1
      return taken - 1
    }
  }
}

/// The same work on several threads.
enum Workers {
  /// Runs `work` so many times at once, on this thread too, and waits for all.
  static func run(_ count: Int, _ name: String, _ work: @escaping @Sendable () -> Void) {
    guard count > 1, let done = try? Done() else { return work() }
    var started: UInt64 = 0
    for _ in 1..<count {
      do throws(Errno) {
        try Thread.spawn(name) {
          work()
          done.counter.add()
        }
        started += 1
      } catch {
        // Fewer at once, then.
      }
    }
    work()
    for _ in 0..<started { done.counter.wait() }
  }

  private final class Done: Sendable {
    let counter: EventCounter
    init() throws(Errno) { counter = try EventCounter(semaphore: true) }
  }
}
