// BootServer/Storage: machines of the same data directory, written down elsewhere.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Another state directory whose machines boot from the same data directory.
///
/// A server that was started by hand keeps its records in the data directory, one of a systemd unit in
/// `/var/lib`. Who goes from one to the other and takes no records along would install over disks in use.
struct OtherState {
  /// The file in a state directory that names the data directory.
  static let fileName = "data"

  /// Of the server.
  let data: String
  /// Its own state directory.
  let state: String
  /// State directories that a server may have whose options say nothing.
  let places: [String]

  /// The names in a directory of a state directory.
  var names: @Sendable (String) throws(Errno) -> [String] = { (path) throws(Errno) in
    try StateFolder(path: path, makes: false).entries(of: ".")
      .map { String(decoding: $0.name, as: UTF8.self) }
  }

  /// - Returns: what is to be said of one that has records, or may have; `nil` where there is none.
  func find() -> String? {
    let own = RealPath.of(state)
    let beside = RealPath.of(data) + "/state"
    for place in [beside] + places where RealPath.of(place) != own {
      do throws(Errno) {
        if try hasRecords(place), place == beside || isOfData(place) {
          return "\(place) has machines of this data directory"
        }
      } catch {
        // A unit's user may not look into what root has made. The marker is there once a machine is known.
        let marker = RealPath.of(data) + "/" + StateMarker.fileName
        if error == .accessDenied, place == beside, (try? FileStatus.of(path: marker)) != nil {
          return "\(place) may have machines of this data directory, and cannot be looked into"
        }
      }
    }
    return nil
  }

  private func hasRecords(_ place: String) throws(Errno) -> Bool {
    let names = try names(place)
    if names.contains(RecordFile.folder),
      try self.names(place + "/" + RecordFile.folder).contains(where: { $0.hasSuffix(".json") })
    {
      return true
    }
    return names.contains { name in
      name.hasPrefix("journal-") && (try? FileStatus.of(path: "\(place)/\(name)").size) ?? 0 > 0
    }
  }

  /// By the path that was given or by the real one: a link may lead to another release meanwhile.
  private func isOfData(_ place: String) -> Bool {
    guard let bytes = try? FileDescriptor.contents(of: "\(place)/\(Self.fileName)", limit: 16384)
    else { return false }
    let noted = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    return !Set(noted).isDisjoint(with: paths)
  }

  /// Of the data directory.
  private var paths: [String] {
    let real = RealPath.of(data)
    return data.hasPrefix("/") && data != real ? [real, data] : [real]
  }

  /// Writes down whose machines the server's own directory has, once it has any; what cannot be written is
  /// written at the next start.
  func note() {
    let text = Array(paths.map { $0 + "\n" }.joined().utf8)
    guard let folder = try? StateFolder(path: state, makes: false) else { return }
    if (try? folder.read(Self.fileName, limit: 16384).bytes) == text { return }
    _ = try? folder.replace(Self.fileName, text)
  }
}
