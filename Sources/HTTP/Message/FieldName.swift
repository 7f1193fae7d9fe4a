// HTTP/Message: the fields that mean something here.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The fields this server acts on.
package enum FieldName: String, Sendable, CaseIterable {
  case authorization
  case connection
  case cookie
  case contentLength = "content-length"
  case expect
  case forwarded
  case host
  case ifMatch = "if-match"
  case ifModifiedSince = "if-modified-since"
  case ifNoneMatch = "if-none-match"
  case ifRange = "if-range"
  case ifUnmodifiedSince = "if-unmodified-since"
  case lastEventID = "last-event-id"
  case origin
  case range
  case transferEncoding = "transfer-encoding"
  case userAgent = "user-agent"
  case xForwardedFor = "x-forwarded-for"
  case xForwardedHost = "x-forwarded-host"
  case xForwardedProto = "x-forwarded-proto"

  /// Field names are matched without case.
  init?(_ name: ArraySlice<UInt8>) {
    for known in Self.names where known.text.utf8.count == name.count {
      if ASCII.equal(name, known.text) {
        self = known.name
        return
      }
    }
    return nil
  }

  private static let names = allCases.map { (text: $0.rawValue, name: $0) }
}
