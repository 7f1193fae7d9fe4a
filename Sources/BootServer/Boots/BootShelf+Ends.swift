// BootServer/Boots: how boots end, and where they stop.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension BootShelf {
  /// Seconds after which nothing more is expected.
  private static let endSeconds = 1800
  /// Seconds after which a script that a person looked at is over.
  private static let lookSeconds = 120
  /// Seconds without a byte after which a machine has what its platform boots.
  private static let quietSeconds = 10

  /// A machine has reported.
  mutating func report(_ id: MachineID, _ state: MachineState, _ now: BootTime) {
    guard let number = last[.machine(id)], var run = runs[number] else { return }
    // One that was given up reports all the same.
    guard underway[number] != nil || run.state == .noReport else { return }
    let offset =
      underway[number]?.offset(now.instant) ?? UInt32(clamping: max(0, now.wall - run.began))
    let stage = BootStage(kind: .report, name: state.rawValue, start: offset, end: offset)
    if run.stages.count < BootRun.mostStages { run.stages.append(stage) }
    runs[number] = run
    underway[number]?.moved = now.instant
    tell(.bootStage, run, stage)
    touch(number)
    let isLast = state == .running || underway[number]?.mark.installs == true
    if isLast || run.state == .noReport { end(number, as: .done, now) }
  }

  /// A boot ends, and what is open of it.
  mutating func end(_ number: Int, as state: BootRun.State, _ now: BootTime) {
    guard var run = runs[number] else { return }
    let offset =
      underway[number]?.offset(now.instant) ?? UInt32(clamping: max(0, now.wall - run.began))
    let place = run.stages.lastIndex { $0.end == nil } ?? run.stages.count - 1
    // Written anew: what has ended keeps no room for more.
    run.stages = run.stages.map { $0.finished(at: offset) }
    run.state = state
    run.ended = offset
    runs[number] = run
    touch(number)
    if state == .restarted {
      tell(.bootRestarted, run, run.stages.indices.contains(place) ? run.stages[place] : nil)
    } else {
      tell(.bootEnded, run)
    }
    // What it fetches later, its root file system or config, still belongs to it.
    guard state == .done, let mark = underway[number]?.mark, !run.reports(mark) else {
      return forgetUnderway(number)
    }
  }

  /// Looks for boots that have stopped, and for those of which nothing more is to be expected.
  mutating func sweep(_ now: BootTime) {
    for (number, state) in underway {
      guard let run = runs[number] else { continue }
      let quiet = now.instant.microseconds(since: state.moved) / 1_000_000
      guard run.state.isUnderWay else {
        if quiet > Self.endSeconds { forgetUnderway(number) }
        continue
      }
      if let index = taken(run, state, quiet: quiet) {
        settle(number, at: index, now)
        continue
      }
      if !state.isSending, isOver(run, state.mark, quiet: quiet) {
        end(number, as: .done, now)
      } else if quiet > Self.lookSeconds, !state.isExpected(run), run.machine == nil {
        // A person looked at a script of a profile, and booted nothing.
        profileOrder.remove(number)
        drop(number)
      } else if quiet > (state.isExpected(run) ? Self.endSeconds : Self.lookSeconds) {
        end(number, as: .noReport, now)
      } else if run.state == .booting, let stage = missing(run, state, quiet: quiet) {
        stall(number, at: stage, seconds: quiet)
      }
    }
    asked = asked.filter { $0.value.instant.advanced(seconds: 30) > now.instant }
  }

  /// Whether a boot that nothing reports of, and of which no one knows the last file, has all that it needs.
  private func isOver(_ run: BootRun, _ mark: ScriptMark, quiet: Int) -> Bool {
    guard !run.reports(mark) else { return false }
    if mark.firstFiles.isEmpty { return true }
    if mark.isStreamed { return run.hasKernel && quiet > max(1, stallSeconds) }
    return mark.hasVariants && quiet > Self.quietSeconds && run.hasKernel
      && run.stages.allSatisfy { $0.isWhole || $0.kind == .config }
  }

  /// A file that was sent whole as the last one that iPXE fetches, and of whose end nothing was heard for a
  /// while.
  private func taken(_ run: BootRun, _ state: Underway, quiet: Int) -> Int? {
    let limit = state.mark.stallLimits.transfer ?? stallSeconds
    guard quiet >= min(Self.quietSeconds, limit > 0 ? limit : Self.quietSeconds) else {
      return nil
    }
    // Most have nothing on its way, and are looked at each second.
    guard let index = state.transfers.firstIndex(where: { !$0.hasAll(of: run) }),
      state.transfers[(index + 1)...].allSatisfy({ $0.hasAll(of: run) }),
      state.transfers[index].hasAllSent(of: run)
    else { return nil }
    let fetched = Set(run.stages.map(\.name))
    return state.mark.hasVariants || state.mark.firstFiles.allSatisfy(fetched.contains)
      ? index : nil
  }

  /// The step that should have come by now.
  private func missing(_ run: BootRun, _ state: Underway, quiet: Int) -> BootStage? {
    let limits = state.mark.stallLimits
    let limit = limits.transfer ?? stallSeconds
    guard limit > 0, state.isExpected(run) else { return nil }
    if let place = state.transfers.filter({ $0.open > 0 }).map(\.place).min() {
      return quiet >= limit ? run.stages[place] : nil
    }
    let broken = run.stages.last { !$0.isWhole && $0.kind != .identity }
    if let broken { return quiet >= limit ? broken : nil }
    let mark = state.mark
    for kind in [BootStage.Kind.kernel, .initrd] {
      let expected = mark.files.filter { $0.value == kind }.map(\.key)
      let fetched = run.stages.count { $0.kind == kind }
      let isThere = fetched == expected.count || (fetched > 0 && mark.hasVariants)
      if isThere || expected.isEmpty || (kind == .initrd && mark.hasVariants) { continue }
      let name = expected.first { file in !run.stages.contains { $0.name == file } } ?? ""
      return Self.isOver(limits.step, limit, quiet)
        ? BootStage(kind: kind, name: name, start: 0) : nil
    }
    guard let config = mark.configs.first, run.reports(mark),
      !run.stages.contains(where: { $0.kind == .config || $0.kind == .report })
    else { return nil }
    return Self.isOver(limits.config, limit, quiet)
      ? BootStage(kind: .config, name: config, start: 0) : nil
  }

  /// - Parameter limit: of a step; 0: never.
  private static func isOver(_ limit: Int, _ transferLimit: Int, _ quiet: Int) -> Bool {
    limit > 0 && quiet >= max(limit, transferLimit)
  }

  private mutating func stall(_ number: Int, at stage: BootStage, seconds: Int) {
    runs[number]?.state = .stalled
    touch(number)
    guard let run = runs[number] else { return }
    tell(.bootStalled, run, stage, stage.sentence(quiet: seconds))
  }

  /// Where a boot stands still, and for how long; `nil` where it moves, or has ended.
  func stall(of number: Int, _ now: BootTime) -> BootStall? {
    guard let run = runs[number], run.state == .stalled, let state = underway[number] else {
      return nil
    }
    let seconds = now.instant.microseconds(since: state.moved) / 1_000_000
    guard let stage = missing(run, state, quiet: seconds) ?? run.stages.last else { return nil }
    return BootStall(
      stage: stage.kind, seconds: seconds, says: stage.sentence(quiet: seconds))
  }

  /// Boots that are stalled, by the step.
  var stalled: [BootStage.Kind: Int] {
    var counts: [BootStage.Kind: Int] = [:]
    for number in underway.keys {
      guard let run = runs[number], run.state == .stalled else { continue }
      counts[run.stages.last { !$0.isWhole }?.kind ?? .kernel, default: 0] += 1
    }
    return counts
  }
}

extension BootShelf.Underway {
  /// Whether more is to be expected: iPXE has asked, or a file was fetched.
  fileprivate func isExpected(_ run: BootRun) -> Bool {
    isIPXE || run.stages.contains { $0.kind != .identity && $0.kind != .script }
  }
}

extension BootStage {
  /// `initrd 63 %, 41 of 65 MB, no byte for 45 s`.
  func sentence(quiet seconds: Int) -> String {
    guard bytes > 0 || total != nil else { return "no \(kind.rawValue) for \(seconds) s" }
    guard let total, total > 0 else {
      return "\(kind.rawValue) \(ByteText.of(bytes)), no byte for \(seconds) s"
    }
    let share = bytes * 100 / total
    return
      "\(kind.rawValue) \(share) %, \(ByteText.of(bytes)) of \(ByteText.of(total)),"
      + " no byte for \(seconds) s"
  }
}
