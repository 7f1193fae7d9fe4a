// BootServer/Trail: commits, as git-fast-import(1) reads them.
// SPDX-License-Identifier: Apache-2.0

/// Writes commits one behind the other, a piece at a time: a first commit has all records.
///
/// Without its last line, `done`, git takes nothing of it over: a batch is in the trail as a whole.
struct CommitStream {
  private let commits: [TrailCommit]
  private let parent: String?
  private let branch: String
  private var commit = 0
  private var file = -1
  private static let pieceBytes = 256 << 10

  init(_ commits: [TrailCommit], on branch: String, from parent: String?) {
    self.commits = commits
    self.branch = branch
    self.parent = parent
  }

  /// - Returns: `nil` after the last piece.
  mutating func next() -> [UInt8]? {
    if commit > commits.count { return nil }
    var piece: [UInt8] = []
    while piece.count < Self.pieceBytes {
      guard commit < commits.count else {
        commit += 1
        // Git says which commit became the last.
        piece += "get-mark :1\ndone\n".utf8
        break
      }
      let files = commits[commit].files
      if file < 0 {
        piece += head
        file = 0
      } else if file < files.count {
        Self.append(files[file].path, files[file].content, to: &piece)
        file += 1
      } else {
        piece.append(0x0a)
        commit += 1
        file = -1
      }
    }
    return piece
  }

  private var head: [UInt8] {
    let next = commits[commit]
    let message = next.message
    var text = "commit \(branch)\nmark :1\n"
    text += "committer coreos-ipxe-server <coreos-ipxe-server>"
    text += " \(TrailText.seconds(next.seconds)) +0000\n"
    text += "data \(message.utf8.count)\n\(message)\n"
    if commit == 0, let parent { text += "from \(parent)\n" }
    return Array(text.utf8)
  }

  private static func append(
    _ path: String, _ content: TrailCommit.Content, to piece: inout [UInt8]
  ) {
    switch content {
    case .written(let bytes):
      let bytes = bytes()
      piece += "M 100644 inline \(path)\ndata \(bytes.count)\n".utf8
      piece += bytes
      piece.append(0x0a)
    case .object(let name, let mode): piece += "M \(mode) \(name) \(path)\n".utf8
    case .removed: piece += "D \(path)\n".utf8
    }
  }
}
