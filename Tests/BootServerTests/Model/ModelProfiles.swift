// BootServerTests/Model: profiles of the model's world.
// SPDX-License-Identifier: Apache-2.0

import Boot

@testable import BootServer

/// The profiles, by name.
struct ModelProfiles: Sendable {
  /// Of each, the thousands of the MACs that it takes, and whether it installs.
  static let all: [(name: String, kind: Int?, installs: Bool)] = [
    ("core", 0, true), ("few", 1, true), ("ram", 2, false), ("fresh", 5, true),
    ("rest", nil, true), ("memory", nil, false),
  ]

  private(set) var states: [String: ModelProfile] = [:]
  private var candidates: [String: Candidate] = [:]
  private(set) var index = ProfileIndex()

  init() {
    for profile in Self.all { put(profile.name, .takes(nil), isLast: false) }
    rebuild()
  }

  static func installs(_ name: String?) -> Bool {
    all.first { $0.name == name }?.installs ?? false
  }

  mutating func put(_ name: String, _ state: ModelProfile, isLast: Bool = true) {
    guard let profile = Self.all.first(where: { $0.name == name }) else { return }
    states[name] = state
    let old = candidates[name]
    switch state {
    case .missing: candidates[name] = nil
    case .broken:
      candidates[name] = Candidate(name: name, parsing: Array("{".utf8))
    case .takes(let quantity):
      var members: [String] = []
      if let kind = profile.kind { members.append(#""match":{"mac":"52:54:0\#(kind):*"}"#) }
      if let quantity, profile.kind != nil { members.append(#""quantity":\#(quantity)"#) }
      if profile.installs { members.append(#""install":{"cloud_config":"i"}"#) }
      let text = "{" + members.joined(separator: ",") + "}"
      candidates[name] = Candidate(name: name, parsing: Array(text.utf8))
    }
    candidates[name]?.inherit(from: old)
    if isLast { rebuild() }
  }

  private mutating func rebuild() {
    index = ProfileIndex(candidates.values.sorted { $0.name < $1.name })
  }

  /// As the handler has it of the data directory.
  func script(_ name: String) -> ProfileScript<String> {
    let facts = index.facts(of: name)
    if let problem = facts.problem { return .unusable(problem) }
    return .usable(name, installs: facts.installs ?? false)
  }
}
