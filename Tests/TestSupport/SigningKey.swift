// TestSupport: keys of a test's own.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A key of a test's own, in a GnuPG home of its own.
package final class SigningKey: Sendable {
  private let home: TemporaryDirectory
  /// The public key, binary.
  package let keyring: [UInt8]
  /// 40 hexadecimal digits.
  package let fingerprint: String

  package init(expires: String = "never", at time: String? = nil) throws {
    home = try TemporaryDirectory()
    guard chmod(home.path, 0o700) == 0 else { throw ClientError(description: "chmod") }
    try Self.gpg(
      home,
      (time.map { ["--faked-system-time", $0] } ?? []) + [
        "--passphrase", "", "--quick-generate-key", "Test <test@example.org>", "ed25519", "sign",
        expires,
      ])
    try Self.gpg(home, ["--output", home.path + "/public", "--export"])
    keyring = Array(try home.read("public"))
    let list = try Program.run(
      "/usr/bin/gpg", ["--homedir", home.path, "--batch", "--with-colons", "--list-keys"]
    ).output
    guard let match = try #/fpr:+(\w{40}):/#.firstMatch(in: list) else {
      throw ClientError(description: "gpg lists no key: \(list)")
    }
    fingerprint = String(match.1)
  }

  deinit {
    _ = try? Program.run("/usr/bin/gpgconf", ["--homedir", home.path, "--kill", "all"])
  }

  /// - Parameter arguments: `--clear-sign`, or `--detach-sign`.
  package func sign(_ bytes: Data, _ arguments: [String]) throws -> [UInt8] {
    try home.write("text", bytes)
    try Self.gpg(
      home, ["--yes", "--output", home.path + "/out"] + arguments + [home.path + "/text"])
    return Array(try home.read("out"))
  }

  private static func gpg(_ home: TemporaryDirectory, _ arguments: [String]) throws {
    let result = try Program.run(
      "/usr/bin/gpg",
      ["--homedir", home.path, "--batch", "--quiet", "--pinentry-mode", "loopback"] + arguments)
    if result.status != 0 { throw ClientError(description: "gpg: \(result.output)") }
  }
}
