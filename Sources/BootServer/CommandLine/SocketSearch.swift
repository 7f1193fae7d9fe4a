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
  var isDead: (String) -> Bool = SocketFile.isDead
  var user = Process.user
  var sockets: () -> [UInt8] = {
    (try? FileDescriptor.contents(of: "/proc/net/unix", limit: 4 << 20)) ?? []
  }
  var users: () -> [UInt8] = {
    (try? FileDescriptor.contents(of: "/etc/passwd", limit: 1 << 20)) ?? []
  }

  /// Where systemd's `RuntimeDirectory=` has the server put one.
  static let runtime = "/run/coreos-ipxe-server"
  private let isTold: Bool

  init(_ arguments: Arguments) {
    isTold = StatePlaces.isTold(arguments)
    places = (isTold ? [] : [Self.runtime]) + StatePlaces.of(arguments)
  }

  /// Why none of the places would do.
  private struct Tried {
    var missing: [String] = []
    /// Sentences.
    var forbidden: [String] = []
    /// Sockets whose server has ended.
    var dead: [String] = []
    /// A socket in the directory one stands in, which another user has put there.
    var foreign: [String] = []
  }

  /// The socket of the first place that has one for us; where nobody said which place, one that somebody
  /// listens on.
  func find() throws(CommandError) -> String {
    var tried = Tried()
    for place in places {
      let path = place + "/api.sock"
      do throws(Errno) {
        let file = try look(path)
        if !file.isSocket {
          tried.missing.append(path)
        } else if file.owner == user || (user == 0 && place != StatePlaces.here) {
          if isTold || !isDead(path) { return path }
          tried.dead.append(path)
        } else if place != StatePlaces.here {
          tried.forbidden.append("\(path) is for \(name(of: file.owner)) alone")
        } else {
          tried.foreign.append("\(path) is of \(name(of: file.owner)), and not trusted")
        }
      } catch {
        if error == .accessDenied {
          tried.forbidden.append(forbidding(path, in: place, error))
        } else {
          tried.missing.append(path)
        }
      }
    }
    if let only = elsewhere, tried.forbidden.isEmpty { return only }
    throw CommandError("cannot reach the server: " + reason(tried))
  }

  /// The one server of ours that listens somewhere else, as `--data-dir` told it to.
  private var elsewhere: String? {
    guard !isTold else { return nil }
    let ours = Set(listening).filter { path in
      guard let file = try? look(path) else { return false }
      return file.isSocket && file.owner == user
    }
    return ours.count == 1 ? ours.first : nil
  }

  private func reason(_ tried: Tried) -> String {
    let dead = tried.dead.map { "nobody listens on \($0), whose server has ended" }
    var parts = tried.forbidden + dead + tried.foreign
    if let last = tried.missing.last {
      let others = tried.missing.dropLast().joined(separator: ", ")
      parts.append("there is no socket " + (others.isEmpty ? "" : others + " or ") + last)
    }
    let all = parts.joined(separator: ", ")
    guard tried.forbidden.isEmpty else {
      return all + "; run this as that user or as root: put sudo in front"
    }
    var text = "\(all); is it running, and is that its directory?"
    let elsewhere = listening.prefix(3).map { "--state-dir " + $0.dropLast("/api.sock".count) }
    text +=
      elsewhere.isEmpty
      ? " Name it with --data-dir or --state-dir"
      : " Others listen: " + elsewhere.joined(separator: ", ")
    return text
  }

  /// The directory can be seen where its parent can, and says whose it is.
  private func forbidding(_ path: String, in place: String, _ error: Errno) -> String {
    guard let folder = try? look(place) else { return "you may not look for \(path) (\(error))" }
    return "\(place) is for \(name(of: folder.owner)) alone (\(error))"
  }

  /// Sockets of our name that somebody listens on.
  private var listening: [String] {
    sockets().split(separator: 0x0a).compactMap { line in
      let fields = line.split(separator: 0x20, maxSplits: 7)
      // The fourth field is __SO_ACCEPTCON.
      guard fields.count == 8, fields[3].elementsEqual("00010000".utf8) else { return nil }
      let path = String(decoding: fields[7], as: UTF8.self)
      return path.hasPrefix("/") && path.hasSuffix("/api.sock") ? path : nil
    }
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
