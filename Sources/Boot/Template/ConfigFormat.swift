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
}
