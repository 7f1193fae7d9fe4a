// BootServer/Fleet: what the profiles say of whom they are for.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// All profiles, as far as the choice among them needs them; used by one thread.
///
/// A walk looks at every file again and reads those that have changed. Names that begin with a dot
/// are not looked into: Kubernetes, git and file servers keep copies of files behind such names.
struct ProfileCatalogue: Sendable {
  /// Of ten thousand each walk makes new tables, so they are shared, and not copied.
  private final class Kept: Sendable {
    let candidate: Candidate
    /// `nil`: it could not be looked at.
    let status: FileStatus?

    init(candidate: Candidate, status: FileStatus?) {
      self.candidate = candidate
      self.status = status
    }
  }

  private let root: DataRoot
  private var kept: [String: Kept] = [:]
  private(set) var index = ProfileIndex()

  private static let maxDepth = 8

  init(root: DataRoot) { self.root = root }

  /// Looks at the profiles that a job needs.
  ///
  /// - Parameter own: the profile of the job's machine.
  /// - Returns: profiles that were not broken before, or not in this way.
  mutating func update(_ needs: MachineJob.Profiles, own: String?) -> [Candidate] {
    switch needs {
    case .none: return []
    case .all: return walk()
    case .own(let other):
      return [own, other].compactMap { $0 }.flatMap { lookWithBases($0) }
    }
  }

  /// Looks at one profile, and at those that it stands on.
  private mutating func lookWithBases(_ name: String) -> [Candidate] {
    var news: [Candidate] = []
    var (next, seen) = (Optional(name), Set<String>())
    while let name = next, seen.insert(name).inserted {
      if let changed = look(name) { news.append(changed) }
      next = kept[name]?.candidate.base
    }
    return news
  }

  /// Looks at one profile.
  private mutating func look(_ name: String) -> Candidate? {
    let before = kept[name]
    let now = linked(name)
    if let before, let now, now.status != nil, before.status == now.status { return nil }
    kept[name] = now
    if before?.candidate == now?.candidate { return nil }
    index = ProfileIndex(kept.values.map(\.candidate).sorted { $0.name < $1.name })
    return now?.candidate.problem == nil ? nil : now?.candidate
  }

  /// Looks at all profiles.
  ///
  /// - Returns: profiles that were not broken before, or not in this way.
  mutating func walk() -> [Candidate] {
    var found: [String: Kept] = [:]
    found.reserveCapacity(kept.count)
    var changed: [Changed] = []
    gather("", depth: 0, into: &found, &changed)
    // At the first walk that is every profile, and each has to be read.
    let catalogue = self
    let read = Parallel.map(changed) { catalogue.candidate($0.name, $0.status) }
    for (file, now) in zip(changed, read) { found[file.name] = now }
    let news = found.filter { (name, now) in
      now.candidate.problem != nil && kept[name]?.candidate != now.candidate
    }.map(\.value.candidate)
    let isSame =
      found.count == kept.count
      && found.allSatisfy { (name, now) in
        now.status != nil && kept[name]?.status == now.status
      }
    kept = found
    if !isSame { index = ProfileIndex(found.values.map(\.candidate).sorted { $0.name < $1.name }) }
    return news
  }

  /// A profile's file that is not as it was.
  private struct Changed: Sendable {
    let name: String
    let status: FileStatus
  }

  private func gather(
    _ folder: String, depth: Int, into found: inout [String: Kept], _ changed: inout [Changed]
  ) {
    guard depth < Self.maxDepth,
      let path = RelativePath(("profiles/" + folder).utf8.dropLastSlash)
    else { return }
    let entries: [DirectoryStatus]
    do {
      entries = try list(path)
    } catch {
      if error == .missing { return }
      unreadable(folder, DataProblem(error).reason, into: &found)
      return
    }
    for entry in entries where entry.name.first != UInt8(ascii: ".") {
      guard let name = String(validating: entry.name, as: UTF8.self) else { continue }
      let isProfile = name.hasSuffix(".json")
      let profile = folder + (isProfile ? String(name.dropLast(5)) : name)
      switch entry.status {
      case .success(let status) where status.kind == .directory:
        gather("\(folder)\(name)/", depth: depth + 1, into: &found, &changed)
      case .success(let status) where status.kind == .regular:
        guard isProfile else { continue }
        if let kept = kept[profile], kept.status == status {
          found[profile] = kept
        } else {
          changed.append(Changed(name: profile, status: status))
        }
      case .success(let status) where status.kind == .link:
        // A link to a directory is not looked into: it may lead in a circle.
        if isProfile { found[profile] = linked(profile) }
      case .success: break
      case .failure(.noEntry): break
      case .failure(let error):
        if isProfile {
          found[profile] = broken(profile, "\(error)")
        } else {
          // It may be a folder.
          unreadable("\(folder)\(name)/", "\(error)", into: &found)
        }
      }
    }
  }

  /// Whatever was in a folder may still be, and more.
  private func unreadable(
    _ folder: String, _ reason: String, into found: inout [String: Kept]
  ) {
    for name in kept.keys where name.hasPrefix(folder) { found[name] = broken(name, reason) }
    let hidden = folder + "*"
    found[hidden] = Kept(
      candidate: Candidate(
        name: hidden, problem: "the folder profiles/\(folder) cannot be read: \(reason)"),
      status: nil)
  }

  private func list(_ path: RelativePath) throws(OpenFailure) -> [DirectoryStatus] {
    let opened = try root.open(path, waiting: true)
    guard opened.status.kind == .directory else { throw .missing }
    do throws(Errno) {
      return try opened.statuses()
    } catch {
      throw OpenFailure(error)
    }
  }

  private func linked(_ name: String) -> Kept? {
    guard let path = RelativePath("profiles/\(name).json".utf8) else { return nil }
    do throws(OpenFailure) {
      return candidate(name, try root.status(of: path, waiting: true))
    } catch {
      guard error == .missing else { return broken(name, DataProblem(error).reason) }
      // A link in a circle, or to a disk that is not mounted, is no word that it shall go.
      return root.hasName(path) ? broken(name, "it is a link that leads nowhere") : nil
    }
  }

  private func candidate(_ name: String, _ status: FileStatus) -> Kept? {
    if let kept = kept[name], kept.status == status { return kept }
    guard let path = RelativePath("profiles/\(name).json".utf8) else { return nil }
    do throws(OpenFailure) {
      let contents = try FileContents.reading(path, in: root, limit: SmallFile.limit, waiting: true)
      guard !contents.isTruncated else {
        let tooLarge = Candidate(name: name, problem: "profiles/\(name).json is too large")
        return Kept(candidate: inheriting(tooLarge), status: status)
      }
      // Within the clock's grain a second edit could hide behind the same status.
      let isRacy = contents.status.isRacy(readAt: WallClock.now)
      return Kept(
        candidate: inheriting(Candidate(name: name, parsing: contents.bytes)),
        status: isRacy ? nil : contents.status)
    } catch {
      return error == .missing ? nil : broken(name, DataProblem(error).reason)
    }
  }

  /// A profile that cannot be had still holds the machines that it was for.
  private func broken(_ name: String, _ reason: String) -> Kept {
    let candidate = Candidate(name: name, problem: "profiles/\(name).json: \(reason)")
    return Kept(candidate: inheriting(candidate), status: nil)
  }

  private func inheriting(_ candidate: Candidate) -> Candidate {
    var candidate = candidate
    candidate.inherit(from: kept[candidate.name]?.candidate)
    return candidate
  }
}

extension String.UTF8View {
  fileprivate var dropLastSlash: SubSequence { last == UInt8(ascii: "/") ? dropLast() : self[...] }
}
