// Boot/Profile: the values of a profile's keys.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Profile {
  /// Sets one key.
  ///
  /// - Throws: ``BootError`` that names file and key.
  mutating func set(
    _ key: ProfileKey, _ value: JSON, _ source: ProfileSource
  ) throws(BootError) {
    if source.layer >= presetLayers { origins[key.name] = source.file }
    switch key.target {
    case .string(let set): set(&self, try source.string(value))
    case .list(let set): set(&self, try source.strings(value))
    case .choice(let set): set(&self, try source.choice(value))
    case .preset: try setPreset(value, source)
    case .base: base = try source.string(value)
    case .count(let set): set(&self, try source.count(value))
    case .match: match = try MatchRule(value, file: source.file)
    case .install: try setInstall(value, source)
    case .metadata: try setMetadata(value, source)
    case .arches:
      setArches(
        try source.members(value).map { (member) throws(BootError) in
          [member.name, try source.string(member.value)]
        })
    case .initrd:
      initrd = try source.elements(value, of: "a list of strings or objects")
        .map { (element) throws(BootError) in try Initrd(element, source) }
    case .args:
      let args = try source.elements(value, of: "a list of strings")
        .map { (element) throws(BootError) in
          element == .null ? [] : try source.choice(element)
        }
      setArgs(args, ofLayer: source.layer)
    case .localBoot: try setLocalBoot(value, source)
    case .stallLimits: try stallLimits.set(value, source)
    // Its own keys are set in its place.
    case .platform: break
    }
  }

  private mutating func setPreset(_ value: JSON, _ source: ProfileSource) throws(BootError) {
    let name = try source.string(value)
    guard name.isEmpty || Preset.named(name) != nil else {
      let near = Preset.nearest(to: name).map { "; is it \"\($0)\"?" } ?? ""
      throw source.wrong(
        "is \"\(name)\", which is no preset\(near); coreos-ipxe-server os list shows all of them")
    }
    os = name
  }

  /// What stands in it is looked at now, and counts only while a machine is being installed.
  private mutating func setInstall(_ value: JSON, _ source: ProfileSource) throws(BootError) {
    _ = try source.members(value)
    installs = true
  }

  private mutating func setLocalBoot(_ value: JSON, _ source: ProfileSource) throws(BootError) {
    let text = try source.string(value)
    if text.isEmpty {
      localBoot = nil
      return
    }
    guard !source.shown.hasPrefix("install.") else {
      throw source.wrong("is for a machine that is installed; put it beside \"install\"")
    }
    guard let way = LocalBoot(text) else {
      throw source.wrong("\"\(text)\" \(LocalBoot.explanation)")
    }
    localBoot = way
  }

  private mutating func setMetadata(_ value: JSON, _ source: ProfileSource) throws(BootError) {
    for member in try source.members(value) {
      do throws(MachineError) {
        try metadata.set(member.name, member.value)
      } catch {
        guard case .badValue(let key, let reason) = error else {
          throw source.wrong("cannot be kept")
        }
        throw .badValue(file: source.file, key: key, reason: reason)
      }
    }
  }
}

extension Initrd {
  init(_ value: JSON, _ source: ProfileSource) throws(BootError) {
    switch value {
    case .string, .array: self.init(file: try source.choice(value))
    case .null: self.init(file: [])
    case .object(let members):
      self.init(file: [])
      for member in members where member.value != .null {
        switch member.name {
        case "file": file = try source.choice(member.value)
        case "name": name = try source.string(member.value)
        case "mode": mode = try source.string(member.value)
        default:
          throw source.wrong(
            "holds an object with \"\(member.name)\"; it may have \"file\", \"name\" and \"mode\"")
        }
      }
      try check(source)
    case .bool, .number:
      throw source.wrong("must be a list of strings or objects, but holds \(value.kind)")
    }
  }

  private func check(_ source: ProfileSource) throws(BootError) {
    if file.isEmpty { throw source.wrong("holds an object without \"file\"") }
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\"'#$&|;\\".utf8.contains($0) }
    guard isPlain, !name.hasPrefix("-") else {
      throw source.wrong("names an initrd \"\(name)\"; a name is one plain word")
    }
    let isMode = mode.utf8.allSatisfy { (0x30...0x37).contains($0) } && mode.utf8.count <= 4
    guard isMode, mode.isEmpty || !name.isEmpty else {
      throw source.wrong("has the mode \"\(mode)\"; a mode is 4 octal digits, and needs a \"name\"")
    }
  }
}
