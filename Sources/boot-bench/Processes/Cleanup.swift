// boot-bench: what must not outlive a run.
// SPDX-License-Identifier: Apache-2.0

import System

/// The children and directories of this run, for whoever ends it: its end, an error or a signal.
final class Cleanup: Sendable {
  private struct State {
    var children: Set<ProcessID> = []
    var directories: [String] = []
    var isOver = false
  }

  private let state = Mutex(State())

  func makeDirectory() throws -> String {
    let path = try Files.makeTemporaryDirectory("boot-bench")
    state.withLock { $0.directories.append(path) }
    return path
  }

  /// Starts a child; under the lock, so that a signal cannot come between start and record.
  ///
  /// Its environment holds nothing of ours, but that an installer may be asked for without end.
  ///
  /// - Parameter errors: the file its standard output and error go to.
  func start(_ program: String, _ arguments: [String], errors: String) throws -> ProcessID {
    var child = Child(
      program, environment: ["PATH=/usr/sbin:/usr/bin:/bin", "COREOS_IPXE_SERVER_INSTALL_TRIES=0"])
    child.inherited = []
    return try state.withLock { state in
      if state.isOver { throw Failure("interrupted") }
      let process = try child.start(arguments, output: errors)
      state.children.insert(process)
      return process
    }
  }

  /// Runs a program to its end.
  func run(_ program: String, _ arguments: [String], errors: String) throws {
    let process = try start(program, arguments, errors: errors)
    while true {
      if let ending = ending(of: process) {
        guard ending != 0 else { return }
        let name = ([program] + arguments).joined(separator: " ")
        throw Failure("\(name): status \(ending): \(Self.lastLine(of: errors))")
      }
      if state.withLock({ !$0.children.contains(process) }) { throw Failure("interrupted") }
      Clock.sleep(seconds: 0.001)
    }
  }

  /// Of a log: what a program said last.
  static func lastLine(of path: String) -> String {
    let bytes = (try? Files.read(path)) ?? []
    return bytes.split(separator: 0x0a).last.map { String(decoding: $0, as: UTF8.self) } ?? "silent"
  }

  /// Ends one child; does nothing for one that has ended.
  func end(_ process: ProcessID) {
    state.withLock { if $0.children.remove(process) != nil { Self.stop(process) } }
  }

  /// How a child has ended that should be running.
  ///
  /// - Returns: `nil` while it runs, and when its end is known already.
  func ending(of process: ProcessID) -> Int? {
    state.withLock { state in
      guard state.children.contains(process), let ending = process.ending() else { return nil }
      state.children.remove(process)
      return ending
    }
  }

  /// Ends every child and removes every directory.
  func endAll() {
    state.withLock { state in
      state.isOver = true
      for process in state.children { Self.stop(process) }
      for directory in state.directories { Files.removeTree(directory) }
      state.children = []
      state.directories = []
    }
  }

  /// Asks a child to end, and after 3 s ends it and its own children.
  private static func stop(_ process: ProcessID) {
    process.terminate()
    for _ in 0..<600 {
      if process.ending() != nil { return }
      Clock.sleep(seconds: 0.005)
    }
    for grandchild in ProcessFigures.children(of: process) { grandchild.kill() }
    process.kill()
    process.wait()
  }
}
