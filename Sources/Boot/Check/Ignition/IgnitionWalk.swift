// Boot/Check/Ignition: keys and types, by the table.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Walks through a config beside its schema.
struct IgnitionWalk {
  let schema: IgnitionSchema
  let minor: Int
  var report: IgnitionReport

  init(_ schema: IgnitionSchema, minor: Int, report: IgnitionReport) {
    self.schema = schema
    self.minor = minor
    self.report = report
  }

  mutating func walk(_ value: JSON, _ kind: IgnitionSchema.Kind, _ path: [JSONPlaces.Step]) {
    switch (kind, value) {
    case (_, .null), (.text, .string), (.flag, .bool): return
    case (.number, .number(let text)):
      if Int(text) == nil { wrong(path, "a whole number", text) }
    case (.list(let inner), .array(let elements)):
      for (index, element) in elements.enumerated() { walk(element, inner, path + [.index(index)]) }
    case (.object(let name), .object(let members)):
      for member in members { walk(member, schema.objects[name] ?? [], path) }
    case (.number, .string(let text)) where path.last == .key("mode"):
      report.add(
        path, .error, "octal-mode",
        "mode must be a number, and JSON has no octal ones\(Self.decimal(text))")
    case (.text, _): wrong(path, "a text in quotes", value.kind)
    case (.number, _): wrong(path, "a number", value.kind)
    case (.flag, _): wrong(path, "true or false, without quotes", value.kind)
    case (.list, _): wrong(path, "a list in brackets", value.kind)
    case (.object, _): wrong(path, "an object in braces", value.kind)
    }
  }

  private mutating func walk(
    _ member: JSON.Member, _ fields: [IgnitionSchema.Field], _ path: [JSONPlaces.Step]
  ) {
    let path = path + [.key(member.name)]
    guard let field = fields.first(where: { $0.key == member.name }) else {
      let near = Nearest.name(to: member.name, in: fields.map(\.key))
      return report.add(
        path, .warning, "unknown-key",
        "no key is \"\(member.name)\" here\(near.map { "; did you mean \"\($0)\"?" } ?? "; it is ignored")",
        isAboutKey: true)
    }
    guard field.since <= minor else {
      return report.add(
        path, .warning, "newer-key",
        "\"\(field.key)\" is ignored by this version; it came with the specification's minor version"
          + " \(field.since)",
        isAboutKey: true)
    }
    walk(member.value, field.kind, path)
  }

  private mutating func wrong(_ path: [JSONPlaces.Step], _ wanted: String, _ found: String) {
    var name = "the value"
    for case .key(let key) in path { name = "\"\(key)\"" }
    if case .index? = path.last { name = "an element of \(name)" }
    report.add(path, .error, "wrong-type", "\(name) must be \(wanted), and is \(found)")
  }

  /// `; for 0644 write 420`.
  static func decimal(_ octal: String) -> String {
    guard let value = Int(octal, radix: 8), value <= 0o7777 else { return "" }
    let digits = String(value, radix: 8)
    return
      "; for 0\(String(repeating: "0", count: max(0, 3 - digits.count)))\(digits) write \(value)"
  }
}
