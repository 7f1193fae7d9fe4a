// System: a thread of its own.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Detached threads: what they leave behind comes back through a mailbox.
package enum Thread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void

    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Runs `body` on a new thread.
  ///
  /// - Parameter name: at most 15 bytes, as `top -H` shows it.
  package static func spawn(
    _ name: String, _ body: @escaping @Sendable () -> Void
  ) throws(Errno) {
    let box = unsafe Unmanaged.passRetained(Body(name, body))
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        unsafe clinux_name_this_thread(body.name)
        body.run()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      unsafe box.release()
      throw Errno(result)
    }
    _ = pthread_detach(thread)
  }

  /// How many processors this process may use; 1 at least.
  package static var processors: Int {
    max(1, Int(clinux_processors()))
  }

  /// Lets this thread wait.
  package static func sleep(milliseconds: Int) { sleep(microseconds: milliseconds * 1000) }

  /// Lets this thread wait.
  package static func sleep(microseconds: Int) { _ = usleep(useconds_t(microseconds)) }
}
