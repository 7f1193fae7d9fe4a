// BootServer/Images: who boots which version.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The profiles that name a version's folder, and the machines that have such a profile or ran it last.
struct ImageUses {
  /// By the folder of a version, `images/flatcar/amd64-usr/3510.2.0`: who names it now, a channel resolved.
  private(set) var profiles: [String: Set<String>] = [:]
  /// Machines that have such a profile.
  private(set) var machines: [String: Set<String>] = [:]
  /// Machines whose last script booted it.
  private(set) var running: [String: Set<String>] = [:]

  init(_ sources: LocalSources) throws(CommandError) {
    let picture = try sources.machines()
    self.init(
      sources.files, base: sources.base, candidates: sources.profiles().candidates,
      picture.snapshot.roster
    ) { picture.sightings[$0]?.version }
  }

  /// - Parameter version: what a machine's last script booted.
  init(
    _ files: DataFiles<Never>, base: [UInt8], candidates: [Candidate], _ roster: Roster,
    version: (MachineID) -> String?
  ) {
    let builder = ScriptBuilder(files, base: base, reportsByToken: true)
    var folders: [String: [(folder: String, version: String)]] = [:]
    for candidate in candidates {
      let name = Array(candidate.name.utf8)
      for occasion in [ScriptOccasion.byName, .installing, .settled(platform: nil)] {
        guard let built = try? builder.script(profile: name, occasion), !built.version.isEmpty
        else {
          continue
        }
        let folder =
          built.values.imagesFolder.isEmpty
          ? "images/amd64-usr/\(built.version)" : "images/\(built.values.imagesFolder)"
        folders[candidate.name, default: []].append((folder, built.version))
        profiles[folder, default: []].insert(candidate.name)
      }
    }
    for entry in roster.all {
      guard let profile = entry.machine.profile, let named = folders[profile] else { continue }
      let id = entry.machine.id.description
      for (folder, _) in named { machines[folder, default: []].insert(id) }
      guard let version = version(entry.machine.id) else { continue }
      for (folder, present) in named {
        let names = folder.split(separator: "/").map { $0 == present ? version : String($0) }
        running[names.joined(separator: "/"), default: []].insert(id)
      }
    }
  }

  /// Whether somebody would miss it.
  func isUsed(_ place: VersionPlace) -> Bool {
    let name = place.description
    return [profiles, machines, running].contains { uses in
      uses.contains { $0.key == name || $0.key.hasPrefix(name + "/") }
    }
  }

  /// Who names it, or what is in it.
  func names(_ uses: [String: Set<String>], _ place: VersionPlace) -> [String] {
    let name = place.description
    return uses.filter { $0.key == name || $0.key.hasPrefix(name + "/") }
      .reduce(into: Set<String>()) { $0.formUnion($1.value) }.sorted()
  }
}
