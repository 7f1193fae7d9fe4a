// BootServer/Machines: what the profiles say of whom they are for.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// All profiles, as far as the choice among them needs them; used by one thread.
///
/// Every file is looked at again each time, and read again when it has changed.
struct ProfileCatalogue {
  private let root: DataRoot
  private var kept: [String: (candidate: Candidate, status: FileStatus)] = [:]
  private(set) var candidates: [Candidate] = []

  private static let maxDepth = 8

  init(root: DataRoot) { self.root = root }

  /// - Returns: profiles that were not broken before, or not in this way.
  mutating func refresh() -> [Candidate] {
    var found: [String: (candidate: Candidate, status: FileStatus)] = [:]
    gather("", depth: 0, into: &found)
    let news = found.values.filter { entry in
      entry.candidate.problem != nil && kept[entry.candidate.name]?.candidate != entry.candidate
    }
    kept = found
    candidates = found.values.map(\.candidate).sorted { $0.name < $1.name }
    return news.map(\.candidate)
  }

  private func gather(
    _ folder: String, depth: Int,
    into found: inout [String: (candidate: Candidate, status: FileStatus)]
  ) {
    guard depth < Self.maxDepth, let path = RelativePath("profiles/\(folder)".utf8.dropLastSlash),
      let opened = try? root.open(path, waiting: true), opened.status.kind == .directory,
      let entries = try? opened.entries()
    else { return }
    for entry in entries {
      guard let name = String(validating: entry.name, as: UTF8.self) else { continue }
      if entry.isDirectory {
        gather("\(folder)\(name)/", depth: depth + 1, into: &found)
      } else if name.hasSuffix(".json"), name != ".json" {
        let profile = folder + name.dropLast(5)
        found[profile] = candidate(profile)
      }
    }
  }

  private func candidate(_ name: String) -> (Candidate, FileStatus)? {
    guard let path = RelativePath("profiles/\(name).json".utf8),
      let status = try? root.status(of: path)
    else { return nil }
    if let kept = kept[name], kept.status == status { return kept }
    do throws(OpenFailure) {
      let contents = try FileContents.reading(
        path, in: root, limit: SmallFile.limit, waiting: true)
      guard !contents.isTruncated else {
        return (Candidate(name: name, problem: "profiles/\(name).json is too large"), status)
      }
      var candidate = Candidate(name: name, parsing: contents.bytes)
      candidate.inherit(from: kept[name]?.candidate)
      return (candidate, contents.status)
    } catch {
      if error == .missing { return nil }
      let reason = Failure.reason(error)
      return (Candidate(name: name, problem: "profiles/\(name).json: \(reason)"), status)
    }
  }
}

extension String.UTF8View {
  fileprivate var dropLastSlash: SubSequence { last == UInt8(ascii: "/") ? dropLast() : self[...] }
}
