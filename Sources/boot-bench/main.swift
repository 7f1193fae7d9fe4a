// boot-bench: measures the boot server, beside nginx or any other server on loopback.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Runs the benchmark and cleans up behind it, however it ends.
///
/// - Returns: the exit status.
func runBenchmark(_ options: Options) -> CInt {
  let cleanup = Cleanup()
  defer { cleanup.endAll() }
  var problems: [String] = []
  do {
    try Host.onStopSignal { cleanup.endAll() }
    let load = MachineLoad()
    let bench = Bench(try Lab(options, cleanup))
    do { try bench.run() } catch { problems.append("\(error)") }
    problems += bench.problems
    cleanup.endAll()
    if let share = load.shareOfOthers {
      Host.print("Other processes had \(Decimal.text(share * 100, digits: 0)) % of the processors.")
    }
  } catch {
    problems.append("\(error)")
  }
  for problem in problems { Host.print("boot-bench: \(problem)", toError: true) }
  return problems.isEmpty ? 0 : 1
}

do throws(Failure) {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  if options.isHelp {
    Host.print(Options.helpText)
    exit(0)
  }
  exit(runBenchmark(options))
} catch {
  Host.print("boot-bench: \(error)", toError: true)
  exit(2)
}
