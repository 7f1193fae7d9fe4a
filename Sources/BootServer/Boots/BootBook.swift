// BootServer/Boots: the boots that are kept, for every loop.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// All boots, shared by all loops; its thread finds what has stopped and writes down what is kept.
///
/// The thread begins with the first boot or file of boots: a server without any has none.
final class BootBook: Sendable {
  private let shelf: Mutex<BootShelf>
  /// Where boots are kept on disk.
  private let file = Mutex<BootLog?>(nil)
  private let thread: LazyThread
  private let log: Log
  let metrics = BootMetrics()
  /// Counts files that began to go out: as long as it stands still, a script that is asked for again is no
  /// news.
  let filesBegun = SharedCount()
  /// Boots of which more may come.
  let underway = SharedCount()

  private static let writeSeconds = 5

  /// - Parameter stallSeconds: after how many without a byte a boot counts as stalled; 0: never.
  init(stallSeconds: Int, log: Log, limits: BootShelf.Limits = BootShelf.Limits()) throws(Errno) {
    // Later than those of any run of the server before.
    var shelf = BootShelf(firstNumber: Int(BootTime.now.wall), limits: limits)
    shelf.stallSeconds = stallSeconds
    self.shelf = Mutex(shelf)
    self.log = log
    thread = try LazyThread("boots")
  }

  /// Reads or changes the boots, and tells what came of it.
  func change<Result>(_ body: (inout BootShelf, BootTime) -> Result) -> Result {
    let now = BootTime.now
    let (result, news) = shelf.withLock { shelf in
      let result = body(&shelf, now)
      defer { shelf.news = [] }
      // Under the lock, for the last one to change it says how it is.
      underway.set(shelf.underway.count)
      filesBegun.set(shelf.filesBegun)
      return (result, shelf.news)
    }
    for item in news {
      log.tell(item.event, isLogged: item.isLogged)
      switch item.count {
      case .nothing: break
      case .ended(let state): metrics.ended(result: state.rawValue)
      case .took(let kind, let milliseconds):
        metrics.took(stage: kind.rawValue, seconds: Double(milliseconds) / 1000)
      }
    }
    return result
  }

  /// Boots, the newest first.
  func list(_ filter: BootFilter, _ now: BootTime = .now) -> [BootView] {
    shelf.withLock { shelf in
      shelf.list(filter).map { BootView(run: $0, stall: shelf.stall(of: $0.number, now)) }
    }
  }

  /// A boot is under way: the thread looks after it.
  func watch() { thread.begin { [self] in run() } }

  /// The state directory is ours: what it holds is read, and what comes is written there.
  func open(_ folder: StateFolder) {
    file.withLock { $0 = BootLog(folder) }
    watch()
    thread.wake()
  }

  /// Writes everything down.
  func stop() { thread.stop(milliseconds: 5000) }

  private func run() {
    var writesAt = Instant.now
    while thread.goesOn() {
      let isQuiet = shelf.withLock { $0.underway.isEmpty && $0.changed.isEmpty }
      _ = thread.wait(milliseconds: isQuiet ? 5000 : 1000)
      let stalled = change { shelf, now in
        shelf.sweep(now)
        return shelf.stalled
      }
      metrics.setStalled(
        Dictionary(uniqueKeysWithValues: stalled.map { ($0.key.rawValue, $0.value) }))
      guard writesAt <= Instant.now else { continue }
      writesAt = Instant.now.advanced(seconds: Self.writeSeconds)
      write()
    }
    change { shelf, now in shelf.cutAll(now) }
    write()
  }

  private func write() {
    guard var file = file.withLock({ $0 }) else { return }
    do throws(BootLog.Failure) {
      for run in try file.readOnce() { shelf.withLock { $0.restore(run) } }
      let (runs, gone) = shelf.withLock { $0.takeChanged() }
      try file.write(runs, gone: gone) { shelf.withLock { $0.lastOfMachines } }
    } catch {
      if file.isNews(error) {
        log.tell(Event(.state, .warning, ["error": .text(error.description)]))
      }
    }
    // The directory may have been opened anew meanwhile.
    self.file.withLock { present in
      if present?.path == file.path, present?.serial == file.serial { present = file }
    }
  }
}
