// BootServer/Images: where a version's files are gathered before anyone can see them.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Where one process gathers a version's files: `.staging-VERSION` beside the version's folder.
///
/// In it are `tree`, which becomes the version's folder, `parts` with what has come in part, and `lock` and
/// `holder`. A process that dies leaves all of it, and the next one goes on.
package final class Staging: Sendable {
  /// Where it will be.
  package let place: VersionPlace
  /// For downloads.
  package let downloads: DownloadPlace
  /// The folder that the version's folder is in.
  let parent: OpenFolder
  let folder: OpenFolder
  private let lock: SharedDescriptor

  static let prefix = ".staging-"
  static func name(_ version: String) -> String { prefix + version }

  /// Takes the lock, makes what is missing, and clears what a dead process left half-way.
  ///
  /// - Parameters:
  ///   - holder: what to tell others who want the same: `images fetch flatcar`.
  ///   - waits: asked five times a second while another process holds it, with who that is; `false` gives up.
  /// - Throws: ``StagingError/held(place:by:)`` where it gave up.
  package init(
    _ place: VersionPlace, in images: ImagesFolder, holder: String,
    waits: (String) -> Bool = { _ in false }
  ) throws(StagingError) {
    self.place = place
    let parent = try images.folder(place.folder, makes: true)
    self.parent = parent
    var taken: (OpenFolder, SharedDescriptor)?
    var tries = 0
    while taken == nil {
      taken = try StagingError.at("\(place)") { () throws(Errno) in
        try Self.take(Self.name(place.version), in: parent)
      }
      guard taken == nil else { break }
      tries += 1
      // Somebody who only looks for leftovers holds it for a moment.
      if tries < 5 {
        Thread.sleep(milliseconds: 20)
        continue
      }
      let other = Self.holder(of: Self.name(place.version), in: parent)
      guard waits(other) else { throw .held(place: "\(place)", by: other) }
      Thread.sleep(milliseconds: 200)
    }
    guard let (folder, lock) = taken else { throw .stopped }
    (self.folder, self.lock) = (folder, lock)
    downloads = try StagingError.at("\(place)") { () throws(Errno) in
      try folder.write("holder", Array("process \(Process.identifier) (\(holder))\n".utf8))
      try Self.clear(folder, beside: parent, place.version)
      return DownloadPlace(
        tree: try folder.makeFolder("tree"), parts: try folder.makeFolder("parts"))
    }
  }

  /// - Returns: `nil` while another process holds it.
  static func take(
    _ name: String, in parent: OpenFolder, makes: Bool = true
  ) throws(Errno) -> (OpenFolder, SharedDescriptor)? {
    do throws(Errno) {
      let folder = makes ? try parent.makeFolder(name) : try parent.folder(named: name)
      guard let lock = try folder.lock("lock") else { return nil }
      // It may have been removed while its lock was waited for.
      guard let there = try? parent.status(name), there.inode == (try folder.status().inode) else {
        return nil
      }
      return (folder, lock)
    } catch {
      // Removed just now.
      if error == .noEntry { return nil }
      throw error
    }
  }

  /// Who holds it, in words.
  static func holder(of name: String, in parent: OpenFolder) -> String {
    let bytes = try? parent.folder(named: name).read("holder", limit: 1000)
    let words = String(decoding: bytes ?? [], as: UTF8.self).filter { !$0.isNewline }
    return words.isEmpty ? "another process" : words
  }

  /// Puts back what was on its way when a process died, and removes what it wrote last.
  private static func clear(
    _ folder: OpenFolder, beside parent: OpenFolder, _ version: String
  ) throws(Errno) {
    if (try? folder.status("outgoing")) != nil {
      // Before the step it is what was gathered; after it, what was there before.
      let isBefore = (try? parent.status(version)) == nil && (try? folder.status("tree")) == nil
      if isBefore {
        try folder.rename("outgoing", to: folder, as: "tree", .onlyIfFree)
      } else {
        try folder.removeAll("outgoing")
      }
    }
    for name in ["tree", "parts"] {
      guard let inner = try? folder.folder(named: name) else { continue }
      for entry in try inner.contents() {
        let text = String(decoding: entry.name, as: UTF8.self)
        if text.hasPrefix("."), text.hasSuffix(".new") { try inner.remove(text) }
      }
    }
  }

  /// Bytes that it takes.
  package var totalBytes: Int64 { downloads.totalBytes }

  /// Writes a small file among those that will be seen: the manifest.
  package func write(_ name: String, _ bytes: [UInt8]) throws(StagingError) {
    try doing { () throws(Errno) in try downloads.tree.write(name, bytes) }
  }

  /// Takes a file of the version's folder that is there now over, by a second name.
  package func keep(_ file: RelativePath) throws(StagingError) {
    let names = PartNames(file)
    try doing { () throws(Errno) in
      let from = try names.folder(in: try parent.folder(named: place.version), makes: false)
      let to = try names.folder(in: downloads.tree, makes: true)
      if (try? to.status(names.last)) != nil { try to.remove(names.last) }
      try from.link(names.last, into: to, as: names.last)
    }
  }

  /// Removes one file again, and what is known of it.
  package func discard(_ file: RelativePath) {
    let names = PartNames(file)
    try? downloads.parts.remove(names.note)
    try? downloads.parts.remove(names.part)
    try? names.folder(in: downloads.tree, makes: false).remove(names.last)
  }

  /// Removes everything, the lock last.
  package func remove() { Self.remove(folder, Self.name(place.version), from: parent) }

  /// Removes a staging folder whose lock is held.
  static func remove(_ folder: OpenFolder, _ name: String, from parent: OpenFolder) {
    for entry in (try? folder.contents()) ?? [] where entry.name != Array("lock".utf8) {
      try? folder.removeAll(String(decoding: entry.name, as: UTF8.self))
    }
    try? folder.remove("lock")
    // Somebody who waited may have made a lock of his own by now; then it stays.
    try? parent.removeFolder(name)
  }

  /// Calls; where the disk is full, what is kept is told.
  func doing<Result>(_ body: () throws(Errno) -> Result) throws(StagingError) -> Result {
    do throws(StagingError) {
      return try StagingError.at("\(place)", body)
    } catch {
      guard case .diskFull(let place, _) = error else { throw error }
      throw .diskFull(place: place, staged: totalBytes)
    }
  }
}
