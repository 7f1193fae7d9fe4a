// BootServer/Images: how far a fetch is, for people and programs.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Tells of a fetch: on a terminal a line a file that is written anew, elsewhere plain lines, or JSON events.
final class FetchReport: Sendable {
  enum Form: Sendable {
    /// Lines that are redrawn in place.
    case terminal
    case lines
    case json
    /// Nothing but what fails.
    case quiet
  }

  private struct FileState {
    var bytes: Int64 = 0
    var total: Int64?
    /// Bytes of earlier tries, which no rate counts.
    var first: Int64?
    var began = Instant.now
    var isTold = false
  }

  private struct State {
    var files: [String: FileState] = [:]
    var order: [String] = []
    var drawn = 0
    var toldAt: [String: Instant] = [:]
    var sum: Int64 = 0
    var isUnknown = false
  }

  private let form: Form
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())
  private static let lineSeconds = 10

  /// - Parameter write: where it goes; whole lines, but for what moves a terminal's cursor.
  init(_ form: Form, write: @escaping @Sendable (String) -> Void = { Process.writeToOutput($0) }) {
    self.form = form
    self.write = write
  }

  func begins(_ place: VersionPlace, channel: String?) {
    let what = channel.map { "\($0) is \(place.version)" } ?? place.version
    if form == .terminal || form == .lines { say("\(place.folder.text): \(what)") }
  }

  /// The files that are to come, in order.
  func expects(_ names: [String]) { state.withLock { $0.order = names } }

  func wouldFetch(_ name: String, _ size: Int64?, _ url: DownloadURL) {
    state.withLock { state in
      state.sum += size ?? 0
      if size == nil { state.isUnknown = true }
    }
    if form == .json {
      event(
        "file", [("file", .string(name)), ("url", .string(url.description)), number("size", size)])
    } else {
      say("would fetch \(name), \(size.map { ByteText.of($0) } ?? "size not known"), from \(url)")
    }
  }

  func wouldFetchAll() {
    let (sum, isUnknown) = state.withLock { ($0.sum, $0.isUnknown) }
    if form == .json {
      event("done", [number("size", isUnknown ? nil : sum), ("dryRun", .bool(true))])
    } else {
      say("\(isUnknown ? "at least " : "")\(ByteText.of(sum)) in all; nothing was fetched")
    }
  }

  /// Told by the downloader, for one file at a time.
  func progress(_ told: DownloadProgress) {
    let name = told.file.text
    state.withLock { state in
      var file = state.files[name] ?? FileState()
      if file.first == nil { (file.first, file.began) = (told.bytes, .now) }
      (file.bytes, file.total) = (told.bytes, told.total)
      state.files[name] = file
      switch form {
      case .quiet: break
      case .terminal: draw(&state)
      case .lines, .json: tell(name, file, &state)
      }
    }
  }

  /// Now and then, and at its end.
  private func tell(_ name: String, _ file: FileState, _ state: inout State) {
    let now = Instant.now
    let isEnd = file.bytes == file.total
    if !isEnd, let last = state.toldAt[name], now < last.advanced(seconds: Self.lineSeconds) {
      return
    }
    if isEnd, file.isTold { return }
    state.files[name]?.isTold = isEnd
    let isFirst = state.toldAt[name] == nil
    state.toldAt[name] = now
    if form == .json {
      event(
        isEnd ? "file" : "progress",
        [("file", .string(name)), number("bytes", file.bytes), number("total", file.total)])
    } else if isEnd || !isFirst {
      write(Self.line(name, file) + "\n")
    }
  }

  /// A line a file, and one for all.
  private func draw(_ state: inout State) {
    var text = state.drawn > 0 ? "\u{1b}[\(state.drawn)A" : ""
    let names = state.order.filter { state.files[$0] != nil }
    for name in names {
      if let file = state.files[name] { text += "\r\u{1b}[K" + Self.line(name, file) + "\n" }
    }
    let bytes = state.files.values.reduce(0) { $0 + $1.bytes }
    let totals = state.files.values.compactMap(\.total)
    let sum = totals.count == state.order.count ? " of \(ByteText.of(totals.reduce(0, +)))" : ""
    text += "\r\u{1b}[K\(names.count) of \(state.order.count) files, \(ByteText.of(bytes))\(sum)\n"
    state.drawn = names.count + 1
    write(text)
  }

  /// `linux  12.4 of 30.1 MB, 41 %, 3.2 MB/s, 6 s left`.
  private static func line(_ name: String, _ file: FileState) -> String {
    var parts = [ByteText.of(file.bytes)]
    let micros = max(1, Instant.now.microseconds(since: file.began))
    let rate = Double(file.bytes - (file.first ?? 0)) / Double(micros) * 1e6
    if let total = file.total, total > 0 {
      parts[0] += " of \(ByteText.of(total))"
      parts.append("\(file.bytes * 100 / total) %")
      if file.bytes < total {
        parts.append("\(ByteText.of(Int64(rate)))/s")
        if rate >= 1 {
          parts.append("\(Int((Double(total - file.bytes) / rate).rounded(.up))) s left")
        }
      }
    }
    return "\(Terminal.harmless(name))  \(parts.joined(separator: ", "))"
  }

  /// One sentence for people.
  func say(_ line: String) {
    if form == .terminal || form == .lines { write(Terminal.harmless(line) + "\n") }
  }

  /// One JSON object a line, for programs.
  func event(_ name: String, _ members: [(String, JSON)]) {
    guard form == .json else { return }
    let all = [JSON.Member("event", .string(name))] + members.map { JSON.Member($0.0, $0.1) }
    write(Terminal.json(.object(all)) + "\n")
  }

  private func number(_ name: String, _ value: Int64?) -> (String, JSON) {
    (name, value.map { .number("\($0)") } ?? .null)
  }
}
