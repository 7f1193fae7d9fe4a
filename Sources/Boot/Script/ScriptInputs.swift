// Boot/Script: all that a script is made from.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a boot script is rendered from.
package struct ScriptInputs: Sendable {
  /// What is to be booted.
  var profile: Profile
  /// For the console; empty where no profile was asked for.
  let profileName: [UInt8]
  /// The profile's file, for messages.
  let file: String
  /// What every URL of ours begins with: `http://host[:port][/path]`, or https where a proxy does that.
  let base: [UInt8]
  /// The line of the key file that the profile names.
  var sshKey: SSHKey?
  /// What the profile gives to templates.
  var values = ProfileValues()
  /// Whether the cloud-config is a template.
  var hasCloudTemplate = false
  /// Whether the script is one machine's.
  var isForMachine = false

  /// - Parameter base: the one thing that every script needs.
  init(
    profile: Profile = Profile(), profileName: [UInt8] = [], file: String = "", base: [UInt8]
  ) {
    self.profile = profile
    self.profileName = profileName
    self.file = file
    self.base = base
  }

  func wrong(_ key: String, _ reason: String) -> BootError {
    .badValue(file: origin(of: key), key: key, reason: reason)
  }

  /// The file that a key is from.
  func origin(of key: String) -> String { profile.origins[key] ?? file }

  /// `before`, the value and `after`, once the value can do no harm between them.
  func checked(
    _ key: String, _ value: String, before: String = "", after: String = ""
  ) throws(BootError) -> [UInt8] {
    if let fault = ScriptText.fault(in: value.utf8, before: before, after: after) {
      throw wrong(key, fault)
    }
    return Array(before.utf8) + Array(value.utf8) + Array(after.utf8)
  }

  /// The URL of the cloud-config; names are written as they are in a script of the old style.
  func cloudConfigURL() throws(BootError) -> [ScriptPiece] {
    let key = "cloud_config"
    guard !profile.cloudConfig.split(separator: "/").contains("..") else {
      throw wrong(key, "must name a file below configs/, and climbs out of it")
    }
    let name = profile.isNewStyle ? ScriptText.urlPath(profile.cloudConfig) : profile.cloudConfig
    let rest = try checked(key, name, before: "/", after: ".yml").dropFirst()
    let url = ScriptPiece.text(base + Array("/configs/".utf8) + rest)
    guard hasCloudTemplate else { return [url] }
    return [url, isForMachine ? .hole(.query) : .text(profileQuery)]
  }

  /// What a template that needs no machine is asked for with.
  private var profileQuery: [UInt8] {
    Array("?profile=".utf8) + PercentCoding.encodedSegment(profileName)
  }
}
