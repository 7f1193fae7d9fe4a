// BootServer/Boots: what happens to boots, as events.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// What happens to boots.
extension Event.Name {
  static let boots = Event.Name("boots")
  static let bootBegan = Event.Name("boot-began")
  /// A step began or ended.
  static let bootStage = Event.Name("boot-stage")
  /// A step has not moved for its limit.
  static let bootStalled = Event.Name("boot-stalled")
  /// A machine began again before it had ended.
  static let bootRestarted = Event.Name("boot-restarted")
  static let bootEnded = Event.Name("boot-ended")
}

extension BootShelf {
  mutating func tell(
    _ name: Event.Name, _ run: BootRun, _ stage: BootStage? = nil, _ sentence: String? = nil
  ) {
    // The log has a line for what somebody should look at; of the rest it has the requests already.
    let isLogged = name == .bootStalled || name == .bootRestarted
    var event = Event(name, isLogged ? .warning : .info, subject: run.subject)
    event.add("boot", "\(run.number)")
    if run.machine != nil, !run.profile.isEmpty { event.add("profile", run.profile) }
    event.add("address", run.address)
    if name == .bootEnded { event.add("result", run.state.rawValue) }
    if let ended = run.ended { event.add("seconds", Self.seconds(ended)) }
    if let stage { add(stage, to: &event) }
    if let sentence { event.add("error", sentence) }
    news.append(News(event: event, isLogged: isLogged))
  }

  private func add(_ stage: BootStage, to event: inout Event) {
    event.add("stage", stage.kind.rawValue)
    if !stage.name.isEmpty { event.add("name", stage.name) }
    if stage.bytes > 0 || stage.total != nil { event.add("bytes", "\(stage.bytes)") }
    if let total = stage.total { event.add("total", "\(total)") }
    if event.name == .bootStage, let end = stage.end {
      event.add("took", Self.seconds(end - min(end, stage.start)))
    }
  }

  private static func seconds(_ milliseconds: UInt32) -> String {
    "\(milliseconds / 1000).\(milliseconds / 100 % 10)"
  }
}

extension BootRun {
  fileprivate var subject: Event.Subject? {
    if let machine { return .machine(machine.description) }
    return profile.isEmpty ? nil : .profile(Array(profile.utf8.prefix(256)))
  }
}
