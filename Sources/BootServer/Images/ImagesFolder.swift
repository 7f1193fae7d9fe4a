// BootServer/Images: the images folder, and where a version's files are in it.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Where a version's files are below `images/`: `flatcar/amd64-usr` and `3510.2.0`.
package struct VersionPlace: Hashable, Sendable, CustomStringConvertible {
  /// Below `images/`.
  package let folder: RelativePath
  /// The version, or a name below `files`.
  package let version: String

  /// - Throws: ``StagingError/badName(_:)``: nothing here can climb, or begin with a dot.
  package init(_ folder: String, _ version: String) throws(StagingError) {
    for name in folder.split(separator: "/", omittingEmptySubsequences: false) + [version[...]] {
      guard Self.isName(name) else { throw .badName(String(name)) }
    }
    guard let path = RelativePath(folder.utf8) else { throw .badName(folder) }
    self.folder = path
    self.version = version
  }

  /// As people name it: `images/flatcar/amd64-usr/3510.2.0`.
  package var description: String { "images/\(folder.text)/\(version)" }

  /// `[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}`
  package static func isName(_ name: some StringProtocol) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count <= 64 else { return false }
    func isPlain(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
    return isPlain(first) && bytes.allSatisfy { isPlain($0) || ".+_~-".utf8.contains($0) }
  }
}

/// The images folder, held open: nothing that is done through it leaves it.
package struct ImagesFolder: Sendable {
  /// The open folder.
  package let root: OpenFolder

  /// Opens `images/` of a data directory, links to it followed.
  ///
  /// - Parameter makes: whether it is made where there is none.
  package init(dataFolder: String, makes: Bool = false) throws(StagingError) {
    do throws(Errno) {
      if makes, (try? FileStatus.of(path: "\(dataFolder)/images")) == nil {
        root = try OpenFolder(path: dataFolder).makeFolder("images")
      } else {
        root = try OpenFolder(path: "\(dataFolder)/images")
      }
    } catch {
      throw error == .noEntry ? .notThere(place: "images") : StagingError(error, at: "images")
    }
  }

  /// A version's folder; a link in its place is ``StagingError/inTheWay(place:)``.
  package func open(_ place: VersionPlace) throws(StagingError) -> OpenFolder {
    let parent = try folder(place.folder)
    do throws(Errno) {
      return try parent.folder(named: place.version)
    } catch {
      let name = place.description
      throw error == .noEntry ? .notThere(place: name) : StagingError(error, at: name)
    }
  }

  /// A folder below it.
  ///
  /// - Parameter makes: whether what is missing is made.
  package func folder(
    _ path: RelativePath, makes: Bool = false
  ) throws(StagingError) -> OpenFolder {
    do throws(Errno) {
      return try root.folder(path, makes: makes)
    } catch {
      let place = "images/\(path.text)"
      throw error == .noEntry ? .notThere(place: place) : StagingError(error, at: place)
    }
  }

  /// Holds a folder against other processes that would swing its channels, until the result goes.
  ///
  /// For moments: a channel is read, and then swung. Fetches have a lock of their own (``Staging``).
  ///
  /// - Parameter tries: how often it is tried, 20 ms apart.
  package func lockChannels(
    in path: RelativePath, tries: Int = 500
  ) throws(StagingError) -> SharedDescriptor {
    let (folder, place) = (try folder(path), "images/\(path.text)")
    for left in (0..<max(1, tries)).reversed() {
      let lock = try StagingError.at(place) { () throws(Errno) in try folder.lock(".lock") }
      if let lock { return lock }
      if left > 0 { Thread.sleep(milliseconds: 20) }
    }
    throw .held(place: place, by: "another process")
  }

  /// Has a channel's link name another version, in one step that survives a crash.
  ///
  /// - Throws: ``StagingError/foreignLink(place:target:)`` where the link is not one of ours: ours name a
  ///   version beside them.
  package func setChannel(
    _ channel: String, to place: VersionPlace
  ) throws(StagingError) {
    guard VersionPlace.isName(channel) else { throw .badName(channel) }
    let folder = try folder(place.folder)
    guard (try? folder.status(place.version).kind) == .directory else {
      throw .notThere(place: place.description)
    }
    let name = "images/\(place.folder.text)/\(channel)"
    if let there = try? folder.status(channel) {
      guard there.kind == .link else { throw .inTheWay(place: name) }
      let target = try StagingError.at(name) { () throws(Errno) in
        try folder.target(ofLink: channel)
      }
      guard VersionPlace.isName(target) else { throw .foreignLink(place: name, target: target) }
      if target == place.version { return }
    }
    try StagingError.at(name) { () throws(Errno) in
      try folder.setLink(channel, to: place.version)
      try folder.sync()
    }
  }

  /// The version that a channel's link names; `nil` where there is no link of ours.
  package func version(ofChannel channel: String, in path: RelativePath) -> String? {
    guard let target = try? folder(path).target(ofLink: channel), VersionPlace.isName(target) else {
      return nil
    }
    return target
  }
}
