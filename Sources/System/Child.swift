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
    package let output: [UInt8]
    /// The first 4 KB of what it said on standard error.
    package let complaint: String
  }

  package enum Failure: Error, Sendable, CustomStringConvertible {
    /// There is no such program.
    case missing(String)
    case failed(String, Errno)
    case tooSlow(String, seconds: Int)

    package var description: String {
      switch self {
      case .missing(let name): "\(name) is not installed"
      case .failed(let name, let error): "cannot run \(name): \(error)"
      case .tooSlow(let name, let seconds): "\(name) did not end within \(seconds) s"
      }
    }
  }

  /// Looked up in `PATH`.
  package let name: String
  /// In place of ours.
  package var environment: [String] = []
  /// What it keeps of ours.
  package var inherited = ["PATH", "HOME"]
  package var seconds = 60

  package init(_ name: String, environment: [String] = [], seconds: Int = 60) {
    self.name = name
    self.environment = environment
    self.seconds = seconds
  }

  /// Runs it, and waits.
  ///
  /// - Parameter input: for its standard input.
  package func run(_ arguments: [String], input: [UInt8] = []) throws(Failure) -> Ended {
    do throws(Errno) {
      return try feed(arguments, input)
    } catch {
      throw failure(error)
    }
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
      return try spawn(arguments, [nothing.number, file.number, file.number])
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: Errno) -> Failure {
    switch error {
    case .noEntry: .missing(name)
    case .timedOut: .tooSlow(name, seconds: seconds)
    default: .failed(name, error)
    }
  }

  private func feed(_ arguments: [String], _ input: [UInt8]) throws(Errno) -> Ended {
    let (inputEnd, inputs) = try Self.pipe()
    let (outputs, outputEnd) = try Self.pipe()
    let (errors, errorEnd) = try Self.pipe()
    let process = try spawn(arguments, [inputEnd.number, outputEnd.number, errorEnd.number])
    inputEnd.close()
    outputEnd.close()
    errorEnd.close()
    var transfer = Transfer(input: input, ends: (inputs, outputs, errors))
    let isDone = transfer.run(until: Instant.now.advanced(seconds: seconds))
    if !isDone { process.kill() }
    let status = process.wait()
    if !isDone { throw .timedOut }
    return Ended(
      status: status, output: transfer.output,
      complaint: String(decoding: transfer.errors.prefix(4096), as: UTF8.self))
  }

  private func spawn(_ arguments: [String], _ ends: [CInt]) throws(Errno) -> ProcessID {
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
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
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
    return ProcessID(process)
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    return unsafe body(copies + [nil])
  }

  private static func pipe() throws(Errno) -> (PipeEnd, PipeEnd) {
    var ends: [CInt] = [-1, -1]
    _ = try retrying { unsafe clinux_pipe(&ends) }
    return (PipeEnd(ends[0]), PipeEnd(ends[1]))
  }
}

/// One end of a pipe; closed early, or with its owner.
private final class PipeEnd {
  private(set) var number: CInt

  init(_ number: CInt) { self.number = number }
  deinit { close() }

  var isOpen: Bool { number >= 0 }

  func close() {
    if number >= 0 { _ = Glibc.close(number) }
    number = -1
  }
}

/// Feeds a child and takes what it says, whichever is ready.
private struct Transfer {
  private var input: ArraySlice<UInt8>
  private let ends: (input: PipeEnd, output: PipeEnd, errors: PipeEnd)
  private(set) var output: [UInt8] = []
  private(set) var errors: [UInt8] = []

  init(input: [UInt8], ends: (PipeEnd, PipeEnd, PipeEnd)) {
    self.input = input[...]
    self.ends = ends
    for end in [ends.0, ends.1, ends.2] {
      _ = fcntl(end.number, F_SETFL, fcntl(end.number, F_GETFL) | O_NONBLOCK)
    }
  }

  /// - Returns: `false` when time was up first.
  mutating func run(until end: Instant) -> Bool {
    while ends.output.isOpen || ends.errors.isOpen {
      if input.isEmpty { ends.input.close() }
      // A closed end's number is negative, which poll(2) passes over.
      var polled = [
        pollfd(fd: ends.input.number, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: ends.output.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ends.errors.number, events: Int16(POLLIN), revents: 0),
      ]
      if unsafe poll(&polled, 3, 250) > 0 {
        if polled[0].revents != 0 { feed() }
        if polled[1].revents != 0 { Self.take(from: ends.output, to: &output) }
        if polled[2].revents != 0 { Self.take(from: ends.errors, to: &errors) }
      }
      if end < Instant.now { return false }
    }
    return true
  }

  private mutating func feed() {
    let count = unsafe input.withUnsafeBytes {
      unsafe Glibc.write(ends.input.number, $0.baseAddress, $0.count)
    }
    // A child that has stopped reading says why by its status.
    if count < 0, errno != EAGAIN, errno != EINTR { input = [] }
    if count > 0 { input = input.dropFirst(count) }
  }

  private static func take(from end: PipeEnd, to bytes: inout [UInt8]) {
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe Glibc.read(end.number, &piece, piece.count)
    if count > 0 {
      bytes += piece[..<count]
    } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
      end.close()
    }
  }
}
