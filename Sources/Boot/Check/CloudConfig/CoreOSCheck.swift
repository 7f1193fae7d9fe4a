// Boot/Check/CloudConfig: CoreOS' cloud-config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What coreos-cloudinit would refuse or pass over, as its validator has it.
struct CoreOSCheck {
  var report: CloudConfigReport

  static func check(_ source: CloudConfigSource, _ report: inout CloudConfigReport) {
    var check = CoreOSCheck(report: report)
    switch CloudConfigHeader.coreOS(source.bytes) {
    case .silent, .other: return
    case .wrong(let sentence, let line):
      check.report.add(FilePlace(line: line, column: 1), .error, "header", sentence)
    case .cloudConfig: check.document(of: source)
    }
    report = check.report
  }

  private mutating func document(of source: CloudConfigSource) {
    if let error = source.error { return report.add(error) }
    if let error = source.strayText { return report.add(error) }
    if let line = source.lines.second {
      report.add(
        FilePlace(line: line, column: 1), .note, "not-checked",
        "not checked: what follows this line, for CoreOS does not read it")
    }
    guard let root = source.document?.root else { return }
    if let error = CloudConfigTree(dialect: .coreOS).fault(in: root) { return report.add(error) }
    if case .mapping(let pairs) = root.content {
      check(pairs, CoreOSSchema.top)
    } else if GoScalar(root) != .null {
      report.add(
        root.place.start.place, .note, "not-checked",
        "not checked: the file is \(Self.words(for: root)) and no mapping, so CoreOS does nothing with it"
      )
    }
  }

  private mutating func check(_ pairs: [YAMLNode.Pair], _ level: CoreOSLevel) {
    var fields = CoreOSFields()
    fields.add(pairs, isMerged: false)
    for (first, line) in fields.overwritten {
      report.add(
        first.key.place.start.place, .note, "duplicate-key",
        "not checked: \(first.shown) stands again at line \(line), and only the last one counts")
    }
    for field in fields.fields {
      if let kind = level[field.name] {
        check(field, kind, fields)
      } else {
        report.add(
          field.key.place.start.place, .warning, "unknown-key",
          "\(field.shown) is no key of \(level.name); \(Self.way(field.name, level))")
      }
    }
  }

  /// What to do about an unknown key.
  private static func way(_ name: String, _ level: CoreOSLevel) -> String {
    let near = CloudConfigText.nearest(to: name, in: level.names)
    if let homes = CoreOSSchema.homes[name], homes.count < 4,
      near.map({ CloudConfigText.differByOne(name, $0) }) != true
    {
      return "its place is \(CloudConfigText.choice(homes))"
    }
    if let near { return "did you mean \"\(near)\"?" }
    return level === CoreOSSchema.top && CloudInitKeys.areOnlyIn(name)
      ? "CoreOS ignores it, for only cloud-init knows it" : "CoreOS ignores it, so delete it"
  }

  private mutating func check(_ field: CoreOSField, _ kind: CoreOSKind, _ fields: CoreOSFields) {
    let scalar = GoScalar(field.value)
    switch (kind, field.value.content) {
    case (.deprecated(let kind, let reason), _):
      report.add(
        field.key.place.start.place, .warning, "deprecated-key",
        "\(field.shown) is out of use: \(reason)")
      check(field, kind, fields)
    case (.mapping(let level), .mapping(let pairs)): check(pairs, level)
    case (.list(let level), .sequence(let nodes)):
      for node in nodes {
        if case .mapping(let pairs) = node.content {
          check(pairs, level)
        } else {
          entry(node, of: field, mustBe: "a mapping with the keys of \(level.name)")
        }
      }
    case (.texts, .sequence(let nodes)):
      for node in nodes where [nil, .null].contains(GoScalar(node)) {
        entry(node, of: field, mustBe: "a text")
      }
    case (_, .scalar(let text, _)) where scalar.map(kind.takes) == true:
      if case .checked(let format) = kind { check(text, format, field, fields) }
    default: wrongType(field, kind)
    }
  }
}
