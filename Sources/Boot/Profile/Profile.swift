// Boot/Profile: what a profile file says.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A profile: the seven keys of the original and those that came later.
///
/// An empty string is the same as an absent key, as it was.
package struct Profile: Equatable, Sendable {
  /// `cloud_config`: a config's name without `.yml`.
  package var cloudConfig = ""
  /// `console`: each becomes a `console=`.
  package var console: [String] = []
  /// `coreos_autologin`.
  package var coreosAutologin = ""
  /// `root`.
  package var root = ""
  /// `rootfstype`.
  package var rootfstype = ""
  /// `sshkey`: a key's name in `sshkeys/`, without `.pub`.
  package var sshkey = ""
  /// `version`: the folder of the images.
  package var version = ""

  /// `os`; a profile of the original's keys alone is `coreos`.
  package var os = OperatingSystem.coreos
  /// `arch`; empty: the system's first.
  package var arch = ""
  /// `image_base_url`: where images come from in place of this server.
  package var imageBaseURL = ""
  /// `kernel`: a path below `images/`, or a URL.
  package var kernel = ""
  /// `nil`: the OS's own.
  package var initrd: [String]?
  /// `rootfs`: Fedora CoreOS' third image.
  package var rootfs = ""
  /// `args`: words for the kernel, behind all others.
  package var args: [String] = []
  /// `ignition`: a config's name without `.ign`.
  package var ignition = ""

  /// Which machines it takes by itself; `nil`: none by their identity.
  package var match: MatchRule?
  /// Machines it takes at most.
  package var quantity: Int?
  /// Among profiles with equal rights the lower one is taken first.
  package var priority: Int?
  /// `etcd_cluster`; empty: `default`.
  package var etcdCluster = ""
  /// Keys that stand in for its own while a machine is being installed.
  package var install: [JSON.Member]?

  /// Whether any key is there that the original did not know: then the script is of the new style.
  package var isNewStyle = false

  /// Keys that mean nothing, and nearly say one that does.
  package private(set) var misspellings: [Misspelling] = []

  /// A key that is nearly one of ours: most likely a slip.
  package struct Misspelling: Equatable, Sendable {
    /// As the file has it.
    package let key: String
    /// The key that is nearest.
    package let meant: String
  }

  /// A profile that says nothing.
  package init() {}

  /// The configs that its script names, as files below `configs/`.
  package var configs: [String] {
    (cloudConfig.isEmpty ? [] : [cloudConfig + ".yml"])
      + (ignition.isEmpty ? [] : [ignition + ".ign"])
  }

  /// As the images' folder spells it.
  package var architecture: String { arch.isEmpty ? os.architectures[0] : arch }
}

extension Profile {
  /// Reads a profile file.
  ///
  /// Members are taken in the order of the file and matched without case; a later one replaces an
  /// earlier one, `null` leaves what was there, unknown keys are ignored.
  ///
  /// - Parameter file: as messages name it: `profiles/dev.json`.
  /// - Throws: ``BootError`` that names file and key: 500 by `?profile=`, a hold for a machine.
  package init(parsing bytes: [UInt8], file: String) throws(BootError) {
    self.init()
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(bytes)
    } catch {
      throw .notJSON(file: file, error)
    }
    switch value {
    case .null: return
    case .object(let members): try set(members, file: file)
    case .bool, .number, .string, .array:
      throw .notAnObject(file: file, kind: value.kind)
    }
  }

  /// The profile of a machine that is being installed; itself where it has no `install`.
  ///
  /// - Throws: what its `install` says wrong, as ``init(parsing:file:)``.
  package func whileInstalling(file: String) throws(BootError) -> Profile {
    guard let install else { return self }
    var profile = self
    profile.isNewStyle = true
    try profile.set(install, file: file, within: "install")
    return profile
  }

  private mutating func set(
    _ members: [JSON.Member], file: String, within outer: String? = nil
  ) throws(BootError) {
    for member in members {
      let folded = Self.folded(member.name)
      guard let key = ProfileKey.all.first(where: { $0.name == folded }) else {
        misspellings += Self.misspelling(member.name, folded)
        continue
      }
      let shown = outer.map { "\($0).\(key.name)" } ?? key.name
      if member.value == .null { continue }
      guard outer == nil || key.isOfScript else {
        throw .badValue(
          file: file, key: shown, reason: "cannot differ while a machine is being installed")
      }
      if !key.isOriginal { isNewStyle = true }
      try set(key, member.value, file: file, shown: shown)
    }
  }

  private mutating func set(
    _ key: ProfileKey, _ value: JSON, file: String, shown: String
  ) throws(BootError) {
    func wrong(_ reason: String) -> BootError {
      .badValue(file: file, key: shown, reason: reason)
    }
    switch key.target {
    case .string(let set):
      guard case .string(let text) = value else {
        throw wrong("must be a string, but is \(value.kind)")
      }
      set(&self, text)
    case .list(let set):
      guard case .array(let elements) = value else {
        throw wrong("must be a list of strings, but is \(value.kind)")
      }
      var texts: [String] = []
      for element in elements {
        switch element {
        case .string(let text): texts.append(text)
        case .null: texts.append("")
        case .bool, .number, .array, .object:
          throw wrong("must be a list of strings, but holds \(element.kind)")
        }
      }
      set(&self, texts)
    case .word(let allowed, let set):
      guard case .string(let text) = value else {
        throw wrong("must be a string, but is \(value.kind)")
      }
      guard text.isEmpty || allowed.contains(text) else {
        throw wrong("must be one of \(allowed.joined(separator: ", ")), but is \"\(text)\"")
      }
      set(&self, text)
    case .count(let set):
      guard case .number(let text) = value, let count = Int(text), count >= 0 else {
        throw wrong("must be a whole number from 0 on, but is \(Self.shown(value))")
      }
      set(&self, count)
    case .match:
      match = try MatchRule(value, file: file)
    case .install:
      guard case .object(let members) = value else {
        throw wrong("must be an object, but is \(value.kind)")
      }
      install = members
      _ = try whileInstalling(file: file)
    }
  }

  /// A third of a word's letters may be wrong, and two at most: `note` is no `root`.
  private static func misspelling(_ key: String, _ folded: String) -> [Misspelling] {
    guard let meant = Nearest.name(to: folded, in: ProfileKey.all.map(\.name)),
      Nearest.distance(folded, meant) <= min(2, folded.utf8.count / 3)
    else { return [] }
    return [Misspelling(key: key, meant: meant)]
  }

  private static func shown(_ value: JSON) -> String {
    if case .number(let text) = value { return text }
    return value.kind
  }

  /// Lower case by Unicode's simple folding, as far as it reaches the letters of a key: the long s
  /// and the Kelvin sign are the only others that fold to ASCII.
  static func folded(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar {
      case "A"..."Z": result.append(Unicode.Scalar(UInt8(scalar.value) + 0x20))
      case "\u{17f}": result.append("s")
      case "\u{212a}": result.append("k")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
