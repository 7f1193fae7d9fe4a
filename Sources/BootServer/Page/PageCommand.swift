// BootServer/Page: `page`.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The page on a loopback port, by way of the running server's socket, until a signal.
enum PageCommand {
  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let path = try SocketSearch(arguments).find()
    let port = arguments[.pagePort].flatMap { UInt16($0) } ?? 0
    Process.holdSignals()
    do throws(Errno) {
      _ = try Socket.connect(toPath: path)
    } catch {
      throw CommandError(
        "nobody answers on \(path) (\(error)); the server that made it has ended, start it again")
    }
    let listener: SharedListener
    let gate: PageGate
    do throws(Errno) {
      listener = try Listener.group(.loopback(port: port), bothFamilies: false, count: 1)[0]
      gate = PageGate(port: listener.listener.localAddress.port)
      let proxy = PageProxy(gate, path: path)
      try Thread.spawn("page") { try? proxy.serve(listener) }
      try Thread.spawn("page-url") {
        Thread.sleep(milliseconds: PageGate.seconds * 1000)
        guard gate.url != nil else { return }
        Terminal.note("nobody opened the URL in \(PageGate.seconds) seconds; start page again")
        Process.exit(ExitCode.failed.rawValue)
      }
    } catch {
      throw CommandError(
        "cannot listen on 127.0.0.1:\(port): \(error); choose another with --port")
    }
    let url = gate.url ?? ""
    Process.writeToOutput(
      "Open \(url)\nIt is good once, within \(PageGate.seconds) seconds. Ctrl-C ends the page.\n")
    _ = Process.waitForSignal()
    return .done
  }
}
