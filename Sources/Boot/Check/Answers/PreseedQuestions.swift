// Boot/Check/Answers: questions of Debian's installer.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The questions that preseed files usually answer, to tell one that is misspelt.
enum PreseedQuestions {
  /// With their siblings, so that no right name is near another only.
  ///
  /// Debian's installation guide, appendix B, and the templates of Debian 12's installer.
  static let names: Set = [
    "debian-installer/locale", "debian-installer/language", "debian-installer/country",
    "debian-installer/keymap", "debian-installer/add-kernel-opts", "debian-installer/exit/halt",
    "debian-installer/exit/poweroff", "debian-installer/allow_unauthenticated",
    "localechooser/supported-locales", "keyboard-configuration/xkb-keymap",
    "keyboard-configuration/toggle", "keyboard-configuration/layoutcode",
    "keyboard-configuration/variantcode", "console-setup/ask_detect",
    "netcfg/enable", "netcfg/choose_interface", "netcfg/link_wait_timeout", "netcfg/dhcp_timeout",
    "netcfg/dhcpv6_timeout", "netcfg/disable_autoconfig", "netcfg/disable_dhcp",
    "netcfg/dhcp_failed", "netcfg/dhcp_options", "netcfg/get_ipaddress", "netcfg/get_netmask",
    "netcfg/get_gateway", "netcfg/get_nameservers", "netcfg/confirm_static",
    "netcfg/get_hostname", "netcfg/get_domain", "netcfg/hostname", "netcfg/dhcp_hostname",
    "hw-detect/firmware-lookup", "hw-detect/load_firmware", "anna/choose_modules",
    "network-console/authorized_keys_url", "network-console/password",
    "network-console/password-again", "mirror/protocol", "mirror/country",
    "mirror/http/hostname", "mirror/http/directory", "mirror/http/proxy", "mirror/http/countries",
    "mirror/http/mirror", "mirror/https/hostname", "mirror/https/directory", "mirror/https/proxy",
    "mirror/https/countries", "mirror/https/mirror", "mirror/ftp/hostname", "mirror/ftp/directory",
    "mirror/ftp/proxy", "mirror/ftp/countries", "mirror/ftp/mirror", "mirror/suite",
    "mirror/udeb/suite", "mirror/codename",
    "passwd/root-login", "passwd/make-user", "passwd/root-password",
    "passwd/root-password-again", "passwd/root-password-crypted", "passwd/user-fullname",
    "passwd/username", "passwd/user-password", "passwd/user-password-again",
    "passwd/user-password-crypted", "passwd/user-uid", "passwd/user-default-groups",
    "user-setup/allow-password-weak", "user-setup/encrypt-home",
    "clock-setup/utc", "clock-setup/ntp", "clock-setup/ntp-server", "time/zone",
    "partman-auto/disk", "partman-auto/method", "partman-auto/choose_recipe",
    "partman-auto/expert_recipe", "partman-auto/expert_recipe_file",
    "partman-auto/init_automatically_partition", "partman-auto-lvm/guided_size",
    "partman-auto-lvm/new_vg_name", "partman-auto-crypto/erase_disks", "partman-auto-raid/recipe",
    "partman-lvm/device_remove_lvm", "partman-lvm/confirm", "partman-lvm/confirm_nooverwrite",
    "partman-md/device_remove_md", "partman-md/confirm", "partman-md/confirm_nooverwrite",
    "partman-partitioning/confirm_write_new_label", "partman-partitioning/choose_label",
    "partman-partitioning/default_label", "partman-efi/non_efi_system",
    "partman/choose_partition", "partman/confirm", "partman/confirm_nooverwrite",
    "partman/mount_style", "partman/early_command",
    "base-installer/install-recommends", "base-installer/kernel/image",
    "apt-setup/cdrom/set-first", "apt-setup/cdrom/set-next", "apt-setup/cdrom/set-failed",
    "apt-setup/non-free-firmware", "apt-setup/non-free",
    "apt-setup/contrib", "apt-setup/disable-cdrom-entries", "apt-setup/use_mirror",
    "apt-setup/services-select", "apt-setup/security_host", "apt-setup/local0/repository",
    "apt-setup/local0/comment", "apt-setup/local0/source", "apt-setup/local0/key",
    "apt-setup/multiarch", "tasksel/first", "pkgsel/run_tasksel", "pkgsel/include",
    "pkgsel/upgrade", "pkgsel/update-policy", "popularity-contest/participate",
    "grub-installer/only_debian", "grub-installer/with_other_os", "grub-installer/bootdev",
    "grub-installer/password", "grub-installer/password-again", "grub-installer/password-crypted",
    "finish-install/keep-consoles", "finish-install/reboot_in_progress", "cdrom-detect/eject",
    "preseed/early_command", "preseed/late_command", "preseed/include", "preseed/include_command",
    "preseed/run", "preseed/url",
  ]
  private static let long = names.filter { $0.utf8.count >= 13 }.sorted()
  private static let byHead = Dictionary(grouping: long) { parts($0).0 }
  private static let byTail = Dictionary(grouping: long) { parts($0).1 }

  /// The question that a misspelt name means; `nil` where it is right, or no question's here.
  ///
  /// Numbers do not count: `local0` is as good as `local12`.
  static func meant(by question: String) -> String? {
    let known = withoutNumbers(question)
    guard !names.contains(known), (13...60).contains(known.utf8.count) else { return nil }
    let (head, tail) = parts(known)
    // Either the part in front of the first slash or that behind it is right.
    let candidates = (byHead[head] ?? []) + (byTail[tail] ?? []).filter { parts($0).0 != head }
    let near = candidates.filter {
      abs($0.utf8.count - known.utf8.count) <= 2
        && (1...2).contains(Nearest.distance(known, $0))
    }
    return near.count == 1 ? near.first : nil
  }

  private static func withoutNumbers(_ question: String) -> String {
    var result: [UInt8] = []
    for byte in question.utf8 {
      let isDigit = ASCII.isDigit(byte)
      if !isDigit {
        result.append(byte)
      } else if result.last != UInt8(ascii: "0") {
        result.append(UInt8(ascii: "0"))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func parts(_ name: String) -> ([UInt8], [UInt8]) {
    let head = name.utf8.prefix { $0 != UInt8(ascii: "/") }
    return (Array(head), Array(name.utf8[head.endIndex...]))
  }
}
