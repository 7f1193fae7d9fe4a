// Boot/Profile: what a profile says, with all that it stands on.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Profile {
  /// Reads a profile file by itself, without what it stands on: for whom it is, and whether it can be read.
  ///
  /// - Parameter file: as messages name it: `profiles/dev.json`.
  /// - Throws: ``BootError`` that names file and key: 500 by `?profile=`, a hold for a machine.
  package init(parsing bytes: [UInt8], file: String) throws(BootError) {
    let layer = try ProfileLayer(parsing: bytes, file: file)
    try self.init([layer], isInstalling: false, platform: nil)
    for platform in Platform.allCases {
      _ = try Profile([layer], isInstalling: layer.install != nil, platform: platform)
    }
  }

  /// Puts layers together.
  ///
  /// Members are taken in the order of the file and matched without case; a later one replaces an
  /// earlier one, `null` leaves what was there, unknown keys are ignored. What a layer says replaces what
  /// those in front of it say, but for `args`, which are appended, and `metadata`, which is merged.
  ///
  /// - Parameters:
  ///   - layers: what the profile stands on, and the profile itself as the last.
  ///   - isInstalling: whether the keys of `install` stand in for the others.
  ///   - platform: whose keys stand in for the others, too; `nil`: none.
  init(
    _ layers: [ProfileLayer], isInstalling: Bool, platform: Platform?
  ) throws(BootError) {
    self.init()
    presetLayers = layers.prefix { $0.isBuiltIn }.count
    isNewStyle = isInstalling || layers.count(where: { !$0.isBuiltIn }) > 1
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      try apply(layer.members, of: layer, index, platform: platform, isLast: isLast)
    }
    if isInstalling {
      for (index, layer) in layers.enumerated() {
        guard let install = layer.install else { continue }
        try apply(
          install, of: layer, index, within: "install", platform: platform, isLast: false)
      }
    }
  }

  private mutating func apply(
    _ members: [JSON.Member], of layer: ProfileLayer, _ index: Int, within outer: String? = nil,
    platform: Platform?, isLast: Bool
  ) throws(BootError) {
    let isOfProfile = outer == nil && !layer.isBuiltIn
    var standIns: [JSON.Member] = []
    dropRivals(of: try Self.said(members, layer.file))
    for member in members {
      let folded = Self.folded(member.name)
      guard let key = ProfileKey.named(folded) else {
        if !layer.isBuiltIn { misspellings += Self.misspelling(member.name, folded, layer.file) }
        continue
      }
      let shown = outer.map { "\($0).\(key.name)" } ?? key.name
      if member.value == .null { continue }
      guard outer == nil || key.isOfScript else {
        throw .badValue(file: layer.file, key: shown, reason: Self.cannotDiffer(outer ?? ""))
      }
      if isOfProfile, !key.isOriginal { isNewStyle = true }
      guard key.isOfScript || isLast || key.name == "install" else { continue }
      if case .platform(let named) = key.target {
        guard case .object(let inner) = member.value else {
          throw .badValue(
            file: layer.file, key: shown, reason: "must be an object, but is \(member.value.kind)")
        }
        platforms.insert(named)
        if named == platform { standIns = inner }
        continue
      }
      try set(key, member.value, ProfileSource(file: layer.file, shown: shown, layer: index))
    }
    if !standIns.isEmpty, let platform {
      let path = (outer.map { "\($0)." } ?? "") + platform.rawValue
      try apply(standIns, of: layer, index, within: path, platform: nil, isLast: false)
    }
  }

  private static func cannotDiffer(_ outer: String) -> String {
    outer.hasSuffix("install")
      ? "cannot differ while a machine is being installed"
      : "cannot differ from platform to platform"
  }

  /// The keys that some members set.
  ///
  /// - Throws: where two of them contradict each other.
  private static func said(
    _ members: [JSON.Member], _ file: String
  ) throws(BootError) -> Set<String> {
    var said: Set<String> = []
    for member in members where ![.null, .string(""), .array([])].contains(member.value) {
      said.insert(folded(member.name))
    }
    let ways = ProfileKey.waysToBoot.filter(said.contains)
    if ways.count > 1 {
      throw .badValue(
        file: file, key: ways[0], reason: "and \"\(ways[1])\" both say how it boots; take one")
    }
    for (left, right) in ProfileKey.rivals where said.contains(left) && said.contains(right) {
      throw .badValue(
        file: file, key: left, reason: "and \"\(right)\" say the same; take one of them")
    }
    return said
  }

  /// What a layer says in one way is said no more in another.
  private mutating func dropRivals(of said: Set<String>) {
    if !said.isDisjoint(with: ProfileKey.waysToBoot) {
      (script, sanboot, chain, kernel) = ("", [], [], [])
    }
    if said.contains("answers") { ignition = "" }
    if said.contains("ignition") { answers = "" }
    if said.contains("images") { imageBaseURL = "" }
    if said.contains("image_base_url") { images = "" }
  }

  /// A third of a word's letters may be wrong, and two at most: `note` is no `root`.
  private static func misspelling(
    _ key: String, _ folded: String, _ file: String
  ) -> [Misspelling] {
    guard let meant = Nearest.name(to: folded, in: ProfileKey.all.map(\.name)),
      Nearest.distance(folded, meant) <= min(2, folded.utf8.count / 3)
    else { return [] }
    return [Misspelling(file: file, key: key, meant: meant)]
  }

  /// Lower case by Unicode's simple folding, as far as it reaches the letters of a key: the long s
  /// and the Kelvin sign are the only others that fold to ASCII.
  package static func folded(_ name: String) -> String {
    let isFolded = name.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5a).contains($0) }
    if isFolded { return name }
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
