// System: a program that is written to while it runs.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A program that runs while it is written to, at its own pace; what it says on standard output goes nowhere, and
/// its standard error is ours.
///
/// For one thread. Ended with its owner, and by the kernel with the thread that started it.
package final class FedChild {
  private let process: ProcessID
  private let inputs: PipeEnd
  private var status: Int?

  init(_ process: ProcessID, inputs: PipeEnd) {
    self.process = process
    self.inputs = inputs
    _ = fcntl(inputs.number, F_SETFL, fcntl(inputs.number, F_GETFL) | O_NONBLOCK)
  }

  deinit { stop() }

  /// Writes what fits now.
  ///
  /// - Returns: how many bytes of those from `start` on; 0 while it reads nothing.
  /// - Throws: ``Errno/brokenPipe`` where it reads no more.
  package func write(_ bytes: [UInt8], from start: Int) throws(Errno) -> Int {
    let number = inputs.number
    do throws(Errno) {
      return try retrying { () -> Int in
        unsafe bytes.withUnsafeBytes { buffer in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
          return unsafe Glibc.write(number, rest.baseAddress, rest.count)
        }
      }
    } catch {
      if error == .wouldBlock { return 0 }
      throw error
    }
  }

  /// How it has ended.
  ///
  /// - Returns: 0 to 255, 128 and the signal where one ended it; `nil` while it runs.
  package func ending() -> Int? {
    if status == nil { status = process.ending() }
    return status
  }

  /// There is nothing more for it to read.
  package func endInput() { inputs.close() }

  /// Asks it to end (SIGTERM).
  package func terminate() { if ending() == nil { process.terminate() } }

  /// Ends it (SIGKILL), and waits until it has ended.
  package func stop() {
    guard ending() == nil else { return }
    process.kill()
    status = process.wait()
  }
}

extension Child {
  /// Starts it, to be written to while it runs; of its limits none counts.
  package func startFed(_ arguments: [String] = []) throws(Failure) -> FedChild {
    do throws(Errno) {
      _ = signal(SIGPIPE, SIG_IGN)
      let (inputEnd, inputs) = try Self.pipe()
      let nothing = FileDescriptor(
        owning: try retrying { unsafe open("/dev/null", O_WRONLY | O_CLOEXEC) })
      let number = try spawnBound(
        arguments, [inputEnd.number, nothing.number, CInt(STDERR_FILENO)])
      return FedChild(ProcessID(number), inputs: inputs)
    } catch {
      throw error == .noEntry ? .missing(name) : .failed(name, error)
    }
  }
}
