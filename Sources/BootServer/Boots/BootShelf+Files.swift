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
    guard let at = underway.index(forKey: number), let run = runs.index(forKey: number) else {
      return nil
    }
    filesBegun += 1
    touch(number)
    underway.values[at].moved = now.instant
    if runs.values[run].state == .stalled { runs.values[run].state = .booting }
    let mark = underway.values[at].mark
    let kind = mark.kind(of: ask)
    if let place = runs.values[run].stages.firstIndex(where: {
      $0.kind == kind && $0.name == ask.file
    }) {
      runs.values[run].stages[place].end = nil
      if let total, total != runs.values[run].stages[place].total {
        // It is another file by now.
        runs.values[run].stages[place].total = total
        runs.values[run].stages[place].bytes = 0
        underway.values[at].transfers.removeAll { $0.place == place && $0.open == 0 }
      }
      underway.values[at].open(place)
      return place
    }
    let place = runs.values[run].stages.count
    guard place < BootRun.mostStages else { return nil }
    let stage = BootStage(
      kind: kind, name: mark.name(of: ask.file),
      start: underway.values[at].offset(now.instant), total: total)
    runs.values[run].stages.append(stage)
    underway.values[at].open(place)
    tell(.bootStage, runs.values[run], stage)
    return place
  }

  /// Bytes have arrived.
  ///
  /// - Parameters:
  ///   - arrived: of the file.
  ///   - sent: what went onto the wire, where that is more.
  ///   - isOver: whether the transfer has ended.
  mutating func progress(
    _ number: Int, place: Int, _ arrived: [Range<Int64>], sent: [Range<Int64>] = [],
    isOver: Bool, _ now: BootTime
  ) {
    guard let at = underway.index(forKey: number), let run = runs.index(forKey: number),
      runs.values[run].stages.indices.contains(place),
      let index = underway.values[at].transfers.firstIndex(where: { $0.place == place })
    else { return }
    touch(number)
    underway.values[at].transfers[index].sent = sent
    if underway.values[at].transfers[index].add(
      arrived, to: &runs.values[run].stages[place], now.instant)
    {
      underway.values[at].moved = now.instant
      if runs.values[run].state == .stalled { runs.values[run].state = .booting }
    }
    guard isOver, underway.values[at].transfers[index].close() else { return }
    endFile(number, at: index, now)
  }

  /// What was sent last counts as arrived: the machine has taken it, and does something else now.
  ///
  /// iPXE for UEFI hands over to the kernel in the moment in which it has all, and acknowledges no more.
  mutating func settle(_ number: Int, at index: Int, _ now: BootTime) {
    guard let at = underway.index(forKey: number), let run = runs.index(forKey: number) else {
      return
    }
    let transfer = underway.values[at].transfers[index]
    _ = underway.values[at].transfers[index].add(
      transfer.sent, to: &runs.values[run].stages[transfer.place], now.instant)
    underway.values[at].moved = now.instant
    if runs.values[run].state == .stalled { runs.values[run].state = .booting }
    underway.values[at].transfers[index].open = 0
    endFile(number, at: index, now)
  }

  private mutating func endFile(_ number: Int, at index: Int, _ now: BootTime) {
    guard let at = underway.index(forKey: number), let run = runs.index(forKey: number) else {
      return
    }
    let place = underway.values[at].transfers[index].place
    let offset = underway.values[at].offset(now.instant)
    runs.values[run].stages[place].finish(at: offset)
    if runs.values[run].stages[place].isWhole { underway.values[at].forgetTransfer(at: index) }
    if runs.values[run].state == .done { runs.values[run].ended = offset }
    tell(.bootStage, runs.values[run], runs.values[run].stages[place])
    endIfComplete(number, now)
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

extension BootShelf.Underway {
  /// Whether a file is being sent.
  var isSending: Bool { transfers.contains { $0.open > 0 } }

  fileprivate mutating func open(_ place: Int) {
    if let index = transfers.firstIndex(where: { $0.place == place }) {
      transfers[index].open += 1
    } else {
      transfers.append(BootShelf.Transfer(place: place))
    }
  }

  /// Of a boot whose files have all arrived nothing is left: it is kept for half an hour where none reports.
  fileprivate mutating func forgetTransfer(at index: Int) {
    if transfers.count == 1 { transfers = [] } else { transfers.remove(at: index) }
  }
}

extension BootShelf.Transfer {
  /// - Returns: whether there are bytes that had not arrived before.
  fileprivate mutating func add(
    _ arrived: [Range<Int64>], to stage: inout BootStage, _ now: Instant
  ) -> Bool {
    let before = coverage.count
    for run in arrived { coverage.add(run) }
    let bytes = coverage.count
    // One that is fetched once more after all of it had arrived has no fewer bytes for that.
    stage.bytes = max(stage.bytes, bytes)
    let mark = rateMark ?? (now, bytes)
    let elapsed = Int64(now.microseconds(since: mark.time) / 1000)
    if elapsed >= 400 { stage.rate = (bytes - mark.bytes) * 1000 / elapsed }
    if rateMark == nil || elapsed >= 2000 { rateMark = (now, bytes) }
    return bytes > before
  }

  /// Whether all of the file has arrived.
  func hasAll(of run: BootRun) -> Bool {
    let stage = run.stages[place]
    return stage.total.map { stage.bytes >= $0 } ?? (open == 0)
  }

  /// Of a file's end so much may be on the wire; seen were 40 to 160 KB.
  private static let mostUnheard = 1 << 20

  /// Whether all of the file but its end has arrived, and that has at least gone out.
  func hasAllSent(of run: BootRun) -> Bool {
    guard let total = run.stages[place].total, coverage.count > 0,
      total - coverage.count <= Self.mostUnheard
    else { return false }
    var all = coverage
    for run in sent { all.add(run) }
    return all.count >= total
  }

  /// One of the answers has ended.
  ///
  /// - Returns: whether it was the last.
  fileprivate mutating func close() -> Bool {
    guard open > 0 else { return false }
    open -= 1
    if open == 0 { rateMark = nil }
    return open == 0
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

  /// A file's name, kept once for all that fetch it.
  func name(of file: String) -> String { files.index(forKey: file).map { files[$0].key } ?? file }

  func kind(of ask: BootShelf.Ask) -> BootStage.Kind {
    ask.isConfig ? .config : files[ask.file] ?? .image
  }
}
