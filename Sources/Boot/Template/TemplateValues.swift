// Boot/Template: what a template can name.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What the variables stand for.
package struct TemplateValues: Sendable {
  /// `nil`: it is rendered for no machine in particular.
  private let entry: Roster.Entry?
  /// `http://host[:port][/path]`.
  private let server: String
  private let profile: ProfileValues

  /// - Parameters:
  ///   - entry: `nil`: it is rendered for no machine in particular.
  ///   - server: what URLs of this server begin with.
  ///   - profile: what the machine's profile gives.
  package init(
    _ entry: Roster.Entry?, server: String, profile: ProfileValues = ProfileValues()
  ) {
    self.entry = entry
    self.server = server
    self.profile = profile
  }

  /// - Returns: `nil` for a key of metadata that the machine does not have.
  func value(_ variable: TemplateVariable) -> TemplateValue? {
    switch variable {
    case .serverURL: return .text(server)
    case .etcdDiscovery: return entry?.machine.etcdToken.map { .text("\(server)/etcd/\($0)") }
    case .machine(let name): return entry.map { .text(Self.field(name, $0, server)) }
    case .profile(let word): return .text(text(word))
    case .metadata(let key):
      switch entry?.machine.metadata[key] ?? profile.metadata[key] {
      case .string(let text): return .text(text)
      case .number(let text): return .bare(text)
      case .bool(let bool): return .bare(bool ? "true" : "false")
      case .null, .array, .object, nil: return nil
      }
    }
  }

  /// Why a variable stands for nothing, as half a sentence.
  func lacks(_ variable: TemplateVariable) -> String {
    switch variable {
    case .machine:
      return "a machine has it, and ?profile= names none; chain the machine to /boot.ipxe"
    case .metadata:
      let near = Nearest.name(to: variable.name, in: metadataNames)
      return "the machine has no such metadata"
        + (near.map { "; did you mean \"\($0)\"?" }
          ?? "; set it, or guard it with {{#if \(variable.name)}}")
    case .serverURL, .etcdDiscovery, .profile: return "there is none"
    }
  }

  private func text(_ word: TemplateVariable.ProfileWord) -> String {
    switch word {
    case .name: profile.name
    case .arch: profile.arch
    case .version: profile.version
    case .images: profile.imagesURL
    case .answers: profile.answers?.url(server: server, entry, profile: profile.name) ?? ""
    }
  }

  private static func field(_ name: String, _ entry: Roster.Entry, _ server: String) -> String {
    let (machine, token) = (entry.machine, entry.token)
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

  private var metadataNames: [String] {
    let names = (entry?.machine.metadata.sorted ?? []) + profile.metadata.sorted
    return Set(names.map { "metadata.\($0.name)" }).sorted()
  }
}
