// Boot/Machines/Names: what boots said of a machine, and nobody else.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Names that one boot told of a machine in use, and that are not in its record.
///
/// They are shown, and hold newcomers that have one of them. They never find the machine, never
/// replace a name of its record, and reach no template: whoever reaches the server could have said
/// them.
package struct ToldNames: Equatable, Sendable {
  /// One that is not the record's.
  package var uuid: MachineUUID?
  /// A card that is not among the record's.
  package var mac: MACAddress?
  /// One that is not the record's.
  package var serial: String?
  /// One that is not the record's.
  package var asset: String?

  /// - Parameters: only what the record does not have.
  package init(
    uuid: MachineUUID? = nil, mac: MACAddress? = nil, serial: String? = nil, asset: String? = nil
  ) {
    self.uuid = uuid
    self.mac = mac
    self.serial = serial
    self.asset = asset
  }

  /// As many as a record keeps.
  package static let limit = 8

  /// Whether there is nothing new in it.
  package var isEmpty: Bool { self == ToldNames() }

  /// Those that hold newcomers.
  package var hardware: [HardwareName] {
    [uuid.map { .uuid($0) }, mac.map { .mac($0) }, serial.map { .serial($0.lowercased()) }]
      .compactMap { $0 }
  }

  /// What is lost with it: of two the one with more is kept.
  private var worth: Int { (uuid == nil ? 0 : 4) + (mac == nil ? 0 : 2) + (serial == nil ? 0 : 1) }

  /// Leaves out what `others` have.
  private func without(_ others: [ToldNames]) -> ToldNames {
    var rest = self
    for other in others {
      if rest.uuid == other.uuid { rest.uuid = nil }
      if rest.mac == other.mac { rest.mac = nil }
      if rest.serial?.lowercased() == other.serial?.lowercased() { rest.serial = nil }
      if rest.asset?.lowercased() == other.asset?.lowercased() { rest.asset = nil }
    }
    return rest
  }

  /// Puts what is new of it into a list that never grows beyond its limit.
  ///
  /// A full list lets a poorer entry go for a richer one and takes nothing else, so that whoever tells
  /// another name at every boot changes the record a few times, and no more.
  ///
  /// - Returns: `nil` where nothing changes.
  package func added(to list: [ToldNames]) -> [ToldNames]? {
    let news = without(list)
    if news.isEmpty { return nil }
    if list.count < Self.limit { return list + [news] }
    guard let poorest = list.indices.min(by: { list[$0].worth < list[$1].worth }),
      list[poorest].worth < news.worth
    else { return nil }
    var list = list
    list[poorest] = news
    return list
  }

  /// As the record keeps it: an object of what there is.
  package var json: JSON {
    let members: [(String, String?)] = [
      ("uuid", uuid?.description), ("mac", mac?.description), ("serial", serial), ("asset", asset),
    ]
    return .object(
      members.compactMap { member in member.1.map { JSON.Member(member.0, .string($0)) } })
  }

  /// Reads an entry of a record; a name that counts as junk by now is left out.
  ///
  /// - Throws: ``MachineError`` for what no server wrote: the record is damaged.
  package init(_ value: JSON, key: String) throws(MachineError) {
    self.init()
    for member in try RecordValue(key: key, value: value).members() {
      let text = try RecordValue(key: "\(key).\(member.name)", value: member.value).text()
      switch member.name {
      case "uuid": uuid = text.flatMap { MachineUUID($0) }
      case "mac": mac = text.flatMap { MACAddress($0) }
      case "serial": serial = text
      case "asset": asset = text
      default: break
      }
    }
  }
}
