// BootServer/Print: how this server runs, as its options say.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// An option of the server that was given, by flag or by variable.
struct GivenOption: Equatable {
  let flag: String
  /// `nil`: a switch.
  var value: String?

  var words: [String] { [flag] + (value.map { [$0] } ?? []) }
}

extension PrintFacts {
  /// Where README installs the program.
  static let installedProgram = "/usr/local/bin/coreos-ipxe-server"
  private static let paths: Set = [
    "--data-dir", "--state-dir", "--api-token-file", "--answer-token-file",
  ]

  /// The options that were given, in the order of the server's help; their paths are absolute.
  var given: [GivenOption] {
    Option.server.flatMap { (option) -> [GivenOption] in
      let values = arguments.all(option).filter { !$0.isEmpty }
      guard let last = values.last else { return [] }
      guard option.takesValue else {
        return (try? Option.isOn(last)) == true ? [GivenOption(flag: option.flag)] : []
      }
      let isPath = Self.paths.contains(option.flag)
      return (option.isRepeated ? values : [last]).map {
        GivenOption(flag: option.flag, value: isPath ? Self.absolute($0) : $0)
      }
    }
  }

  /// A path that means the same from everywhere.
  static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : RealPath.of(path) }

  /// The program, where it is installed: one that a build or a home has is not.
  var installedProgram: String {
    let path = program()
    return path.hasPrefix("/usr/") || path.hasPrefix("/opt/") ? path : Self.installedProgram
  }

  /// The address of `--listen`, which is no name.
  private func listenHost(_ kind: String) throws(UsageError) -> String {
    let host = configuration.listen.host
    guard Self.isAddress(host) else {
      throw UsageError("print \(kind) needs an address in --listen, and \(host) is a name")
    }
    return host
  }

  /// The number of the port of `--listen`.
  private func listenPort(_ kind: String) throws(UsageError) -> Int {
    guard let number = Int(port), number > 0 else {
      throw UsageError("print \(kind) needs a port's number in --listen, as in --listen :4777")
    }
    return number
  }

  /// `--listen` as systemd's `ListenStream=` has it.
  func listenStream() throws(UsageError) -> String {
    let host = try listenHost("systemd")
    let port = try listenPort("systemd")
    // A port alone is every address of both families.
    return host.isEmpty ? "\(port)" : host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// The address and port by which a program on this host reaches the server.
  func local(_ kind: String) throws(UsageError) -> (host: String, port: Int) {
    let host = try listenHost(kind)
    let isEvery = ["", "0.0.0.0", "::"].contains(host)
    return (isEvery ? "127.0.0.1" : host, try listenPort(kind))
  }

  /// Whether a host is no name.
  static func isAddress(_ host: String) -> Bool {
    host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
  }
}
