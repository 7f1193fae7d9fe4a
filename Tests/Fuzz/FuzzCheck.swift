// Fuzz: what is said of configs, and where.
// SPDX-License-Identifier: Apache-2.0

private let checks: [@Sendable ([UInt8]) -> [Finding]] = [
  { CloudConfigCheck.findings($0, file: "f", dialect: .coreOS) },
  { CloudConfigCheck.findings($0, file: "f", dialect: .cloudInit) },
  { CloudConfigCheck.findings($0, file: "f", dialect: nil) },
  { IgnitionCheck.findings($0, file: "f") }, { SSHKeyCheck.findings($0, file: "f") },
  { PreseedCheck.findings($0, file: "f") }, { KickstartCheck.findings($0, file: "f") },
  { XMLCheck.findings($0, file: "f") }, { TOMLCheck.findings($0, file: "f") },
  { IPXECheck.findings($0, file: "f") }, { ShellCheck.findings($0, file: "f") },
  { JSONCheck.findings($0, file: "f") },
]

/// The first byte chooses the format.
func checkChecks(_ data: [UInt8]) {
  guard let first = data.first else { return }
  let text = Array(data.dropFirst())
  let lines = text.count { $0 == 0x0a || $0 == 0x0d } + 1
  for finding in checks[Int(first) % checks.count](text) {
    if let place = finding.place {
      require(place.line >= 1 && place.line <= lines, "the place is in the file: \(finding)")
      require(place.column >= 1 && place.column <= text.count + 1, "and on its line: \(finding)")
    }
    let harmless = finding.sentence.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7f
    }
    require(harmless && !finding.sentence.isEmpty, "a sentence is one line: \(finding)")
  }
  checkPlaces(text)
}

/// Every part of a JSON value stands somewhere, and reads there as what it is.
private func checkPlaces(_ text: [UInt8]) {
  guard let value = try? JSONReader.read(text) else {
    _ = JSONPlaces(text).place(of: [.key("a"), .index(0)])
    return
  }
  let places = JSONPlaces(text)
  guard let whole = places.place(of: []) else { return require(false, "a value stands somewhere") }
  require(whole.key == nil, "a whole value has no key")
  let steps: [JSONPlaces.Step] =
    switch value {
    case .object(let members): members.map { .key($0.name) }
    case .array(let elements): elements.indices.map { .index($0) }
    case .null, .bool, .number, .string: []
    }
  var last = whole.value
  for step in steps.prefix(50) {
    guard let place = places.place(of: [step]) else {
      return require(false, "a part stands somewhere")
    }
    require(place.value > whole.value, "a part stands within")
    if case .index = step {
      require(place.value > last, "parts follow each other")
      last = place.value
    }
    if case .key = step { require(place.key.map { $0 < place.value } == true, "a key is in front") }
  }
}
