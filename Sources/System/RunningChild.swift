// System: a program whose output is read while it runs.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A program that runs while its output is read, at the reader's pace.
///
/// For one thread. Ended with its owner, and by the kernel with the thread that started it: where this process
/// is killed, nothing is left of it.
package final class RunningChild {
  /// What one reading gave.
  package enum Reading: Equatable {
    /// So many, at the buffer's start.
    case bytes(Int)
    /// Nothing came in time.
    case nothing
    /// It has closed its output.
    case end
  }

  private let process: ProcessID
  private let outputs: PipeEnd
  private let errors: PipeEnd
  private var status: Int?
  /// What it has said on standard error so far; at most 256 KB.
  package private(set) var complaint: [UInt8] = []
  private static let maxComplaint = 256 << 10

  init(_ process: ProcessID, outputs: PipeEnd, errors: PipeEnd) {
    self.process = process
    self.outputs = outputs
    self.errors = errors
    for end in [outputs, errors] {
      _ = fcntl(end.number, F_SETFL, fcntl(end.number, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit { if status == nil { stop() } }

  /// Waits for output, and reads it.
  ///
  /// What it said on standard error before is in ``complaint`` then.
  ///
  /// - Parameters:
  ///   - limit: how many bytes to read at most.
  ///   - milliseconds: how long to wait.
  package func read(
    into buffer: inout [UInt8], limit: Int = .max, milliseconds: Int
  ) throws(Errno) -> Reading {
    let deadline = Instant.now.advanced(milliseconds: milliseconds)
    while outputs.isOpen || errors.isOpen {
      let left = deadline.microseconds(since: .now)
      // A closed end's number is negative, which poll(2) passes over.
      var polled = [
        pollfd(fd: outputs.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0),
      ]
      let ready = unsafe poll(&polled, 2, CInt((left + 999) / 1000))
      if ready < 0, Errno.last != .interrupted { throw .last }
      if ready > 0 {
        listen()
        if polled[0].revents != 0, let count = try take(&buffer, limit) { return .bytes(count) }
      }
      if left == 0, ready <= 0 { return .nothing }
    }
    return .end
  }

  /// Waits for its end, which its closed output has announced.
  ///
  /// - Returns: 0 to 255; 128 and the signal where one ended it.
  package func wait() -> Int {
    if let status { return status }
    outputs.close()
    errors.close()
    let ended = process.wait()
    status = ended
    return ended
  }

  /// Ends it (SIGKILL), and waits until it has ended.
  package func stop() {
    guard status == nil else { return }
    process.kill()
    _ = wait()
  }

  /// - Returns: `nil` where there is nothing to read yet, or no more.
  private func take(_ buffer: inout [UInt8], _ limit: Int) throws(Errno) -> Int? {
    let (number, size) = (outputs.number, min(limit, buffer.count))
    do throws(Errno) {
      let count = try retrying { () -> Int in
        unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, size) }
      }
      if count > 0 { return count }
      outputs.close()
    } catch {
      guard error == .wouldBlock else { throw error }
    }
    return nil
  }

  /// Takes what it has said on standard error.
  private func listen() {
    var piece = [UInt8](repeating: 0, count: 4096)
    while errors.isOpen {
      let count = unsafe Glibc.read(errors.number, &piece, piece.count)
      if count < 0, Errno.last == .interrupted { continue }
      if count < 0, Errno.last == .wouldBlock { return }
      if count <= 0 { return errors.close() }
      complaint += piece[..<min(count, Self.maxComplaint - complaint.count)]
    }
  }
}

extension Child {
  /// Starts it, to be read from while it runs; of its limits only its niceness counts.
  ///
  /// - Parameters:
  ///   - input: for its standard input; less than 64 KB.
  ///   - pipeSize: bytes of output that may wait to be read, as far as this user may have so many.
  package func start(
    _ arguments: [String], input: [UInt8] = [], pipeSize: Int = 64 << 10
  ) throws(Failure) -> RunningChild {
    do throws(Errno) {
      _ = signal(SIGPIPE, SIG_IGN)
      let (inputEnd, inputs) = try Self.pipe()
      let (outputs, outputEnd) = try Self.pipe()
      let (errors, errorEnd) = try Self.pipe()
      if pipeSize > 64 << 10 { _ = clinux_pipe_size(outputs.number, CInt(clamping: pipeSize)) }
      let number = try spawnBound(
        arguments, [inputEnd.number, outputEnd.number, errorEnd.number])
      let running = RunningChild(ProcessID(number), outputs: outputs, errors: errors)
      if niceness > 0 { _ = setpriority(CInt(PRIO_PROCESS.rawValue), id_t(number), niceness) }
      inputEnd.close()
      outputEnd.close()
      errorEnd.close()
      // An empty pipe takes it whole; one that has ended already says why by its status.
      _ = unsafe Glibc.write(inputs.number, input, input.count)
      return running
    } catch {
      throw error == .noEntry ? .missing(name) : .failed(name, error)
    }
  }
}
