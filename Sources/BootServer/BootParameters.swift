// BootServer: the parameters of a boot script's query.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The parameters of a query that choose something; the first of each name counts.
struct BootParameters {
  /// Only where it comes before any parameter of an identity: what a machine says of itself must
  /// not choose its profile.
  private(set) var profile: [UInt8]?
  private(set) var name: [UInt8]?
  private(set) var identity = BootIdentity()
  /// Whether nothing is to change, wherever the parameter stands: it is a person who looks.
  private(set) var isPreview = false
  /// Whether a machine that is held is to be told why, in a script.
  private(set) var asksForReason = false

  init(_ query: ArraySlice<UInt8>?) {
    guard let query else { return }
    var parameters = QueryParameters(query)
    while let (rawName, rawValue) = parameters.nextRaw() {
      guard let key = PercentCoding.decodedSlice(rawName, plusIsSpace: true) else { continue }
      if key.elementsEqual(Self.profileKey) {
        if profile == nil, !identity.isAsked {
          profile = PercentCoding.decoded(rawValue, plusIsSpace: true)
        }
      } else if key.elementsEqual(Self.sayKey), !identity.isAsked {
        asksForReason = rawValue.elementsEqual("1".utf8)
      } else if key.elementsEqual(Self.previewKey) {
        isPreview = rawValue.elementsEqual("1".utf8)
      } else if let (parameter, isHex) = BootIdentity.parameter(key) {
        identity.read(parameter, PercentCoding.decodedSlice(rawValue), isHex: isHex)
      } else if name == nil, key.elementsEqual(Self.nameKey) {
        name = PercentCoding.decoded(rawValue, plusIsSpace: true)
      }
    }
  }
}

extension BootParameters {
  private static let profileKey = Array("profile".utf8)
  private static let previewKey = Array("preview".utf8)
  private static let sayKey = Array("say".utf8)
  private static let nameKey = Array("name".utf8)
}
