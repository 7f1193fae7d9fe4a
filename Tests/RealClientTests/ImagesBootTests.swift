// RealClientTests: a real machine whose profile follows a channel.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// An upstream with Flatcar's layout in the lab's network, whose versions say which they are once they run.
private struct Upstream {
  static let kernel = "flatcar_production_pxe.vmlinuz"
  static let initrd = "flatcar_production_pxe_image.cpio.gz"
  private static let folder = "upstream/stable/amd64-usr"

  let lab: Lab
  private let key: SigningKey

  init() throws {
    lab = try Lab([
      "profiles/web.json": #"{"os":"flatcar","version":"stable","console":["ttyS0"]}"#
    ])
    key = try SigningKey()
    try lab.directory.write("images/keys/flatcar.gpg", Data(key.keyring))
    try lab.directory.write(
      "images/sources/flatcar.json",
      """
      {"base": "http://\(Lab.server):8080/{channel}/{arch}", "arch": {"amd64": "amd64-usr"},
       "channels": ["stable"], "latest": {"path": "current/version.txt", "line": "FLATCAR_VERSION="},
       "files": ["{version}/\(Self.kernel)", "{version}/\(Self.initrd)"],
       "digests": ["{file}.DIGESTS.asc"], "signed": "clear", "keys": ["\(key.fingerprint)"]}
      """)
    try lab.directory.write("\(Self.folder)/current/", "")
    try lab.startNginx(serving: "upstream")
  }

  /// What a version's machine says on its serial line.
  static func words(_ version: String) -> String { "THIS MACHINE RUNS VERSION \(version)" }

  /// Publishes a version, signed, and then has the channel name it.
  ///
  /// - Parameter tampered: what the initrd is replaced by once it is signed.
  /// - Returns: the initrd's SHA-256.
  @discardableResult
  func publish(_ version: String, tampered: Data? = nil) throws -> String {
    let place = "\(Self.folder)/\(version)"
    try lab.directory.write("\(place)/\(Self.kernel)", Payload.shared.get().kernel)
    try lab.directory.write("\(place)/\(Self.initrd)", Payload.saying(Self.words(version)))
    var digests: [String] = []
    for name in [Self.kernel, Self.initrd] {
      let sums = try Program.run(
        "/usr/bin/sha256sum", [name], directory: lab.directory.path + "/" + place)
      let list = Data("# SHA256 HASH\n\(sums.output)".utf8)
      try lab.directory.write(
        "\(place)/\(name).DIGESTS.asc", Data(key.sign(list, ["--clear-sign"])))
      digests.append(String(sums.output.prefix(64)))
    }
    if let tampered { try lab.directory.write("\(place)/\(Self.initrd)", tampered) }
    try lab.directory.write(
      "\(Self.folder)/current/version.txt", "FLATCAR_VERSION=\(version)\n")
    return digests[1]
  }
}

extension RealClients {
  @Suite("A real machine whose profile follows a channel")
  struct ImagesBootTests {
    /// Boots a machine, and waits for what it says of itself.
    ///
    /// - Returns: its console.
    private static func boot(_ lab: Lab, _ version: String) throws -> String {
      let machine = try lab.boot(.bios)
      defer { machine.kill(SIGKILL) }
      try #require(
        Report.console(machine, shows: Upstream.words(version), within: 90),
        "\(Report.console(machine).suffix(3000))")
      let console = Report.console(machine)
      #expect(
        console.contains("/images/flatcar/amd64-usr/\(version)/\(Upstream.kernel)"),
        "the script names the concrete version")
      return console
    }

    @Test(.needsMachines, .needs(.gpg, .gpgv, .curl))
    func
      `boots what is verified, what is newer without a restart, and by rollback what was before`()
      throws
    {
      let upstream = try Upstream()
      let lab = upstream.lab
      let digest = try upstream.publish("1.0.0")
      let server = try lab.startServer(["--update-images", "1s"])
      _ = try lab.startDnsmasq(["--dhcp-boot=\(BootTests.url)/boot.ipxe?profile=web"])
      try #require(
        server.hasPrinted("says=\"channel stable is 1.0.0 now\"", within: 30), "\(server.printed)")
      let first = try Self.boot(lab, "1.0.0")
      #expect(first.contains("SHA-256 \(digest.prefix(12))"), "\(first)")

      // Signed, and then changed on its way.
      try upstream.publish("2.0.0", tampered: Payload.saying("THIS MACHINE WAS TAKEN OVER"))
      try #require(
        server.hasPrinted("level=warning event=image-update", within: 30), "\(server.printed)")
      #expect(server.printed.contains("2.0.0/\(Upstream.initrd) has SHA-256"))
      let list = try lab.perform("images", ["list"])
      #expect(list.contains("flatcar/amd64-usr/1.0.0") && !list.contains("amd64-usr/2.0.0 "))
      #expect(list.contains("the last try to follow stable failed"), "\(list)")
      _ = try Self.boot(lab, "1.0.0")

      try upstream.publish("3.0.0")
      try #require(
        server.hasPrinted("says=\"channel stable is 3.0.0 now\"", within: 30), "\(server.printed)")
      #expect(!(try lab.perform("images", ["list"])).contains("failed"))
      _ = try Self.boot(lab, "3.0.0")

      try lab.perform("images", ["rollback", "flatcar", "stable"])
      // The server has looked again by the time it is up, and passed 3 over.
      _ = try Self.boot(lab, "1.0.0")
      let link = lab.directory.path + "/images/flatcar/amd64-usr/stable"
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "1.0.0")
      #expect(server.printed.components(separatedBy: "event=listening").count == 2)
    }
  }
}
