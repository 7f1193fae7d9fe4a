// BootServer/CommandLine: asking a running server.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Why a command failed; `description` is one line.
struct CommandError: Error, CustomStringConvertible {
  let description: String
}

/// The machine API as a client sees it, by way of curl.
struct APIClient {
  private let server: String?
  private let socket: String
  private let token: String?

  init(_ invocation: MachinesInvocation) throws(CommandError) {
    server = invocation.server
    socket = invocation.socket
    guard let file = invocation.tokenFile else {
      token = nil
      return
    }
    do throws(Errno) {
      let bytes = try FileDescriptor.contents(of: file, limit: 4096)
      token = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }.first.map(
        String.init)
    } catch {
      throw CommandError(description: "cannot read the token in \(file): \(error)")
    }
  }

  /// - Returns: the body of a good answer.
  func call(_ method: String, _ path: String, body: String? = nil) throws(CommandError) -> [UInt8] {
    // Nothing secret stands on curl's command line, where everyone can read it.
    var lines = [
      "silent", "show-error", "globoff", "path-as-is", "max-time = 60",
      "request = \(Self.quoted(method))",
      "url = \(Self.quoted((server ?? "http://localhost") + path))",
      "write-out = \"\\n%{http_code}\"", "header = \"Content-Type: application/merge-patch+json\"",
    ]
    if server == nil { lines.append("unix-socket = \(Self.quoted(socket))") }
    if let token { lines.append("header = \(Self.quoted("Authorization: Bearer \(token)"))") }
    if let body { lines.append("data-binary = \(Self.quoted(body))") }
    let ended: Child.Ended
    do throws(Child.Failure) {
      ended = try Child("curl", seconds: 90)
        .run(["--disable", "--config", "-"], input: Array(lines.joined(separator: "\n").utf8))
    } catch {
      if case .missing = error {
        throw CommandError(description: "curl is not installed (Debian package curl)")
      }
      throw CommandError(description: error.description)
    }
    guard ended.status == 0, let split = ended.output.lastIndex(of: 0x0a),
      let status = ASCII.number(ended.output[(split + 1)...])
    else { throw CommandError(description: unreachable(ended)) }
    let answer = Array(ended.output[..<split])
    guard (200..<300).contains(status) else {
      let line = String(decoding: answer, as: UTF8.self).split(separator: "\n").first ?? ""
      throw CommandError(description: line.isEmpty ? "the server answers \(status)" : String(line))
    }
    return answer
  }

  private func unreachable(_ ended: Child.Ended) -> String {
    let reason = ended.complaint.split(separator: "\n").first ?? "curl ended with \(ended.status)"
    let hint =
      server == nil
      ? "; is the server running, is \(socket) its socket (--state-dir), and are you its user?" : ""
    return "cannot reach the server: \(reason)\(hint)"
  }

  /// As curl's configuration files have it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
