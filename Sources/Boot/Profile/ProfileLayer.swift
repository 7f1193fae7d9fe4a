// Boot/Profile: one of the profiles that a profile stands on.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What one file of a chain of profiles says.
package struct ProfileLayer: Sendable {
  /// As messages name it: `profiles/dev.json`.
  package let file: String
  let members: [JSON.Member]
  /// Whether it is a preset's.
  let isBuiltIn: Bool

  /// A preset, as the first layer of a profile.
  init(_ preset: Preset) {
    file = "the preset \(preset.name)"
    members = preset.members
    isBuiltIn = true
  }

  /// Reads a profile file.
  ///
  /// - Parameter file: as messages name it: `profiles/dev.json`.
  /// - Throws: ``BootError`` where the file is no JSON object.
  package init(parsing bytes: [UInt8], file: String) throws(BootError) {
    self.file = file
    isBuiltIn = false
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(bytes)
    } catch {
      throw .notJSON(file: file, error)
    }
    switch value {
    case .null: members = []
    case .object(let members): self.members = members
    case .bool, .number, .string, .array:
      throw .notAnObject(file: file, kind: value.kind)
    }
  }

  /// What one of its keys says; `nil` where it is not there.
  func string(_ key: String) throws(BootError) -> String? {
    var found: String?
    for member in members where Profile.folded(member.name) == key && member.value != .null {
      guard case .string(let text) = member.value else {
        throw .badValue(
          file: file, key: key, reason: "must be a string, but is \(member.value.kind)")
      }
      found = text
    }
    return found.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether it says one of these.
  func says(_ keys: Set<String>) -> Bool {
    members.contains { keys.contains(Profile.folded($0.name)) && $0.value != .null }
  }

  /// The keys that stand in for its own while a machine is being installed.
  var install: [JSON.Member]? {
    var found: [JSON.Member]?
    for member in members where Profile.folded(member.name) == "install" {
      if case .object(let members) = member.value { found = members }
    }
    return found
  }
}

/// The preset that a chain of profiles stands on.
extension [ProfileLayer] {
  /// Keys of profiles that say by themselves how they boot.
  private static var notation: Set<String> {
    ["images", "script", "sanboot", "chain", "arches", "efi", "bios"]
  }

  /// The layers with those of their preset in front.
  ///
  /// Without an `os` that is CoreOS, as it was for the original; a profile that says where its images are, or
  /// boots in another way than by a kernel, stands on none.
  ///
  /// - Parameter isInstalling: the `os` within `install` counts, too.
  func onPreset(isInstalling: Bool) throws(BootError) -> [ProfileLayer] {
    if first?.isBuiltIn ?? false { return self }
    var name: String?
    for layer in self { name = try layer.string("os") ?? name }
    if isInstalling {
      for layer in self {
        for member in layer.install ?? [] where Profile.folded(member.name) == "os" {
          if case .string(let os) = member.value, !os.isEmpty { name = os }
        }
      }
    }
    if name == nil, contains(where: { $0.says(Self.notation) }) { return self }
    // Which one it may be has been checked where the key was read.
    guard let preset = Preset.named(name ?? "coreos") else { return self }
    return [ProfileLayer(preset)] + self
  }
}
