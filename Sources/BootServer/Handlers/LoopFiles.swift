// BootServer/Handlers: the data directory as one event loop sees it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// ``DataFiles`` by a loop's own cache, for one script; remembers in which state each file was.
final class LoopFiles {
  private let store: FileStore
  private let delivered: FileStore.Delivered
  /// Whether no look is waited for any more.
  private let isLate: Bool
  private var seen: [RelativePath: FileDependency] = [:]

  init(_ store: FileStore, _ delivered: FileStore.Delivered, isLate: Bool = false) {
    self.store = store
    self.delivered = delivered
    self.isLate = isLate
  }

  var files: DataFiles<PendingFile> {
    DataFiles(
      read: { (path, limit) throws(PendingFile) in try self.read(path, limit) },
      list: { (path) throws(PendingFile) in try self.list(path) },
      kind: { (path) throws(PendingFile) in try self.kind(path) },
      target: { (path) throws(PendingFile) in try self.target(path) })
  }

  /// What a script depends on, as it was when it was looked at.
  func dependencies(_ paths: [RelativePath]) -> [FileDependency] {
    paths.compactMap { seen[$0] }
  }

  /// Everything that was looked at.
  var all: [FileDependency] { Array(seen.values) }

  private func read(
    _ path: RelativePath, _ limit: Int
  ) throws(PendingFile) -> Result<DataFiles<PendingFile>.Contents, DataProblem> {
    switch store.contents(path, limit: limit, delivered: delivered) {
    case .pending(let file): throw file
    case .failed(let failure): return .failure(DataProblem(failure))
    case .found(let contents):
      note(path) { FileDependency(path: $0, contents: contents) }
      return .success(.init(contents.bytes, isTruncated: contents.isTruncated))
    }
  }

  private func list(_ path: RelativePath) throws(PendingFile) -> Result<[String], DataProblem> {
    switch store.list(path, delivered: delivered) {
    case .pending(let file):
      if !isLate { throw file }
      note(path, nil)
      return .failure(.silent)
    case .failed(let failure):
      note(path, nil)
      return .failure(DataProblem(failure))
    case .found(.file):
      note(path, nil)
      return .success([])
    case .found(.directory(let directory)):
      note(path, directory.status)
      return .success(directory.entries.map { String(decoding: $0.name, as: UTF8.self) })
    }
  }

  private func kind(
    _ path: RelativePath
  ) throws(PendingFile) -> Result<DataFiles<PendingFile>.Kind, DataProblem> {
    switch store.status(of: path, delivered: delivered) {
    case .pending(let file):
      if !isLate { throw file }
      note(path, nil)
      return .failure(.silent)
    case .failed(let failure):
      note(path, nil)
      return .failure(DataProblem(failure))
    case .found(let status):
      note(path, status)
      return .success(status.kind == .directory ? .directory : .file)
    }
  }

  private func target(_ path: RelativePath) throws(PendingFile) -> Result<String?, DataProblem> {
    switch store.target(ofLink: path, delivered: delivered) {
    case .pending(let file):
      if !isLate { throw file }
      return .failure(.silent)
    case .failed(let failure): return .failure(DataProblem(failure))
    case .found(let target):
      return .success(target.map { String(decoding: $0, as: UTF8.self) })
    }
  }

  private func note(_ path: RelativePath, _ status: FileStatus?) {
    note(path) {
      FileDependency(path: $0, status: status, isAtHand: store.isAtHand(path, status))
    }
  }

  private func note(_ path: RelativePath, _ dependency: ([UInt8]) -> FileDependency) {
    if seen[path] == nil { seen[path] = dependency(store.root.absolutePath(path)) }
  }
}

extension PendingFile: Error {}

extension DataProblem {
  init(_ failure: OpenFailure) {
    self =
      switch failure {
      case .missing: .missing
      case .leaves(let link, let target): .leaves(link: link, target: target)
      case .special: .special
      case .denied: .denied
      case .wouldBlock: .silent
      case .exhausted(let error): .exhausted(error.description)
      case .failed(let error): .failed(error.description)
      }
  }
}
