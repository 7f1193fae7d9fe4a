// Boot/Check/Ignition: which keys a config has, and of what type.
// SPDX-License-Identifier: Apache-2.0

/// The keys of one line of Ignition's specification.
///
/// Read from the specifications of coreos/ignition, docs/configuration-v2_x.md and configuration-v3_x.md.
struct IgnitionSchema: Sendable {
  /// What a key's value is.
  indirect enum Kind: Sendable {
    case text, number, flag
    case list(Kind)
    /// An object, by its name in the table.
    case object(String)
  }

  struct Field: Sendable {
    let key: String
    let kind: Kind
    /// The minor version of the specification that has it first.
    let since: Int
  }

  let objects: [String: [Field]]

  /// - Parameter table: `NAME: key:type key:type@SINCE ...` a line; types are `text`, `number`, `flag`, an
  ///   object's name, and any of them in brackets.
  init(_ table: String) {
    var objects: [String: [Field]] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let name = words.first?.dropLast() else { continue }
      objects[String(name)] = words.dropFirst().map(Self.field)
    }
    self.objects = objects
  }

  private static func field(_ word: Substring) -> Field {
    let parts = word.split(separator: "@")
    let pair = parts[0].split(separator: ":")
    let since = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return Field(key: String(pair[0]), kind: kind(pair[1]), since: since)
  }

  private static func kind(_ word: Substring) -> Kind {
    if word.hasPrefix("[") { return .list(kind(word.dropFirst().dropLast())) }
    switch word {
    case "text": return .text
    case "number": return .number
    case "flag": return .flag
    default: return .object(String(word))
    }
  }

  static let three = IgnitionSchema(
    """
    config: ignition:ignition kernelArguments:arguments@3 passwd:passwd storage:storage systemd:systemd
    ignition: version:text config:configs timeouts:timeouts security:security proxy:proxy@1
    configs: merge:[resource] replace:resource
    resource: source:text verification:verification compression:text httpHeaders:[header]@1
    verification: hash:text
    header: name:text value:text
    timeouts: httpResponseHeaders:number httpTotal:number
    security: tls:tls
    tls: certificateAuthorities:[resource]
    proxy: httpProxy:text httpsProxy:text noProxy:[text]
    arguments: shouldExist:[text] shouldNotExist:[text]
    storage: disks:[disk] raid:[raid] filesystems:[filesystem] files:[file] directories:[directory] \
    links:[link] luks:[luks]@2
    disk: device:text wipeTable:flag partitions:[partition]
    partition: number:number label:text sizeMiB:number startMiB:number typeGuid:text guid:text \
    wipePartitionEntry:flag shouldExist:flag resize:flag@1
    raid: name:text level:text devices:[text] spares:number options:[text]
    filesystem: device:text format:text path:text wipeFilesystem:flag label:text uuid:text \
    options:[text] mountOptions:[text]@1
    file: path:text overwrite:flag contents:resource append:[resource] mode:number user:owner \
    group:owner
    directory: path:text overwrite:flag mode:number user:owner group:owner
    link: path:text overwrite:flag target:text hard:flag user:owner group:owner
    owner: id:number name:text
    luks: name:text label:text device:text keyFile:resource uuid:text options:[text] \
    wipeVolume:flag clevis:clevis discard:flag@4 openOptions:[text]@4 cex:cex@5
    clevis: tang:[tang] tpm2:flag threshold:number custom:custom
    tang: url:text thumbprint:text advertisement:text@4
    custom: pin:text config:text needsNetwork:flag
    cex: enabled:flag
    systemd: units:[unit]
    unit: name:text enabled:flag mask:flag contents:text dropins:[dropin]
    dropin: name:text contents:text
    passwd: users:[user] groups:[group]
    user: name:text passwordHash:text sshAuthorizedKeys:[text] uid:number gecos:text homeDir:text \
    noCreateHome:flag primaryGroup:text groups:[text] noUserGroup:flag system:flag noLogInit:flag \
    shell:text shouldExist:flag@2
    group: name:text gid:number passwordHash:text system:flag shouldExist:flag@2
    """)

  static let two = IgnitionSchema(
    """
    config: ignition:ignition networkd:networkd passwd:passwd storage:storage systemd:systemd
    ignition: version:text config:configs timeouts:timeouts@1 security:security@2 proxy:proxy@3
    configs: append:[resource] replace:resource
    resource: source:text verification:verification httpHeaders:[header]@3
    contents: source:text compression:text verification:verification httpHeaders:[header]@3
    verification: hash:text
    header: name:text value:text
    timeouts: httpResponseHeaders:number httpTotal:number
    security: tls:tls
    tls: certificateAuthorities:[resource]
    proxy: httpProxy:text httpsProxy:text noProxy:[text]
    storage: disks:[disk] raid:[raid] filesystems:[filesystem] files:[file] \
    directories:[directory]@1 links:[link]@1
    disk: device:text wipeTable:flag partitions:[partition]
    partition: number:number label:text size:number start:number typeGuid:text guid:text@1 \
    sizeMiB:number@3 startMiB:number@3 wipePartitionEntry:flag@3 shouldExist:flag@3
    raid: name:text level:text devices:[text] spares:number options:[text]@1
    filesystem: name:text mount:mount path:text
    mount: device:text format:text create:create wipeFilesystem:flag@1 label:text@1 uuid:text@1 \
    options:[text]@1
    create: force:flag options:[text]
    file: filesystem:text path:text overwrite:flag@2 append:flag@2 contents:contents mode:number \
    user:owner group:owner
    directory: filesystem:text path:text overwrite:flag@2 mode:number user:owner group:owner
    link: filesystem:text path:text overwrite:flag@2 target:text hard:flag user:owner group:owner
    owner: id:number name:text@1
    systemd: units:[unit]
    unit: name:text enable:flag enabled:flag@1 mask:flag contents:text dropins:[dropin]
    networkd: units:[networkdUnit]
    networkdUnit: name:text contents:text dropins:[dropin]@2
    dropin: name:text contents:text
    passwd: users:[user] groups:[group]
    user: name:text passwordHash:text sshAuthorizedKeys:[text] create:usercreate uid:number@1 \
    gecos:text@1 homeDir:text@1 noCreateHome:flag@1 primaryGroup:text@1 groups:[text]@1 \
    noUserGroup:flag@1 system:flag@1 noLogInit:flag@1 shell:text@1
    usercreate: uid:number gecos:text homeDir:text noCreateHome:flag primaryGroup:text \
    groups:[text] noUserGroup:flag system:flag noLogInit:flag shell:text
    group: name:text gid:number passwordHash:text system:flag
    """)
}
