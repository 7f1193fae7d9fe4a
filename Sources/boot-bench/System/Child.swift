// boot-bench: processes that it starts.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Starting and ending a child process, always by its id.
enum Child {
  /// Starts a program with an environment that holds nothing of ours.
  ///
  /// - Parameter errors: the file its standard output and error go to.
  static func start(
    _ program: String, _ arguments: [String], errors: String
  ) throws(Failure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // What this process blocks and ignores is its own affair.
    var none = sigset_t()
    var ignored = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigemptyset(&ignored)
    unsafe sigaddset(&ignored, SIGPIPE)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &ignored)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    var environment = unsafe [strdup("PATH=/usr/sbin:/usr/bin:/bin"), nil]
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
      for index in unsafe environment.indices { unsafe free(environment[index]) }
    }
    var process = pid_t()
    let code = unsafe posix_spawn(
      &process, program, &actions, &attributes, &words, &environment)
    guard code == 0 else { throw .system("start \(program)", code) }
    return process
  }

  /// How the process has ended; if it has, its id may belong to another from now on.
  ///
  /// - Returns: `nil` while it runs.
  static func ending(of process: pid_t) -> String? {
    var status: CInt = 0
    guard unsafe waitpid(process, &status, WNOHANG) == process else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? "status \(status >> 8 & 0xff)" : "signal \(signal)"
  }

  /// Asks a child to end, and after 3 s ends it and its own children.
  static func end(_ process: pid_t) {
    _ = kill(process, SIGTERM)
    for _ in 0..<600 {
      if ending(of: process) != nil { return }
      Clock.sleep(seconds: 0.005)
    }
    for grandchild in ProcessFigures.children(of: process) { _ = kill(grandchild, SIGKILL) }
    _ = kill(process, SIGKILL)
    var status: CInt = 0
    _ = unsafe waitpid(process, &status, 0)
  }
}
