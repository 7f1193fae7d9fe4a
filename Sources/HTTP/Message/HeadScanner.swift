// HTTP/Message: finding where a request head ends.
// SPDX-License-Identifier: Apache-2.0

/// Looks for the empty line that ends a head, reading each byte once however it arrives.
///
/// Enforces what can be said before the head is whole: line ends, sizes, control bytes.
package struct HeadScanner: Sendable {
  private let limits: MessageLimits
  /// Bytes looked at so far.
  private var position = 0
  private var lineStart = 0
  private var lines = 0
  /// Empty lines in front of the request line (RFC 9112 section 2.2).
  package private(set) var leadingBytes = 0

  /// At the start of a message.
  package init(limits: MessageLimits) { self.limits = limits }

  /// Whether any byte but leading line ends has been seen.
  package var hasBegun: Bool { position > leadingBytes }

  /// Scans on.
  ///
  /// - Parameter bytes: the head from its first byte on, with what arrived since the last call.
  /// - Returns: the length of the head, its empty line included; `nil` while that has not come.
  package mutating func scan(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> Int? {
    let base = bytes.startIndex
    while position < bytes.count {
      let byte = bytes[base + position]
      position += 1
      switch byte {
      case UInt8(ascii: "\n"):
        let length = position - lineStart
        guard length >= 2, bytes[base + position - 2] == UInt8(ascii: "\r") else {
          throw .malformed("a line of the request head ends with LF alone")
        }
        if try endLine(length: length) { return position }
      case UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x20...0x7e, 0x80...0xff:
        if position - lineStart >= 2, bytes[base + position - 2] == UInt8(ascii: "\r") {
          throw .malformed("the request head holds a CR that ends no line")
        }
      default:
        throw Self.refusal(of: bytes)
      }
      if lines == 0, position - leadingBytes > limits.requestLine {
        throw .requestLineTooLong(limit: limits.requestLine)
      }
      if position - leadingBytes > limits.head { throw .headTooLarge(limit: limits.head) }
    }
    return nil
  }

  /// A control byte: what other protocols greet with, where it is one of these.
  ///
  /// Only the bytes up to it are looked at: what is said must not depend on how the rest arrives.
  private static func refusal(of bytes: ArraySlice<UInt8>) -> Refusal {
    // A record of type handshake (RFC 8446 section 5.1).
    if bytes.first == 0x16 {
      return .malformed(
        "this is the greeting of TLS, and plain HTTP is spoken here: ask by http://")
    }
    // The signature's part up to its first control byte (HAProxy's proxy-protocol.txt, section 2.2).
    if bytes.starts(with: [0x0d, 0x0a, 0x0d, 0x0a, 0x00]) { return .proxyProtocol }
    return .malformed("the request head holds a control byte")
  }

  /// - Returns: whether the line was the empty one that ends the head.
  private mutating func endLine(length: Int) throws(Refusal) -> Bool {
    lineStart = position
    if length == 2 {
      if lines > 0 { return true }
      leadingBytes = position
      guard leadingBytes <= 16 else { throw .malformed("empty lines instead of a request") }
      return false
    }
    lines += 1
    if lines > limits.fields + 1 { throw .tooManyFields(limit: limits.fields) }
    return false
  }
}
