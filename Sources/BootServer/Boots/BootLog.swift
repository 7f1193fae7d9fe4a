// BootServer/Boots: the file of boots.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The file `boots` in the state directory: the last boot of each machine, a line of JSON a change.
///
/// The last line of a machine counts. Nobody waits for it, and a crash may lose the last seconds of it.
struct BootLog {
  /// Why boots cannot be kept.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let fileName = "boots"
  private static let maxBytes = 512 << 20

  let serial: String
  private let folder: StateFolder
  private var isRead = false
  private var size = 0
  private var lines = 0
  private var isWhole = false
  private var lastFailure = ""

  var path: String { "\(folder.path)/\(Self.fileName)" }

  init(_ folder: StateFolder) {
    self.folder = folder
    serial = Random.hex(bytes: 4)
  }

  /// Whether a failure was not told yet.
  mutating func isNews(_ failure: Failure) -> Bool {
    defer { lastFailure = failure.description }
    return lastFailure != failure.description
  }

  /// What the run of the server before has kept; once.
  mutating func readOnce() throws(Failure) -> [BootRun] {
    if isRead { return [] }
    var bytes: [UInt8] = []
    do throws(Errno) {
      bytes = try folder.read(Self.fileName, limit: Self.maxBytes).bytes
    } catch {
      if error != .noEntry {
        isRead = true
        throw Failure(description: "\(path) cannot be read, and the boots in it are lost: \(error)")
      }
    }
    isRead = true
    return Self.runs(bytes)
  }

  /// - Parameter bytes: a file's; lines that are torn or say nothing are passed over.
  static func runs(_ bytes: [UInt8]) -> [BootRun] {
    var last: [MachineID: BootRun] = [:]
    for line in bytes.split(separator: 0x0a) {
      guard let json = try? JSONReader.read(Array(line)) else { continue }
      if case .string(let gone) = json["gone"], let id = MachineID(gone) {
        last[id] = nil
      } else if let run = BootRun(json), let id = run.machine {
        last[id] = run
      }
    }
    return last.values.sorted { $0.number < $1.number }
  }

  /// Adds what has changed; writes the file anew where it has grown, or is not ours yet.
  ///
  /// - Parameter all: the last boot of every machine.
  mutating func write(
    _ changed: [BootRun], gone: [MachineID], all: () -> [BootRun]
  ) throws(Failure) {
    if changed.isEmpty, gone.isEmpty { return }
    do throws(Errno) {
      var text: [UInt8] = []
      if !isWhole || lines > 1000 + 3 * (changed.count + all().count) {
        isWhole = false
        let runs = all()
        for run in runs { Self.append(run.json, to: &text) }
        _ = try folder.replace(Self.fileName, text)
        (size, lines, isWhole) = (text.count, runs.count, true)
      } else {
        for run in changed { Self.append(run.json, to: &text) }
        for id in gone {
          Self.append(.object([JSON.Member("gone", .string(id.description))]), to: &text)
        }
        do throws(WriteFailure) {
          try folder.write(Self.fileName, text, at: size, makes: false, flushed: false)
        } catch {
          // Whatever is there now, the next write makes it anew.
          isWhole = false
          throw error.error
        }
        size += text.count
        lines += changed.count + gone.count
      }
    } catch {
      throw Failure(
        description: "\(path) cannot be written, so boots are not kept over a restart: \(error)")
    }
  }

  private static func append(_ json: JSON, to text: inout [UInt8]) {
    text += JSONWriter.text(json).utf8
    text.append(0x0a)
  }
}
