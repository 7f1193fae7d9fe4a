// BootServer/Images: the versions that are there.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What is below `images/` of a data directory.
struct ImageShelf: Sendable {
  /// The data directory.
  let data: String

  /// A version's folder.
  struct Entry: Sendable {
    let place: VersionPlace
    /// `nil`: nobody fetched it, a person put it there.
    let manifest: ImageManifest?
    /// Bytes of all its files.
    let size: Int64
    /// When it was promoted; without a manifest, when its folder changed last.
    let time: Timestamp
    /// The channels whose links name it.
    var channels: [String] = []

    /// As profiles name it: `flatcar`.
    var os: String {
      manifest?.os ?? place.folder.text.split(separator: "/").first.map(String.init) ?? ""
    }

    /// As the folder has it.
    var arch: String {
      manifest?.arch ?? place.folder.text.split(separator: "/").last.map(String.init) ?? ""
    }
  }

  private static let mostManifest = 4 << 20
  private static let depth = 4
  /// Folders of ours that hold no images.
  private static let others: Set<String> = ["keys", "sources"]

  func images(makes: Bool = false) throws(StagingError) -> ImagesFolder {
    try ImagesFolder(dataFolder: data, makes: makes)
  }

  func hasFolder(_ place: VersionPlace) -> Bool {
    (try? FileStatus.of(path: "\(data)/\(place)"))?.kind == .directory
  }

  /// What is known of a version; `nil` where nobody fetched it.
  func manifest(of place: VersionPlace) throws(CommandError) -> ImageManifest? {
    guard hasFolder(place) else { return nil }
    let folder = try saying { () throws(StagingError) in try images().open(place) }
    return try Self.manifest(in: folder, as: "\(place)")
  }

  private static func manifest(
    in folder: OpenFolder, as place: String
  ) throws(CommandError) -> ImageManifest? {
    let bytes: [UInt8]
    let name = "\(place)/\(ImageManifest.fileName)"
    do throws(Errno) {
      bytes = try folder.read(ImageManifest.fileName, limit: mostManifest)
    } catch {
      if error == .noEntry { return nil }
      throw CommandError("cannot read \(name): \(error)")
    }
    return try saying { () throws(ImageFileError) in try ImageManifest(file: name, text: bytes) }
  }

  /// Bytes that a file has; `nil` where it is not there.
  func size(of name: String, at place: VersionPlace) -> Int64? {
    (try? FileStatus.of(path: "\(data)/\(place)/\(name)"))?.size
  }

  /// A file's own digests, worked out.
  func digests(
    of name: String, at place: VersionPlace, wantsSHA512: Bool
  ) throws(CommandError) -> FileDigests {
    var digests = FileDigests(wantsSHA512: wantsSHA512)
    guard let path = RelativePath(name.utf8) else { return digests }
    let folder = try saying { () throws(StagingError) in try images().open(place) }
    do throws(Errno) {
      let names = PartNames(path)
      let file = try names.folder(in: folder, makes: false).file(names.last)
      file.expectSequentialReading()
      try digests.update(file)
      return digests
    } catch {
      throw CommandError("cannot read \(place)/\(name): \(error)")
    }
  }

  /// Every version, by place; a manifest that cannot be read is said once, and its version is like one that a
  /// person put there.
  func entries(problem: (String) -> Void = { _ in }) throws(CommandError) -> [Entry] {
    let images: ImagesFolder
    do throws(StagingError) {
      images = try self.images()
    } catch {
      if case .notThere = error { return [] }
      throw CommandError(error.description)
    }
    var found: [Entry] = []
    walk(images.root, [], &found, problem)
    return found
  }

  private func walk(
    _ folder: OpenFolder, _ names: [String], _ found: inout [Entry], _ problem: (String) -> Void
  ) {
    guard names.count < Self.depth, let entries = try? folder.contents() else { return }
    var links: [(name: String, target: String)] = []
    let first = found.count
    for entry in entries.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard VersionPlace.isName(name), case .success(let status) = entry.status else { continue }
      if status.kind == .link {
        if let target = try? folder.target(ofLink: name) { links.append((name, target)) }
      } else if status.kind == .directory, !(names.isEmpty && Self.others.contains(name)),
        let inner = try? folder.folder(named: name)
      {
        if let version = version(inner, names, name, problem) {
          found.append(version)
        } else {
          walk(inner, names + [name], &found, problem)
        }
      }
    }
    for index in found.indices[first...]
    where found[index].place.folder.text == names.joined(separator: "/") {
      let version = found[index].place.version
      found[index].channels = links.filter { $0.target == version }.map(\.name)
    }
  }

  /// - Returns: `nil` where the folder holds no files of its own.
  private func version(
    _ folder: OpenFolder, _ names: [String], _ name: String, _ problem: (String) -> Void
  ) -> Entry? {
    guard !names.isEmpty, let place = try? VersionPlace(names.joined(separator: "/"), name) else {
      return nil
    }
    do throws(CommandError) {
      if let manifest = try Self.manifest(in: folder, as: "\(place)") {
        return Entry(place: place, manifest: manifest, size: manifest.size, time: manifest.time)
      }
    } catch {
      problem(error.description)
    }
    let isOfFiles = ((try? folder.contents()) ?? []).contains { entry in
      // Dot names are ours: locks, and what is kept of channels.
      entry.name.first != UInt8(ascii: ".") && (try? entry.status.get().kind) == .regular
    }
    guard isOfFiles, let status = try? folder.status()
    else {
      return nil
    }
    return Entry(
      place: place, manifest: nil, size: folder.totalBytes,
      time: Timestamp(seconds: status.modified.seconds))
  }
}
