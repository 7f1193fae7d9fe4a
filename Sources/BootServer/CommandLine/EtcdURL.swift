// BootServer/CommandLine: where the etcd is.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// The address of an etcd: a URL, without a slash at its end.
enum EtcdURL {
  static func parse(_ text: String) throws(UsageError) -> String {
    let url = text.hasSuffix("/") ? String(text.dropLast()) : text
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let plain = { (byte: UInt8) in ASCII.isAlphanumeric(byte) || "-._~/%:[]".utf8.contains(byte) }
    guard parts.count == 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty,
      Authority.isValid(parts[2].prefix { $0 != "/" }), parts[2].utf8.allSatisfy(plain)
    else { throw UsageError("'\(text)' is no URL such as http://127.0.0.1:2379") }
    return url
  }
}
