// Boot/Script: the kernel's command line.
// SPDX-License-Identifier: Apache-2.0

/// Words of a kernel's command line, each with one blank in front.
struct KernelOptions {
  let inputs: ScriptInputs
  private(set) var line: [UInt8] = []

  init(_ inputs: ScriptInputs) { self.inputs = inputs }

  mutating func add(_ word: String) { line += [0x20] + Array(word.utf8) }

  mutating func add(_ before: String, _ value: String, key: String) throws(BootError) {
    line += [0x20] + (try inputs.checked(key, value, before: before))
  }

  /// What the original's keys say, in the original's order.
  mutating func addOriginals(_ words: KernelWords) throws(BootError) {
    let profile = inputs.profile
    if !profile.rootfstype.isEmpty { try add("rootfstype=", profile.rootfstype, key: "rootfstype") }
    for console in profile.console { try add("console=", console, key: "console") }
    if !profile.cloudConfig.isEmpty {
      let word = try word(words.cloudConfig, "cloud_config")
      line +=
        [0x20] + Array(word.utf8) + (try configURL(profile.cloudConfig, ".yml", "cloud_config"))
    }
    if !profile.coreosAutologin.isEmpty {
      let word = try word(words.autologin, "coreos_autologin")
      try add(word, profile.coreosAutologin, key: "coreos_autologin")
    }
    if !profile.sshkey.isEmpty {
      let word = try word(words.sshkey, "sshkey")
      if let key = inputs.sshKey {
        line += [0x20] + Array(word.utf8) + Array("\"".utf8) + key.line + Array("\"".utf8)
      }
    }
    if !profile.root.isEmpty { try add("root=", profile.root, key: "root") }
  }

  mutating func addIgnition(_ words: KernelWords) throws(BootError) {
    let name = inputs.profile.ignition
    if name.isEmpty { return }
    for word in words.firstBoot { add(word) }
    for word in ["ignition.config.url=", words.olderIgnition].compactMap({ $0 }) {
      line += [0x20] + Array(word.utf8) + (try configURL(name, ".ign", "ignition"))
    }
  }

  /// `BASE/configs/NAME.yml`; names are written as they are in a script of the old style.
  private func configURL(
    _ name: String, _ suffix: String, _ key: String
  ) throws(BootError) -> [UInt8] {
    guard !name.split(separator: "/").contains("..") else {
      throw inputs.wrong(key, "must name a file below configs/, and climbs out of it")
    }
    let hole: [UInt8] = inputs.templates.contains(name + suffix) ? [0] : []
    let name = inputs.profile.isNewStyle ? ScriptText.urlPath(name) : name
    let url = inputs.base + Array("/configs/".utf8)
    return url + (try inputs.checked(key, name, before: "/", after: suffix).dropFirst()) + hole
  }

  private func word(_ word: String?, _ key: String) throws(BootError) -> String {
    if let word { return word }
    let os = inputs.profile.os.rawValue
    throw inputs.wrong(
      key, "means nothing to \"os\": \"\(os)\"; remove it, or use \"ignition\" or \"args\"")
  }
}
