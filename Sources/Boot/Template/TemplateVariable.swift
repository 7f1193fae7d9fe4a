// Boot/Template: the names a template can use.
// SPDX-License-Identifier: Apache-2.0

/// What a place in a template can name.
package enum TemplateVariable: Hashable, Sendable {
  case machine(String)
  case metadata(String)
  case serverURL
  case etcdDiscovery
  case profile(ProfileWord)

  /// What the machine's profile says.
  package enum ProfileWord: String, Sendable, CaseIterable {
    case name = "profile.name"
    case arch, version
    case images = "images.url"
    case answers = "answers.url"
  }

  /// What can stand behind `machine.`.
  package static let machineNames = [
    "id", "uuid", "mac", "serial", "asset", "hostname", "ip", "buildarch", "platform", "profile",
    "token", "installed_url", "running_url",
  ]

  /// Every name there is, but those of metadata.
  static let known =
    machineNames.map { "machine.\($0)" } + ["server.url", "etcd.discovery", "metadata.KEY"]
    + ProfileWord.allCases.map(\.rawValue)

  init?(_ name: String) {
    if name == "server.url" {
      self = .serverURL
    } else if name == "etcd.discovery" {
      self = .etcdDiscovery
    } else if name.hasPrefix("machine."), Self.machineNames.contains(String(name.dropFirst(8))) {
      self = .machine(String(name.dropFirst(8)))
    } else if name.hasPrefix("metadata."), Metadata.isKey(String(name.dropFirst(9))) {
      self = .metadata(String(name.dropFirst(9)))
    } else if let word = ProfileWord(rawValue: name) {
      self = .profile(word)
    } else {
      return nil
    }
  }

  var name: String {
    switch self {
    case .machine(let name): "machine.\(name)"
    case .metadata(let key): "metadata.\(key)"
    case .serverURL: "server.url"
    case .etcdDiscovery: "etcd.discovery"
    case .profile(let word): word.rawValue
    }
  }
}
