// Boot/Profile: the keys of a profile.
// SPDX-License-Identifier: Apache-2.0

/// One key of a profile: how it is spelt and what it sets.
struct ProfileKey: Sendable {
  enum Target: Sendable {
    case string(@Sendable (inout Profile, String) -> Void)
    case list(@Sendable (inout Profile, [String]) -> Void)
    /// A text, or a list of which the first counts that there are files for.
    case choice(@Sendable (inout Profile, Choice) -> Void)
    /// The name of a preset; the layers below the profile follow from it.
    case preset
    /// Read before all others; the layers below the profile are its.
    case base
    /// A whole number from 0 on.
    case count(@Sendable (inout Profile, Int) -> Void)
    case match, install, metadata, arches, initrd, args, localBoot, stallLimits
    /// Keys that stand in for the others on one platform.
    case platform(Platform)
  }

  /// A text, and what counts where there are no files for it.
  typealias Choice = [String]

  /// Whether it says how a machine boots; the others say which machine, and are none of `install`'s.
  var isOfScript: Bool {
    switch target {
    case .string, .list, .choice, .preset, .metadata, .arches, .initrd, .args, .localBoot,
      .platform, .stallLimits:
      name != "etcd_cluster" && name != "menu"
    case .count, .match, .install, .base: false
    }
  }

  let name: String
  let isOriginal: Bool
  let target: Target

  private init(_ name: String, isOriginal: Bool = false, _ target: Target) {
    self.name = name
    self.isOriginal = isOriginal
    self.target = target
  }

  /// The key as a file spells it.
  static func named(_ folded: String) -> ProfileKey? { all.first { $0.name == folded } }

  /// Of these a profile says one: it drops the others of its base.
  static let waysToBoot = ["script", "sanboot", "chain", "kernel"]
  /// So it is with each of these pairs.
  static let rivals = [("answers", "ignition"), ("images", "image_base_url")]

  /// Every key; `docs/profiles.md` has a row for each, and a test holds the two together.
  static let all: [ProfileKey] = [
    ProfileKey("cloud_config", isOriginal: true, .string { $0.cloudConfig = $1 }),
    ProfileKey("console", isOriginal: true, .list { $0.console = $1 }),
    ProfileKey("coreos_autologin", isOriginal: true, .string { $0.coreosAutologin = $1 }),
    ProfileKey("root", isOriginal: true, .string { $0.root = $1 }),
    ProfileKey("rootfstype", isOriginal: true, .string { $0.rootfstype = $1 }),
    ProfileKey("sshkey", isOriginal: true, .string { $0.sshkey = $1 }),
    ProfileKey("version", isOriginal: true, .string { $0.version = $1 }),
    ProfileKey("os", .preset),
    ProfileKey("base", .base),
    ProfileKey("arch", .string { $0.arch = $1 }),
    ProfileKey("images", .string { $0.images = $1 }),
    ProfileKey("image_base_url", .string { $0.imageBaseURL = $1 }),
    ProfileKey("kernel", .choice { $0.kernel = $1 }),
    ProfileKey("initrd", .initrd),
    ProfileKey("rootfs", .choice { $0.rootfs = $1 }),
    ProfileKey("args", .args),
    ProfileKey("answers", .string { $0.answers = $1 }),
    ProfileKey("ignition", .string { $0.ignition = $1 }),
    ProfileKey("metadata", .metadata),
    ProfileKey("script", .string { $0.script = $1 }),
    ProfileKey("sanboot", .choice { $0.sanboot = $1 }),
    ProfileKey("chain", .choice { $0.chain = $1 }),
    ProfileKey("shim", .choice { $0.shim = $1 }),
    ProfileKey("efi", .platform(.efi)),
    ProfileKey("bios", .platform(.bios)),
    ProfileKey("arches", .arches),
    ProfileKey("match", .match),
    ProfileKey("quantity", .count { $0.quantity = $1 }),
    ProfileKey("priority", .count { $0.priority = $1 }),
    ProfileKey("install", .install),
    ProfileKey("etcd_cluster", .string { $0.etcdCluster = $1 }),
    ProfileKey("menu", .string { $0.menu = $1 }),
    ProfileKey("local_boot", .localBoot),
    ProfileKey("stall_after", .stallLimits),
  ]
}
