// HTTP/Message: bodies in chunks.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Takes a chunked body apart (RFC 9112 section 7.1), however it arrives.
///
/// Extensions and trailer fields are read and dropped. Line ends are CRLF, nothing else.
package struct ChunkedReader: Sendable {
  private enum Place: Equatable {
    case size(digits: Int)
    case sizeBlank
    case sizeExtension
    case sizeLineFeed
    case data
    case dataReturn
    case dataLineFeed
    case trailerStart
    case trailerName
    case trailerValue
    case trailerLineFeed
    case lastLineFeed
    case done
  }

  private let limits: MessageLimits
  private var place = Place.size(digits: 0)
  private var chunk = 0
  private var content = 0
  private var overhead = 0

  /// At the start of the first chunk.
  package init(limits: MessageLimits) { self.limits = limits }

  /// Whether the last chunk and its trailers are read.
  package var isDone: Bool { place == .done }

  /// Reads on.
  ///
  /// - Parameters:
  ///   - bytes: what arrived; what belongs to the body is taken off its front.
  ///   - data: called with each piece of content.
  package mutating func read(
    _ bytes: inout ArraySlice<UInt8>, data: (ArraySlice<UInt8>) -> Void
  ) throws(Refusal) {
    while place != .done, let byte = bytes.first {
      if place == .data {
        let piece = bytes.prefix(chunk)
        bytes = bytes[piece.endIndex...]
        chunk -= piece.count
        content += piece.count
        guard content <= limits.content else { throw .contentTooLarge(limit: limits.content) }
        data(piece)
        if chunk == 0 { place = .dataReturn }
        continue
      }
      bytes.removeFirst()
      place = try next(byte)
      switch place {
      // What carries no content and has no bound of its own.
      case .sizeBlank, .sizeExtension, .trailerName, .trailerValue: overhead += 1
      default: break
      }
      guard overhead <= limits.chunkOverhead else {
        throw .chunkOverheadTooLarge(limit: limits.chunkOverhead)
      }
    }
  }

  private mutating func next(_ byte: UInt8) throws(Refusal) -> Place {
    switch (place, byte) {
    case (.size(let digits), _) where Hex.isDigit(byte):
      guard digits < 15 else { throw .malformed("a chunk's size is too large") }
      chunk = chunk << 4 | Int(Hex.value(byte) ?? 0)
      return .size(digits: digits + 1)
    case (.size(let digits), UInt8(ascii: "\r")) where digits > 0: return .sizeLineFeed
    case (.size(let digits), UInt8(ascii: ";")) where digits > 0: return .sizeExtension
    case (.size(let digits), 0x20) where digits > 0, (.size(let digits), 0x09) where digits > 0:
      return .sizeBlank
    // Blanks in front of an extension are to be read over (RFC 9112 section 7.1.1).
    case (.sizeBlank, 0x20), (.sizeBlank, 0x09): return .sizeBlank
    case (.sizeBlank, UInt8(ascii: ";")): return .sizeExtension
    case (.sizeBlank, UInt8(ascii: "\r")): return .sizeLineFeed
    case (.sizeExtension, UInt8(ascii: "\r")): return .sizeLineFeed
    case (.sizeExtension, 0x20...0x7e), (.sizeExtension, 0x80...0xff), (.sizeExtension, 0x09):
      return .sizeExtension
    case (.sizeLineFeed, UInt8(ascii: "\n")): return chunk == 0 ? .trailerStart : .data
    case (.dataReturn, UInt8(ascii: "\r")): return .dataLineFeed
    case (.dataLineFeed, UInt8(ascii: "\n")): return .size(digits: 0)
    case (.trailerStart, UInt8(ascii: "\r")): return .lastLineFeed
    case (.lastLineFeed, UInt8(ascii: "\n")): return .done
    case (.trailerStart, _) where ASCII.isToken(byte): return .trailerName
    case (.trailerName, _) where ASCII.isToken(byte): return .trailerName
    case (.trailerName, UInt8(ascii: ":")): return .trailerValue
    case (.trailerValue, UInt8(ascii: "\r")): return .trailerLineFeed
    case (.trailerValue, 0x20...0x7e), (.trailerValue, 0x80...0xff), (.trailerValue, 0x09):
      return .trailerValue
    case (.trailerLineFeed, UInt8(ascii: "\n")): return .trailerStart
    default:
      throw .malformed("the chunked body is malformed")
    }
  }
}
