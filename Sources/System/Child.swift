// System: other programs.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Runs a program to its end: `git`, `curl`.
package struct Child: Sendable {
  /// What came of it.
  package struct Ended: Sendable {
    /// 0 to 255; 128 and the signal where one ended it.
    package let status: Int
    /// What it wrote to its standard output.
    package let output: [UInt8]
    /// The first 4 KB of what it said on standard error.
    package let complaint: String
  }

  /// Why there is nothing to be had from it; one that ended with a status is no failure.
  package enum Failure: Error, Sendable, CustomStringConvertible {
    /// There is no such program.
    case missing(String)
    case failed(String, Errno)
    case tooSlow(String, seconds: Int)
    case tooMuch(String, bytes: Int)
    /// ``Child/isUnwanted`` said so.
    case unwanted(String)

    /// One sentence, without the program's arguments.
    package var description: String {
      switch self {
      case .missing(let name): "\(name) is not installed"
      case .failed(let name, let error): "cannot run \(name): \(error)"
      case .tooSlow(let name, let seconds): "\(name) did not end within \(seconds) s"
      case .tooMuch(let name, let bytes): "\(name) said more than \(bytes >> 20) MB"
      case .unwanted(let name): "\(name) was ended before it was done"
      }
    }
  }

  /// Looked up in `PATH`.
  package let name: String
  /// In place of ours.
  package var environment: [String] = []
  /// What it keeps of ours.
  package var inherited = ["PATH", "HOME"]
  /// How long it may take; then it is ended with SIGKILL.
  package var seconds = 60
  /// One that says more is ended.
  package var outputLimit = 64 << 20
  /// 0 to 19: how far it steps back behind others.
  package var niceness: CInt = 0
  /// Ended together with what it has started itself; a terminal's Ctrl-C reaches neither.
  package var isGroup = false
  /// Asked four times a second; once true, the program is ended.
  package var isUnwanted: @Sendable () -> Bool = { false }

  /// A program that is not run yet; arguments come with the run.
  package init(_ name: String, environment: [String] = [], seconds: Int = 60) {
    self.name = name
    self.environment = environment
    self.seconds = seconds
  }

  /// Runs it, and waits.
  ///
  /// - Parameter input: for its standard input.
  package func run(_ arguments: [String], input: [UInt8] = []) throws(Failure) -> Ended {
    var rest: [UInt8]? = input
    return try run(arguments, taking: nil) {
      defer { rest = nil }
      return rest
    }
  }

  /// Runs it, waits, and hands its output on as it comes; what is returned holds none.
  ///
  /// - Parameter take: `false` ends the program with SIGKILL, which its status says.
  package func run(
    _ arguments: [String], input: [UInt8] = [], output take: (ArraySlice<UInt8>) -> Bool
  ) throws(Failure) -> Ended {
    try withoutActuallyEscaping(take) { (take) throws(Failure) in
      var rest: [UInt8]? = input
      return try run(arguments, taking: take) {
        defer { rest = nil }
        return rest
      }
    }
  }

  /// Runs it with more input or output than should be in memory at once, and waits.
  ///
  /// - Parameters:
  ///   - take: called with pieces of its output, which then have no limit; `false` ends the program
  ///     with SIGKILL, which its status says.
  ///   - feed: the next piece of its input; `nil` after the last.
  package func run(
    _ arguments: [String], taking take: ((ArraySlice<UInt8>) -> Bool)?,
    feeding feed: @escaping () -> [UInt8]?
  ) throws(Failure) -> Ended {
    let process: pid_t
    var transfer: ChildTransfer
    do throws(Errno) {
      (process, transfer) = try start(arguments, take, feed)
    } catch {
      throw error == .noEntry ? .missing(name) : .failed(name, error)
    }
    let end = Instant.now.advanced(seconds: seconds)
    var outcome = transfer.run(until: end, outputLimit, isUnwanted)
    var raw: CInt = 0
    // It may have closed its output and go on.
    var pause: UInt32 = 100
    while outcome == .done {
      let ended = unsafe waitpid(process, &raw, WNOHANG)
      if ended == process || (ended < 0 && errno != EINTR) { break }
      if end < Instant.now { outcome = .tooSlow }
      usleep(pause)
      pause = min(pause * 2, 20000)
    }
    if outcome != .done {
      _ = kill(isGroup ? -process : process, SIGKILL)
      while unsafe waitpid(process, &raw, 0) < 0 && errno == EINTR {}
    }
    switch outcome {
    case .done, .stopped: break
    case .tooSlow: throw .tooSlow(name, seconds: seconds)
    case .tooMuch: throw .tooMuch(name, bytes: outputLimit)
    case .unwanted: throw .unwanted(name)
    }
    let status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    return Ended(
      status: Int(status), output: transfer.output,
      complaint: String(decoding: transfer.errors, as: UTF8.self))
  }

  /// Starts it, and does not wait.
  ///
  /// - Parameter output: the file that what it says is added to; it gets nothing to read.
  package func start(_ arguments: [String], output: String) throws(Failure) -> ProcessID {
    do throws(Errno) {
      let nothing = FileDescriptor(
        owning: try retrying { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) })
      let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
      let file = FileDescriptor(owning: try retrying { unsafe open(output, flags, 0o644) })
      return ProcessID(try spawn(arguments, [nothing.number, file.number, file.number]))
    } catch {
      throw error == .noEntry ? .missing(name) : .failed(name, error)
    }
  }

  private func start(
    _ arguments: [String], _ take: ((ArraySlice<UInt8>) -> Bool)?,
    _ feed: @escaping () -> [UInt8]?
  ) throws(Errno) -> (pid_t, ChildTransfer) {
    // One that reads no more is not our death.
    _ = signal(SIGPIPE, SIG_IGN)
    let (inputEnd, inputs) = try Self.pipe()
    let (outputs, outputEnd) = try Self.pipe()
    let (errors, errorEnd) = try Self.pipe()
    let process = try spawn(arguments, [inputEnd.number, outputEnd.number, errorEnd.number])
    inputEnd.close()
    outputEnd.close()
    errorEnd.close()
    if niceness > 0 { _ = setpriority(CInt(PRIO_PROCESS.rawValue), id_t(process), niceness) }
    return (process, ChildTransfer(feed, take, ends: (inputs, outputs, errors)))
  }

  func spawn(_ arguments: [String], _ ends: [CInt]) throws(Errno) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, end) in ends.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, end, CInt(target))
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // Our threads hold signals back, and our process ignores broken pipes; a child does neither.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    // A group of its own, which has the child's number.
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let group = isGroup ? POSIX_SPAWN_SETPGROUP : 0
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))
    let kept = inherited.compactMap { name in
      Process.environment(name).map { "\(name)=\($0)" }
    }
    var process: pid_t = 0
    let result = unsafe Self.withCStrings([name] + arguments) { argv in
      unsafe Self.withCStrings(kept + environment) { envp in
        unsafe posix_spawnp(&process, name, &actions, &attributes, argv, envp)
      }
    }
    guard result == 0 else { throw Errno(result) }
    return process
  }

  /// The same for one that ends with this thread, however that ends.
  func spawnBound(_ arguments: [String], _ ends: [CInt]) throws(Errno) -> pid_t {
    let kept = inherited.compactMap { name in
      Process.environment(name).map { "\(name)=\($0)" }
    }
    return try retrying {
      unsafe Self.withCStrings([name] + arguments) { argv in
        unsafe Self.withCStrings(kept + environment) { envp in
          unsafe clinux_start_bound(name, argv, envp, ends)
        }
      }
    }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    return unsafe body(copies + [nil])
  }

  static func pipe() throws(Errno) -> (PipeEnd, PipeEnd) {
    var ends: [CInt] = [-1, -1]
    _ = try retrying { unsafe clinux_pipe(&ends) }
    return (PipeEnd(ends[0]), PipeEnd(ends[1]))
  }
}
