// Boot/Template: what a config is written in.
// SPDX-License-Identifier: Apache-2.0

/// What a config is written in.
package enum ConfigFormat: Sendable, CaseIterable {
  /// cloud-config, and what else cloud-init takes.
  case yaml
  /// Ignition.
  case json
  /// Debian's installer.
  case preseed
  /// Anaconda.
  case kickstart
  /// AutoYaST, Windows, XenServer.
  case xml
  /// Proxmox.
  case toml
  case ipxe
  case shell
  /// Anything else.
  case text

  private static let endings: [(ending: String, format: ConfigFormat)] = [
    (".yml", .yaml), (".yaml", .yaml), (".ign", .json), (".json", .json), (".cfg", .preseed),
    (".preseed", .preseed), (".ks", .kickstart), (".xml", .xml), (".toml", .toml),
    (".ipxe", .ipxe), (".sh", .shell),
  ]
  /// What a NoCloud seed is made of.
  private static let seeds = ["user-data", "meta-data", "vendor-data", "network-config"]

  /// The format that a file's name tells, whatever the case of its ending.
  ///
  /// - Parameter fileName: without `.tmpl`; folders in front of it do not matter.
  package init(fileName: some Collection<UInt8>) {
    let name = Array(fileName).split(separator: UInt8(ascii: "/")).last ?? []
    self.init(lastName: String(decoding: name, as: UTF8.self))
  }

  /// The format that a file's name tells.
  package init(fileName: String) { self.init(fileName: fileName.utf8) }

  private init(lastName: String) {
    let name = lastName.lowercased()
    let found = Self.endings.first { name.hasSuffix($0.ending) }
    self = found?.format ?? (Self.seeds.contains(name) ? .yaml : .text)
  }
}
