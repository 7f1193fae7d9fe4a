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
  var places = StatePlaces.documented

  /// - Returns: the path of one that has records; `nil` where there is none that can be read.
  func find() -> String? {
    let (data, own) = (RealPath.of(data), RealPath.of(state))
    return ([data + "/state"] + places).first { place in
      RealPath.of(place) != own && Self.hasRecords(place)
        && (place == data + "/state" || Self.data(of: place) == data)
    }
  }

  private static func hasRecords(_ place: String) -> Bool {
    Files.names(in: place + "/" + RecordFile.folder).contains { $0.hasSuffix(".json") }
      || Files.names(in: place).contains { name in
        name.hasPrefix("journal-") && (try? FileStatus.of(path: "\(place)/\(name)").size) ?? 0 > 0
      }
  }

  private static func data(of place: String) -> String? {
    guard let bytes = try? FileDescriptor.contents(of: "\(place)/\(fileName)", limit: 4096) else {
      return nil
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  /// Writes down whose machines the server's own directory has, once it has any; what cannot be written is
  /// written at the next start.
  func note() {
    let text = Array((RealPath.of(data) + "\n").utf8)
    guard let folder = try? StateFolder(path: state, makes: false) else { return }
    if (try? folder.read(Self.fileName, limit: 4096).bytes) == text { return }
    _ = try? folder.replace(Self.fileName, text)
  }
}
