// Boot/Check/Ignition: the keys of Ignition's configs 2.0 to 2.4.
// SPDX-License-Identifier: Apache-2.0

/// The keys of spec 2, as Ignition's own documentation of each version lists them.
enum IgnitionSpec2 {
  static let table: IgnitionTable = general.merging(storage) { first, _ in first }

  private static let general: IgnitionTable = [
    .config: [
      .init("ignition", .object(.ignition)),
      .init("networkd", .object(.networkd)),
      .init("passwd", .object(.passwd)),
      .init("storage", .object(.storage)),
      .init("systemd", .object(.systemd)),
    ],
    .ignition: [
      .init("version", .text()),
      .init("config", .object(.references)),
      .init("proxy", .object(.proxy), since: 4),
      .init("security", .object(.security), since: 2),
      .init("timeouts", .object(.timeouts), since: 1),
    ],
    .references: [
      .init("append", .list(.object(.reference))), .init("replace", .object(.reference)),
    ],
    .reference: [
      .init("source", .text(.url)),
      .init("compression", .text(.compression), since: 4),
      .init("httpHeaders", .list(.object(.header)), since: 4),
      .init("verification", .object(.verification)),
    ],
    .certificate: [
      .init("source", .text(.url), needed: 0),
      .init("compression", .text(.compression), since: 4),
      .init("httpHeaders", .list(.object(.header)), since: 4),
      .init("verification", .object(.verification)),
    ],
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
    .networkd: [.init("units", .list(.object(.networkUnit)))],
    .networkUnit: [
      .init("contents", .text(.unitContents)),
      .init("dropins", .list(.object(.networkDropin)), since: 2),
      .init("name", .text(.networkName), needed: 0),
    ],
    .networkDropin: [
      .init("contents", .text(.unitContents)), .init("name", .text(.dropinName), needed: 0),
    ],
    .systemd: [.init("units", .list(.object(.unit)))],
    .unit: [
      .init("contents", .text(.unitContents)),
      .init("dropins", .list(.object(.dropin))),
      .init("enable", .flag),
      .init("enabled", .flag, since: 1),
      .init("mask", .flag),
      .init("name", .text(.unitName), needed: 0),
    ],
    .dropin: [
      .init("contents", .text(.unitContents)), .init("name", .text(.dropinName), needed: 0),
    ],
    .passwd: [
      .init("groups", .list(.object(.group))), .init("users", .list(.object(.user))),
    ],
    .group: [
      .init("gid", .number),
      .init("name", .text()),
      .init("passwordHash", .text()),
      .init("system", .flag),
    ],
    .user: [
      .init("create", .object(.userCreate)),
      .init("name", .text()),
      .init("passwordHash", .text()),
      .init("sshAuthorizedKeys", .list(.text())),
    ] + account(since: 1),
    .userCreate: account(since: 0),
  ]

  /// What 2.0 had in `create` alone, and 2.1 has beside the name too.
  private static func account(since: Int) -> [IgnitionKey] {
    [
      .init("gecos", .text(), since: since),
      .init("groups", .list(.text()), since: since),
      .init("homeDir", .text(), since: since),
      .init("noCreateHome", .flag, since: since),
      .init("noLogInit", .flag, since: since),
      .init("noUserGroup", .flag, since: since),
      .init("primaryGroup", .text(), since: since),
      .init("shell", .text(), since: since),
      .init("system", .flag, since: since),
      .init("uid", .number, since: since),
    ]
  }

  private static let node: [IgnitionKey] = [
    .init("filesystem", .text(), needed: 0),
    .init("group", .object(.owner)),
    .init("overwrite", .flag, since: 2),
    .init("path", .text(.path), needed: 0),
    .init("user", .object(.owner)),
  ]

  private static let storage: IgnitionTable = [
    .storage: [
      .init("directories", .list(.object(.directory)), since: 1),
      .init("disks", .list(.object(.disk))),
      .init("files", .list(.object(.file))),
      .init("filesystems", .list(.object(.filesystem))),
      .init("links", .list(.object(.link)), since: 1),
      .init("raid", .list(.object(.raid))),
    ],
    .disk: [
      .init("device", .text(.path), needed: 0),
      .init("partitions", .list(.object(.partition))),
      .init("wipeTable", .flag),
    ],
    .partition: [
      .init("guid", .text(.guid), since: 1),
      .init("label", .text(.partitionLabel)),
      .init("number", .number),
      .init("shouldExist", .flag, since: 3),
      .init("size", .number),
      .init("sizeMiB", .number, since: 3),
      .init("start", .number),
      .init("startMiB", .number, since: 3),
      .init("typeGuid", .text(.guid)),
      .init("wipePartitionEntry", .flag, since: 3),
    ],
    .raid: [
      .init("devices", .list(.text(.device))),
      .init("level", .text(), needed: 0),
      .init("name", .text()),
      .init("options", .list(.text()), since: 2),
      .init("spares", .number),
    ],
    .filesystem: [
      .init("mount", .object(.mount)), .init("name", .text()), .init("path", .text(.path)),
    ],
    .mount: [
      .init("create", .object(.mountCreate)),
      .init("device", .text(.path), needed: 0),
      .init("format", .text(), needed: 0),
      .init("label", .text(), since: 1),
      .init("options", .list(.text()), since: 1),
      .init("uuid", .text(), since: 1),
      .init("wipeFilesystem", .flag, since: 1),
    ],
    .mountCreate: [.init("force", .flag), .init("options", .list(.text()))],
    .directory: node + [.init("mode", .mode)],
    .file: node + [
      .init("append", .flag, since: 2),
      .init("contents", .object(.contents)),
      .init("mode", .mode),
    ],
    .link: node + [.init("hard", .flag), .init("target", .text())],
    .owner: [.init("id", .number), .init("name", .text(), since: 1)],
    .contents: [
      .init("compression", .text(.compression)),
      .init("httpHeaders", .list(.object(.header)), since: 4),
      .init("source", .text(.url)),
      .init("verification", .object(.verification)),
    ],
  ]
}
