// Boot/Check/CloudConfig: the keys of CoreOS' cloud-config.
// SPDX-License-Identifier: Apache-2.0

/// Every key that coreos-cloudinit knows, its last release being 1.14.0.
///
/// As a file is nested, so are the tables; a dash in a key is an underscore here.
enum CoreOSSchema {
  /// Where each key is at home: `the top`, `coreos.update`.
  static let homes = Dictionary(grouping: top.homes(below: ""), by: \.key)
    .mapValues { $0.map { $0.home.isEmpty ? "the top" : $0.home } }

  private static let gone = "Container Linux no longer has it"
  private static let fetched = "fetching from afar fails too often; write the keys into the file"

  static let top = CoreOSLevel(
    "a cloud-config",
    [
      "ssh_authorized_keys": .texts,
      "coreos": .mapping(coreos),
      "write_files": .list(file),
      "hostname": .text,
      "users": .list(user),
      "manage_etc_hosts": .text,
    ])

  static let coreos = CoreOSLevel(
    "coreos",
    [
      "etcd": .deprecated(.mapping(etcd), gone),
      "etcd2": .deprecated(.mapping(etcd2), gone),
      "flannel": .mapping(flannel),
      "fleet": .deprecated(.mapping(fleet), gone),
      "locksmith": .mapping(locksmith),
      "oem": .mapping(oem),
      "update": .mapping(update),
      "units": .list(unit),
    ])

  static let flannel = CoreOSLevel(
    "flannel",
    [
      "etcd_endpoints": .text,
      "etcd_cafile": .text,
      "etcd_certfile": .text,
      "etcd_keyfile": .text,
      "etcd_prefix": .text,
      "etcd_username": .text,
      "etcd_password": .text,
      "ip_masq": .text,
      "subnet_file": .text,
      "interface": .text,
      "public_ip": .text,
    ])

  static let locksmith = CoreOSLevel(
    "locksmith",
    [
      "endpoint": .text,
      "etcd_cafile": .text,
      "etcd_certfile": .text,
      "etcd_keyfile": .text,
      "etcd_username": .text,
      "etcd_password": .text,
      "group": .text,
      "window_start": .checked(.windowStart),
      "window_length": .checked(.windowLength),
    ])

  static let oem = CoreOSLevel(
    "oem",
    [
      "id": .text,
      "name": .text,
      "version_id": .text,
      "home_url": .text,
      "bug_report_url": .text,
    ])

  static let update = CoreOSLevel(
    "update",
    [
      "reboot_strategy": .checked(.oneOf(["etcd-lock", "reboot", "off"])),
      "group": .text,
      "server": .text,
    ])

  static let unit = CoreOSLevel(
    "a unit",
    [
      "name": .text,
      "mask": .bool,
      "enable": .bool,
      "runtime": .bool,
      "content": .text,
      "command": .checked(
        .oneOf([
          "start", "stop", "restart", "reload", "try-restart", "reload-or-restart",
          "reload-or-try-restart",
        ])),
      "drop_ins": .list(dropIn),
    ])

  static let dropIn = CoreOSLevel(
    "a drop-in",
    [
      "name": .text,
      "content": .text,
    ])

  static let file = CoreOSLevel(
    "a file",
    [
      "encoding": .checked(.encoding),
      "content": .text,
      "owner": .text,
      "path": .checked(.path),
      "permissions": .checked(.permissions),
    ])

  static let user = CoreOSLevel(
    "a user",
    [
      "name": .text,
      "passwd": .text,
      "ssh_authorized_keys": .texts,
      "coreos_ssh_import_github": .deprecated(.text, fetched),
      "coreos_ssh_import_github_users": .deprecated(.texts, fetched),
      "coreos_ssh_import_url": .deprecated(.text, fetched),
      "gecos": .text,
      "homedir": .text,
      "no_create_home": .bool,
      "primary_group": .text,
      "groups": .texts,
      "no_user_group": .bool,
      "system": .bool,
      "no_log_init": .bool,
      "shell": .text,
    ])
}
