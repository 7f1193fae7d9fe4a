// Fuzz: templates and the values in them.
// SPDX-License-Identifier: Apache-2.0

private let id = MachineID("52-54-00-00-00-01")!

private func render(_ template: Template, _ value: String, _ format: ConfigFormat) -> [UInt8]? {
  var machine = Machine(id: id, firstSeen: Timestamp(seconds: 0))
  guard (try? machine.metadata.set("x", .string(value))) != nil else { return nil }
  let values = TemplateValues(Roster.Entry(machine, token: "t"), server: "http://h")
  return try? template.render(values, snippets: [:], as: format)
}

/// Line breaks for any reader of YAML.
private func breaks(_ text: [UInt8]) -> Int {
  String(decoding: text, as: UTF8.self).unicodeScalars
    .count { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
}

/// How a JSON value is built, whatever its texts are.
private func shape(_ value: JSON) -> String {
  switch value {
  case .array(let elements): "[" + elements.map(shape).joined(separator: ",") + "]"
  case .object(let members): "{" + members.map { shape($0.value) }.joined(separator: ",") + "}"
  case .null, .bool, .number, .string: value.kind
  }
}

/// The input is a value, a NUL, and a template.
func checkTemplate(_ data: [UInt8]) {
  let parts = data.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2, let value = String(validating: parts[0], as: UTF8.self) else { return }
  // These are false for an `if`, so another text is rendered.
  if value.isEmpty || value == "false" { return }
  let template: Template
  do throws(TemplateError) {
    template = try Template(parsing: Array(parts[1]), file: "f")
  } catch {
    require(error.description.hasPrefix("f line "), error.description)
    return
  }
  if let plain = render(template, "plain", .yaml), let text = render(template, value, .yaml) {
    require(breaks(plain) == breaks(text), "a value adds no line to YAML")
  }
  guard let plain = render(template, "plain", .json),
    let expected = try? JSONReader.read(plain), let text = render(template, value, .json)
  else { return }
  let got = try? JSONReader.read(text)
  require(got.map(shape) == shape(expected), "a value stays one value of JSON")
}
