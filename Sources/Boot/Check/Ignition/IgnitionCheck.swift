// Boot/Check/Ignition: what is wrong with an Ignition config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Checks configs of Ignition 2.0 to 2.4 and 3.0 to 3.6, as `ignition-validate` does.
///
/// What a machine alone can find out, whether a URL answers or a disk is there, is not looked at.
package enum IgnitionCheck {
  /// All that is wrong, as it follows in the text.
  ///
  /// - Parameters:
  ///   - bytes: rendered: no `{{name}}` is left.
  ///   - file: as below the data directory: `configs/web.ign`.
  ///   - major: 2, where Ignition 0.x of Container Linux reads it, which takes specs 1 and 2; 3, where
  ///     Ignition 2.x does; `nil`: either will do.
  package static func findings(
    _ bytes: [UInt8], file: String, major: Int? = nil
  ) -> [Finding] {
    if let kind = otherKind(bytes) {
      let place = bytes.isEmpty ? nil : FilePlace(line: 1, column: 1)
      return [Finding(file: file, place, .error, "not-ignition", kind)]
    }
    do {
      let value = try JSONReader.read(bytes)
      return IgnitionConfig(
        file: file, places: JSONPlaces(bytes), major: major,
        root: IgnitionNode(value: value, number: 0, path: "")
      ).findings()
    } catch {
      let place = error.place(in: bytes)
      return [Finding(file: file, place, .error, "json", "this is not JSON: \(error.reason)")]
    }
  }

  /// What else a text is, by how it begins.
  private static func otherKind(_ bytes: [UInt8]) -> String? {
    func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
    if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0d).contains($0) }) {
      return "the file is empty; the shortest config is {\"ignition\": {\"version\": \"3.4.0\"}}"
    }
    if begins("#cloud-config") {
      return
        "this is a cloud-config, which Ignition does not read; name the file .yml, and the profile's"
        + " key cloud_config"
    }
    if begins("#!") {
      return "this is a script, which Ignition does not run; its configs are JSON"
    }
    if isButane(bytes) {
      return "this is a Butane config, which few machines read; turn it into Ignition's JSON with"
        + " \"butane --strict FILE\""
    }
    return nil
  }

  /// Whether a line of YAML names Butane's `variant`.
  private static func isButane(_ bytes: [UInt8]) -> Bool {
    let first = bytes.first { $0 != 0x20 && !(0x09...0x0d).contains($0) }
    guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return false }
    return bytes.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d })
      .contains { $0.starts(with: "variant:".utf8) }
  }
}

/// A config that is JSON.
private struct IgnitionConfig {
  let file: String
  let places: JSONPlaces
  let major: Int?
  let root: IgnitionNode

  func findings() -> [Finding] {
    let found: [Finding]
    switch version() {
    case .success(let version): found = walk(version) + repeats()
    case .failure(let refusal): found = refusal.findings
    }
    return found.enumerated().sorted { left, right in
      let (first, second) = (left.element.place, right.element.place)
      guard let first, let second, first != second else { return left.offset < right.offset }
      return first < second
    }.map(\.element)
  }

  private func walk(_ version: IgnitionVersion) -> [Finding] {
    var walk = IgnitionWalk(file: file, version: version, places: places)
    walk.object(root, .config)
    if version.isExperimental {
      walk.say(
        .note, "not-checked", at: root,
        "not checked: keys that \(version.text) may still gain or lose")
    }
    return walk.findings
  }

  private func repeats() -> [Finding] {
    places.repeats.map {
      Finding(
        file: file, $0.first.key, .note, "duplicate-key",
        "not checked: \(IgnitionWords.quoted($0.name)) comes again at line"
          + " \($0.again.key?.line ?? 0), and Ignition takes the last one")
    }
  }

  private struct Refusal: Error {
    let findings: [Finding]
  }

  private func version() -> Result<IgnitionVersion, Refusal> {
    guard case .object = root.value else {
      return refuse("wrong-type", root, "the config is \(root.value.kind), but must be an object")
    }
    if let one = member("ignitionVersion", of: root), member("ignition", of: root) == nil {
      return firstVersion(one)
    }
    let ignition = member("ignition", of: root)
    if let ignition, ignition.value != .null {
      guard case .object = ignition.value else {
        return refuse(
          "wrong-type", ignition, "ignition is \(ignition.value.kind), but must be an object")
      }
    }
    guard let node = member("version", of: ignition), node.value != .null else {
      return refuse(
        "version", ignition ?? root,
        "ignition.version is missing; write \"ignition\": {\"version\": \"3.4.0\"}")
    }
    guard let text = node.text else {
      return refuse(
        "wrong-type", node,
        "ignition.version is \(node.value.kind), but must be a string: \"3.4.0\"")
    }
    let shown = "ignition.version is \(IgnitionWords.quoted(text))"
    switch IgnitionVersion.read(text) {
    case .none:
      return refuse(
        "version", node, shown + ", which is no version; write three numbers: \"3.4.0\"")
    case .unknown:
      let advice =
        text.hasSuffix("-experimental")
        ? "it does so only until the version is final" : "known are \(IgnitionVersion.known)"
      return refuse("version", node, "\(shown), which Ignition does not read; \(advice)")
    case .known(let version): return checkMajor(version, node, shown)
    }
  }

  private func checkMajor(
    _ version: IgnitionVersion, _ node: IgnitionNode, _ shown: String
  ) -> Result<IgnitionVersion, Refusal> {
    guard let major, major != version.major else { return .success(version) }
    let reads = major == 2 ? "reads 2.0.0 to 2.4.0" : "reads from 3.0.0 on"
    return refuse("version", node, "\(shown), but this machine's Ignition \(reads)")
  }

  /// A config of spec 1, which said its version elsewhere.
  private func firstVersion(_ node: IgnitionNode) -> Result<IgnitionVersion, Refusal> {
    if major == 3 {
      return refuse(
        "version", node, "a config of version 1 is read by no Ignition of today; write 3.4.0's")
    }
    let old =
      "a config of version 1 is read by Container Linux's Ignition alone, and deprecated there"
    let place = places.entries[node.number].key
    return .failure(
      Refusal(findings: [
        Finding(file: file, place, .warning, "version", old + "; write one of version 2.3.0"),
        Finding(
          file: file, place, .note, "not-checked", "not checked: the keys of a config of version 1"),
      ]))
  }

  private func refuse(
    _ rule: String, _ node: IgnitionNode, _ sentence: String
  ) -> Result<IgnitionVersion, Refusal> {
    let place =
      places.entries.indices.contains(node.number) ? places.entries[node.number].value : nil
    return .failure(Refusal(findings: [Finding(file: file, place, .error, rule, sentence)]))
  }

  /// The last member of the name, in any case as Go's reader takes it.
  private func member(_ name: String, of node: IgnitionNode?) -> IgnitionNode? {
    guard let node, case .object(let members) = node.value,
      let member = members.last(where: { $0.name.lowercased() == name.lowercased() }),
      let number = places.child(.key(member.name), of: node.number)
    else { return nil }
    return IgnitionNode(value: member.value, number: number, path: name)
  }
}
