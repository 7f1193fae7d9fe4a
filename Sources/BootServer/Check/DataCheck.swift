// BootServer/Check: everything that can be known to be wrong before a machine boots.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Reads a whole data directory, and the machines that are recorded, and changes nothing.
struct DataCheck {
  let root: DataRoot
  let files: DataFiles<Never>
  let base: [UInt8]
  let snapshot: Snapshot
  let profiles: ProfileIndex
  var found = FindingList()
  /// Files of `configs/`, and who names them.
  var uses: [String: [ConfigReader]] = [:]
  /// Names of machines by their profile.
  let machines: [String: [Roster.Entry]]

  /// A profile that names a config, and what it gives to templates.
  struct ConfigReader {
    let profile: String
    let use: ConfigUse
    let values: ProfileValues
  }

  init(_ sources: LocalSources, _ snapshot: Snapshot) {
    root = sources.root
    files = sources.files
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

  /// A file, as far as anything of ours is as long.
  func read(_ file: String) -> [UInt8]? {
    guard let path = RelativePath(file.utf8),
      case .success(let contents) = files.read(path, SmallFile.limit), !contents.isTruncated
    else { return nil }
    return contents.bytes
  }
}
