// BootServer/CommandLine: from arguments to what is to be done.
// SPDX-License-Identifier: Apache-2.0

/// What a command line asks for.
package enum Invocation: Sendable {
  case serve(Configuration)
  case help
  case version

  /// Flags win over environment variables, those over the defaults.
  ///
  /// - Parameter environment: looks a variable up.
  package init(
    arguments: [String], environment: (String) -> String?
  ) throws(UsageError) {
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
    let near = Option.all.map { (flag: $0.flag, distance: distance(flag, $0.flag)) }
      .min { $0.distance < $1.distance }
    guard let near, near.distance <= 3 else { return "" }
    return "; did you mean '\(near.flag)'?"
  }

  /// Insertions, deletions and replacements between two words.
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var corner = row[0]
      row[0] = index + 1
      for column in right.indices {
        let above = row[column + 1]
        let change = corner + (byte == right[column] ? 0 : 1)
        row[column + 1] = min(change, min(above, row[column]) + 1)
        corner = above
      }
    }
    return row[right.count]
  }

  /// The text of `--help`.
  package static var helpText: String {
    var text = """
      Usage: coreos-ipxe-server [OPTION]...

      Answers iPXE's ?profile=NAME with a boot script made from profiles/NAME.json, and
      serves the images, configs and keys that the script names. DHCP and TFTP stay with
      dnsmasq.

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
