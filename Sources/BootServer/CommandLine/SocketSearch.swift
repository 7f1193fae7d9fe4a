// BootServer/CommandLine: where the server on this machine listens.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Looks for the socket of a running server, or says why there is none to use.
struct SocketSearch {
  /// State directories, the likely one first.
  private let places: [String]
  /// What it looks with.
  var look: (String) throws(Errno) -> SocketFile = SocketFile.at
  var user = Process.user
  var sockets: () -> [UInt8] = {
    (try? FileDescriptor.contents(of: "/proc/net/unix", limit: 4 << 20)) ?? []
  }
  var users: () -> [UInt8] = {
    (try? FileDescriptor.contents(of: "/etc/passwd", limit: 1 << 20)) ?? []
  }

  init(_ arguments: Arguments) { places = StatePlaces.of(arguments) }

  /// The socket of the first place that has one for us.
  func find() throws(CommandError) -> String {
    var missing: [String] = []
    var forbidden: [String] = []
    for place in places {
      let path = place + "/api.sock"
      do throws(Errno) {
        let file = try look(path)
        if !file.isSocket {
          missing.append(path)
        } else if file.owner == user || (user == 0 && place != StatePlaces.here) {
          return path
        } else if place != StatePlaces.here {
          forbidden.append("\(path) is for \(name(of: file.owner)) alone")
        }
      } catch {
        if error == .accessDenied {
          forbidden.append("you may not look for \(path) (\(error))")
        } else {
          missing.append(path)
        }
      }
    }
    throw CommandError("cannot reach the server: " + reason(missing, forbidden))
  }

  private func reason(_ missing: [String], _ forbidden: [String]) -> String {
    if !forbidden.isEmpty {
      return forbidden.joined(separator: ", ") + "; be that user or root: put sudo in front"
    }
    let others = missing.dropLast().joined(separator: ", ")
    let all = (others.isEmpty ? "" : others + " or ") + (missing.last ?? "")
    var text = "there is no socket \(all); is it running, and is that its directory?"
    if let path = listening {
      text += " One listens in another: --state-dir \(path.dropLast("/api.sock".count))"
    } else {
      text += " Name it with --data-dir or --state-dir"
    }
    return text
  }

  /// A socket of our name that somebody listens on.
  private var listening: String? {
    for line in sockets().split(separator: 0x0a) {
      let fields = line.split(separator: 0x20, maxSplits: 7)
      // The fourth field is __SO_ACCEPTCON.
      guard fields.count == 8, fields[3].elementsEqual("00010000".utf8) else { continue }
      let path = String(decoding: fields[7], as: UTF8.self)
      if path.hasPrefix("/"), path.hasSuffix("/api.sock") { return path }
    }
    return nil
  }

  private func name(of owner: UInt32) -> String {
    if owner == 0 { return "root" }
    for line in users().split(separator: 0x0a) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if fields.count > 2, ASCII.number(fields[2]) == Int(owner) {
        return "user \(String(decoding: fields[0], as: UTF8.self))"
      }
    }
    return "user \(owner)"
  }
}
