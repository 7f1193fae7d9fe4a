// boot-bench: measures the boot server, beside nginx or any other server on loopback.
// SPDX-License-Identifier: Apache-2.0

import System

/// Runs the benchmark and cleans up behind it, however it ends.
///
/// - Returns: the exit status.
func runBenchmark(_ options: Options) -> Int32 {
  let cleanup = Cleanup()
  defer { cleanup.endAll() }
  var problems: [String] = []
  do {
    try Thread.spawn("signals") {
      let signal = StopSignal.wait(for: StopSignal.allCases)
      cleanup.endAll()
      Process.exit(128 + signal.rawValue)
    }
    let load = MachineLoad()
    let bench = Bench(try Lab(options, cleanup))
    do { try bench.run() } catch { problems.append("\(error)") }
    problems += bench.problems
    cleanup.endAll()
    if let share = load.shareOfOthers {
      Console.print(
        "Other processes had \(Decimal.text(share * 100, digits: 0)) % of the processors.")
    }
  } catch {
    problems.append("\(error)")
  }
  for problem in problems { Console.complain(problem) }
  return problems.isEmpty ? 0 : 1
}

// Threads inherit that these signals wait.
StopSignal.hold(StopSignal.allCases)
do throws(Failure) {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  if options.isHelp {
    Console.print(Options.helpText)
    Process.exit(0)
  }
  Process.exit(runBenchmark(options))
} catch {
  Console.complain(error.description)
  Process.exit(2)
}
