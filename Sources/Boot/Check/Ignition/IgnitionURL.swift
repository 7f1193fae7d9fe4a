// Boot/Check/Ignition: URLs as Go's net/url reads them.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A URL's scheme, and why Go would not read it.
struct IgnitionURL {
  /// In small letters; `nil` where there is none.
  let scheme: String?
  /// The rest of a sentence; `nil` where it can be read.
  let fault: String?

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let mark = bytes.firstIndex { !Self.isScheme($0) } ?? bytes.count
    let isColon = mark < bytes.count && bytes[mark] == UInt8(ascii: ":")
    let hasScheme = isColon && mark > 0 && ASCII.isLetter(bytes[0])
    scheme =
      hasScheme ? String(decoding: bytes[..<mark].map(ASCII.lowercased), as: UTF8.self) : nil
    if bytes.contains(where: ASCII.isControl) {
      fault = "which holds a control character"
    } else if isColon, !hasScheme {
      fault = "which begins with no scheme; write http:// or another one in front"
    } else if scheme == "data" {
      fault = nil
    } else {
      fault = Self.fault(behindScheme: hasScheme ? bytes[(mark + 1)...] : bytes[...])
    }
  }

  private static func isScheme(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte)
      || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
  }

  private static func fault(behindScheme rest: ArraySlice<UInt8>) -> String? {
    let fragment = rest.firstIndex(of: UInt8(ascii: "#")) ?? rest.endIndex
    let query = rest[..<fragment].firstIndex(of: UInt8(ascii: "?")) ?? fragment
    if PercentCoding.decoded(rest[..<query]) == nil
      || PercentCoding.decoded(rest[fragment...]) == nil
    {
      return
        "which holds a % that two hexadecimal digits do not follow; write %25 for a percent sign"
    }
    guard rest.starts(with: "//".utf8) else { return nil }
    let authority = rest[..<query].dropFirst(2).prefix { $0 != UInt8(ascii: "/") }
    let at = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? authority.startIndex
    return hostFault(authority[at...])
  }

  private static func hostFault(_ host: ArraySlice<UInt8>) -> String? {
    if let bad = host.first(where: { $0 == 0x20 || "\\^`{|}".utf8.contains($0) }) {
      return "whose host holds \(bad == 0x20 ? "a space" : "a \(Unicode.Scalar(bad))")"
    }
    var behind = host
    if host.first == UInt8(ascii: "[") {
      guard let end = host.lastIndex(of: UInt8(ascii: "]")) else { return "whose host lacks its ]" }
      behind = host[(end + 1)...]
    }
    guard let colon = behind.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    return behind[(colon + 1)...].allSatisfy { ASCII.isDigit($0) }
      ? nil : "whose port is no number"
  }
}

/// Amazon's addresses of objects.
enum IgnitionS3 {
  /// Why an `s3:` URL is not read: its `versionId` may not be empty.
  static func fault(inURL text: String) -> String? {
    let query = text.utf8.prefix { $0 != UInt8(ascii: "#") }.drop { $0 != UInt8(ascii: "?") }
    let version = query.dropFirst().split(separator: UInt8(ascii: "&")).first { parameter in
      parameter.prefix { $0 != UInt8(ascii: "=") }.elementsEqual("versionId".utf8)
    }
    return version.map { $0.count <= "versionId=".utf8.count } == true
      ? "whose versionId is empty; leave it out" : nil
  }

  /// Why an ARN is not read: `arn:PARTITION:s3:REGION:ACCOUNT:BUCKET/KEY`, most may be empty.
  static func fault(inARN text: String) -> String? {
    let arn = text.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    let words = arn.split(
      separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
    let slashes = arn.count { $0 == UInt8(ascii: "/") }
    guard words.count == 6, words[2].elementsEqual("s3".utf8),
      slashes >= (words[5].starts(with: "accesspoint/".utf8) ? 2 : 1)
    else { return "which is no ARN of an object; write arn:aws:s3:::BUCKET/KEY" }
    return fault(inURL: text)
  }
}
