// BootServer/Init: what a person sees at the start.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Four lines for whoever starts the server on a terminal; the log says the same for programs.
struct Welcome {
  /// The data directory.
  let directory: String
  /// What machines reach: `http://192.168.122.1:4777`.
  let base: String
  /// A URL that answers on this host.
  let example: String
  /// The data directory, as files are served from it.
  let root: DataRoot
  /// What keeps the state from being used as it should, as far as that is known; `nil`: nothing.
  var trouble: String?

  /// What it serves, where, what to try, what lacks.
  var lines: [String] {
    let count = profiles.count
    let served = count == 1 ? "1 profile" : "\(count) profiles"
    let lacking = lacks.joined(separator: "; ")
    let missing =
      lacking.isEmpty ? trouble ?? ProfileFiles.complete(profiles.count) : "Missing: \(lacking)"
    return [
      "coreos-ipxe-server \(Version.text) serves \(directory): \(served)",
      "Machines chain to \(base)/boot.ipxe",
      "Try: curl '\(example)'",
      missing,
    ]
  }

  /// Each with its cure.
  private var lacks: [String] {
    var lacks: [String] = []
    if profiles.isEmpty {
      lacks.append("a profile (\(OwnName.text) init \(ShellWord.quoted(directory)) makes one)")
    }
    if !Self.hasImage("\(directory)/images", depth: 4) {
      lacks.append(
        "an image (\(OwnName.text) images fetch flatcar --data-dir \(ShellWord.quoted(directory)) brings one)"
      )
    }
    lacks += ProfileFiles(root: root, names: profiles).lacks(check: check)
    lacks += placeholders.prefix(3).map { "a key of yours in sshkeys/\($0), a placeholder now" }
    return lacks
  }

  private var check: String {
    "\(OwnName.text) check --data-dir \(ShellWord.quoted(directory)) names all"
  }

  private var profiles: [String] {
    Files.names(in: "\(directory)/profiles").filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
  }

  private var placeholders: [String] {
    Files.names(in: "\(directory)/sshkeys").prefix(100).sorted().filter { name in
      guard name.hasSuffix(".pub"),
        let bytes = try? FileDescriptor.contents(of: "\(directory)/sshkeys/\(name)", limit: 1024)
      else { return false }
      return PlaceholderKey.isIn(bytes)
    }
  }

  /// Whether a folder holds what may be an image; texts and what is hidden are none.
  private static func hasImage(_ folder: String, depth: Int) -> Bool {
    for name in Files.names(in: folder) where !name.hasPrefix(".") && !name.hasSuffix(".md") {
      guard let status = try? FileStatus.of(path: "\(folder)/\(name)") else { continue }
      switch status.kind {
      case .regular where status.size > 0: return true
      case .directory where depth > 1:
        if hasImage("\(folder)/\(name)", depth: depth - 1) { return true }
      default: break
      }
    }
    return false
  }
}
