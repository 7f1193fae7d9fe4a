// Boot/Script: the profiles that a profile stands on.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptBuilder {
  /// Profiles, the profile itself included.
  private static var longestChain: Int { 8 }

  /// A profile behind all that it stands on by `base`; a preset only where a `base` names one.
  ///
  /// - Throws: ``ScriptFailure`` for a profile that is not there, a `base` that names nothing, a loop.
  mutating func chain(_ name: [UInt8], file: String) throws(Stop) -> [ProfileLayer] {
    var layers: [ProfileLayer] = []
    var names: [String] = []
    var (name, file) = (name, file)
    while true {
      names.append(String(decoding: name, as: UTF8.self))
      let layer = try layer(name, file: file, isBase: !layers.isEmpty)
      layers.insert(layer, at: 0)
      guard let base = try failing({ () throws(BootError) in try layer.string("base") }) else {
        return layers
      }
      if names.contains(base) {
        let circle = (names + [base]).joined(separator: " on ")
        throw Self.wrong(layer, "makes a loop: \(circle)" + Self.hint(base))
      }
      guard names.count < Self.longestChain else {
        throw Self.wrong(layer, "makes a chain of more than \(Self.longestChain) profiles")
      }
      guard try isThere("profiles/\(base).json") else {
        return [try preset(base, of: layer, layers)] + layers
      }
      (name, file) = (Array(base.utf8), "profiles/\(base).json")
    }
  }

  private static func hint(_ base: String) -> String {
    Preset.named(base) == nil ? "" : "; the preset is \"os\": \"\(base)\""
  }

  private func preset(
    _ base: String, of layer: ProfileLayer, _ layers: [ProfileLayer]
  ) throws(Stop) -> ProfileLayer {
    guard let preset = Preset.named(base) else {
      let near = try nearest(to: "profiles/\(base).json").map {
        $0.hasSuffix(".json") ? String($0.dropLast(5)) : $0
      }
      let meant = near ?? Preset.nearest(to: base)
      throw Self.wrong(
        layer,
        "names \"\(base)\": there is no profiles/\(base).json, and no preset of that name"
          + (meant.map { "; is it \"\($0)\"?" } ?? ""))
    }
    for layer in layers {
      if let os = try failing({ () throws(BootError) in try layer.string("os") }), os != base {
        throw .failed(
          ScriptFailure(
            .badValue(
              file: layer.file, key: "os",
              reason: "is \"\(os)\", and \"base\" is the preset \"\(base)\"; take one of them")))
      }
    }
    return ProfileLayer(preset)
  }

  private static func wrong(_ layer: ProfileLayer, _ reason: String) -> Stop {
    .failed(ScriptFailure(.badValue(file: layer.file, key: "base", reason: reason)))
  }

  private mutating func layer(
    _ name: [UInt8], file: String, isBase: Bool
  ) throws(Stop) -> ProfileLayer {
    guard RelativePath(name: name) != nil,
      let path = RelativePath(Array("profiles/".utf8) + name + ".json".utf8)
    else { throw .failed(.unknown(what: "profile", file: file, .missing)) }
    switch try read(path, file: file) {
    case .success(let bytes):
      return try failing { () throws(BootError) in try ProfileLayer(parsing: bytes, file: file) }
    case .failure(let problem):
      // A base that went between two looks is no unknown profile.
      throw .failed(
        isBase
          ? .unreadable(file: file, problem, neededBy: nil)
          : ScriptFailure(opening: file, what: "profile", problem))
    }
  }
}
