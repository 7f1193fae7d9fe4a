// BootServer/Boots: files on their way to a boot.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension BootShelf {
  /// A file that is asked for.
  struct Ask {
    /// Below the data directory.
    let file: String
    let isConfig: Bool
    let host: SocketAddress.Host
    /// Who says so by a token.
    var machine: MachineID?
    /// The boot that its connection has fetched for before.
    var connection: Int?
  }

  /// The boot that a file belongs to.
  ///
  /// By the machine's token, else by the connection, else by what a script last told that address to fetch.
  /// Where several boots at an address fetch the same, it is nobody's, and they are marked.
  mutating func owner(of ask: Ask) -> Int? {
    if let machine = ask.machine {
      guard let number = last[.machine(machine)], underway[number] != nil else { return nil }
      return number
    }
    if let number = ask.connection, underway[number]?.host == ask.host { return number }
    guard let here = atHost[ask.host]?.suffix(limits.atHost) else { return nil }
    let goingOn = here.filter { runs[$0]?.state.isUnderWay == true }
    for group in [goingOn, here.filter { !goingOn.contains($0) }] {
      let expecting = group.filter { underway[$0]?.mark.expects(ask.file) == true }
      if expecting.count == 1 { return expecting[0] }
      if expecting.count > 1 { return share(expecting) }
    }
    return goingOn.count < 2 ? goingOn.first ?? here.last : share(goingOn)
  }

  private mutating func share(_ numbers: [Int]) -> Int? {
    for number in numbers where runs[number]?.isShared == false {
      runs[number]?.isShared = true
      touch(number)
    }
    return nil
  }

  /// A file begins to go out.
  ///
  /// - Returns: the stage's place; `nil` where the boot has more steps than are kept.
  mutating func beginFile(
    _ number: Int, _ ask: Ask, total: Int64?, _ now: BootTime
  ) -> Int? {
    guard var state = underway[number], var run = runs[number] else { return nil }
    defer {
      underway[number] = state
      runs[number] = run
      touch(number)
    }
    filesBegun += 1
    state.moved = now.instant
    if run.state == .stalled { run.state = .booting }
    let kind = state.mark.kind(of: ask)
    let place = run.stages.firstIndex { $0.kind == kind && $0.name == ask.file }
    if let place {
      run.stages[place].end = nil
      run.stages[place].total = total ?? run.stages[place].total
      state.open[place, default: 0] += 1
      return place
    }
    guard run.stages.count < BootRun.mostStages else { return nil }
    let stage = BootStage(
      kind: kind, name: ask.file, start: state.offset(now.instant), total: total)
    run.stages.append(stage)
    state.open[run.stages.count - 1] = 1
    tell(.bootStage, run, stage)
    return run.stages.count - 1
  }

  /// Bytes have arrived.
  ///
  /// - Parameters:
  ///   - arrived: of the file.
  ///   - isOver: whether the transfer has ended.
  mutating func progress(
    _ number: Int, place: Int, _ arrived: Range<Int64>, isOver: Bool, _ now: BootTime
  ) {
    guard var state = underway[number], var run = runs[number], place < run.stages.count else {
      return
    }
    var coverage = state.coverage[place] ?? Coverage()
    coverage.add(arrived)
    state.coverage[place] = coverage
    let bytes = coverage.count
    if bytes > run.stages[place].bytes {
      state.moved = now.instant
      if run.state == .stalled { run.state = .booting }
      run.stages[place].bytes = bytes
    }
    let mark = state.rateMarks[place] ?? (now.instant, bytes)
    let elapsed = Int64(now.instant.microseconds(since: mark.time) / 1000)
    if elapsed >= 400 {
      run.stages[place].rate = (bytes - mark.bytes) * 1000 / elapsed
    }
    if state.rateMarks[place] == nil || elapsed >= 2000 {
      state.rateMarks[place] = (now.instant, bytes)
    }
    var hasEnded = false
    if isOver, let open = state.open[place] {
      state.open[place] = open > 1 ? open - 1 : nil
      hasEnded = open <= 1
    }
    if hasEnded {
      state.rateMarks[place] = nil
      run.stages[place].finish(at: state.offset(now.instant))
      if run.state == .done { run.ended = state.offset(now.instant) }
      tell(.bootStage, run, run.stages[place])
    }
    underway[number] = state
    runs[number] = run
    touch(number)
    if hasEnded { endIfComplete(number, now) }
  }

  /// Where nothing reports, a boot ends with the last byte of its images.
  mutating func endIfComplete(_ number: Int, _ now: BootTime) {
    guard let run = runs[number], let mark = underway[number]?.mark, run.state.isUnderWay,
      !run.reports(mark), !mark.isStreamed
    else { return }
    let whole = Set(run.stages.filter(\.isWhole).map(\.name))
    if mark.firstFiles.allSatisfy(whole.contains) { end(number, as: .done, now) }
  }
}

extension BootRun {
  /// Whether a report is to be waited for.
  func reports(_ mark: ScriptMark) -> Bool { machine != nil && mark.canReport }
}

extension ScriptMark {
  /// Kernel and initrds.
  var firstFiles: [String] {
    files.filter { $0.value == .kernel || $0.value == .initrd }.map(\.key)
  }

  /// Whether one platform boots other files than another: nobody fetches all of them.
  var hasVariants: Bool { files.values.count { $0 == .kernel } > 1 }

  /// Whether whoever boots it fetches this file.
  func expects(_ file: String) -> Bool {
    files[file] != nil || configs.contains { $0 == file || $0.last == "/" && file.hasPrefix($0) }
  }

  func kind(of ask: BootShelf.Ask) -> BootStage.Kind {
    ask.isConfig ? .config : files[ask.file] ?? .image
  }
}
