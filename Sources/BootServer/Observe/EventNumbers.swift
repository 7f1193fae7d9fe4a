// BootServer/Observe: numbers of events that no restart repeats.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Keeps in the state directory up to which number events may have been given out.
///
/// The file `events` is ahead of the events: after a kill some numbers are missing, and none comes twice.
/// After a clean stop it is exact.
final class EventNumbers: Sendable {
  private struct State {
    var folder: StateFolder?
    /// The file's number; `nil`: not read yet.
    var kept: Int?
    /// Why they are not known, or cannot be kept; said once.
    var problem: String?
    var triesAgainAt = Instant(nanoseconds: 0)
  }

  static let fileName = "events"
  /// How many are reserved at a time: at 1,000 events a second a write each minute and a half.
  static let reserve = 100_000
  private static let digits = 18

  private let state = Mutex(State())
  private let feed: EventFeed
  private let report: @Sendable (Event) -> Void

  /// - Parameter report: told when the file cannot be used.
  init(_ feed: EventFeed, report: @escaping @Sendable (Event) -> Void) {
    self.feed = feed
    self.report = report
  }

  /// The state directory is ours, for the first time or anew.
  func open(_ folder: StateFolder) {
    state.withLock { ($0.folder, $0.kept) = (folder, nil) }
    keep()
  }

  /// Reserves more where few are left; waits for the disk then.
  func keep() {
    let problem = state.withLock { state -> String? in
      guard let folder = state.folder else { return nil }
      let last = feed.lastNumber
      if let kept = state.kept, let last, kept - last > Self.reserve / 2 { return nil }
      if state.problem != nil, Instant.now < state.triesAgainAt { return nil }
      do throws(Unusable) {
        let before: Int
        if let kept = state.kept { before = kept } else { before = try Self.read(folder) }
        let now = max(before, last ?? 0) + Self.reserve
        try Self.write(now, folder)
        (state.kept, state.problem) = (now, nil)
        feed.reserve(upTo: now, after: before)
        return nil
      } catch {
        state.triesAgainAt = Instant.now.advanced(seconds: 1)
        defer { state.problem = error.reason }
        return state.problem == error.reason ? nil : error.reason
      }
    }
    if let problem { report(Event(.events, .error, ["error": .text(problem)])) }
  }

  /// Writes down the last number that was given.
  func close() {
    state.withLock { state in
      guard let folder = state.folder, state.kept != nil, let last = feed.lastNumber else { return }
      try? Self.write(min(last, state.kept ?? last), folder)
      state.folder = nil
    }
  }

  private struct Unusable: Error { let reason: String }

  /// - Returns: 0 where there is no file.
  private static func read(_ folder: StateFolder) throws(Unusable) -> Int {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try folder.read(fileName, limit: 4096).bytes
    } catch {
      if error == .noEntry { return 0 }
      throw Unusable(reason: "cannot read \(folder.path)/\(fileName): \(error)")
    }
    guard let number = number(in: bytes) else {
      throw Unusable(
        reason: "\(folder.path)/\(fileName) holds no numbers; remove it, and events count from 1")
    }
    return number
  }

  /// `NUMBER NUMBER`: a write that was cut short leaves one of them whole.
  static func number(in bytes: [UInt8]) -> Int? {
    let words = bytes.split { $0 == 0x20 || $0 == 0x0a }
    let numbers = words.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard words.count == 2, numbers.count == 2 else { return nil }
    return numbers.max()
  }

  static func text(_ number: Int) -> [UInt8] {
    let written = String(number)
    let word = String(repeating: "0", count: max(0, digits - written.count)) + written
    return Array("\(word) \(word)\n".utf8)
  }

  /// In its place, where it is there: a full disk has room for that.
  private static func write(_ number: Int, _ folder: StateFolder) throws(Unusable) {
    do throws(Errno) {
      let bytes = text(number)
      if (try? folder.status(fileName).size) == Int64(bytes.count) {
        do throws(WriteFailure) {
          return try folder.write(fileName, bytes, at: 0, makes: false, flushed: true)
        } catch {
          throw error.error
        }
      }
      _ = try folder.replace(fileName, bytes)
      try folder.flush(".")
    } catch {
      throw Unusable(reason: "cannot write \(folder.path)/\(fileName): \(error)")
    }
  }
}
