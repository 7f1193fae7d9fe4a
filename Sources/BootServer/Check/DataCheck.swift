// BootServer/Check: everything that can be known to be wrong before a machine boots.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Reads a whole data directory, and the machines that are recorded, and changes nothing.
struct DataCheck: Sendable {
  let root: DataRoot
  let base: [UInt8]
  let snapshot: Snapshot
  let profiles: ProfileIndex
  var found = FindingList()
  /// Files of `configs/`, and who names them.
  private(set) var uses: [String: [ConfigReader]] = [:]
  private var newUses: [(String, ConfigReader)] = []
  /// Names of machines by their profile.
  let machines: [String: [Roster.Entry]]

  /// A profile that names a config, and what it gives to templates.
  struct ConfigReader: Sendable {
    let profile: String
    let use: ConfigUse
    let values: ProfileValues
  }

  init(_ sources: LocalSources, _ snapshot: Snapshot) {
    root = sources.root
    base = sources.base
    self.snapshot = snapshot
    profiles = sources.profiles()
    var machines: [String: [Roster.Entry]] = [:]
    for entry in snapshot.roster.all {
      if let profile = entry.machine.profile { machines[profile, default: []].append(entry) }
    }
    self.machines = machines
  }

  /// Everything that is wrong, most grave first.
  mutating func run() -> [Finding] {
    let walks = DataFolder.all.map { FileWalk($0, in: root) }
    for walk in walks { checkFiles(walk) }
    for walk in walks where walk.folder == "profiles" { checkProfiles(walk) }
    checkChoice()
    for walk in walks where walk.folder == "configs" { checkConfigs(walk) }
    for walk in walks where walk.folder == "sshkeys" { checkKeys(walk) }
    return found.sorted
  }

  var files: DataFiles<Never> { DiskFiles(root: root).files }

  /// Looks at every file, on all processors, and takes over what was found.
  mutating func each(
    of files: [FileWalk.File], _ body: @escaping @Sendable (inout DataCheck, FileWalk.File) -> Void
  ) {
    var empty = self
    (empty.found, empty.uses) = (FindingList(), [:])
    let (blank, known) = (empty, uses)
    let parts = Parallel.map(files) { file in
      var part = blank
      part.uses = known
      body(&part, file)
      return (part.found, part.newUses)
    }
    for (list, more) in parts {
      found.add(list)
      for (file, reader) in more { uses[file, default: []].append(reader) }
    }
  }

  /// A profile names a config.
  mutating func note(_ reader: ConfigReader) { newUses.append((reader.use.file, reader)) }

  /// A file, as far as anything of ours is as long.
  func read(_ file: String) -> [UInt8]? {
    guard let path = RelativePath(file.utf8),
      case .success(let contents) = files.read(path, SmallFile.limit), !contents.isTruncated
    else { return nil }
    return contents.bytes
  }
}
