// boot-bench: the options of the command line.
// SPDX-License-Identifier: Apache-2.0

/// One option of the command line.
struct Option: Sendable {
  let flag: String
  /// `nil`: it takes no value.
  let placeholder: String?
  let meaning: String
  let set: @Sendable (inout Options, String) throws(Failure) -> Void

  static let all: [Option] = [
    Option(
      flag: "--against", placeholder: "nginx|URL",
      meaning: "compare with Debian's nginx, or with a server that runs on loopback",
      set: { (options, value) throws(Failure) in
        options.peer = value == "nginx" ? .nginx : .running(try Address(url: value))
      }),
    Option(
      flag: "--self", placeholder: nil,
      meaning: "compare the peer with itself, to see the noise; without --against: ours",
      set: { (options, _) throws(Failure) in options.isSelf = true }),
    Option(
      flag: "--only", placeholder: "NAME,NAME", meaning: "these measurements",
      set: { (options, value) throws(Failure) in
        options.only = value.split(separator: ",").map(String.init)
        for name in options.only where !Measurement.all.contains(where: { $0.name == name }) {
          throw Failure("there is no measurement '\(name)'; see --help")
        }
      }),
    Option(
      flag: "--rounds", placeholder: "N", meaning: "rounds a measurement; default 5",
      set: { (options, value) throws(Failure) in
        guard let count = Int(value), (1...1000).contains(count) else {
          throw Failure("'\(value)' is not a number from 1 to 1000")
        }
        options.scale.rounds = count
      }),
    Option(
      flag: "--seconds", placeholder: "S", meaning: "seconds a load; default 2",
      set: { (options, value) throws(Failure) in
        guard let seconds = Double(value), seconds >= 0.1, seconds <= 600 else {
          throw Failure("'\(value)' is not a number from 0.1 to 600")
        }
        options.scale.seconds = seconds
      }),
    Option(
      flag: "--records", placeholder: "N", meaning: "machines that are known; default 10000",
      set: { (options, value) throws(Failure) in
        guard let count = Int(value), (64...1_000_000).contains(count) else {
          throw Failure("'\(value)' is not a number from 64 to 1000000")
        }
        options.scale.records = count
      }),
    Option(
      flag: "--profiles", placeholder: "N",
      meaning: "profiles beside those that are needed, each for a machine that never comes",
      set: { (options, value) throws(Failure) in
        guard let count = Int(value), (0...100_000).contains(count) else {
          throw Failure("'\(value)' is not a number from 0 to 100000")
        }
        options.scale.profiles = count
      }),
    Option(
      flag: "--quick", placeholder: nil,
      meaning: "a smoke run: less of everything, figures that mean nothing",
      set: { (options, _) throws(Failure) in options.scale = .quick }),
    Option(
      flag: "--path", placeholder: "PATH",
      meaning: "the script of a running server; default \(BenchData.scriptPath)",
      set: { (options, value) throws(Failure) in options.path = try checked(value) }),
    Option(
      flag: "--image-path", placeholder: "PATH",
      meaning: "an image of a running server; without it images are not compared",
      set: { (options, value) throws(Failure) in options.imagePath = try checked(value) }),
    Option(
      flag: "--server", placeholder: "FILE",
      meaning: "our server's program; default: coreos-ipxe-server beside this one",
      set: { (options, value) throws(Failure) in options.server = value }),
    Option(
      flag: "--help", placeholder: nil, meaning: "this text",
      set: { (options, _) throws(Failure) in options.isHelp = true }),
  ]

  private static func checked(_ path: String) throws(Failure) -> String {
    guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw Failure("'\(path)' is not a path that begins with /, percent-encoded")
    }
    return path
  }
}
