// TestSupport: real programs beside the tests.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

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
  package static let nginx = Tool("/usr/sbin/nginx", "nginx-light")

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

extension Trait where Self == ConditionTrait {
  /// Skips a test where a tool is missing, and says which package has it.
  package static func needs(_ tools: Tool..., root: Bool = false) -> Self {
    let missing = tools.filter { !$0.isThere }.map(\.package)
    var reasons = missing.isEmpty ? [] : ["Debian packages: " + missing.joined(separator: " ")]
    if root, getuid() != 0 { reasons.append("root, for a network namespace or a mount") }
    let isReady = testsAreStrict || reasons.isEmpty
    let comment = Comment(rawValue: "needs " + reasons.joined(separator: ", and "))
    return .enabled(if: isReady, comment)
  }
}

/// A running program; ended with its owner.
package final class Program: Sendable {
  private let process: Mutex<Foundation.Process>
  private let output = Output()

  private final class Output: Sendable {
    let bytes = Mutex(Data())
  }

  package let identifier: Int32

  /// - Parameter input: bytes for standard input; else it is empty.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil, readsOutput: Bool = true
  ) throws {
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    identifier = process.processIdentifier
    self.process = Mutex(process)
    guard readsOutput else { return }
    let handle = pipe.fileHandleForReading
    let output = output
    Foundation.Thread.detachNewThread {
      while true {
        let piece = handle.availableData
        if piece.isEmpty { break }
        output.bytes.withLock { $0.append(piece) }
      }
    }
  }

  deinit { kill(SIGKILL) }

  /// What it has printed so far, on either stream.
  package var printed: String { output.bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  package var isRunning: Bool { process.withLock { $0.isRunning } }

  package func kill(_ signal: Int32) {
    if isRunning { Glibc.kill(identifier, signal) }
  }

  /// Waits for its end.
  ///
  /// - Returns: the exit status; `nil` when it still runs.
  package func exitStatus(within seconds: Double) -> Int32? {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if !isRunning { return process.withLock { $0.terminationStatus } }
      usleep(5000)
    }
    return nil
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
    usleep(20000)
    return (status, program.printed)
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
