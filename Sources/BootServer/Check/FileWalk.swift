// BootServer/Check: the files of a folder.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Every file below one folder of the data directory.
struct FileWalk {
  struct File: Sendable {
    /// As below the data directory.
    let name: String
    /// Of what a link leads to.
    let status: FileStatus
  }

  /// A link that leads nowhere that is served.
  struct Stray {
    let name: String
    let problem: DataProblem
  }

  let folder: String
  private(set) var files: [File] = []
  private(set) var directories: [File] = []
  private(set) var strays: [Stray] = []
  /// Whether there were more than it looks at.
  private(set) var isCutShort = false

  private static let mostFiles = 200_000
  private static let maxDepth = 12

  init(_ folder: String, in root: DataRoot) {
    self.folder = folder
    walk(folder, in: root, depth: 0)
    files.sort { $0.name < $1.name }
  }

  private mutating func walk(_ folder: String, in root: DataRoot, depth: Int) {
    guard depth < Self.maxDepth, let path = RelativePath(folder.utf8) else { return }
    let entries: [DirectoryStatus]
    do {
      let opened = try root.open(path, waiting: true)
      guard opened.status.kind == .directory else { return }
      directories.append(File(name: folder, status: opened.status))
      entries = try opened.statuses()
    } catch {
      return
    }
    for entry in entries {
      guard files.count < Self.mostFiles else {
        isCutShort = true
        return
      }
      guard let name = String(validating: entry.name, as: UTF8.self), !Self.isLeavings(name),
        case .success(let status) = entry.status
      else { continue }
      add("\(folder)/\(name)", status, in: root, depth: depth)
    }
  }

  private mutating func add(_ name: String, _ status: FileStatus, in root: DataRoot, depth: Int) {
    switch status.kind {
    case .regular: files.append(File(name: name, status: status))
    case .directory: walk(name, in: root, depth: depth + 1)
    case .other: strays.append(Stray(name: name, problem: .special))
    case .link:
      guard let path = RelativePath(name.utf8) else { return }
      do throws(OpenFailure) {
        let target = try root.status(of: path, waiting: true)
        if target.kind == .regular { files.append(File(name: name, status: target)) }
      } catch {
        strays.append(Stray(name: name, problem: DataProblem(error)))
      }
    }
  }

  /// What editors and tools leave, and what explains a folder to people.
  private static func isLeavings(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasPrefix("#") || name.hasSuffix("~") || name.hasSuffix(".swp")
      || name.lowercased().hasSuffix(".md")
  }
}
