// BootServer/Images: how a version that is damaged is mended.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension ImageShelf.Entry {
  /// What to say to have damaged files brought anew; `nil` where there is nothing to bring.
  func mending(_ findings: [TreeFinding]) -> String? {
    let isDamaged = findings.contains { finding in
      if case .extra = finding { false } else { true }
    }
    guard isDamaged, let manifest else { return nil }
    let words = manifest.command.split(separator: " ").map(String.init)
    let name = manifest.version.text
    // By its URLs, which the manifest does not have, or by a source's name.
    guard words.count > 2, !words[2].hasPrefix("-") else {
      return "say: coreos-ipxe-server images remove \(os) \(name), and fetch it as before"
    }
    var command =
      "coreos-ipxe-server images fetch \(manifest.os) \(name) \(Option.imageArch.flag) \(manifest.arch)"
    for option in [Option.from, .keyring] {
      guard let index = words.firstIndex(of: option.flag), index + 1 < words.count else { continue }
      command += " \(option.flag) \(words[index + 1])"
    }
    if words.contains(Option.unsigned.flag) { command += " \(Option.unsigned.flag)" }
    return "say: \(command) \(Option.again.flag)"
  }
}
