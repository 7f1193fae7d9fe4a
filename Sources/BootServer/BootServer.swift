// BootServer: the program.
// SPDX-License-Identifier: Apache-2.0

import System

/// `coreos-ipxe-server` from its arguments to its exit.
package enum BootServer {
  /// Runs the program; returns only by ending the process.
  package static func main(arguments: [String]) -> Never {
    do throws(UsageError) {
      switch try Invocation(arguments: arguments, environment: Process.environment) {
      case .help: finish(Invocation.helpText)
      case .version: finish("coreos-ipxe-server \(Version.text)\n")
      case .machinesHelp: finish(MachinesInvocation.helpText)
      case .machines(let invocation): run(invocation)
      case .serve(let configuration): serve(configuration)
      }
    } catch {
      complain(error.description)
      Process.exit(2)
    }
  }

  private static func finish(_ text: String) -> Never {
    Process.writeToOutput(text)
    Process.exit(0)
  }

  private static func run(_ invocation: MachinesInvocation) -> Never {
    do throws(CommandError) {
      try MachinesCommand(invocation).run()
      Process.exit(0)
    } catch {
      complain(error.description)
      Process.exit(1)
    }
  }

  private static func serve(_ configuration: Configuration) -> Never {
    Process.holdSignals()
    do throws(StartError) {
      let running = try RunningServer(configuration, inherited: try inheritedListeners())
      running.announce()
      let signal = Process.waitForSignal()
      running.stop(because: signal)
      Process.exit(0)
    } catch {
      complain(error.description)
      Process.exit(1)
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

  private static func complain(_ line: String) {
    let bytes = Array("coreos-ipxe-server: \(line)\n".utf8)
    _ = try? StandardStream.writeToError(bytes, from: 0)
  }
}

/// Why the server did not start; `description` is one line.
package struct StartError: Error, CustomStringConvertible {
  package let description: String
}
