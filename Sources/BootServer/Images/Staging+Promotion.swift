// BootServer/Images: a version's folder appears whole, or not at all.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension Staging {
  /// What a promotion does with a version's folder that is there.
  package enum Promotion: Sendable {
    /// There must be none.
    case new
    /// It is exchanged for the one that was gathered, in one step.
    case replacing
  }

  /// Puts these files under the version's name, on the disk first, and removes all else that was gathered.
  ///
  /// A process that dies here leaves the old state or the new one. The channel's link is another step:
  /// ``ImagesFolder/setChannel(_:to:)``.
  package func promote(
    _ files: [RelativePath], _ promotion: Promotion = .new
  ) throws(StagingError) {
    let there = try? parent.status(place.version)
    if let there {
      guard there.kind == .directory else { throw .inTheWay(place: "\(place)") }
      guard promotion == .replacing else { throw .alreadyThere(place: "\(place)") }
    }
    guard !files.isEmpty else { throw .empty(place: "\(place)") }
    let found = try settle(downloads.tree, [], Set(files.map(\.bytes)))
    if let missing = files.first(where: { !found.contains($0.bytes) }) {
      throw .incomplete(place: "\(place)", file: missing.text)
    }
    do throws(StagingError) {
      try doing { () throws(Errno) in
        // From here on nobody takes it for something to go on with.
        try folder.rename("tree", to: folder, as: "outgoing", .onlyIfFree)
        try folder.sync()
        try folder.rename(
          "outgoing", to: parent, as: place.version, there == nil ? .onlyIfFree : .exchanging)
        try parent.sync()
      }
    } catch {
      try? folder.rename("outgoing", to: folder, as: "tree", .onlyIfFree)
      switch error {
      case .failed(_, .invalid), .failed(_, .noSystemCall): throw .noExchange(place: "\(place)")
      case .failed(_, .fileExists): throw .alreadyThere(place: "\(place)")
      default: throw error
      }
    }
    remove()
    // That the staging folder is gone may be lost by a crash: then it is swept.
    try? parent.sync()
  }

  /// Takes the version's folder away, in one step; nothing happens where there is none.
  ///
  /// Links to it stay: they are somebody else's step, before this one.
  package func removeVersion() throws(StagingError) {
    guard let there = try? parent.status(place.version) else { return }
    guard there.kind == .directory else { throw .inTheWay(place: "\(place)") }
    try doing { () throws(Errno) in
      // `tree` is there, so that nobody puts it back.
      try parent.rename(place.version, to: folder, as: "outgoing", .onlyIfFree)
      try parent.sync()
    }
    remove()
  }

  /// Gives the files their modes, and has them reach the disk, the innermost first; removes all others.
  ///
  /// - Returns: the files that are there, below the version's folder.
  private func settle(
    _ folder: OpenFolder, _ path: [UInt8], _ files: Set<[UInt8]>
  ) throws(StagingError) -> Set<[UInt8]> {
    var found: Set<[UInt8]> = []
    for entry in try doing({ () throws(Errno) in try folder.contents() }) {
      let name = String(decoding: entry.name, as: UTF8.self)
      let place = path + entry.name
      switch try? entry.status.get().kind {
      case .directory:
        let inner = try doing { () throws(Errno) in try folder.folder(named: name) }
        let below = try settle(inner, place + [0x2f], files)
        if below.isEmpty { try doing { () throws(Errno) in try folder.removeFolder(name) } }
        found.formUnion(below)
      case .regular where files.contains(place):
        try doing { () throws(Errno) in
          let file = try folder.file(name)
          try file.setPermissions(0o644)
          try file.sync()
        }
        found.insert(place)
      default:
        if files.contains(place) {
          throw .noFile(place: "\(self.place)/\(String(decoding: place, as: UTF8.self))")
        }
        try doing { () throws(Errno) in try folder.remove(name) }
      }
    }
    try doing { () throws(Errno) in
      try folder.setPermissions(0o755)
      try folder.sync()
    }
    return found
  }
}
