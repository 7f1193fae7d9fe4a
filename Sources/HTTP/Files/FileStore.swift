// HTTP/Files: the files beneath the data directory, as one event loop sees them.
// SPDX-License-Identifier: Apache-2.0

/// What a look-up in the data directory ends with.
package enum Lookup<Value> {
  case found(Value)
  case failed(OpenFailure)
  /// Ask again when this has been read.
  case pending(PendingRead)
}

package enum Entry {
  case file(OpenFile)
  case directory(DirectoryEntries)
}

/// A directory that was listed.
package struct DirectoryEntries: Sendable {
  package let status: FileStatus
  package let entries: [DirectoryEntry]
}

/// Opens, keeps and checks files; never waits for a disk's data.
///
/// Open files are kept, at most 256 of them, and looked up by their path again once in each turn of
/// the loop: an edited, replaced or removed file is noticed by the next request.
package final class FileStore {
  package typealias Delivered = [PendingRead: Result<FileContents, OpenFailure>]

  package let root: DataRoot
  /// Counts the loop's turns; what was checked in this one need not be checked again.
  package var turn: UInt64 = 0
  private var open: [TreePath: Kept] = [:]
  private let capacity: Int

  private struct Kept {
    let file: OpenFile
    let absolutePath: [UInt8]
    var checkedTurn: UInt64
  }

  package init(root: DataRoot, capacity: Int = 256) {
    self.root = root
    self.capacity = capacity
  }

  /// A path's bytes for the kernel: absolute where the root is, ending with NUL.
  package func absolutePath(_ path: TreePath) -> [UInt8] {
    Array(root.path.utf8) + [UInt8(ascii: "/")] + path.bytes + [0]
  }

  /// Opens a file to send, or lists a directory.
  package func entry(_ path: TreePath, delivered: Delivered) -> Lookup<Entry> {
    if let kept = open[path], isCurrent(path, kept) { return .found(.file(kept.file)) }
    do throws(OpenFailure) {
      let opened = try root.open(path)
      let status = opened.status
      guard status.kind == .regular else {
        do throws(Errno) {
          let entries = try opened.entries()
          return .found(.directory(DirectoryEntries(status: status, entries: entries)))
        } catch {
          throw OpenFailure(error)
        }
      }
      guard let type = try contentType(path, opened, delivered) else {
        return .pending(PendingRead(path: path, limit: ContentType.sniffLength))
      }
      let file = OpenFile(path: path, opened: opened, contentType: type)
      keep(file)
      return .found(.file(file))
    } catch {
      return .failed(error)
    }
  }

  /// Reads a small file whole.
  ///
  /// - Parameter limit: bytes; the result says when there were more.
  package func contents(
    _ path: TreePath, limit: Int, delivered: Delivered
  ) -> Lookup<FileContents> {
    let read = PendingRead(path: path, limit: limit)
    if let result = delivered[read] {
      switch result {
      case .success(let contents): return .found(contents)
      case .failure(let failure): return .failed(failure)
      }
    }
    do throws(OpenFailure) {
      let opened = try root.open(path)
      guard opened.status.kind == .regular else { throw .special }
      return .found(try FileContents.reading(opened, limit: limit, waiting: false))
    } catch {
      return error == .failed(.wouldBlock) ? .pending(read) : .failed(error)
    }
  }

  /// - Returns: `nil` when the file must be read to tell, and that would wait for a disk.
  private func contentType(
    _ path: TreePath, _ opened: borrowing OpenedFile, _ delivered: Delivered
  ) throws(OpenFailure) -> String? {
    if let type = ContentType.named(path.fileExtension) { return type }
    let read = PendingRead(path: path, limit: ContentType.sniffLength)
    if let result = delivered[read] { return ContentType.sniffed(try result.get().bytes) }
    do throws(Errno) {
      let start = try opened.descriptor.readResident(count: ContentType.sniffLength, at: 0)
      return ContentType.sniffed(start)
    } catch {
      if error == .wouldBlock { return nil }
      throw OpenFailure(error)
    }
  }

  private func isCurrent(_ path: TreePath, _ kept: Kept) -> Bool {
    if kept.checkedTurn == turn { return true }
    let now = try? FileStatus.of(nulTerminated: kept.absolutePath)
    if now == kept.file.status {
      open[path]?.checkedTurn = turn
      return true
    }
    open[path] = nil
    return false
  }

  private func keep(_ file: OpenFile) {
    if open.count >= capacity, let oldest = open.min(by: { $0.value.checkedTurn < $1.value.checkedTurn }) {
      open[oldest.key] = nil
    }
    open[file.path] = Kept(file: file, absolutePath: absolutePath(file.path), checkedTurn: turn)
  }
}

/// A file that a rendered answer was made from, or whose absence was.
package struct FileDependency: Sendable {
  /// Absolute, ends with NUL.
  package let path: [UInt8]
  /// `nil`: there was no such file.
  package let status: FileStatus?
  package let isRacy: Bool

  package init(path: [UInt8], contents: FileContents) {
    self.path = path
    status = contents.status
    isRacy = contents.isRacy
  }

  /// A directory that was looked through.
  package init(path: [UInt8], directory: FileStatus?) {
    self.path = path
    status = directory
    isRacy = directory?.isRacy(readAt: WallClock.now) ?? false
  }

  /// Whether the file is still as it was.
  package var isCurrent: Bool {
    do throws(Errno) {
      return try FileStatus.of(nulTerminated: path) == status && !isRacy
    } catch {
      return status == nil
    }
  }
}
