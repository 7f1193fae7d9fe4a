// BootServer/CommandLine: from arguments to what is to be done.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// What a command line asks for.
package enum Invocation: Sendable {
  case serve(Configuration)
  case machines(MachinesInvocation)
  case machinesHelp
  case help
  case version

  /// Flags win over environment variables, those over the defaults.
  ///
  /// - Parameter environment: looks a variable up.
  package init(
    arguments: [String], environment: (String) -> String?
  ) throws(UsageError) {
    if arguments.first == "machines" {
      let machines = try MachinesInvocation(
        arguments: arguments.dropFirst(), environment: environment)
      self = machines.map { .machines($0) } ?? .machinesHelp
      return
    }
    var configuration = Configuration()
    for option in Option.all {
      guard let value = environment(option.variable) else { continue }
      // The original took an empty variable for an absent one.
      if value.isEmpty { continue }
      do throws(UsageError) {
        try option.set(&configuration, value)
      } catch {
        throw UsageError("environment variable \(option.variable): \(error)")
      }
    }
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h":
        self = .help
        return
      case "--version":
        self = .version
        return
      default: break
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      guard flag.hasPrefix("-") else {
        throw UsageError("unexpected argument '\(argument)'; see --help")
      }
      guard let option = Option.all.first(where: { $0.flag == flag }) else {
        throw UsageError("unknown option '\(flag)'\(Self.suggestion(for: flag)); see --help")
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        throw UsageError("option \(flag) needs a value: \(flag) \(option.placeholder)")
      }
      do throws(UsageError) {
        try option.set(&configuration, value)
      } catch {
        throw UsageError("option \(flag): \(error)")
      }
    }
    self = .serve(configuration)
  }

  private static func suggestion(for flag: String) -> String {
    Nearest.name(to: flag, in: Option.all.map(\.flag)).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// The text of `--help`.
  package static var helpText: String {
    var text = """
      Usage: coreos-ipxe-server [OPTION]...
             coreos-ipxe-server machines VERB ...   (see machines --help)

      Answers iPXE's ?profile=NAME with a boot script made from profiles/NAME.json, and
      serves the images, configs and keys that the script names. A machine that asks for
      /boot.ipxe is asked who it is, gets the profile that is meant for it, and is installed
      once. DHCP and TFTP stay with dnsmasq.

      Options, each also an environment variable:

      """
    for option in Option.all {
      text += """
          \(option.flag) \(option.placeholder)
              \(option.meaning)
              default: \(option.standard)
              variable: \(option.variable)

        """
    }
    return text + """
        --help      this text
        --version   the version

      Exit status: 0 done, 1 failed, 2 wrong usage.

      """
  }
}
