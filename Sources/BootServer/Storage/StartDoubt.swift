// BootServer/Storage: whether a directory is what it was.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What a start finds strange.
struct StartDoubt: Sendable {
  var reasons: [String] = []
  /// The highest number that the directory should have.
  var markerBatch: Int?

  /// - Parameter contents: that were found.
  init(
    _ files: any StateFileSystem, _ contents: StateContents, _ policy: StartPolicy
  ) throws(StoreError) {
    var bytes: [UInt8] = []
    var isReadable = true
    do throws(Errno) {
      bytes = try files.readMarker() ?? []
    } catch {
      // It may be readable in a moment; and where nothing is known, it is all that can tell.
      if error.isExhaustion || contents.isEmpty {
        throw .failed(file: StateMarker.fileName, error)
      }
      isReadable = false
    }
    let line = StateMarker.find(path: files.path, in: bytes)
    let id = contents.format?.id ?? contents.lostFormat
    let doubt = policy.doubt(
      marker: line.marker, isReadable: isReadable && line.isReadable, id: id,
      batch: contents.certainBatch, isEmpty: contents.isEmpty)
    if let doubt { reasons.append(doubt) }
    if contents.lostFormat != nil {
      reasons.append("the file \(StateFormat.fileName) is gone")
    }
    if let ahead = contents.ahead {
      reasons.append(Self.mixture(ahead, happened: contents.replay.happened))
    }
    if line.marker?.id == id { markerBatch = line.marker?.batch }
  }

  /// Files of several times, as a plain copy has them that was made while the server ran.
  private static func mixture(_ ahead: Machine, happened: Int) -> String {
    "its files are not of one time: \(RecordFile.name(ahead.id)) is of change \(ahead.revision),"
      + " and the rest may be no newer than change \(happened)"
  }
}
