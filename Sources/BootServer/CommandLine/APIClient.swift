// BootServer/CommandLine: asking a running server.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The machine API as a client sees it, by way of curl.
struct APIClient {
  private enum Place {
    case socket(String)
    case server(String)
  }

  /// Bytes of a good answer.
  static let maxAnswer = 64 << 20
  /// Bytes of an answer that says why not.
  static let maxComplaint = 4 << 10

  private let place: Place
  private let token: String?

  init(_ arguments: Arguments) throws(CommandError) {
    if let url = arguments[.serverURL] {
      place = .server(url.hasSuffix("/") ? String(url.dropLast()) : url)
    } else {
      place = .socket(try SocketSearch(arguments).find())
    }
    guard let file = arguments[.tokenFile] else {
      token = nil
      return
    }
    do throws(Errno) {
      let bytes = try FileDescriptor.contents(named: file, limit: 4096)
      token = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }.first.map(
        String.init)
    } catch {
      throw CommandError("cannot read the token in \(file): \(error)")
    }
  }

  /// - Returns: the body of a good answer, as JSON.
  func read(_ method: String, _ path: String, body: JSON? = nil) throws(CommandError) -> JSON {
    try Self.json(try call(method, path, body: body))
  }

  static func json(_ answer: [UInt8]) throws(CommandError) -> JSON {
    do throws(JSONError) {
      return try JSONReader.read(answer)
    } catch {
      throw CommandError("the answer is not JSON: \(error); is that our server?")
    }
  }

  /// - Returns: the body of a good answer.
  func call(
    _ method: String, _ path: String, body: JSON? = nil, limit: Int = maxAnswer, seconds: Int = 60
  ) throws(CommandError) -> [UInt8] {
    var answer: [UInt8] = []
    let reader = try exchange(
      method, path, body: body, limits: ["max-time = \(seconds)"], seconds: seconds + 30
    ) {
      answer += $0
      return answer.count <= limit
    }
    guard !reader.isStopped else {
      throw CommandError("the answer is longer than \(limit) bytes; is that our server?")
    }
    return answer
  }

  /// Hands a good answer on as it comes, however long it is.
  ///
  /// - Parameter take: `false` ends it; the caller knows why.
  func download(_ path: String, take: (ArraySlice<UInt8>) -> Bool) throws(CommandError) {
    let reader = try exchange(
      "GET", path, limits: ["speed-time = 60", "speed-limit = 1"], seconds: 86400, take: take)
    guard reader.isMeasured || reader.isStopped else {
      throw CommandError("the answer does not say where it ends; is that our server?")
    }
  }

  /// Hands on an answer that goes on, until it ends.
  ///
  /// - Parameters:
  ///   - fields: of the request.
  ///   - isUnwanted: asked four times a second; `true` ends it.
  func follow(
    _ path: String, fields: [String], isUnwanted: @escaping @Sendable () -> Bool,
    take: (ArraySlice<UInt8>) -> Bool
  ) throws(CommandError) {
    _ = try exchange(
      "GET", path,
      limits: ["no-buffer", "connect-timeout = 10"] + fields.map { "header = \(Self.quoted($0))" },
      seconds: 86400 * 3650, isUnwanted: isUnwanted, take: take)
  }

  /// - Parameter take: gets the body of a good answer; `false` ends it.
  private func exchange(
    _ method: String, _ path: String, body: JSON? = nil, limits: [String], seconds: Int,
    isUnwanted: @escaping @Sendable () -> Bool = { false }, take: (ArraySlice<UInt8>) -> Bool
  ) throws(CommandError) -> AnswerReader {
    var reader = AnswerReader()
    var complaint: [UInt8] = []
    let input = lines(method, path, body).joined(separator: "\n")
    let ended: Child.Ended
    do throws(Child.Failure) {
      var curl = Child("curl", seconds: seconds)
      curl.isUnwanted = isUnwanted
      ended = try curl.run(
        ["--disable", "--config", "-"],
        input: Array((limits.joined(separator: "\n") + "\n" + input).utf8)
      ) { piece in
        let body = reader.append(piece)
        if reader.isBroken { return false }
        if body.isEmpty { return true }
        if reader.isGood {
          reader.isStopped = !take(body)
          return !reader.isStopped
        }
        complaint += body.prefix(Self.maxComplaint - complaint.count)
        return complaint.count < Self.maxComplaint
      }
    } catch {
      if case .missing = error {
        throw CommandError("curl is not installed (Debian package curl)")
      }
      if case .unwanted = error { throw CommandError("the server says nothing any more") }
      throw CommandError(error.description)
    }
    if let status = reader.status, !reader.isGood {
      let line = String(decoding: complaint, as: UTF8.self).split(whereSeparator: \.isNewline).first
      throw CommandError(
        line.map(String.init) ?? "the server answers \(status)", answer: status)
    }
    guard reader.isGood, ended.status == 0 || reader.isStopped else {
      throw CommandError("cannot reach the server: \(reason(ended))")
    }
    return reader
  }

  /// curl's configuration: nothing secret stands on its command line, where everyone can read it.
  private func lines(_ method: String, _ path: String, _ body: JSON?) -> [String] {
    var lines = [
      "silent", "show-error", "globoff", "path-as-is", "http1.1", "include",
      "suppress-connect-headers", "proto = \"=http,https\"", "header = \"Expect:\"",
      "request = \(Self.quoted(method))",
    ]
    switch place {
    case .socket(let socket):
      lines.append("unix-socket = \(Self.quoted(socket))")
      lines.append("url = \(Self.quoted("http://localhost" + path))")
    case .server(let url): lines.append("url = \(Self.quoted(url + path))")
    }
    if let token { lines.append("header = \(Self.quoted("Authorization: Bearer \(token)"))") }
    if let body {
      let type = method == "PATCH" ? "application/merge-patch+json" : "application/json"
      lines.append("header = \"Content-Type: \(type)\"")
      lines.append("data-binary = \(Self.quoted(JSONWriter.text(body)))")
    }
    return lines
  }

  /// In our words where curl's would speak of a host that is none.
  private func reason(_ ended: Child.Ended) -> String {
    let name: String
    switch place {
    case .socket(let path):
      if ended.status == 7 {
        return "nobody answers on \(path); the server that made it has ended, start it again"
      }
      name = path
    case .server(let url):
      if ended.status == 7 {
        let hint = ServerURL.hasPort(url) ? "" : "; it names no port, ours is 4777"
        return "nobody answers at \(url)\(hint)"
      }
      name = url
    }
    switch ended.status {
    case 6: return "\(name): there is no host of that name"
    case 28: return "\(name) does not answer in time"
    case 52: return "\(name) gives an empty answer; is that our server?"
    case 137: return "\(name) gives an answer that is not HTTP; is that our server?"
    default:
      let line =
        ended.complaint.split(whereSeparator: \.isNewline).first
        ?? "curl ended with \(ended.status)"
      return "\(name): \(line)"
    }
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
