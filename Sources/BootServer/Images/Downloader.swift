// BootServer/Images: fetching one file or one text.
// SPDX-License-Identifier: Apache-2.0

import System

/// Fetches with curl, tries again what is transient, and ends when nobody wants it any more.
package struct Downloader: Sendable {
  /// How patient it is.
  package let policy: DownloadPolicy
  /// Asked four times a second; once true, everything is ended.
  package var isUnwanted: @Sendable () -> Bool
  /// Called at most four times a second and file, and at a file's end.
  package var progress: @Sendable (DownloadProgress) -> Void

  /// - Throws: ``DownloadError/missingTool(_:package:)`` where there is no curl.
  package init(
    policy: DownloadPolicy = DownloadPolicy(),
    isUnwanted: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
  ) throws(DownloadError) {
    try ImageTool.curl.find()
    self.policy = policy
    self.isUnwanted = isUnwanted
    self.progress = progress
  }

  /// Fetches a small text whole: a version, a listing, digests.
  ///
  /// - Throws: ``DownloadError/tooLong(url:bytes:limit:)`` beyond the policy's limit.
  package func text(_ url: DownloadURL) throws(DownloadError) -> [UInt8] {
    try trying { () throws(DownloadError) in
      var bytes: [UInt8] = []
      try Curl(url: url, policy: policy, isUnwanted: isUnwanted).run(
        head: { (head) throws(DownloadError) in try checkLimit(url, head.length ?? 0) },
        body: { (piece) throws(DownloadError) in
          bytes += piece
          try checkLimit(url, Int64(bytes.count))
        })
      return bytes
    }
  }

  /// Asks how long a file is, and fetches nothing of it.
  ///
  /// - Returns: `nil` where the server does not say.
  package func size(of url: DownloadURL) throws(DownloadError) -> Int64? {
    try trying { () throws(DownloadError) in
      var (curl, heads) = (Curl(url: url, policy: policy, isUnwanted: isUnwanted), [UInt8]())
      curl.asksOnly = true
      do throws(DownloadError) {
        try curl.run(
          head: { _ throws(DownloadError) in },
          body: { (piece) throws(DownloadError) in
            heads += piece
            try checkLimit(url, Int64(heads.count))
          })
      } catch {
        // Some servers answer nothing but GET.
        if case .answered(_, let status, _, _) = error, [403, 405, 501].contains(status) {
          return nil
        }
        throw error
      }
      return ResponseHead(dump: heads, url: url.text).length
    }
  }

  private func checkLimit(_ url: DownloadURL, _ bytes: Int64) throws(DownloadError) {
    guard bytes > policy.textLimit else { return }
    throw .tooLong(url: url.description, bytes: bytes, limit: policy.textLimit)
  }

  /// Does it, and does it again after a pause where that may help.
  func trying<Result>(
    _ body: () throws(DownloadError) -> Result
  ) throws(DownloadError) -> Result {
    var failed = 0
    while true {
      do throws(DownloadError) {
        return try body()
      } catch {
        failed += 1
        guard let pause = policy.pause(after: error, failed: failed) else { throw error }
        try wait(milliseconds: pause)
      }
    }
  }

  private func wait(milliseconds: Int) throws(DownloadError) {
    let end = Instant.now.advanced(milliseconds: milliseconds)
    while true {
      if isUnwanted() { throw .stopped }
      let left = end.microseconds(since: .now)
      if left == 0 { return }
      Thread.sleep(microseconds: min(left, 100_000))
    }
  }
}
