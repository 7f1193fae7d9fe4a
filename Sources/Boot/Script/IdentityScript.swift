// Boot/Script: asking a machine who it is.
// SPDX-License-Identifier: Apache-2.0

/// Asks a machine who it is, and sends it on to its own script.
package enum IdentityScript {
  /// - Parameter base: as in ``ScriptInputs``.
  ///
  /// Only what firmware formats itself is shown: a serial that reads `${serial}` would be expanded
  /// for ever. For the same reason free text travels in hexadecimal digits, and last.
  package static func render(base: [UInt8]) -> [UInt8] {
    let server = String(decoding: base, as: UTF8.self)
    return Array(
      """
      #!ipxe
      echo This machine: uuid ${uuid}, mac ${netX/mac}
      echo It asks \(server) what to boot. If nothing follows, the server is holding it:
      echo for a new machine say: coreos-ipxe-server machines claim ${netX/mac} --profile NAME

      """.utf8) + asking(base: base)
  }

  /// The part that asks, for ever.
  ///
  /// `say=1` stands in front of all that a machine says of itself: nothing of that can be taken for it.
  static func asking(base: [UInt8]) -> [UInt8] {
    let server = String(decoding: base, as: UTF8.self)
    return Array(
      """
      :ask
      chain --replace --autofree \(server)/boot.ipxe?say=1&uuid=${uuid}&mac=${netX/mac:hexhyp}\
      &buildarch=${buildarch}&platform=${platform}&serial_hex=${serial:hexraw}\
      &asset_hex=${asset:hexraw}&hostname_hex=${hostname:hexraw} || goto failed
      :failed
      echo No script from \(server): ${errno}; asking again in 10 seconds
      sleep 10
      goto ask

      """.utf8)
  }
}
