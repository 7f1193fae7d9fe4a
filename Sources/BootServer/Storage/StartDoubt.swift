// BootServer/Storage: whether a directory is what it was.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What a start finds strange.
struct StartDoubt: Sendable {
  var reasons: [String] = []
  /// The highest number that the directory should have.
  var markerBatch: Int?

  /// - Parameters:
  ///   - contents: that were found.
  ///   - other: says which other directory has machines of this data directory; asked where nothing is known.
  init(
    _ files: any StateFileSystem, _ contents: StateContents, _ policy: StartPolicy,
    other: () -> String? = { nil }
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
    let marker = Self.latest(line.marker, files)
    let doubt = policy.doubt(
      marker: marker, isReadable: isReadable && line.isReadable, id: id,
      batch: contents.certainBatch, isEmpty: contents.isEmpty)
    if let doubt { reasons.append(doubt) }
    if contents.isEmpty, marker == nil, !policy.isFresh, let other = other() {
      reasons.append(
        "no machine is known, but \(other); stop both servers, empty this state directory, copy that one"
          + " into it, and start again")
    }
    if contents.lostFormat != nil {
      reasons.append("the file \(StateFormat.fileName) is gone")
    }
    if let ahead = contents.ahead {
      reasons.append(Self.mixture(ahead, happened: contents.replay.happened))
    }
    if marker?.id == id { markerBatch = marker?.batch }
  }

  /// The marker where it is written now counts; one that was written elsewhere before counts where there is
  /// none yet, or where it knows of more of the same directory.
  private static func latest(_ marker: StateMarker?, _ files: any StateFileSystem) -> StateMarker? {
    let others = files.readOtherMarkers().compactMap {
      StateMarker.find(path: files.path, in: $0).marker
    }
    guard let marker else { return others.first }
    return others.filter { $0.id == marker.id && $0.batch > marker.batch }
      .max { $0.batch < $1.batch } ?? marker
  }

  /// Files of several times, as a plain copy has them that was made while the server ran.
  private static func mixture(_ ahead: Machine, happened: Int) -> String {
    "its files are not of one time: \(RecordFile.name(ahead.id)) is of change \(ahead.revision),"
      + " and the rest may be no newer than change \(happened)"
  }
}
