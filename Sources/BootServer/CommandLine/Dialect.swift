// BootServer/CommandLine: other servers' protocols.
// SPDX-License-Identifier: Apache-2.0

/// The protocols of other boot servers that this one can speak.
package enum Dialect: String, CaseIterable, Sendable {
  case mayu, stacki

  /// Names with commas between them.
  static func parse(list: String) throws(UsageError) -> Set<Dialect> {
    var dialects: Set<Dialect> = []
    for word in list.split(separator: ",") {
      let name = word.drop { $0 == " " }
      guard let dialect = Dialect(rawValue: String(name)) else {
        throw UsageError("'\(name)' is neither mayu nor stacki")
      }
      dialects.insert(dialect)
    }
    return dialects
  }
}
