// BootServer: the program.
// SPDX-License-Identifier: Apache-2.0

import System

/// `coreos-ipxe-server` from its arguments to its exit.
package enum BootServer {
  /// Runs the program; returns only by ending the process.
  package static func main(arguments: [String]) -> Never {
    do throws(UsageError) {
      switch try Invocation(arguments: arguments, environment: Process.environment) {
      case .print(let text):
        Process.writeToOutput(text)
        end(.done)
      case .run(let arguments): end(run(arguments))
      }
    } catch {
      Terminal.complain(
        error.description, json: CommandWords(arguments).has(.json))
      end(.wrongUsage)
    }
  }

  private static func run(_ arguments: Arguments) -> ExitCode {
    guard let run = arguments.verb.run else { return .wrongUsage }
    do throws(CommandError) {
      return try run(arguments)
    } catch {
      Terminal.complain(
        ToldPlace(arguments).completed(error.description), answer: error.answer,
        json: arguments.has(.json))
      return .failed
    }
  }

  /// Threads that wait for a disk are not waited for.
  private static func end(_ status: ExitCode) -> Never { Process.exit(status.rawValue) }

  /// The row without words: serves until a signal ends it.
  static func serve(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    Process.holdSignals()
    do throws(StartError) {
      let running = try RunningServer(arguments.configuration, inherited: try inheritedListeners())
      running.announce()
      let signal = Process.waitForSignal()
      running.stop(because: signal)
      return .done
    } catch {
      throw CommandError(error.description)
    }
  }

  private static func inheritedListeners() throws(StartError) -> [SharedListener] {
    do throws(NotAListener) {
      return try Process.inheritedListeners()
    } catch {
      throw StartError(
        description: "LISTEN_FDS passes descriptor \(error.number), which is no listening socket")
    }
  }
}
