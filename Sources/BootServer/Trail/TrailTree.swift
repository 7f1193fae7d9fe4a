// BootServer/Trail: what the last commit has.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// The files of a commit, by git's names for their contents.
struct TrailTree {
  private(set) var records: [MachineID: String] = [:]
  private(set) var clusters: String?
  /// Some records lie where the version before had them.
  private(set) var isFlat = false
  /// What else lies among the records: not ours, and not to be lost.
  private(set) var others: [(path: String, name: String, mode: String)] = []
  /// The version before had one, for it had a work tree.
  private(set) var hasIgnored = false

  /// Reads a commit's tree.
  init(of commit: String, _ git: Git) throws(GitFailure) {
    var git = git
    git.outputLimit = 1 << 30
    let output = try git.run(["ls-tree", "-r", "-z", "--full-tree", commit]).output
    records.reserveCapacity(output.count / 100)
    var flat: [MachineID: String] = [:]
    // `100644 blob NAME<tab>PATH`, and NUL.
    for entry in output.split(separator: 0) {
      guard let tab = entry.firstIndex(of: 0x09) else { continue }
      let words = entry[..<tab].split(separator: 0x20)
      guard words.count == 3 else { continue }
      let path = String(decoding: entry[(tab + 1)...], as: UTF8.self)
      let name = String(decoding: words[2], as: UTF8.self)
      switch TrailPath.kind(path) {
      case .record(let id): records[id] = name
      case .flat(let id): flat[id] = name
      case .clusters: clusters = name
      case .other where path == ".gitignore": hasIgnored = true
      case .other where path.hasPrefix("machines/"):
        others.append((path, name, String(decoding: words[0], as: UTF8.self)))
      case .other: break
      }
    }
    isFlat = !flat.isEmpty
    // Where there are both, the version before was the last to write.
    records.merge(flat) { $1 }
  }

  /// Puts every record in its folder; `nil` where they are there.
  func move(batch: Int, seconds: Int) -> TrailCommit? {
    guard isFlat || hasIgnored else { return nil }
    var files: [(path: String, content: TrailCommit.Content)] = []
    if hasIgnored { files.append((".gitignore", .removed)) }
    if isFlat {
      // As a whole: of 100,000 in one folder git would look for each.
      files.append(("machines", .removed))
      for (id, name) in records {
        files.append((TrailPath.record(id), .object(name, mode: "100644")))
      }
      for other in others {
        files.append((Self.quoted(other.path), .object(other.name, mode: other.mode)))
      }
    }
    return TrailCommit(
      subject: "records moved to machines/XX/ID.json", who: "coreos-ipxe-server",
      why: "a commit writes the list of one small folder, and not of all records",
      seconds: seconds, batch: batch, isMove: true, files: files)
  }

  /// As git-fast-import(1) wants a path that may hold anything.
  private static func quoted(_ path: String) -> String {
    var text = "\""
    for byte in path.utf8 {
      switch byte {
      case 0x22, 0x5c: text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7f: text += String(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 8)
        text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return text + "\""
  }
}
