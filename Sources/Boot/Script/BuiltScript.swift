// Boot/Script: a script, and what was learnt while it was made.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A script, and what was learnt while it was made.
package struct BuiltScript: Sendable {
  /// What is the same for all, and places for what a machine adds.
  package var pieces: [ScriptPiece] = []
  /// What its profile gives to templates.
  package var values = ProfileValues()
  /// The version that it boots, concrete where the profile's is a channel; empty: none.
  package var version = ""
  /// Whether its profile has an installer.
  package var installs = false
  /// What an operator should look at before a machine boots it.
  package var warnings: [ScriptWarning] = []
  /// Why a machine's script cannot boot: a file of this server's that it names and that is not there. Scripts
  /// of the original's keys have none.
  package var lack: String?
  /// Whether a warning may go away though nothing changes that the script depends on.
  package var isPassing = false
  /// The files of this server's images that whoever boots it fetches, as far as they are the same for all.
  package var fetches: [ScriptFetch] = []
  /// Whether something that a machine fetches may hold its token, so that it can report.
  package var canReport = false
  /// Whether it sends the machine to its own disk.
  package var isLocalDisk = false
  /// When its boot counts as stalled.
  package var stallLimits = StallLimits()
  /// The files of `configs/` that whoever boots it fetches.
  package var configs: [ConfigUse] = []
  /// The templates that are rendered for whoever boots it: `configs/web.yml.tmpl`.
  package var templates: [String] = []
  /// What it was made of, or of the absence of: while all of it is as it was, so is the script.
  package var dependencies: [RelativePath] = []

  /// The script, where it is the same for all; a NUL stands in each place for what a machine adds.
  package var text: [UInt8] {
    pieces.flatMap { (piece) -> [UInt8] in if case .text(let text) = piece { text } else { [0] } }
  }
}

/// A file of the images that a script names.
package struct ScriptFetch: Equatable, Sendable {
  /// Below the data directory: `images/debian/amd64/12/linux`.
  package let file: String
  /// The key that names it: `kernel`, `initrd`, `rootfs`, `args`.
  package let key: String
}

/// A file of `configs/` that a script names.
package struct ConfigUse: Equatable, Sendable {
  /// `configs/web.yml`, without `.tmpl`; a NoCloud seed's folder.
  package let file: String
  /// The key that names it.
  package let key: String
  /// Whether `FILE.tmpl` is rendered for it.
  package let isTemplate: Bool
  /// Whether it is a folder.
  package let isFolder: Bool
  /// The system that reads it, by its preset's name; empty: none is named.
  package let os: String

  /// Whether it is a cloud-config for coreos-cloudinit.
  package var isCoreOS: Bool {
    key == "cloud_config" && ["", "coreos", "flatcar"].contains(os)
  }

  /// The one line of Ignition's specification that the system reads; `nil`: either, or not known.
  package var ignitionMajor: Int? {
    switch os {
    case "coreos": 2
    case "fedora-coreos": 3
    default: nil
    }
  }
}
