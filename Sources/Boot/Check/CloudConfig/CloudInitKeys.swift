// Boot/Check/CloudConfig: the keys at the top of cloud-init's cloud-config.
// SPDX-License-Identifier: Apache-2.0

/// What cloud-init and Ubuntu's installer know; other programs may add theirs.
enum CloudInitKeys {
  /// With dashes where cloud-init has dashes.
  static let names = [
    "allow_public_ssh_keys", "ansible", "apk_repos", "apt", "apt_pipelining",
    "apt_reboot_if_required", "apt_update", "apt_upgrade", "authkey_hash", "autoinstall", "bootcmd",
    "byobu_by_default", "ca-certs", "ca_certs", "chef", "chpasswd", "cloud_config_modules",
    "cloud_final_modules", "cloud_init_modules", "datasource", "datasource_list", "device_aliases",
    "disable_ec2_metadata", "disable_root", "disable_root_opts", "disk_setup", "drivers", "fan",
    "final_message", "fqdn", "fs_setup", "groups", "growpart", "grub-dpkg", "grub_dpkg", "hostname",
    "keyboard", "landscape", "launch-index", "locale", "locale_configfile", "lxd",
    "manage_etc_hosts", "manage_resolv_conf", "mcollective", "merge_how", "merge_type", "migrate",
    "mount_default_fields", "mounts", "network", "no_ssh_fingerprints", "ntp", "output",
    "package_reboot_if_required", "package_update", "package_upgrade", "packages", "password",
    "phone_home", "power_state", "prefer_fqdn_over_hostname", "preserve_hostname", "puppet",
    "random_seed", "reporting", "resize_rootfs", "resolv_conf", "rh_subscription", "rpi", "rsyslog",
    "runcmd", "salt_minion", "snap", "snappy", "spacewalk", "ssh", "ssh_authorized_keys",
    "ssh_deletekeys", "ssh_fp_console_blacklist", "ssh_genkeytypes", "ssh_import_id",
    "ssh_key_console_blacklist", "ssh_keys", "ssh_publish_hostkeys", "ssh_pwauth",
    "ssh_quiet_keygen", "ssh_svcname", "swap", "system_info", "timezone", "ubuntu_advantage",
    "ubuntu_pro", "updates", "user", "users", "vendor_data", "vendor_data2", "wireguard",
    "write_files", "yum_repo_dir", "yum_repos", "zypper",
  ]
  private static let known = Set(names)

  /// Whether cloud-init knows a key, and CoreOS does not.
  static func areOnlyIn(_ key: String) -> Bool {
    known.contains(key) && CoreOSSchema.top[key] == nil
  }

  /// The key that was meant, where nothing else is likely: one letter differs, or dashes and capitals.
  static func meant(by key: String) -> String? {
    guard !known.contains(key), (4..<40).contains(key.utf8.count) else { return nil }
    let word = key.lowercased().replacing("-", with: "_")
    if known.contains(word) { return word }
    guard let name = CloudConfigText.nearest(to: word, in: names),
      CloudConfigText.differByOne(word, name)
    else { return nil }
    return name
  }
}
