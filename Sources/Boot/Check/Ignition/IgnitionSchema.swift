// Boot/Check/Ignition: how the tables of keys are written.
// SPDX-License-Identifier: Apache-2.0

/// The objects of a config, under one name for all versions.
enum IgnitionObject: Hashable, Sendable {
  case config, ignition, references, reference, replacement, certificate, contents, verification,
    header
  case proxy, security, tls, timeouts, kernelArguments
  case passwd, user, group, userCreate
  case storage, disk, partition, raid, filesystem, mount, mountCreate
  case file, directory, link, owner
  case luks, clevis, clevisCustom, tang, cex
  case systemd, unit, dropin, networkd, networkUnit, networkDropin
}

/// What a value must be.
indirect enum IgnitionType: Sendable {
  case text(IgnitionText = .any)
  case number
  /// The permissions of a file, as a number.
  case mode
  case flag
  case list(IgnitionType)
  case object(IgnitionObject)
}

/// What a string must say.
enum IgnitionText: Sendable {
  case any
  /// Absolute, and from spec 3 on without `..`, `//` and a slash at the end.
  case path
  /// A path that is not empty, where no table says so.
  case device
  case url
  case proxy
  case tangURL
  case hash
  case compression
  case unitName
  case dropinName
  case networkName
  case unitContents
  case partitionLabel
  case guid
  case notEmpty
}

/// One key of an object.
struct IgnitionKey: Sendable {
  let name: String
  let type: IgnitionType
  /// The first minor version that knows it.
  let since: Int
  /// The first minor version that refuses an object without it, or with an empty one.
  let needed: Int?

  init(_ name: String, _ type: IgnitionType, since: Int = 0, needed: Int? = nil) {
    self.name = name
    self.type = type
    self.since = since
    self.needed = needed
  }
}

/// The keys of all objects of one generation.
typealias IgnitionTable = [IgnitionObject: [IgnitionKey]]

/// Lists whose entries must differ, as spec 3 has it.
struct IgnitionUnique: Sendable {
  let object: IgnitionObject
  /// An entry of one must not be in another either.
  let lists: [String]
  /// What tells entries apart; `nil`: they are texts.
  let key: String?

  init(_ object: IgnitionObject, _ lists: String..., by key: String? = nil) {
    self.object = object
    self.lists = lists
    self.key = key
  }

  /// Spec 3's; spec 2 has none.
  static let all: [IgnitionUnique] = [
    .init(.references, "merge", by: "source"),
    .init(.tls, "certificateAuthorities", by: "source"),
    .init(.proxy, "noProxy"),
    .init(.reference, "httpHeaders", by: "name"),
    .init(.replacement, "httpHeaders", by: "name"),
    .init(.certificate, "httpHeaders", by: "name"),
    .init(.contents, "httpHeaders", by: "name"),
    .init(.kernelArguments, "shouldExist", "shouldNotExist"),
    .init(.passwd, "users", by: "name"),
    .init(.passwd, "groups", by: "name"),
    .init(.user, "groups"),
    .init(.user, "sshAuthorizedKeys"),
    .init(.storage, "directories", "files", "links", by: "path"),
    .init(.storage, "disks", by: "device"),
    .init(.storage, "filesystems", by: "device"),
    .init(.storage, "raid", by: "name"),
    .init(.storage, "luks", by: "name"),
    .init(.raid, "devices"),
    .init(.clevis, "tang", by: "url"),
    .init(.systemd, "units", by: "name"),
    .init(.unit, "dropins", by: "name"),
  ]
}
