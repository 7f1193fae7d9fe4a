// Boot/Script: the script of a profile of the original's keys alone.
// SPDX-License-Identifier: Apache-2.0

/// The original's script, byte for byte.
struct OriginalScript {
  let inputs: ScriptInputs
  /// Words of the kernel's command line, each with one blank in front.
  private var line: [ScriptPiece] = []

  init(_ inputs: ScriptInputs) { self.inputs = inputs }

  /// - Throws: ``BootError`` for a value that iPXE would not take as it is meant.
  mutating func pieces() throws(BootError) -> [ScriptPiece] {
    try addWords()
    var text = Array("#!ipxe\n".utf8)
    text += try inputs.checked(
      "version", inputs.profile.version, before: "set coreos-version ", after: "\n")
    text += "set base-url ".utf8
    text += inputs.base
    text += "/images/amd64-usr/${coreos-version}\n".utf8
    text += "kernel ${base-url}/coreos_production_pxe.vmlinuz".utf8
    let initrd = "\ninitrd ${base-url}/coreos_production_pxe_image.cpio.gz\nboot\n"
    return [.text(text)] + line + [.text(Array(initrd.utf8))]
  }

  /// In the original's order.
  private mutating func addWords() throws(BootError) {
    let profile = inputs.profile
    if !profile.rootfstype.isEmpty { try add("rootfstype=", profile.rootfstype, key: "rootfstype") }
    for console in profile.console { try add("console=", console, key: "console") }
    if !profile.cloudConfig.isEmpty {
      line.append(.text(Array(" cloud-config-url=".utf8)))
      line += try inputs.cloudConfigURL()
    }
    if !profile.coreosAutologin.isEmpty {
      try add("coreos.autologin=", profile.coreosAutologin, key: "coreos_autologin")
    }
    if let key = inputs.sshKey {
      line.append(.text(Array(" sshkey=\"".utf8) + key.line + Array("\"".utf8)))
    }
    if !profile.root.isEmpty { try add("root=", profile.root, key: "root") }
  }

  private mutating func add(_ before: String, _ value: String, key: String) throws(BootError) {
    line.append(.text([0x20] + (try inputs.checked(key, value, before: before))))
  }

  /// Bytes of the command line, as far as they are known.
  var lineLength: Int { line.reduce(0) { $0 + $1.knownLength } }

  /// The files that it has fetched from this server, below the data directory.
  static func files(_ profile: Profile) -> [String] {
    let version = profile.version
    if version.isEmpty || version.contains("${") { return [] }
    return ["coreos_production_pxe.vmlinuz", "coreos_production_pxe_image.cpio.gz"].map {
      "images/amd64-usr/\(version)/\($0)"
    }
  }
}

extension ScriptPiece {
  /// Bytes; 0 for what a machine adds.
  var knownLength: Int { if case .text(let text) = self { text.count } else { 0 } }
}
