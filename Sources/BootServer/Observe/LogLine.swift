// BootServer/Observe: one line of the log.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Builds lines.
package enum LogLine {
  /// `time=2026-11-21T12:00:00.123Z level=info event=listening ...`, with its line break.
  package static func of(_ event: Event, at time: FileTime = WallClock.now) -> [UInt8] {
    var line = Array("time=".utf8) + second(time.seconds)
    append(time, event.severity, to: &line)
    LogText.append(event, to: &line)
    line.append(0x0a)
    return line
  }

  static func append(_ time: FileTime, _ level: Event.Severity, to line: inout [UInt8]) {
    appendMilliseconds(time, to: &line)
    line += " level=".utf8
    line += level.name.utf8
  }

  /// `.123Z`, behind the second.
  static func appendMilliseconds(_ time: FileTime, to line: inout [UInt8]) {
    let milliseconds = time.nanoseconds / 1_000_000
    line.append(UInt8(ascii: "."))
    line.append(0x30 + UInt8(milliseconds / 100 % 10))
    line.append(0x30 + UInt8(milliseconds / 10 % 10))
    line.append(0x30 + UInt8(milliseconds % 10))
    line.append(UInt8(ascii: "Z"))
  }

  /// `2026-11-21T12:00:00`.
  static func second(_ seconds: Int) -> [UInt8] {
    Array(CivilTime(seconds).text.utf8)
  }
}
