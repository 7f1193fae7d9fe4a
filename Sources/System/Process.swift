// System: the process: its limits, its signals, what it was started with.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// What a server process asks of the kernel for itself.
package enum Process {
  /// Raises the limit of open descriptors to what is allowed.
  ///
  /// - Returns: the limit now in force.
  package static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
    guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// From now on SIGTERM and SIGINT wait for ``waitForSignal()``; see ``StopSignal``.
  package static func holdSignals() { StopSignal.hold([.terminate, .interrupt]) }

  /// Waits for SIGTERM or SIGINT.
  ///
  /// - Returns: the signal's name.
  package static func waitForSignal() -> String {
    StopSignal.wait(for: [.terminate, .interrupt]).name
  }

  /// A variable of the environment; `nil` where it is not set.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Takes a variable out, so that no child inherits it.
  package static func removeFromEnvironment(_ name: String) { unsafe unsetenv(name) }

  /// The path of the program that runs.
  package static func executable() throws(Errno) -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = try retrying { unsafe readlink("/proc/self/exe", &path, path.count) }
    return String(decoding: path[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// User and system time so far of this process and of its children that have ended.
  package static var cpuSeconds: Double {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, whom in
      var usage = rusage()
      guard unsafe getrusage(whom.rawValue, &usage) == 0 else { return sum }
      return [usage.ru_utime, usage.ru_stime].reduce(sum) {
        $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
      }
    }
  }

  /// Memory that this process has; `nil` where proc(5) does not say.
  package static var residentBytes: Int? {
    let text = (try? FileDescriptor.contents(of: "/proc/self/status", limit: 1 << 16)) ?? []
    for line in text.split(separator: 0x0a) where line.starts(with: "VmRSS:".utf8) {
      return Int(String(decoding: line.filter { (0x30...0x39).contains($0) }, as: UTF8.self))
        .map { $0 * 1024 }
    }
    return nil
  }

  /// What proc(5) counts processor time in.
  package static var ticksPerSecond: Double { Double(sysconf(CInt(_SC_CLK_TCK))) }

  /// Whether this process may make files in a directory (access(2)).
  package static func mayWrite(_ directory: String) -> Bool {
    unsafe access(directory, W_OK | X_OK) == 0
  }

  /// This process's number.
  package static var identifier: Int { Int(getpid()) }

  /// The user that this process acts as.
  package static var user: UInt32 { geteuid() }

  /// The machine's name; `localhost` where it cannot be had.
  package static var hostname: String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Writes to standard output and waits.
  ///
  /// What cannot be written ends the process with status 1 and a line on standard error: a list
  /// that is cut off must not pass for a whole one.
  package static func writeToOutput(_ text: String) { writeToOutput(bytes: Array(text.utf8)) }

  /// The same with bytes as they are.
  package static func writeToOutput(bytes: [UInt8]) {
    do throws(Errno) {
      try StandardStream.writeToOutput(bytes)
    } catch {
      let name = CommandLine.arguments.first?.split(separator: "/").last ?? "coreos-ipxe-server"
      _ = try? StandardStream.writeToError(
        Array("\(name): cannot write to standard output: \(error)\n".utf8), from: 0)
      exit(1)
    }
  }

  /// Ends the process at once: threads stuck in a disk are not waited for.
  package static func exit(_ status: CInt) -> Never { clinux_exit_now(status) }

  /// Takes over the listening sockets that systemd passed to this process (sd_listen_fds(3)).
  ///
  /// Call it before anything else is opened: the numbers are systemd's only until then.
  ///
  /// - Returns: none when `LISTEN_PID` names another process.
  /// - Throws: the number of a descriptor that is no listening stream socket.
  package static func inheritedListeners() throws(NotAListener) -> [SharedListener] {
    defer {
      for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { removeFromEnvironment(name) }
    }
    guard let owner = environment("LISTEN_PID"), Int(owner) == identifier,
      let count = environment("LISTEN_FDS").flatMap({ Int($0) }), (1...1024).contains(count)
    else { return [] }
    var listeners: [SharedListener] = []
    for number in CInt(3)..<CInt(3 + count) {
      guard Listener.isListener(number), fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else {
        throw NotAListener(number: number)
      }
      _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
      // Connections inherit it; a Unix socket has none.
      try? Listener.set(number, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
      listeners.append(SharedListener(Listener(FileDescriptor(owning: number))))
    }
    return listeners
  }
}
