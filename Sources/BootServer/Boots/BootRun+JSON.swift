// BootServer/Boots: boots as JSON.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension BootRun {
  /// As `GET /boots` has it; the file in the state directory has the same.
  var json: JSON {
    .object([
      JSON.Member("id", .number("\(number)")),
      JSON.Member("machine", machine.map { .string($0.description) } ?? .null),
      JSON.Member("profile", .string(profile)),
      JSON.Member("version", version.map { .string($0) } ?? .null),
      JSON.Member("address", .string(address)),
      JSON.Member("state", .string(state.rawValue)),
      JSON.Member("shared", .bool(isShared)),
      JSON.Member("began", .string(BootTime.text(wall: began))),
      JSON.Member("ended", time(ended)),
      JSON.Member(
        "stages",
        .array(
          stages.map { stage in
            .object([
              JSON.Member("stage", .string(stage.kind.rawValue)),
              JSON.Member("name", .string(stage.name)),
              JSON.Member("start", time(stage.start)), JSON.Member("end", time(stage.end)),
              JSON.Member("bytes", .number("\(stage.bytes)")),
              JSON.Member("total", Self.number(stage.total)),
              JSON.Member("rate", Self.number(stage.rate)),
            ])
          })),
    ])
  }

  private func time(_ offset: UInt32?) -> JSON {
    offset.map { .string(BootTime.text(wall: began + Int64($0))) } ?? .null
  }

  private static func number(_ number: Int64?) -> JSON {
    number.map { .number("\($0)") } ?? .null
  }

  /// Reads a machine's boot as ``json`` writes it; one that was under way was cut.
  init?(_ json: JSON) {
    guard case .number(let id) = json["id"], let number = Int(id),
      case .string(let machine) = json["machine"], let machine = MachineID(machine),
      case .string(let profile) = json["profile"], case .string(let address) = json["address"],
      case .string(let word) = json["state"], let state = State(rawValue: word),
      case .string(let time) = json["began"], let began = BootTime.wall(time),
      case .array(let stages) = json["stages"]
    else { return nil }
    self.init(
      number: number, who: .machine(machine), profile: profile, address: address, began: began)
    if case .string(let version) = json["version"] { self.version = version }
    self.state = state.isUnderWay ? .cut : state
    isShared = json["shared"] == .bool(true)
    ended = Self.offset(json["ended"], began)
    self.stages = stages.prefix(Self.mostStages).compactMap { BootStage($0, began: began) }
    if state.isUnderWay {
      ended = self.stages.map { $0.end ?? $0.start }.max()
      for index in self.stages.indices { self.stages[index].finish(at: ended ?? 0) }
    }
  }

  fileprivate static func offset(_ json: JSON?, _ began: Int64) -> UInt32? {
    guard case .string(let text)? = json, let wall = BootTime.wall(text) else { return nil }
    return UInt32(clamping: max(0, wall - began))
  }
}

extension BootStage {
  fileprivate init?(_ json: JSON, began: Int64) {
    guard case .string(let word) = json["stage"], let kind = Kind(rawValue: word),
      case .string(let name) = json["name"],
      let start = BootRun.offset(json["start"], began)
    else { return nil }
    func number(_ key: String) -> Int64? {
      guard case .number(let text) = json[key] else { return nil }
      return Int64(text)
    }
    self.init(
      kind: kind, name: name, start: start, end: BootRun.offset(json["end"], began),
      bytes: number("bytes") ?? 0, total: number("total"), rate: number("rate"))
  }
}
