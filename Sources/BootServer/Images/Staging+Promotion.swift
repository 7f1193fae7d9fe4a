// BootServer/Images: a version's folder appears whole, or not at all.
// SPDX-License-Identifier: Apache-2.0

import System

extension Staging {
  /// What a promotion does with a version's folder that is there.
  package enum Promotion: Sendable {
    /// There must be none.
    case new
    /// It is exchanged for the one that was gathered, in one step.
    case replacing
  }

  /// Puts what was gathered under the version's name, on the disk first, and removes the rest.
  ///
  /// A process that dies here leaves the old state or the new one. The channel's link is another step:
  /// ``ImagesFolder/setChannel(_:to:)``.
  package func promote(_ promotion: Promotion = .new) throws(StagingError) {
    let there = try? parent.status(place.version)
    if let there {
      guard there.kind == .directory else { throw .inTheWay(place: "\(place)") }
      guard promotion == .replacing else { throw .alreadyThere(place: "\(place)") }
    }
    guard try settle(downloads.tree, "\(place)") > 0 else { throw .empty(place: "\(place)") }
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

  /// Gives all their modes, and has all reach the disk, the innermost first.
  ///
  /// - Returns: how many files there are.
  private func settle(_ folder: OpenFolder, _ path: String) throws(StagingError) -> Int {
    var count = 0
    for entry in try doing({ () throws(Errno) in try folder.contents() }) {
      let name = String(decoding: entry.name, as: UTF8.self)
      switch try? entry.status.get().kind {
      case .directory:
        let inner = try doing { () throws(Errno) in try folder.folder(named: name) }
        count += try settle(inner, "\(path)/\(name)")
      case .regular:
        try doing { () throws(Errno) in
          let file = try folder.file(name)
          try file.setPermissions(0o644)
          try file.sync()
        }
        count += 1
      default: throw .noFile(place: "\(path)/\(name)")
      }
    }
    try doing { () throws(Errno) in
      try folder.setPermissions(0o755)
      try folder.sync()
    }
    return count
  }
}
