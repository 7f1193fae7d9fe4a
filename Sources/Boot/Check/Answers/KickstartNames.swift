// Boot/Check/Answers: commands and sections of kickstart.
// SPDX-License-Identifier: Apache-2.0

/// What kickstart files can say, over all releases.
enum KickstartNames {
  /// The commands of every version that pykickstart knows.
  static let commands: Set = [
    "auth", "authconfig", "authselect", "autopart", "autostep", "bootc", "bootloader", "btrfs",
    "cdrom", "clearpart", "cmdline", "device", "deviceprobe", "dmraid", "driverdisk", "eula",
    "fcoe", "firewall", "firstboot", "graphical", "group", "halt", "harddrive", "hmc",
    "ignoredisk", "install", "interactive", "iscsi", "iscsiname", "key", "keyboard", "lang",
    "langsupport", "lilo", "lilocheck", "liveimg", "logging", "logvol", "mediacheck", "method",
    "module", "monitor", "mount", "mouse", "multipath", "network", "nfs", "nvdimm",
    "ostreecontainer", "ostreesetup", "part", "partition", "poweroff", "raid", "rdp", "realm",
    "reboot", "repo", "reqpart", "rescue", "rhsm", "rootpw", "selinux", "services", "shutdown",
    "skipx", "snapshot", "sshkey", "sshpw", "stratisfs", "stratispool", "syspurpose", "text",
    "timesource", "timezone", "unsupported_hardware", "updates", "upgrade", "url", "user", "vnc",
    "volgroup", "xconfig", "zerombr", "zfcp", "zipl",
  ]
  /// What pykickstart opens a section for.
  static let sections: Set = [
    "%addon", "%anaconda", "%certificate", "%onerror", "%packages", "%post", "%pre",
    "%pre-install", "%traceback",
  ]
  /// What only ESXi's kickstart has, whose sections need no `%end`.
  static let esxi: Set = [
    "accepteula", "vmaccepteula", "installorupgrade", "serialnum", "vmserialnum", "%firstboot",
  ]
}
