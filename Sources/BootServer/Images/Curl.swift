// BootServer/Images: one run of curl.
// SPDX-License-Identifier: Apache-2.0

import System

/// One run of Debian's curl: one address, its bytes handed on as they come.
///
/// curl writes to a pipe that only we read: where this process dies, curl's next write ends it.
struct Curl {
  let url: DownloadURL
  let policy: DownloadPolicy
  /// The first byte that is wanted, and what the file must still be for that (`If-Range`).
  var resume: (from: Int64, validator: String)?
  /// Whether only the heads are wanted; they are the output then.
  var asksOnly = false
  /// Asked four times a second; once true, curl is ended.
  var isUnwanted: () -> Bool = { false }

  /// How much of the output is read at once.
  private static let pieceBytes = 256 << 10
  private static let pipeBytes = 1 << 20

  /// Runs it to its end, or until one of the closures throws.
  ///
  /// - Parameters:
  ///   - head: called once, before the first byte of a file: with a status of 200 or 206.
  ///   - body: the next bytes.
  func run(
    head: (ResponseHead) throws(DownloadError) -> Void,
    body: (ArraySlice<UInt8>) throws(DownloadError) -> Void
  ) throws(DownloadError) {
    let child = try start()
    var buffer = [UInt8](repeating: 0, count: Self.pieceBytes)
    var isBegun = false
    var heard = (bytes: 0, at: Instant.now)
    reading: while true {
      switch try read(child, &buffer) {
      case .bytes(let count):
        if !isBegun, !asksOnly { try head(try begin(child)) }
        isBegun = true
        try body(buffer[..<count])
        policy.rate?.wait(for: count, unless: isUnwanted)
        heard.at = .now
      case .nothing:
        if child.complaint.count > heard.bytes { heard = (child.complaint.count, .now) }
        let silence = Instant.now.microseconds(since: heard.at) / 1_000_000
        if silence >= policy.idleSeconds {
          throw .hung(url: url.description, seconds: policy.idleSeconds)
        }
      case .end: break reading
      }
      if isUnwanted() { throw .stopped }
    }
    let status = child.wait()
    if status == 0, isBegun { return }
    let last = try begin(child, hasEnded: true, exit: status)
    if status != 0 { throw CurlExit.error(status, url, CurlExit.words(child.complaint)) }
    // A file without a byte.
    try head(last)
  }

  private func start() throws(DownloadError) -> RunningChild {
    var program = Child("curl")
    program.inherited = ImageTool.inherited
    do throws(Child.Failure) {
      return try program.start(
        ["-q", "--config", "-"], input: Array(lines.joined(separator: "\n").utf8),
        pipeSize: policy.rate == nil ? Self.pipeBytes : 0)
    } catch {
      if case .missing = error { throw .missingTool("curl", package: "curl") }
      throw .refused(url: url.description, reason: error.description)
    }
  }

  private func read(
    _ child: RunningChild, _ buffer: inout [UInt8]
  ) throws(DownloadError) -> RunningChild.Reading {
    do throws(Errno) {
      return try child.read(
        into: &buffer, limit: policy.rate?.pieceBytes ?? .max, milliseconds: policy.askMilliseconds)
    } catch {
      throw .unreachable(url: url.description, reason: error.description)
    }
  }

  /// What the heads so far come to.
  private func begin(
    _ child: RunningChild, hasEnded: Bool = false, exit: Int = 0
  ) throws(DownloadError) -> ResponseHead {
    let head = ResponseHead(dump: child.complaint, url: url.text)
    if head.isLessSecure { throw .lessSecure(url: url.description) }
    // Where curl itself failed, its words say more than a redirect's or a good status.
    if hasEnded, exit != 0, exit != 22, head.status < 400 { return head }
    guard head.status == 200 || head.status == 206 else {
      throw .answered(
        url: url.description, status: head.status, contentType: head.contentType,
        retryAfter: head.retryAfter)
    }
    return head
  }

  /// curl's configuration: nothing secret stands on its command line, where everyone can read it.
  private var lines: [String] {
    var lines = [
      "url = \"\(url.text)\"", "silent", "show-error", "fail", "no-buffer", "location", "globoff",
      "max-redirs = \(policy.redirects)", "proto = \"\(url.protocols)\"",
      "proto-redir = \"\(url.protocols)\"", "suppress-connect-headers",
      // We ourselves are quicker; for a curl that is stuck where we are not asked.
      "connect-timeout = \(policy.idleSeconds + 10)", "speed-limit = 1",
      "speed-time = \(policy.idleSeconds + 10)", "user-agent = \"coreos-ipxe-server\"",
    ]
    // A file's "head" would be taken for words about it.
    if url.scheme != "file" { lines.append("dump-header = \"/dev/stderr\"") }
    if asksOnly { lines.append("head") }
    if let resume {
      lines.append("header = \"Range: bytes=\(resume.from)-\"")
      lines.append("header = \"If-Range: \(Self.quoted(resume.validator))\"")
    }
    return lines
  }

  private static func quoted(_ text: String) -> String {
    text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
  }
}
