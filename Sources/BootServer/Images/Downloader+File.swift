// BootServer/Images: fetching a file, going on where an earlier try ended.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Where downloads are written: what is whole, and what has come in part.
package struct DownloadPlace: Sendable {
  /// What becomes the version's folder.
  package let tree: OpenFolder
  /// Files in part, and notes about all.
  package let parts: OpenFolder
  /// Bytes in both.
  package var totalBytes: Int64 { tree.totalBytes + parts.totalBytes }

  /// - Parameter parts: on the same file system as `tree`.
  package init(tree: OpenFolder, parts: OpenFolder) {
    self.tree = tree
    self.parts = parts
  }
}

extension Downloader {
  /// Fetches one file, with its digests in the same pass.
  ///
  /// What an earlier try has fetched whole is read, not fetched. What it has fetched in part is read and
  /// continued where the upstream says that its file is still the same; a server without ranges sends it
  /// from the start, and a file that is not what it should be after that is fetched once more.
  ///
  /// - Throws: whatever went wrong; nothing then stands under the file's name.
  package func file(
    _ download: Download, in place: DownloadPlace
  ) throws(DownloadError) -> Fetched {
    if let kept = try kept(download, in: place) { return kept }
    return try trying { () throws(DownloadError) in
      let attempt = try PartDownload(download, in: place, by: self)
      let isFromStart = attempt.isFromStart
      do throws(DownloadError) {
        return try attempt.run()
      } catch {
        guard !isFromStart, attempt.isSpoilt(by: error) else { throw error }
        attempt.discard()
        return try PartDownload(download, in: place, by: self).run()
      }
    }
  }

  /// What an earlier try has fetched whole, if it is what is wanted.
  private func kept(
    _ download: Download, in place: DownloadPlace
  ) throws(DownloadError) -> Fetched? {
    let names = PartNames(download.file)
    guard let note = PartNote(in: place.parts, names.note),
      let known = note.sha256, note.url == download.url.text,
      let folder = try? names.folder(in: place.tree, makes: false),
      let file = try? folder.file(names.last)
    else { return nil }
    var digests = FileDigests(wantsSHA512: download.wantsSHA512 || download.sha512 != nil)
    var meter = ProgressMeter(download.file, note.total, progress)
    let read: Void? = try? digests.update(file) { bytes in
      meter.tell(bytes)
      return !isUnwanted()
    }
    if isUnwanted() { throw .stopped }
    guard read != nil, digests.size == note.total, digests.sha256.hex == known,
      (try? download.check(digests, contentType: nil)) != nil
    else { return nil }
    meter.tell(digests.size, isLast: true)
    return Fetched(download, digests, contentType: nil, wasThere: true)
  }
}

/// The names of a file that is fetched.
struct PartNames {
  /// In the folder of parts.
  let part: String
  let note: String
  /// In its own folder below the version's.
  let last: String
  private let parent: RelativePath?

  init(_ file: RelativePath) {
    let text = file.text
    // One name for one path.
    let flat = text.split(separator: ":", omittingEmptySubsequences: false).joined(separator: ":c")
      .split(separator: "/").joined(separator: ":s")
    part = flat + ".part"
    note = flat + ".note"
    last = text.split(separator: "/").last.map(String.init) ?? text
    parent = file.parent
  }

  func folder(in tree: OpenFolder, makes: Bool) throws(Errno) -> OpenFolder {
    guard let parent else { return tree }
    return try tree.folder(parent, makes: makes)
  }
}

extension Fetched {
  init(_ download: Download, _ digests: FileDigests, contentType: String?, wasThere: Bool) {
    self.init(
      file: download.file, url: download.url.description, size: digests.size,
      sha256: digests.sha256.hex, sha512: digests.sha512?.hex, contentType: contentType,
      wasThere: wasThere)
  }
}

/// Tells progress, not more often than four times a second.
struct ProgressMeter {
  private let file: RelativePath
  var total: Int64?
  private let tell: (DownloadProgress) -> Void
  private var next = Instant(nanoseconds: 0)

  init(_ file: RelativePath, _ total: Int64?, _ tell: @escaping (DownloadProgress) -> Void) {
    self.file = file
    self.total = total
    self.tell = tell
  }

  mutating func tell(_ bytes: Int64, isLast: Bool = false) {
    let now = Instant.now
    guard isLast || next <= now else { return }
    next = now.advanced(milliseconds: 250)
    tell(DownloadProgress(file: file, bytes: bytes, total: total))
  }
}
