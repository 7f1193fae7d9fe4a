// BootServer/Images: one try to fetch one file.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// One try to fetch one file: into the part that is there, or from the start.
final class PartDownload {
  private let download: Download
  private let place: DownloadPlace
  private let downloader: Downloader
  private let names: PartNames
  private let file: FileDescriptor
  private var note: PartNote
  private var digests: FileDigests
  private var meter: ProgressMeter
  private var contentType: String?
  /// Whether all bytes come by this try.
  private(set) var isFromStart = true

  /// Opens the part, and reads what is there of it.
  init(
    _ download: Download, in place: DownloadPlace, by downloader: Downloader
  ) throws(DownloadError) {
    self.download = download
    self.place = place
    self.downloader = downloader
    names = PartNames(download.file)
    meter = ProgressMeter(download.file, nil, downloader.progress)
    digests = FileDigests(wantsSHA512: download.wantsSHA512 || download.sha512 != nil)
    note = PartNote(url: download.url)
    do throws(Errno) {
      file = try place.parts.writableFile(names.part)
    } catch {
      throw .cannotWrite(file: download.file.text, error)
    }
    try readPart()
  }

  private func readPart() throws(DownloadError) {
    if let known = PartNote(in: place.parts, names.note), known.url == note.url,
      known.validator != nil
    {
      var (stopped, isUnwanted) = (false, downloader.isUnwanted)
      try writing { () throws(Errno) in
        try digests.update(file) { _ in
          stopped = isUnwanted()
          return !stopped
        }
      }
      if stopped { throw .stopped }
      if digests.size > 0, digests.size < known.total ?? .max || isWhole(known) {
        note = known
        isFromStart = false
        return
      }
    }
    try beginAgain()
  }

  /// Whether all has come, and only its name is missing; by a digest, for the upstream is not asked again.
  private func isWhole(_ known: PartNote) -> Bool {
    digests.size == known.total && (download.sha256 ?? download.sha512) != nil
      && (try? download.check(digests, contentType: nil)) != nil
  }

  /// Fetches the rest, checks the whole, and gives it its name.
  func run() throws(DownloadError) -> Fetched {
    if !isFromStart, isWhole(note) {
      try finish()
      return Fetched(download, digests, contentType: nil, wasThere: true)
    }
    var curl = Curl(url: download.url, policy: downloader.policy, isUnwanted: downloader.isUnwanted)
    if !isFromStart, let validator = note.validator { curl.resume = (digests.size, validator) }
    try curl.run(
      head: { (head) throws(DownloadError) in try begin(head) },
      body: { (piece) throws(DownloadError) in try take(piece) })
    if let total = note.total, total != digests.size {
      throw .unreachable(
        url: download.url.description, reason: "\(digests.size) of \(total) bytes came")
    }
    do throws(DownloadError) {
      try download.check(digests, contentType: contentType)
    } catch {
      discard()
      throw error
    }
    try finish()
    return Fetched(download, digests, contentType: contentType, wasThere: false)
  }

  /// Whether what was there before may be to blame.
  func isSpoilt(by error: DownloadError) -> Bool {
    switch error {
    case .wrongSize, .wrongDigest: true
    // The part is longer than the file, or belongs to another one.
    case .answered(_, let status, _, _): status == 416
    default: false
    }
  }

  /// Removes what has come.
  func discard() {
    try? place.parts.remove(names.part)
    try? place.parts.remove(names.note)
  }

  private func begin(_ head: ResponseHead) throws(DownloadError) {
    contentType = head.contentType
    if head.status == 206 {
      guard let range = head.range, range.first == digests.size, !isFromStart,
        range.total == note.total ?? range.total,
        head.validator == nil || head.validator == note.validator
      else {
        throw .answered(
          url: download.url.description, status: 416, contentType: contentType, retryAfter: nil)
      }
      note.total = range.total
    } else {
      // It begins at the start: the server knows no ranges, or the file is another one now.
      try beginAgain()
      note.validator = head.validator
      note.total = head.length
    }
    meter.total = note.total
    try checkSpace()
    try writing { () throws(Errno) in try note.write(in: place.parts, names.note) }
  }

  private func checkSpace() throws(DownloadError) {
    guard let total = note.total else { return }
    if let size = download.size, size != total {
      throw .wrongSize(
        url: download.url.description, expected: size, got: total, contentType: contentType)
    }
    let (needs, free) = (total - digests.size, place.parts.freeBytes)
    if needs > free { throw .noSpace(url: download.url.description, needs: needs, free: free) }
  }

  private func take(_ piece: ArraySlice<UInt8>) throws(DownloadError) {
    try writing { () throws(Errno) in try file.append(piece) }
    digests.update(piece)
    // Of an upstream that does not say how much it sends.
    if let size = download.size, digests.size > size {
      throw .wrongSize(
        url: download.url.description, expected: size, got: digests.size, contentType: contentType)
    }
    meter.tell(digests.size)
  }

  private func beginAgain() throws(DownloadError) {
    isFromStart = true
    digests = FileDigests(wantsSHA512: digests.sha512 != nil)
    note = PartNote(url: download.url)
    try writing { () throws(Errno) in
      try? place.parts.remove(names.note)
      let hasBytes = try file.status().size > 0
      try file.cut(to: 0)
      // Else a power loss could bring them back beside the next note.
      if hasBytes { try file.sync() }
    }
  }

  /// Gives the whole file its name; the staging folder is flushed when it is promoted.
  private func finish() throws(DownloadError) {
    note.total = digests.size
    note.sha256 = digests.sha256.hex
    try writing { () throws(Errno) in
      let folder = try names.folder(in: place.tree, makes: true)
      try note.write(in: place.parts, names.note)
      try place.parts.rename(names.part, to: folder, as: names.last, .replacing)
    }
    meter.tell(digests.size, isLast: true)
  }

  private func writing(_ body: () throws(Errno) -> Void) throws(DownloadError) {
    do throws(Errno) {
      try body()
    } catch {
      if error == .noSpace || error == .overQuota {
        throw .diskFull(file: download.file.text, staged: place.totalBytes)
      }
      throw .cannotWrite(file: download.file.text, error)
    }
  }
}
