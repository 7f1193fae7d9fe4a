// Boot/Check/Ignition: what single values must say.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  /// A string against its rule. Where emptiness counts, the table says so.
  mutating func text(_ text: String, _ rule: IgnitionText, _ node: IgnitionNode) {
    if let fault = fault(in: text, rule) {
      let shown =
        rule == .url || rule == .proxy ? IgnitionWords.url(text) : IgnitionWords.quoted(text)
      say(.error, "bad-value", at: node, "\(node.name) is \(shown), \(fault)")
    }
    switch rule {
    case .unitContents:
      if let fault = IgnitionUnitText(text).fault {
        say(.error, "unit-syntax", at: node, "\(node.name) is no unit: \(fault)")
      }
    case .hash:
      let digits = text.utf8.drop { $0 != UInt8(ascii: "-") }.dropFirst()
      if fault(in: text, rule) == nil, !digits.allSatisfy(Hex.isDigit) {
        say(
          .warning, "bad-value", at: node,
          "\(node.name) holds a character that is no hexadecimal digit, so that nothing fits it")
      }
    default: break
    }
  }

  private func fault(in text: String, _ rule: IgnitionText) -> String? {
    switch rule {
    case .any, .unitContents: return nil
    case .notEmpty: return text.isEmpty ? "which says nothing; leave the key out" : nil
    case .path: return pathFault(text)
    case .device: return text.isEmpty ? "which is no path; write the device's" : pathFault(text)
    case .url: return urlFault(text)
    case .proxy: return proxyFault(text)
    case .tangURL: return text.isEmpty ? nil : proxyFault(text)
    case .hash: return hashFault(text)
    case .compression:
      return ["", "gzip"].contains(text)
        ? nil : "which is no compression; write \"gzip\" or leave it out"
    case .unitName: return suffixFault(text, Self.unitSuffixes, "a systemd unit")
    case .dropinName: return suffixFault(text, ["conf"], "a drop-in")
    case .networkName: return suffixFault(text, ["network", "netdev", "link"], "a networkd unit")
    case .partitionLabel:
      if text.utf8.count > 36 { return "which is longer than the 36 bytes of a partition's label" }
      return text.utf8.contains(UInt8(ascii: ":"))
        ? "but a partition's label cannot hold a colon" : nil
    case .guid:
      return text.isEmpty || Self.isGUID(text)
        ? nil : "which is not of the form 01234567-89AB-CDEF-EDCB-A98765432101"
    }
  }

  private static let unitSuffixes = [
    "service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer",
    "snapshot", "slice", "scope",
  ]

  private func suffixFault(_ text: String, _ suffixes: [String], _ what: String) -> String? {
    guard !text.isEmpty, !suffixes.contains(where: { text.hasSuffix("." + $0) }) else { return nil }
    let list = suffixes.prefix(3).map { "." + $0 }.joined(separator: ", ")
    return "but the name of \(what) ends in "
      + (suffixes.count > 3
        ? "a type's name, such as \(list)" : suffixes.count > 1 ? "one of \(list)" : list)
  }

  /// Why a path is none; `nil` for an empty one, which the tables judge.
  func pathFault(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard let first = bytes.first else { return nil }
    guard first == UInt8(ascii: "/") else { return "which is not absolute; begin it with a slash" }
    guard version.major == 3, bytes.count > 1 else { return nil }
    let words = bytes.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if words.last?.isEmpty == true { return "which ends in a slash; leave it out" }
    let isSimple = words.allSatisfy {
      !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
    }
    return isSimple ? nil : "which is not the shortest way to write it; leave out //, /./ and /../"
  }

  private func urlFault(_ text: String) -> String? {
    if text.isEmpty { return nil }
    let url = IgnitionURL(text)
    if let fault = url.fault { return fault }
    guard let scheme = url.scheme, schemes.contains(scheme) else {
      let known = schemes.joined(separator: ", ")
      return (url.scheme == nil ? "which has no scheme" : "whose scheme Ignition does not read")
        + "; \(version.text) reads \(known)"
    }
    return switch scheme {
    case "data": IgnitionDataURL.fault(in: text)
    case "s3" where version.major == 3: IgnitionS3.fault(inURL: text)
    case "arn": IgnitionS3.fault(inARN: text)
    default: nil
    }
  }

  /// The schemes of sources.
  private var schemes: [String] {
    let early = ["http", "https", "tftp", "s3", "data"]
    if version.major == 2 { return early + ["oem"] }
    return early + (isSpec3(since: 2) ? ["gs"] : []) + (isSpec3(since: 4) ? ["arn"] : [])
      + (isSpec3(since: 7) ? ["file"] : [])
  }

  private func proxyFault(_ text: String) -> String? {
    let url = IgnitionURL(text)
    if let fault = url.fault { return fault }
    return url.scheme == "http" || url.scheme == "https"
      ? nil : "but must begin with http:// or https://"
  }

  private func hashFault(_ text: String) -> String? {
    guard let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")) else {
      return "which is no hash; write sha512- and its 128 digits"
    }
    let knowsSHA256 = isSpec3(since: 1) || version.major == 2 && version.minor >= 4
    let count = text.utf8.distance(from: dash, to: text.utf8.endIndex) - 1
    switch text[..<dash] {
    case "sha512": return count == 128 ? nil : "with \(count) digits; a SHA-512 has 128"
    case "sha256" where knowsSHA256:
      return count == 64 ? nil : "with \(count) digits; a SHA-256 has 64"
    default:
      return "whose kind Ignition does not read; write sha512-" + (knowsSHA256 ? " or sha256-" : "")
        + " and the digits"
    }
  }

  private static func isGUID(_ text: String) -> Bool {
    let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return words.map(\.count) == [8, 4, 4, 4, 12] && words.allSatisfy { $0.allSatisfy(Hex.isDigit) }
  }
}
