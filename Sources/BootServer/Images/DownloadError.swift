// BootServer/Images: why a download came to nothing.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Why a file or a text could not be had from its place.
package enum DownloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A program that does a part of the work is not installed, and its Debian package.
  case missingTool(String, package: String)
  case badURL(String, reason: String)
  /// A status that is no file: 404, 500.
  case answered(url: String, status: Int, contentType: String?, retryAfter: Int?)
  case hung(url: String, seconds: Int)
  /// The connection failed; it may work later.
  case unreachable(url: String, reason: String)
  /// curl gave up, and would again.
  case refused(url: String, reason: String)
  /// A redirect led from https to http.
  case lessSecure(url: String)
  case tooLong(url: String, bytes: Int64, limit: Int64)
  case noSpace(url: String, needs: Int64, free: Int64)
  case wrongSize(url: String, expected: Int64, got: Int64, contentType: String?)
  case wrongDigest(
    url: String, algorithm: String, expected: String, got: String, contentType: String?)
  /// The disk ran full on the way; what is there stays for the next try.
  case diskFull(file: String, staged: Int64)
  case cannotWrite(file: String, Errno)
  /// Somebody wanted it no more.
  case stopped

  /// Whether the same may work a little later.
  package var isTransient: Bool {
    switch self {
    case .hung, .unreachable: true
    case .answered(_, let status, _, _): status >= 500 || status == 408 || status == 429
    default: false
    }
  }

  /// One sentence that names the culprit and the way out.
  package var description: String {
    switch self {
    case .missingTool(let name, let package):
      "\(name) is not installed; install it with: apt install \(package)"
    case .badURL(let url, let reason): "\(url) cannot be fetched: \(reason)"
    case .answered(let url, let status, let type, _):
      "\(url) is answered with status \(status)\(Self.type(type)); \(Self.advice(status))"
    case .hung(let url, let seconds):
      "\(url) sent nothing for \(seconds) s; the next try goes on where this one ended"
    case .unreachable(let url, let reason):
      "\(url) cannot be fetched now: \(reason); the next try goes on where this one ended"
    case .refused(let url, let reason): "\(url) cannot be fetched: \(reason)"
    case .lessSecure(let url):
      "\(url) redirects from https to http, which is not followed; name the https address itself"
    case .tooLong(let url, let bytes, let limit):
      "\(url) has \(bytes) bytes or more, and at most \(limit) are read; is that the right address?"
    case .noSpace(let url, let needs, let free):
      "\(url) needs \(ByteText.of(needs)) and the disk has \(ByteText.of(free)) free; "
        + "`images prune` makes room"
    case .wrongSize, .wrongDigest: mismatch
    case .diskFull(let file, let staged):
      "the disk is full at \(file); \(ByteText.of(staged)) are kept for the next try, "
        + "and `images prune` removes them"
    case .cannotWrite(let file, let error): "cannot write \(file): \(error)"
    case .stopped: "the download was stopped; the next try goes on where this one ended"
    }
  }

  private var mismatch: String {
    switch self {
    case .wrongSize(let url, let expected, let got, let type):
      "\(url) has \(got) bytes\(Self.type(type)) and should have \(expected); nothing was changed"
    case .wrongDigest(let url, let algorithm, let expected, let got, let type):
      "\(url) has \(algorithm) \(got)\(Self.type(type)) and should have \(expected); "
        + "nothing was changed"
    default: ""
    }
  }

  private static func type(_ contentType: String?) -> String {
    contentType.map { " (\($0))" } ?? ""
  }

  private static func advice(_ status: Int) -> String {
    switch status {
    case 401, 403, 407: "is the address open to everyone?"
    case 404, 410: "does upstream still have it under this name?"
    case 500...: "upstream is in trouble, try again later"
    default: "is the address right?"
    }
  }
}
