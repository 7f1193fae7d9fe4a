// Boot/Script: words on a kernel's command line.
// SPDX-License-Identifier: Apache-2.0

/// The words in which an OS is told what the original's keys say.
struct KernelWords {
  /// `nil`: the OS has no word for it, and the key is refused.
  let cloudConfig: String?
  let autologin: String?
  let sshkey: String?
  /// In front of `ignition.config.url=`.
  let firstBoot: [String]
  /// A second word that takes the Ignition URL, for releases that do not know the first.
  let olderIgnition: String?

  init(_ os: OperatingSystem) {
    switch os {
    case .coreos:
      self.init(
        "cloud-config-url=", "coreos.autologin=", "sshkey=", ["coreos.first_boot=1"],
        "coreos.config.url=")
    case .flatcar:
      self.init("cloud-config-url=", "flatcar.autologin=", "sshkey=", ["flatcar.first_boot=1"], nil)
    case .fedoraCoreOS:
      self.init(nil, nil, nil, ["ignition.firstboot", "ignition.platform.id=metal"], nil)
    case .generic:
      self.init(
        "cloud-config-url=", nil, nil, ["ignition.firstboot", "ignition.platform.id=metal"], nil)
    }
  }

  private init(
    _ cloudConfig: String?, _ autologin: String?, _ sshkey: String?, _ firstBoot: [String],
    _ olderIgnition: String?
  ) {
    self.cloudConfig = cloudConfig
    self.autologin = autologin
    self.sshkey = sshkey
    self.firstBoot = firstBoot
    self.olderIgnition = olderIgnition
  }
}
