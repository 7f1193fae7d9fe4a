// BootServer/Trail: a commit that is to be made.
// SPDX-License-Identifier: Apache-2.0

/// One commit: what it says, and the files it changes.
struct TrailCommit {
  enum Content {
    case written(@Sendable () -> [UInt8])
    /// What git has already, under its name there.
    case object(String, mode: String)
    /// A file, or a folder with all that is in it.
    case removed
  }

  let subject: String
  let who: String
  let why: String
  let seconds: Int
  /// With it all batches up to this one are in the trail; 0 says nothing.
  let batch: Int
  /// It moves files, and is in no machine's history.
  var isMove = false
  var files: [(path: String, content: Content)]

  /// The last line is how a start knows what is missing.
  var message: String {
    var text = "\(TrailText.line(subject))\n\nBy: \(TrailText.line(who))\n"
    text += "Why: \(TrailText.line(why))\n"
    if isMove { text += "\(Self.moveLine)\n" }
    if batch > 0 { text += "\(Self.batchKey)\(batch)\n" }
    return text
  }

  static let moveLine = "Layout: machines/XX/ID.json"
  static let batchKey = "Batch: "

  /// What stands behind a trailer's name in a commit's body, `""` where there is none.
  static func trailer(_ name: String, in body: String) -> String {
    let line = body.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
    return line.map { String($0.dropFirst(name.utf8.count + 2)) } ?? ""
  }
}

extension TrailCommit {
  /// - Returns: `nil` where the note does not have its content.
  init?(_ note: TrailNote) {
    let content: Content
    switch note.content {
    case .written(let bytes): content = .written { bytes }
    case .removed: content = .removed
    case .elsewhere: return nil
    }
    self.init(
      subject: note.subject, who: note.who, why: note.why, seconds: note.seconds,
      batch: note.batch,
      files: [(note.id.map { TrailPath.record($0) } ?? TrailPath.clusters, content)])
  }
}
