// BootServer: the data directory as a command line sees it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// ``DataFiles`` by the disk itself, which is waited for.
struct DiskFiles {
  let root: DataRoot

  var files: DataFiles<Never> {
    let root = root
    return DataFiles(
      read: { (path, limit) in
        Self.found { () throws(OpenFailure) in
          let contents = try FileContents.reading(path, in: root, limit: limit, waiting: true)
          return .init(contents.bytes, isTruncated: contents.isTruncated)
        }
      },
      list: { path in
        Self.found { () throws(OpenFailure) in try Self.names(path, in: root) }
      },
      kind: { path in
        Self.found { () throws(OpenFailure) in
          try root.status(of: path, waiting: true).kind == .directory ? .directory : .file
        }
      },
      target: { path in
        Self.found { () throws(OpenFailure) in try Self.target(ofLink: path, in: root) }
      })
  }

  private static func target(
    ofLink path: RelativePath, in root: DataRoot
  ) throws(OpenFailure) -> String? {
    let target = try root.target(ofLink: path, waiting: true)
    return target.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func names(
    _ path: RelativePath, in root: DataRoot
  ) throws(OpenFailure) -> [String] {
    let opened = try root.open(path, waiting: true)
    guard opened.status.kind == .directory else { return [] }
    do throws(Errno) {
      return try opened.entries().map { String(decoding: $0.name, as: UTF8.self) }
    } catch {
      throw OpenFailure(error)
    }
  }

  private static func found<Value>(
    _ body: () throws(OpenFailure) -> Value
  ) -> Result<Value, DataProblem> {
    do throws(OpenFailure) {
      return .success(try body())
    } catch {
      return .failure(DataProblem(error))
    }
  }
}
