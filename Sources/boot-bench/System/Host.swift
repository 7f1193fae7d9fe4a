// boot-bench: what it asks of the machine for itself.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// This process and this machine.
enum Host {
  static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Raises the limit of open descriptors as far as is allowed.
  ///
  /// - Returns: the limit now in force; children inherit it.
  static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
    var raised = limit
    raised.rlim_cur = limit.rlim_max
    if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
    return Int(clamping: limit.rlim_cur)
  }

  /// The path of this program.
  static func executable() throws(Failure) -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &path, path.count)
    guard count > 0 else { throw .system("readlink /proc/self/exe") }
    return String(decoding: path[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Runs `act` on a thread of its own when the first of the usual signals comes, then ends.
  ///
  /// Call it before any other thread starts: they inherit that the signals are blocked.
  static func onStopSignal(_ act: @escaping @Sendable () -> Void) throws(Failure) {
    _ = signal(SIGPIPE, SIG_IGN)
    var set = stopSignals
    _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let thread = try startThread {
      var set = stopSignals
      var number: CInt = 0
      while unsafe sigwait(&set, &number) != 0 {}
      act()
      clinux_exit_now(128 + number)
    }
    _ = pthread_detach(thread)
  }

  private static var stopSignals: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&set, number) }
    return set
  }

  static func print(_ text: String, toError: Bool = false) {
    let bytes = Array("\(text)\n".utf8)
    _ = unsafe write(toError ? STDERR_FILENO : STDOUT_FILENO, bytes, bytes.count)
  }
}
