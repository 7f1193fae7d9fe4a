// BootTests/Check/CloudConfig: gzip files, whole and broken.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A gzip file")
struct GzipCheckTests {
  /// Made by Python's zlib and gzip: what `a` became, in the three kinds of block; with a name; two
  /// members; random and repeated text.
  static let whole = [
    "H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==",
    "H4sIAAAAAAAAAwtOLSrLTE4tLkksKnHNK8ssys/LTc0rsQULJNomQRBXdGheZkksF0y0FMjj4gKRQA6yNmR1"
      + "CiB5ZAwzBawRyoaYD+UoQGmEHLLZYCPAJgdDHI3hXgWYTmQZZDbIK1BXw9zCBTVMQQHmOWQruBSgvoVSyIbB"
      + "dEIpqIFIfoNZoaCAzSeo2mDOggUByPMKXOAghDkBKoNqK0bEgVSCBcEEDqdjCSZkXyvgksAS8FiE0EJcARLH"
      + "cPeghCHWKMPwFJaEgxyGIDaUiZRYAVy0337bAgAA",
    "H4sIAAAAAAAAA3VSQRLCIAy85xX5SI++oOPJ8VAdDj2IM4h9v01IdJF0poWQkGV3YU5lW+/pVZdST3lbyzM/"
      + "Uq6TJpbp1j66nPNar+TZ974iknFfYBvuY6nj7yjaaHHDtwXb/KshtkIo8txID3zZO7GCsUgx1s6FDIzZxeER"
      + "xKbWJgTzTpsMELT5EcyRkr7NabkFIp5JLXQKVulPHS5OdmpShwPqgU2omo8KgfFB6s9xbnf85dN5GF7ZICp4"
      + "OOihxBbCY/0AXLTfftsCAAA=",
    "H4sIAAAAAAAAAwFkAJv/U2VydmljZXN0YXJ0RW52aXJvbm1lbnQ9c3RhcnRhPWJhPWJhPWIKW1VuaXRdCnN0"
      + "YXJ0YT1idW5pdAoKdW5pdGE9YkVudmlyb25tZW50PVtVbml0XQpzdGFydCB1bml0dW5pdPQw7QdkAAAA",
    "H4sICAAAAAAAA3guc2VydmljZQALTi0qy0xOLS5JLCpxzSvLLMrPy03NK7EFCyTaJkEQV3RoXmZJLBdMtBTI"
      + "4+ICALdipVU8AAAA",
    "H4sIAAAAAAAAA8vPS+UCAJ+oF/gEAAAAH4sIAAAAAAAAAyspz+cCAHQIF5YEAAAA",
    "H4sIAAAAAAAAAwE8AMP/5nIPyqTaHphAbBicJCeemFHVgUIEE2/rVxPBZrEyad1j/DXHl/8Ips2QCVBmp0Wt"
      + "222IMcKw+HghFCtEbeGoHjwAAAA=",
  ]

  static func isWhole(_ text: String) -> Bool {
    CoreOSEncoding.base64(text).map(GzipCheck.isWhole) ?? false
  }

  @Test(arguments: whole) func `is whole`(text: String) { #expect(Self.isWhole(text)) }

  @Test(arguments: whole) func `is broken wherever it is cut`(text: String) throws {
    let bytes = try #require(CoreOSEncoding.base64(text))
    // Two members cut between them are one.
    let cuts = bytes.indices.filter { GzipCheck.isWhole(Array(bytes[..<$0])) }
    #expect(cuts.count <= 1)
    #expect(cuts.isEmpty || bytes[cuts[0]...].starts(with: [0x1f, 0x8b]))
  }

  @Test(arguments: whole) func `has the right sum and length`(text: String) throws {
    var bytes = try #require(CoreOSEncoding.base64(text))
    for index in bytes.indices.suffix(8) {
      bytes[index] ^= 0x10
      #expect(!GzipCheck.isWhole(bytes), "\(index)")
      bytes[index] ^= 0x10
    }
    #expect(!GzipCheck.isWhole(bytes + [0]))
  }

  @Test(arguments: whole) func `never harms, whatever is changed`(text: String) throws {
    let bytes = try #require(CoreOSEncoding.base64(text))
    for index in bytes.indices {
      for byte in [0, 1, 0x7f, 0xff, bytes[index] ^ 4] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        _ = GzipCheck.isWhole(changed)
      }
    }
  }

  @Test func `is taken for whole where it becomes very long`() {
    #expect(
      Self.isWhole(
        "H4sIAAAAAAAAA+3BMQEAAADCoKzrX8IaHkABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          + "AAAAAAAAAAAArwaH+uIboIYBAA=="))
  }

  @Test(arguments: [
    [], [0x1f], [0x1f, 0x8b, 8], [0x1f, 0x8b, 8, 0xff, 0, 0, 0, 0, 0, 3, 0xff, 0xff],
  ])
  func `has a head`(bytes: [UInt8]) { #expect(!GzipCheck.isWhole(bytes)) }
}
