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
  /// A name that is never opened, wherever it is.
  private static let name = Array(".coreos-ipxe-server".utf8)

  static func isHidden(_ name: [UInt8]) -> Bool { name == Self.name }

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
