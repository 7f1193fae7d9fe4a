// BootServer/Trail: one change on its way to a commit.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// One change of one record, or of the clusters' tokens: what a commit says of it.
struct TrailNote: Equatable, Sendable {
  enum Subject: Equatable, Sendable {
    case record(MachineID)
    case clusters
  }

  enum Content: Equatable, Sendable {
    case written([UInt8])
    case removed
    /// The journal has it; a note that was read from there has not.
    case elsewhere
  }

  let of: Subject
  let content: Content
  /// The commit's first line: `CZC-1: state installing -> installed`.
  let subject: String
  let who: String
  let why: String
  /// Since 1970.
  let seconds: Int
  /// The batch that the change is in; 0 where batches have no numbers.
  var batch: Int
  /// The machine has no profile now: noted only where the trail knows it already.
  let isStranger: Bool

  init(
    of: Subject, _ content: Content, subject: String, who: String, why: String,
    seconds: Int = WallClock.now.seconds, batch: Int = 0, isStranger: Bool = false
  ) {
    self.of = of
    self.content = content
    self.subject = TrailText.line(subject)
    self.who = TrailText.line(who)
    self.why = TrailText.line(why)
    self.seconds = TrailText.seconds(seconds)
    self.batch = batch
    self.isStranger = isStranger
  }

  /// - Returns: `nil` when nothing has changed that is worth a commit.
  init?(from old: Machine?, to new: Machine?, who: String, why: String, batch: Int = 0) {
    guard let subject = ChangeWords.subject(from: old, to: new), let id = (new ?? old)?.id else {
      return nil
    }
    self.init(
      of: .record(id), new.map { .written(Array($0.fileText.utf8)) } ?? .removed,
      subject: subject, who: who, why: why, batch: batch,
      isStranger: new.map { $0.profile == nil } ?? false)
  }

  /// - Parameter clusters: the file's bytes.
  init(cluster: String, _ clusters: [UInt8], who: String, batch: Int = 0) {
    self.init(
      of: .clusters, .written(clusters), subject: "cluster \(cluster): discovery token made",
      who: who, why: "a machine needs it", batch: batch)
  }

  /// What it takes in memory, about.
  var bytes: Int {
    let size = 200 + subject.utf8.count + who.utf8.count + why.utf8.count
    if case .written(let content) = content { return size + content.count }
    return size
  }

  var id: MachineID? {
    if case .record(let id) = of { return id }
    return nil
  }
}

extension TrailNote {
  /// Without the content, which the journal has anyway.
  var json: JSON {
    var members: [JSON.Member] = []
    if let id { members.append(JSON.Member("id", .string(id.description))) }
    if content == .removed { members.append(JSON.Member("removed", .bool(true))) }
    if isStranger { members.append(JSON.Member("stranger", .bool(true))) }
    for (name, text) in [("subject", subject), ("by", who), ("why", why)] {
      members.append(JSON.Member(name, .string(text)))
    }
    members.append(JSON.Member("seconds", .number("\(seconds)")))
    members.append(JSON.Member("batch", .number("\(batch)")))
    return .object(members)
  }

  /// - Returns: `nil` where it is none.
  init?(json: JSON) {
    guard case .object(let members) = json else { return nil }
    var values: [String: JSON] = [:]
    for member in members { values[member.name] = member.value }
    func text(_ name: String) -> String? {
      if case .string(let text)? = values[name] { text } else { nil }
    }
    func number(_ name: String) -> Int? {
      if case .number(let text)? = values[name] { Int(text) } else { nil }
    }
    var of = Subject.clusters
    if let name = values["id"] {
      guard case .string(let text) = name, let id = MachineID(text) else { return nil }
      of = .record(id)
    }
    guard let subject = text("subject"), let who = text("by"), let why = text("why"),
      let seconds = number("seconds"), let batch = number("batch")
    else { return nil }
    self.init(
      of: of, values["removed"] == .bool(true) ? .removed : .elsewhere, subject: subject,
      who: who, why: why, seconds: seconds, batch: batch,
      isStranger: values["stranger"] == .bool(true))
  }
}
