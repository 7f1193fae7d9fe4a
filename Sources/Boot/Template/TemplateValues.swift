// Boot/Template: what a template can name.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What the variables stand for.
package struct TemplateValues: Sendable {
  private let machine: Machine
  private let token: String
  /// `http://host[:port][/path]`.
  private let server: String

  /// - Parameter server: what URLs of this server begin with.
  package init(_ entry: Roster.Entry, server: String) {
    machine = entry.machine
    token = entry.token
    self.server = server
  }

  /// - Returns: `nil` for a key of metadata that the machine does not have.
  func value(_ variable: TemplateVariable) -> TemplateValue? {
    switch variable {
    case .serverURL: return .text(server)
    case .etcdDiscovery: return machine.etcdToken.map { .text("\(server)/etcd/\($0)") }
    case .machine(let name): return .text(field(name))
    case .metadata(let key):
      switch machine.metadata[key] {
      case .string(let text): return .text(text)
      case .number(let text): return .bare(text)
      case .bool(let bool): return .bare(bool ? "true" : "false")
      case .null, .array, .object, nil: return nil
      }
    }
  }

  private func field(_ name: String) -> String {
    let value: String? =
      switch name {
      case "id": machine.id.description
      case "uuid": machine.uuid?.description
      case "mac": machine.macs.first?.description
      case "serial": machine.serial
      case "asset": machine.asset
      case "hostname": machine.hostname
      case "ip": machine.ip
      case "buildarch": machine.arch
      case "platform": machine.platform
      case "profile": machine.profile
      case "token": token
      case "installed_url", "running_url":
        "\(server)/machines/\(machine.id)/\(name.dropLast(4))?token=\(token)"
      default: nil
      }
    return value ?? ""
  }

  var metadataNames: [String] { machine.metadata.sorted.map { "metadata.\($0.name)" } }
}
