// Boot/Profile: what a profile file says.
// SPDX-License-Identifier: Apache-2.0

/// An operating system whose way of booting is known.
package enum OperatingSystem: String, Sendable, CaseIterable {
  case coreos
  case flatcar
  case fedoraCoreOS = "fedora-coreos"
  case generic

  /// The architectures its images come for, the default first; in its own words.
  package var architectures: [String] {
    switch self {
    case .coreos, .flatcar: ["amd64-usr", "arm64-usr"]
    case .fedoraCoreOS: ["x86_64", "aarch64"]
    case .generic: ["x86_64", "aarch64", "amd64-usr", "arm64-usr"]
    }
  }
}

/// A profile: the seven keys of the original and those that came later.
///
/// An empty string is the same as an absent key, as it was.
package struct Profile: Equatable, Sendable {
  package var cloudConfig = ""
  package var console: [String] = []
  package var coreosAutologin = ""
  package var root = ""
  package var rootfstype = ""
  package var sshkey = ""
  package var version = ""

  package var os = OperatingSystem.coreos
  package var arch = ""
  package var imageBaseURL = ""
  package var kernel = ""
  /// `nil`: the OS's own.
  package var initrd: [String]?
  package var rootfs = ""
  package var args: [String] = []
  package var ignition = ""

  /// Whether any key is there that the original did not know: then the script is of the new style.
  package var isNewStyle = false

  package init() {}

  package var architecture: String { arch.isEmpty ? os.architectures[0] : arch }
}

/// One key of a profile: how it is spelt and what it sets.
struct ProfileKey: Sendable {
  enum Target: Sendable {
    case string(@Sendable (inout Profile, String) -> Void)
    case list(@Sendable (inout Profile, [String]) -> Void)
    /// One of a few words; an empty string is the default.
    case word(allowed: [String], @Sendable (inout Profile, String) -> Void)
  }

  let name: String
  let isOriginal: Bool
  let target: Target

  private init(_ name: String, isOriginal: Bool = false, _ target: Target) {
    self.name = name
    self.isOriginal = isOriginal
    self.target = target
  }

  /// Every key; `docs/profiles.md` has a row for each, and a test holds the two together.
  static let all: [ProfileKey] = [
    ProfileKey("cloud_config", isOriginal: true, .string { $0.cloudConfig = $1 }),
    ProfileKey("console", isOriginal: true, .list { $0.console = $1 }),
    ProfileKey("coreos_autologin", isOriginal: true, .string { $0.coreosAutologin = $1 }),
    ProfileKey("root", isOriginal: true, .string { $0.root = $1 }),
    ProfileKey("rootfstype", isOriginal: true, .string { $0.rootfstype = $1 }),
    ProfileKey("sshkey", isOriginal: true, .string { $0.sshkey = $1 }),
    ProfileKey("version", isOriginal: true, .string { $0.version = $1 }),
    ProfileKey(
      "os",
      .word(allowed: OperatingSystem.allCases.map(\.rawValue)) {
        $0.os = OperatingSystem(rawValue: $1) ?? .coreos
      }),
    ProfileKey("arch", .string { $0.arch = $1 }),
    ProfileKey("image_base_url", .string { $0.imageBaseURL = $1 }),
    ProfileKey("kernel", .string { $0.kernel = $1 }),
    ProfileKey("initrd", .list { $0.initrd = $1 }),
    ProfileKey("rootfs", .string { $0.rootfs = $1 }),
    ProfileKey("args", .list { $0.args = $1 }),
    ProfileKey("ignition", .string { $0.ignition = $1 }),
  ]
}

extension Profile {
  /// Reads a profile file.
  ///
  /// Members are taken in the order of the file and matched without case; a later one replaces an
  /// earlier one, `null` leaves what was there, unknown keys are ignored.
  ///
  /// - Parameter file: as messages name it: `profiles/dev.json`.
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
    case .object(let members):
      for member in members {
        let folded = Self.folded(member.name)
        guard let key = ProfileKey.all.first(where: { $0.name == folded }) else { continue }
        if member.value == .null { continue }
        if !key.isOriginal { isNewStyle = true }
        try set(key, member.value, file: file)
      }
    case .bool, .number, .string, .array:
      throw .notAnObject(file: file, kind: value.kind)
    }
  }

  private mutating func set(
    _ key: ProfileKey, _ value: JSON, file: String
  ) throws(BootError) {
    func wrong(_ reason: String) -> BootError {
      .badValue(file: file, key: key.name, reason: reason)
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
    }
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
