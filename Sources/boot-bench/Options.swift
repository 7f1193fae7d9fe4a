// boot-bench: the command line.
// SPDX-License-Identifier: Apache-2.0

/// What a run is told.
struct Options: Sendable {
  var scale = Scale()
  var peer: ServerKind?
  /// The peer, or our server if there is none, takes both sides.
  var isSelf = false
  /// Names of measurements; empty: all.
  var only: [String] = []
  var path = BenchData.scriptPath
  var imagePath: String?
  var server: String?
  var isHelp = false

  /// What stands in the column of ours.
  var first: ServerKind { isSelf ? peer ?? .ours : .ours }
  /// What stands in the column of the peer.
  var second: ServerKind? { isSelf ? peer ?? .ours : peer }

  init(_ arguments: [String]) throws(Failure) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let option = Option.all.first(where: { $0.flag == parts[0] }) else {
        throw Failure("unknown option '\(argument)'; see --help")
      }
      guard option.placeholder != nil else {
        guard parts.count == 1 else { throw Failure("option \(option.flag) takes no value") }
        try option.set(&self, "")
        continue
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        throw Failure("option \(option.flag) needs a value")
      }
      do throws(Failure) {
        try option.set(&self, value)
      } catch {
        throw Failure("option \(option.flag): \(error)")
      }
    }
  }

  static var helpText: String {
    var text = """
      Usage: boot-bench [OPTION]...

      Starts coreos-ipxe-server on files of its own and measures it on loopback. Ratios are the
      median of the rounds' own ratios; a peer is measured right before or after in each round.

      Options:

      """
    for option in Option.all {
      let value = option.placeholder.map { " \($0)" } ?? ""
      text += "  \(option.flag)\(value)\n      \(option.meaning)\n"
    }
    text += "\nMeasurements:\n"
    for measurement in Measurement.all {
      text += "  \(measurement.name)\n      \(measurement.meaning)\n"
    }
    return text + "\nExit status: 0 done, 1 something failed to work, 2 wrong usage."
  }
}
