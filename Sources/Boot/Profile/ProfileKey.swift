// Boot/Profile: the keys of a profile.
// SPDX-License-Identifier: Apache-2.0

/// One key of a profile: how it is spelt and what it sets.
struct ProfileKey: Sendable {
  enum Target: Sendable {
    case string(@Sendable (inout Profile, String) -> Void)
    case list(@Sendable (inout Profile, [String]) -> Void)
    /// One of a few words; an empty string is the default.
    case word(allowed: [String], @Sendable (inout Profile, String) -> Void)
    /// A whole number from 0 on.
    case count(@Sendable (inout Profile, Int) -> Void)
    case match
    case install
  }

  /// Whether it says how a machine boots; the others say which machine, and are none of `install`'s.
  var isOfScript: Bool {
    switch target {
    case .string, .list, .word: name != "etcd_cluster"
    case .count, .match, .install: false
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
    ProfileKey("match", .match),
    ProfileKey("quantity", .count { $0.quantity = $1 }),
    ProfileKey("priority", .count { $0.priority = $1 }),
    ProfileKey("install", .install),
    ProfileKey("etcd_cluster", .string { $0.etcdCluster = $1 }),
  ]
}
