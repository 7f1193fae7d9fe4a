// TestSupport: real programs beside the tests.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation

/// A program that tests use, and the Debian package it comes in.
package struct Tool: Sendable {
  package let path: String
  package let package: String

  package var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  package static let curl = Tool("/usr/bin/curl", "curl")
  package static let qemu = Tool("/usr/bin/qemu-system-x86_64", "qemu-system-x86")
  package static let ipxeROM = Tool("/usr/lib/ipxe/qemu/pxe-virtio.rom", "ipxe-qemu")
  package static let ipxe = Tool("/usr/lib/ipxe/ipxe.lkrn", "ipxe")
  package static let ovmf = Tool("/usr/share/OVMF/OVMF_CODE.fd", "ovmf")
  package static let dnsmasq = Tool("/usr/sbin/dnsmasq", "dnsmasq-base")
  package static let busybox = Tool("/bin/busybox", "busybox-static")
  package static let ip = Tool("/sbin/ip", "iproute2")
  package static let cpio = Tool("/usr/bin/cpio", "cpio")
  package static let fuse = Tool("/dev/fuse", "fuse3 (and a kernel with FUSE)")
  package static let setpriv = Tool("/usr/bin/setpriv", "util-linux")
  package static let git = Tool("/usr/bin/git", "git")
  package static let gpg = Tool("/usr/bin/gpg", "gnupg")
  package static let gpgv = Tool("/usr/bin/gpgv", "gpgv")
  package static let etcd = Tool("/usr/bin/etcd", "etcd-server")
  package static let pythonYAML = Tool("/usr/lib/python3/dist-packages/yaml", "python3-yaml")
  package static let varnish = Tool("/usr/sbin/varnishd", "varnish")
  package static let haproxy = Tool("/usr/sbin/haproxy", "haproxy")
  package static let squid = Tool("/usr/sbin/squid", "squid")
  package static let nginx = Tool("/usr/sbin/nginx", "nginx-light")
  package static let shim = Tool("/usr/lib/shim/shimx64.efi.signed", "shim-signed")
  package static let signedGRUB = Tool(
    "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "grub-efi-amd64-signed")
  package static let grubMaker = Tool("/usr/bin/grub-mkimage", "grub-common")
  package static let grubModules = Tool("/usr/lib/grub/x86_64-efi/http.mod", "grub-efi-amd64-bin")

  package static let debianInstaller = Tool(
    "/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/linux",
    "debian-installer-12-netboot-amd64")
  package static let memtestBIOS = Tool("/boot/memtest86+x64.bin", "memtest86+")
  package static let memtestEFI = Tool("/boot/memtest86+x64.efi", "memtest86+")
  package static let ignitionValidate = Tool("/usr/bin/ignition-validate", "ignition")
  package static let python = Tool("/usr/bin/python3", "python3")
  package static let kea = Tool("/usr/sbin/kea-dhcp4", "kea-dhcp4-server")
  package static let virtXMLValidate = Tool("/usr/bin/virt-xml-validate", "libvirt-clients")
  package static let xmllint = Tool("/usr/bin/xmllint", "libxml2-utils")
  package static let cloudInit = Tool("/usr/bin/cloud-init", "cloud-init")
  package static let mmdebstrap = Tool("/usr/bin/mmdebstrap", "mmdebstrap")
  package static let systemdAnalyze = Tool("/usr/bin/systemd-analyze", "systemd")
  package static let openssl = Tool("/usr/bin/openssl", "openssl")
  package static let bash = Tool("/usr/bin/bash", "bash")
  package static let zsh = Tool("/usr/bin/zsh", "zsh")
  package static let promtool = Tool("/usr/bin/promtool", "prometheus")
  package static let prometheus = Tool("/usr/bin/prometheus", "prometheus")
  package static let mandoc = Tool("/usr/bin/mandoc", "mandoc")
  package static let chromium = Tool("/usr/bin/chromium", "chromium")
  package static let chromedriver = Tool("/usr/bin/chromedriver", "chromium-driver")
  package static let fonts = Tool("/usr/share/fonts/truetype/dejavu", "fonts-dejavu-core")
  package static let xorriso = Tool("/usr/bin/xorriso", "xorriso")

  private init(_ path: String, _ package: String) {
    self.path = path
    self.package = package
  }

  /// The kernel that machines of the tests boot.
  package static var linux: Tool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/boot")) ?? []
    let kernel = names.filter { $0.hasPrefix("vmlinuz-") && $0.contains("cloud") }.max()
    return Tool("/boot/" + (kernel ?? "vmlinuz-cloud"), "linux-image-cloud-amd64")
  }
}

/// Whether a test that lacks something fails instead of being skipped.
package let testsAreStrict =
  ProcessInfo.processInfo.environment["COREOS_IPXE_SERVER_TEST_STRICT"] == "1"

/// Whether a test may do what only root can: it was asked for, and is so.
package let testsMayBeRoot =
  getuid() == 0 && ProcessInfo.processInfo.environment["COREOS_IPXE_SERVER_TEST_ROOT"] == "1"

/// How often a test by chance is done: strict tests search, others see that it works.
package func rounds(_ strict: Int) -> Range<Int> {
  0..<(testsAreStrict ? strict : max(1, strict / 10))
}

/// The cases of a test that are dear: all where tests are strict, else each `n`th of them.
///
/// - Parameter first: which one to begin with, so that several tests take different ones.
package func dear<Case>(_ cases: [Case], each n: Int, from first: Int = 0) -> [Case] {
  testsAreStrict ? cases : stride(from: first % n, to: cases.count, by: n).map { cases[$0] }
}

/// What a test needs and this machine may lack.
package struct Needs: Sendable {
  /// Whether the test is run: nothing lacks, or tests are strict and it shall fail.
  package let areMet: Bool
  /// What lacks: Debian packages, or to be root.
  package let missing: [String]

  package init(_ tools: [Tool], root: Bool = false) {
    let isRoot = !root || testsMayBeRoot
    self.init(tools.filter { !$0.isThere }.map(\.package) + (isRoot ? [] : [Self.root]))
  }

  package init(_ missing: [String]) {
    self.missing = missing
    areMet = testsAreStrict || missing.isEmpty
  }

  /// What only an environment variable asks for, strict or not.
  package init(asked: Bool, _ what: String) {
    missing = asked ? [] : [what]
    areMet = asked
  }

  /// Nothing is done as root unasked.
  private static let root = "root with COREOS_IPXE_SERVER_TEST_ROOT=1"
}

/// A running program; ended with its owner.
package final class Program: Sendable {
  package let identifier: pid_t
  private let status = Locked<Int32?>(nil)
  private let output = Output()

  private final class Output: Sendable {
    let bytes = Locked(Data())
    let isAtEnd = Locked(false)
  }

  /// Starts it with an empty standard input and no signal blocked.
  ///
  /// - Parameter third: becomes descriptor 3, as systemd passes a socket.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil, errorTo descriptor: Int32? = nil, passing third: Int32? = nil
  ) throws {
    let pipes = try Self.pipe()
    let arguments =
      directory.map { ["-c", "cd \"$0\" && exec \"$@\"", $0, path] + arguments } ?? arguments
    let path = directory == nil ? path : "/bin/sh"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    posix_spawn_file_actions_adddup2(&actions, descriptor ?? pipes[1], 2)
    if let third { posix_spawn_file_actions_adddup2(&actions, third, 3) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .map { "\($0.key)=\($0.value)" }
    var identifier: pid_t = 0
    let result = Self.withCStrings([path] + arguments) { argv in
      Self.withCStrings(variables) { envp in
        posix_spawn(&identifier, path, &actions, &attributes, argv, envp)
      }
    }
    close(pipes[1])
    guard result == 0 else {
      close(pipes[0])
      throw ClientError(description: "\(path): \(String(cString: strerror(result)))")
    }
    self.identifier = identifier
    let output = output
    Foundation.Thread.detachNewThread { [input = pipes[0]] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = read(input, &buffer, buffer.count)
        if count <= 0 { break }
        output.bytes.withLock { $0.append(contentsOf: buffer[..<count]) }
      }
      close(input)
      output.isAtEnd.withLock { $0 = true }
    }
  }

  deinit {
    kill(SIGKILL)
    _ = exitStatus(within: 5)
  }

  /// A pipe that no other program inherits: its reading and its writing end.
  package static func pipe() throws -> [Int32] {
    var ends: [Int32] = [0, 0]
    guard clinux_pipe(&ends) == 0 else { throw ClientError(description: "pipe: errno \(errno)") }
    return ends
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }

  /// What it has printed so far, on either stream.
  package var printed: String { output.bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  package var isRunning: Bool { ended == nil }

  /// Its exit status, or 128 and the signal; `nil` while it runs.
  private var ended: Int32? {
    status.withLock { status in
      if let status { return status }
      var raw: Int32 = 0
      guard waitpid(identifier, &raw, WNOHANG) == identifier else { return nil }
      status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
      return status
    }
  }

  package func kill(_ signal: Int32) {
    if isRunning { Glibc.kill(identifier, signal) }
  }

  /// Waits for its end, and for what it wrote last.
  ///
  /// - Returns: the exit status; `nil` when it still runs.
  package func exitStatus(within seconds: Double) -> Int32? {
    let end = Date().addingTimeInterval(seconds)
    while true {
      if let ended {
        // A child it left behind may hold the pipe open.
        for _ in 0..<250 where !output.isAtEnd.withLock({ $0 }) { usleep(2000) }
        return ended
      }
      if Date() > end { return nil }
      usleep(2000)
    }
  }

  /// Waits until it has printed a text.
  package func hasPrinted(_ text: String, within seconds: Double) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if printed.contains(text) { return true }
      if !isRunning {
        usleep(50000)
        return printed.contains(text)
      }
      usleep(5000)
    }
    return false
  }

  /// Runs a program to its end.
  package static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil, within seconds: Double = 30
  ) throws -> (status: Int32, output: String) {
    let program = try Program(
      path, arguments, environment: environment, directory: directory)
    guard let status = program.exitStatus(within: seconds) else {
      throw ClientError(description: "\(path) still runs after \(seconds) s: \(program.printed)")
    }
    // What it wrote last may still be in the pipe; a child it left behind may hold the pipe open.
    for _ in 0..<1000 where !program.output.isAtEnd.withLock({ $0 }) { usleep(2000) }
    return (status, program.printed)
  }

  /// Puts a copy of the server where any user may run it.
  ///
  /// Another process writes it: one that we start at that moment would inherit a descriptor of ours,
  /// and a file that is open for writing cannot be run.
  package static func copyServer(to path: String) throws {
    _ = try run("/bin/cp", [built("coreos-ipxe-server"), path])
    guard chmod(path, 0o755) == 0 else { throw ClientError(description: "chmod: errno \(errno)") }
  }

  /// The program of this package with that name, built beside the tests.
  package static func built(_ name: String) -> String {
    var directory = (CommandLine.arguments[0] as NSString).deletingLastPathComponent
    for _ in 0..<5 {
      let path = directory + "/" + name
      if FileManager.default.isExecutableFile(atPath: path) { return path }
      directory = (directory as NSString).deletingLastPathComponent
    }
    return name
  }
}
