// boot-bench: what must not outlive a run.
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The children and directories of this run, for whoever ends it: its end, an error or a signal.
final class Cleanup: Sendable {
  private struct State {
    var children: Set<pid_t> = []
    var directories: [String] = []
    var isOver = false
  }

  private let state = Mutex(State())

  func makeDirectory() throws(Failure) -> String {
    let path = try Files.makeTemporaryDirectory()
    state.withLock { $0.directories.append(path) }
    return path
  }

  /// Starts a child; under the lock, so that a signal cannot come between start and record.
  func start(_ program: String, _ arguments: [String], errors: String) throws(Failure) -> pid_t {
    try state.withLock { (state) throws(Failure) -> pid_t in
      if state.isOver { throw Failure("interrupted") }
      let process = try Child.start(program, arguments, errors: errors)
      state.children.insert(process)
      return process
    }
  }

  /// Runs a program to its end.
  func run(_ program: String, _ arguments: [String], errors: String) throws(Failure) {
    let process = try start(program, arguments, errors: errors)
    while true {
      if let ending = ending(of: process) {
        guard ending != "status 0" else { return }
        let name = ([program] + arguments).joined(separator: " ")
        throw Failure("\(name): \(ending): \(Files.lastLine(of: errors))")
      }
      if state.withLock({ !$0.children.contains(process) }) { throw Failure("interrupted") }
      Clock.sleep(seconds: 0.001)
    }
  }

  /// Ends one child; does nothing for one that has ended.
  func end(_ process: pid_t) {
    state.withLock { if $0.children.remove(process) != nil { Child.end(process) } }
  }

  /// How a child has ended that should be running.
  ///
  /// - Returns: `nil` while it runs, and when its end is known already.
  func ending(of process: pid_t) -> String? {
    state.withLock { state in
      guard state.children.contains(process), let ending = Child.ending(of: process) else {
        return nil
      }
      state.children.remove(process)
      return ending
    }
  }

  /// Ends every child and removes every directory.
  func endAll() {
    state.withLock { state in
      state.isOver = true
      for process in state.children { Child.end(process) }
      for directory in state.directories { Files.removeTree(directory) }
      state.children = []
      state.directories = []
    }
  }
}
