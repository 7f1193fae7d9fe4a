// System: what lies in the data directory and is nobody's business.
// SPDX-License-Identifier: Apache-2.0

/// Directories that are never served, by whatever name or link one comes there.
///
/// Told by device and inode, so that no other path leads past it, and looked up by their paths again each
/// time: a directory that somebody put in place of one is hidden as well as the one before.
final class HiddenPlaces: Sendable {
  private struct Place {
    let path: String
    var seen: Set<Identity> = []
  }

  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: FileStatus) { (device, inode) = (status.device, status.inode) }
  }

  private let places = Mutex<[Place]>([])
  /// Names that are never opened, wherever they are: what the server keeps for itself, and what `images` has
  /// in hand.
  private static let names = [".coreos-ipxe-server", ".channels.json", ".lock"].map {
    Array($0.utf8)
  }
  private static let staging = Array(".staging-".utf8)

  /// Whether a name is one of ours, which nobody is shown.
  static func isHidden(_ name: [UInt8]) -> Bool {
    guard name.first == UInt8(ascii: ".") else { return false }
    return names.contains(name) || name.starts(with: staging)
      // A file or a channel's link that is not in its place yet.
      || name.suffix(5).elementsEqual(".link".utf8) || name.suffix(4).elementsEqual(".new".utf8)
  }

  func add(_ path: String) {
    places.withLock { places in
      if !places.contains(where: { $0.path == path }) { places.append(Place(path: path)) }
    }
  }

  var isEmpty: Bool { places.withLock { $0.isEmpty } }

  /// Whether a directory is one of them.
  func contain(_ status: FileStatus) -> Bool {
    let identity = Identity(status)
    return places.withLock { places in
      for index in places.indices {
        if let now = try? FileStatus.of(path: places[index].path), places[index].seen.count < 64 {
          places[index].seen.insert(Identity(now))
        }
        if places[index].seen.contains(identity) { return true }
      }
      return false
    }
  }
}
