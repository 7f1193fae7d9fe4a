// BootServer/Boots: what the book of boots knows of a script.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What the book of boots knows of a script: what whoever boots it will fetch.
///
/// One for all copies of a script; it travels with the answer.
final class ScriptMark: Sendable {
  /// By its name; empty: none.
  let profile: String
  /// The concrete one; `nil`: none is named.
  let version: String?
  /// Below the data directory: `images/debian/amd64/12/linux`.
  let files: [String: BootStage.Kind]
  /// Files of `configs/` that it names; a seed's folder ends in a slash.
  let configs: [String]
  /// Whether whoever boots it can report: something that it fetches holds its token.
  let canReport: Bool
  let installs: Bool
  /// Whether it sends the machine to its own disk.
  let isLocalDisk: Bool
  /// Whether it reads a disk image piece by piece, and never all of it.
  let isStreamed: Bool
  /// When it counts as stalled.
  let stallLimits: StallLimits

  init(_ built: BuiltScript, profile: String, version: String?) {
    self.profile = profile
    self.version = version
    files = Dictionary(
      built.fetches.map { ($0.file, BootStage.Kind($0.key)) },
      uniquingKeysWith: { first, _ in first })
    configs = built.configs.map { $0.isFolder ? $0.file + "/" : $0.file }
    canReport = built.canReport
    installs = built.installs
    isLocalDisk = built.isLocalDisk
    isStreamed = built.fetches.contains { $0.key == "sanboot" }
    stallLimits = built.stallLimits
  }

  /// Of a machine that is sent to its own disk.
  init(localDiskOf machine: Machine?) {
    profile = machine?.profile ?? ""
    version = nil
    files = [:]
    configs = []
    canReport = false
    installs = false
    isLocalDisk = true
    isStreamed = false
    stallLimits = StallLimits()
  }
}

extension BootStage.Kind {
  /// - Parameter key: of a profile, which names the file.
  fileprivate init(_ key: String) {
    switch key {
    case "kernel", "chain", "sanboot", "shim": self = .kernel
    case "initrd": self = .initrd
    default: self = .image
    }
  }
}
