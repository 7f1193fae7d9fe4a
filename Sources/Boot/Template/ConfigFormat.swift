// Boot/Template: what a config is written in.
// SPDX-License-Identifier: Apache-2.0

/// What a config is written in.
package enum ConfigFormat: Sendable {
  /// cloud-config; a text that begins with `#!` is a script all the same.
  case yaml
  /// Ignition.
  case json
  /// A script of iPXE's.
  case ipxe

  /// What a file of that name is written in; `node.yml`, `user-data`.
  package init(fileName: String) {
    let name = fileName.lowercased()
    switch name {
    case _ where name.hasSuffix(".ign") || name.hasSuffix(".json"): self = .json
    case _ where name.hasSuffix(".ipxe"): self = .ipxe
    default: self = .yaml
    }
  }
}
