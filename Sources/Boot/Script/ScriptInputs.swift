// Boot/Script: all that a script is made from.
// SPDX-License-Identifier: Apache-2.0

/// What a boot script is rendered from.
package struct ScriptInputs: Sendable {
  /// What is to be booted.
  package var profile: Profile
  /// For the console; empty where no profile was asked for.
  package var profileName: [UInt8]
  /// The profile's file, for messages.
  package var file: String
  /// What every URL of ours begins with: `http://host[:port][/path]`, or https where a proxy does that.
  package var base: [UInt8]
  /// The line of the key file that the profile names.
  package var sshKey: SSHKey?
  /// The file names in the profile's image directory, where they matter.
  package var imageNames: [String]
  /// Configs that are rendered per machine, as files below `configs/`: `node.yml`. The URLs of these
  /// are followed by a NUL in the script, where the machine's own query goes.
  package var templates: Set<String>

  /// - Parameter base: the one thing that every script needs.
  package init(
    profile: Profile = Profile(), profileName: [UInt8] = [], file: String = "", base: [UInt8],
    sshKey: SSHKey? = nil, imageNames: [String] = [], templates: Set<String> = []
  ) {
    self.templates = templates
    self.profile = profile
    self.profileName = profileName
    self.file = file
    self.base = base
    self.sshKey = sshKey
    self.imageNames = imageNames
  }

  func wrong(_ key: String, _ reason: String) -> BootError {
    .badValue(file: file, key: key, reason: reason)
  }

  /// `before`, the value and `after`, once the value can do no harm between them.
  func checked(
    _ key: String, _ value: String, before: String = "", after: String = ""
  ) throws(BootError) -> [UInt8] {
    if let fault = ScriptText.fault(in: value.utf8, before: before, after: after) {
      throw wrong(key, fault)
    }
    return Array(before.utf8) + Array(value.utf8) + Array(after.utf8)
  }
}
