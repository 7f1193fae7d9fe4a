// Boot/Profile: what a profile says.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A profile: the seven keys of the original and those that came later, with all that it stands on.
///
/// An empty string is the same as an absent key, as it was. Of texts that may be a choice the first counts
/// whose files are there; an empty choice is no text.
package struct Profile: Equatable, Sendable {
  /// `cloud_config`: a config's name without `.yml`.
  var cloudConfig = ""
  /// `console`: each becomes a `console=`.
  var console: [String] = []
  /// `coreos_autologin`.
  var coreosAutologin = ""
  /// `root`.
  var root = ""
  /// `rootfstype`.
  var rootfstype = ""
  /// `sshkey`: a key's name in `sshkeys/`, without `.pub`.
  var sshkey = ""
  /// `version`: the folder of the images.
  var version = ""

  /// `base`: the profile that it stands on; empty: none but a preset.
  var base = ""
  /// `os`: the preset that it names; empty: none.
  var os = ""
  /// `arch`; empty: the preset's first.
  var arch = ""
  /// `arches`: the usual word and the system's own, the default first.
  var arches: [(usual: String, own: String)] { pairs.map { ($0[0], $0[1]) } }
  private var pairs: [[String]] = []
  /// `images`: the folder below `images/`.
  var images = ""
  /// `image_base_url`: where images come from in place of this server.
  var imageBaseURL = ""
  /// `kernel`: a path below `images/`, or a URL; so are the next ones.
  var kernel: [String] = []
  var initrd: [Initrd] = []
  var rootfs: [String] = []
  var sanboot: [String] = []
  var chain: [String] = []
  var shim: [String] = []
  /// `script`: a script of one's own, `configs/NAME.ipxe`.
  var script = ""
  /// `args` of each layer: words for the kernel.
  private var argsOfLayers: [Int: [[String]]] = [:]
  /// `answers`: a file or a folder in `configs/`.
  var answers = ""
  /// `ignition`: a config's name without `.ign`.
  var ignition = ""
  /// `metadata`: what its machines have where their records say nothing else.
  var metadata = Metadata()

  /// Which machines it takes by itself; `nil`: none by their identity.
  package var match: MatchRule?
  /// Machines it takes at most.
  package var quantity: Int?
  /// `stall_after`: when a boot of it counts as stalled.
  var stallLimits = StallLimits()
  /// Among profiles with equal rights the lower one is taken first.
  package var priority: Int?
  /// `etcd_cluster`; empty: `default`.
  var etcdCluster = ""
  /// `menu`: what a person reads who may choose it; empty: it is not offered.
  var menu = ""
  /// `local_boot`: how a machine in use boots its disk; `nil`: as the server does.
  var localBoot: LocalBoot?
  /// Whether it, or one that it stands on, has keys for while a machine is being installed.
  package var installs = false
  /// Keys that stand in on one platform.
  var platforms: Set<Platform> = []

  /// Whether any key is there that the original did not know: then the script is of the new style.
  var isNewStyle = false

  /// Keys that mean nothing, and nearly say one that does.
  var misspellings: [Misspelling] = []
  /// The file that each key is from.
  var origins: [String: String] = [:]
  /// How many of the layers are presets'.
  var presetLayers = 0

  /// A key that is nearly one of ours: most likely a slip.
  struct Misspelling: Equatable, Sendable {
    let file: String
    /// As the file has it.
    let key: String
    /// The key that is nearest.
    let meant: String
  }

  /// A profile that says nothing.
  init() {}

  mutating func setArches(_ pairs: [[String]]) { self.pairs = pairs }
  mutating func setArgs(_ args: [[String]], ofLayer layer: Int) { argsOfLayers[layer] = args }

  /// The words of its preset.
  var presetArgs: [[String]] { (0..<presetLayers).flatMap { argsOfLayers[$0] ?? [] } }
  /// Its own, and those of the profiles that it stands on.
  var ownArgs: [[String]] {
    argsOfLayers.keys.filter { $0 >= presetLayers }.sorted().flatMap { argsOfLayers[$0] ?? [] }
  }

  /// The configs that its script names by the original's way, as files below `configs/`.
  var cloudConfigFile: String? { cloudConfig.isEmpty ? nil : cloudConfig + ".yml" }
  /// What it answers the questions of its system with, below `configs/`; a file or a folder.
  var answersFile: String? {
    if !ignition.isEmpty { return ignition + ".ign" }
    return answers.isEmpty ? nil : answers
  }
  /// The key that says so.
  var answersKey: String { ignition.isEmpty ? "answers" : "ignition" }
}
