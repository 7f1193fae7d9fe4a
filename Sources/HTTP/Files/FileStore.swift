// HTTP/Files: the files beneath the data directory, as one event loop sees them.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Opens, keeps and checks files; never waits for a disk's data.
///
/// Open files are kept, a bounded number of them, and looked up by their path again once in each
/// turn of the loop: an edited, replaced or removed file is noticed by the next request.
package final class FileStore {
  /// What a disk has brought for a request so far.
  package typealias Delivered = [PendingFile: Delivery]

  /// The data directory.
  package let root: DataRoot
  /// Counts the loop's turns; what was checked in this one need not be checked again.
  package var turn: UInt64 = 0
  private var kept: [RelativePath: Kept] = [:]
  private let capacity: Int
  private let listings: Listings

  private struct Kept {
    let file: OpenFile
    var checkedTurn: UInt64
  }

  /// - Parameter capacity: files that are kept open at most.
  package init(root: DataRoot, listings: Listings, capacity: Int = 256) {
    self.root = root
    self.listings = listings
    self.capacity = capacity
  }

  /// Opens a file to send, or lists a directory.
  package func open(_ path: RelativePath, delivered: Delivered) -> Lookup<OpenedPath> {
    open(path, .open(path), delivered)
  }

  /// Lists a directory for what its names say, or opens a file that is there in its place.
  package func list(_ path: RelativePath, delivered: Delivered) -> Lookup<OpenedPath> {
    open(path, .listing(path), delivered)
  }

  private func open(
    _ path: RelativePath, _ pending: PendingFile, _ delivered: Delivered
  ) -> Lookup<OpenedPath> {
    if let open = kept[path], isCurrent(path, open) { return .found(.file(open.file)) }
    if let listed = listings.current(path, in: root, waiting: false) {
      return .found(.directory(listed))
    }
    do throws(OpenFailure) {
      let opened: OpenedPath
      if case .opened(let result)? = delivered[pending] {
        opened = try result.get()
      } else {
        opened = try OpenedPath.opening(path, in: root, waiting: false, closer: nil)
      }
      if case .file(let file) = opened, root.isTransparent(file.status.device) { keep(file) }
      return .found(opened)
    } catch {
      return mayWait(error, pending, delivered) ? .pending(pending) : .failed(error)
    }
  }

  /// Reads a small file whole.
  ///
  /// - Parameter limit: bytes; the result says when there were more.
  package func contents(
    _ path: RelativePath, limit: Int, delivered: Delivered
  ) -> Lookup<FileContents> {
    let pending = PendingFile.contents(path, limit: limit)
    do throws(OpenFailure) {
      if case .contents(let result)? = delivered[pending] { return .found(try result.get()) }
      return .found(try FileContents.reading(path, in: root, limit: limit, waiting: false))
    } catch {
      return mayWait(error, pending, delivered) ? .pending(pending) : .failed(error)
    }
  }

  /// What is there, without opening it.
  package func status(of path: RelativePath, delivered: Delivered) -> Lookup<FileStatus> {
    let pending = PendingFile.status(path)
    do throws(OpenFailure) {
      if case .status(let result)? = delivered[pending] { return .found(try result.get()) }
      return .found(try root.status(of: path, waiting: false))
    } catch {
      return mayWait(error, pending, delivered) ? .pending(pending) : .failed(error)
    }
  }

  /// What a link names, as it stands in the link; `nil` where there is no link.
  package func target(ofLink path: RelativePath, delivered: Delivered) -> Lookup<[UInt8]?> {
    let pending = PendingFile.link(path)
    do throws(OpenFailure) {
      if case .link(let result)? = delivered[pending] { return .found(try result.get()) }
      return .found(try root.target(ofLink: path, waiting: false))
    } catch {
      return mayWait(error, pending, delivered) ? .pending(pending) : .failed(error)
    }
  }

  /// Whether a loop may look again at what is there, or was not: a disk of this machine has it, or the folder
  /// that it would be in.
  package func isAtHand(_ path: RelativePath, _ status: FileStatus?) -> Bool {
    var (place, status) = (path, status)
    while status == nil, let folder = place.parent {
      place = folder
      status = try? root.status(of: folder, waiting: false)
    }
    return status.map { root.isTransparent($0.device) } ?? !root.isRemote
  }

  /// What was waited for is not waited for again.
  private func mayWait(
    _ error: OpenFailure, _ pending: PendingFile, _ delivered: Delivered
  ) -> Bool {
    error == .wouldBlock && delivered[pending] == nil
  }

  /// Lets files go that were removed or replaced, so that their disk space comes back.
  package func dropStale() {
    for (path, open) in kept { _ = isCurrent(path, open) }
  }

  private func isCurrent(_ path: RelativePath, _ open: Kept) -> Bool {
    if open.checkedTurn == turn { return true }
    if (try? root.status(of: path, waiting: false)) == open.file.status {
      kept[path]?.checkedTurn = turn
      return true
    }
    kept[path] = nil
    return false
  }

  private func keep(_ file: OpenFile) {
    if kept.count >= capacity,
      let oldest = kept.min(by: { $0.value.checkedTurn < $1.value.checkedTurn })
    {
      kept[oldest.key] = nil
    }
    kept[file.path] = Kept(file: file, checkedTurn: turn)
  }
}
