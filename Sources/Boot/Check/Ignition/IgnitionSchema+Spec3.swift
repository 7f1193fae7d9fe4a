// Boot/Check/Ignition: the keys of Ignition's configs 3.0 to 3.7.
// SPDX-License-Identifier: Apache-2.0

/// The keys of spec 3, as Ignition's own documentation of each version lists them.
enum IgnitionSpec3 {
  static let table: IgnitionTable = general.merging(disks) { first, _ in first }
    .merging(files) { first, _ in first }

  /// What stands beside the source of another config, or of a certificate.
  private static let fetched: [IgnitionKey] = [
    .init("compression", .text(.compression), since: 1),
    .init("httpHeaders", .list(.object(.header)), since: 1),
    .init("verification", .object(.verification)),
  ]

  private static let general: IgnitionTable = [
    .config: [
      .init("ignition", .object(.ignition)),
      .init("kernelArguments", .object(.kernelArguments), since: 3),
      .init("passwd", .object(.passwd)),
      .init("storage", .object(.storage)),
      .init("systemd", .object(.systemd)),
    ],
    .ignition: [
      .init("version", .text()),
      .init("config", .object(.references)),
      .init("proxy", .object(.proxy), since: 1),
      .init("security", .object(.security)),
      .init("timeouts", .object(.timeouts)),
    ],
    .references: [
      .init("merge", .list(.object(.reference))),
      .init("replace", .object(.replacement)),
    ],
    .reference: [.init("source", .text(.url), needed: 1)] + fetched,
    .replacement: [.init("source", .text(.url))] + fetched,
    .certificate: [.init("source", .text(.url), needed: 0)] + fetched,
    .header: [.init("name", .text(), needed: 0), .init("value", .text(.notEmpty))],
    .verification: [.init("hash", .text(.hash))],
    .proxy: [
      .init("httpProxy", .text(.proxy)),
      .init("httpsProxy", .text(.proxy)),
      .init("noProxy", .list(.text())),
    ],
    .security: [.init("tls", .object(.tls))],
    .tls: [.init("certificateAuthorities", .list(.object(.certificate)))],
    .timeouts: [.init("httpResponseHeaders", .number), .init("httpTotal", .number)],
    .kernelArguments: [
      .init("shouldExist", .list(.text())), .init("shouldNotExist", .list(.text())),
    ],
    .passwd: [
      .init("groups", .list(.object(.group))), .init("users", .list(.object(.user))),
    ],
    .group: [
      .init("gid", .number),
      .init("name", .text()),
      .init("passwordHash", .text()),
      .init("shouldExist", .flag, since: 2),
      .init("system", .flag),
    ],
    .user: [
      .init("gecos", .text()),
      .init("groups", .list(.text())),
      .init("homeDir", .text()),
      .init("name", .text()),
      .init("noCreateHome", .flag),
      .init("noLogInit", .flag),
      .init("noUserGroup", .flag),
      .init("passwordHash", .text()),
      .init("primaryGroup", .text()),
      .init("shell", .text()),
      .init("shouldExist", .flag, since: 2),
      .init("sshAuthorizedKeys", .list(.text())),
      .init("system", .flag),
      .init("uid", .number),
    ],
    .systemd: [.init("units", .list(.object(.unit)))],
    .unit: [
      .init("contents", .text(.unitContents)),
      .init("dropins", .list(.object(.dropin))),
      .init("enabled", .flag),
      .init("mask", .flag),
      .init("name", .text(.unitName), needed: 0),
    ],
    .dropin: [
      .init("contents", .text(.unitContents)), .init("name", .text(.dropinName), needed: 0),
    ],
  ]

  private static let disks: IgnitionTable = [
    .storage: [
      .init("directories", .list(.object(.directory))),
      .init("disks", .list(.object(.disk))),
      .init("files", .list(.object(.file))),
      .init("filesystems", .list(.object(.filesystem))),
      .init("links", .list(.object(.link))),
      .init("luks", .list(.object(.luks)), since: 2),
      .init("raid", .list(.object(.raid))),
    ],
    .disk: [
      .init("device", .text(.path), needed: 0),
      .init("partitions", .list(.object(.partition))),
      .init("wipeTable", .flag),
    ],
    .partition: [
      .init("guid", .text(.guid)),
      .init("label", .text(.partitionLabel)),
      .init("number", .number),
      .init("resize", .flag, since: 2),
      .init("shouldExist", .flag),
      .init("sizeMiB", .number),
      .init("startMiB", .number),
      .init("typeGuid", .text(.guid)),
      .init("wipePartitionEntry", .flag),
    ],
    .raid: [
      .init("devices", .list(.text(.device)), needed: 0),
      .init("level", .text(), needed: 0),
      .init("name", .text()),
      .init("options", .list(.text())),
      .init("spares", .number),
    ],
    .filesystem: [
      // A path but for virtiofs: see the rule of filesystems.
      .init("device", .text(), needed: 0),
      .init("format", .text()),
      .init("label", .text()),
      .init("mountOptions", .list(.text()), since: 1),
      .init("options", .list(.text())),
      .init("path", .text(.path)),
      .init("uuid", .text()),
      .init("wipeFilesystem", .flag),
    ],
    .luks: [
      .init("cex", .object(.cex), since: 5),
      .init("clevis", .object(.clevis)),
      .init("device", .text(.path), needed: 0),
      .init("discard", .flag, since: 4),
      .init("keyFile", .object(.contents)),
      .init("label", .text()),
      .init("name", .text()),
      .init("openOptions", .list(.text()), since: 4),
      .init("options", .list(.text())),
      .init("uuid", .text()),
      .init("wipeVolume", .flag),
    ],
    .cex: [.init("enabled", .flag)],
    .clevis: [
      .init("custom", .object(.clevisCustom)),
      .init("tang", .list(.object(.tang))),
      .init("threshold", .number),
      .init("tpm2", .flag),
    ],
    .clevisCustom: [
      .init("config", .text()), .init("needsNetwork", .flag), .init("pin", .text()),
    ],
    .tang: [
      .init("advertisement", .text(), since: 4),
      .init("thumbprint", .text(), needed: 0),
      .init("url", .text(.tangURL), needed: 0),
    ],
  ]

  private static let node: [IgnitionKey] = [
    .init("group", .object(.owner)),
    .init("overwrite", .flag),
    .init("path", .text(.path), needed: 0),
    .init("user", .object(.owner)),
  ]

  private static let files: IgnitionTable = [
    .directory: node + [.init("mode", .mode)],
    .file: node + [
      .init("append", .list(.object(.contents))),
      .init("contents", .object(.contents)),
      .init("mode", .mode),
    ],
    .link: node + [.init("hard", .flag), .init("target", .text(), needed: 3)],
    .owner: [.init("id", .number), .init("name", .text())],
    .contents: [
      .init("compression", .text(.compression)),
      .init("httpHeaders", .list(.object(.header)), since: 1),
      .init("source", .text(.url)),
      .init("verification", .object(.verification)),
    ],
  ]
}
