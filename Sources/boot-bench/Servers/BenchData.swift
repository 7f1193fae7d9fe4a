// boot-bench: the files that are served.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// A data directory for our server, and a document root with the same bytes for its peer.
struct BenchData {
  static let version = "1298.6.0"
  static let imagePath = "/images/amd64-usr/\(version)/coreos_production_pxe_image.cpio.gz"
  static let smallImagePath = "/images/amd64-usr/\(version)/coreos_production_pxe.vmlinuz"
  static let configPath = "/configs/bench.yml"
  static let scriptPath = "/?profile=bench"
  /// The script as a plain file beneath the document root.
  static let storedScriptPath = "/bench.ipxe"
  static let smallImageBytes = 4 << 20

  let dataDirectory: String
  let documentRoot: String
  let imageBytes: Int

  init(in directory: String, imageBytes: Int) throws {
    dataDirectory = "\(directory)/data"
    documentRoot = "\(directory)/www"
    self.imageBytes = imageBytes
    for root in [dataDirectory, documentRoot] {
      try Files.makeDirectory("\(root)/configs")
      try Files.makeDirectory("\(root)/images/amd64-usr/\(Self.version)")
    }
    try Files.makeDirectory("\(dataDirectory)/profiles")
    try Files.makeDirectory("\(dataDirectory)/sshkeys")
    try Files.write(Array(Self.profile.utf8), to: "\(dataDirectory)/profiles/bench.json")
    try Files.write(Array(Self.key.utf8), to: "\(dataDirectory)/sshkeys/bench.pub")
    try Files.write(Array(Self.config.utf8), to: dataDirectory + Self.configPath)
    try ImageFile.write(imageBytes, to: dataDirectory + Self.imagePath)
    try ImageFile.write(Self.smallImageBytes, to: dataDirectory + Self.smallImagePath)
    for path in [Self.configPath, Self.imagePath, Self.smallImagePath] {
      try Files.link(dataDirectory + path, as: documentRoot + path)
    }
  }

  /// Profiles that are looked at in every choice, and chosen in none.
  func writeProfiles(_ count: Int) throws(Files.Failure) {
    if count == 0 { return }
    try Files.makeDirectory("\(dataDirectory)/profiles/many")
    for number in 0..<count {
      let digits = Hex.text(UInt64(number), bytes: 6)
      let text =
        "{\"version\": \"\(Self.version)\", \"match\": {\"uuid\":"
        + " \"7c0ffee0-77d4-4c1b-9b1e-\(digits)\"}}\n"
      try Files.write(Array(text.utf8), to: "\(dataDirectory)/profiles/many/\(number).json")
    }
  }

  func store(script: [UInt8]) throws {
    try Files.write(script, to: documentRoot + Self.storedScriptPath)
  }

  /// All of the original's keys.
  private static let profile = """
    {
      "cloud_config": "bench",
      "console": ["tty0", "ttyS0,115200n8"],
      "coreos_autologin": "ttyS0",
      "root": "LABEL=ROOT",
      "rootfstype": "btrfs",
      "sshkey": "bench",
      "version": "\(version)"
    }

    """

  /// A key's shape; no private key fits it.
  private static let key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + String(repeating: "A", count: 43) + " bench\n"

  private static let config = """
    #cloud-config
    hostname: bench
    coreos:
      update:
        reboot-strategy: off
      units:
        - name: docker.service
          command: start

    """
}
