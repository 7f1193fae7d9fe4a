// Boot/Check/Ignition: what Ignition would say of a config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Checks Ignition configs of the specifications 2.0 to 2.3 and 3.0 to 3.6, as `ignition-validate` does.
package enum IgnitionCheck {
  /// - Parameters:
  ///   - file: as messages name it.
  ///   - major: 2 or 3, where the system that reads it is known; `nil`: either will do.
  package static func findings(_ bytes: [UInt8], file: String, major: Int? = nil) -> [Finding] {
    let places = JSONPlaces(bytes)
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(bytes)
    } catch {
      if let other = otherKind(bytes) {
        return [Finding(file: file, FilePlace(line: 1, column: 1), .error, "json", other)]
      }
      return [Finding(file: file, places.place(of: error), .error, "json", error.reason)]
    }
    var report = IgnitionReport(file: file, places: places)
    guard case .object(let members) = value else {
      report.add(
        [], .error, "wrong-type", "a config is an object in braces, and this is \(value.kind)")
      return report.findings
    }
    check(members, major, &report)
    return report.findings
  }

  /// Texts that are written for somebody else.
  private static func otherKind(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    if text.hasPrefix("#cloud-config") {
      return
        "this is a cloud-config, and .ign is Ignition's; name the file .yml, and the profile's key"
        + " cloud_config"
    }
    if text.hasPrefix("#!") { return "this is a script, and Ignition runs none" }
    if text.hasPrefix("variant:") || text.contains("\nvariant:") {
      return "this is Butane, which people write; Ignition reads what butane makes of it:"
        + " butane FILE > FILE.ign"
    }
    return nil
  }

  private static func check(
    _ members: [JSON.Member], _ major: Int?, _ report: inout IgnitionReport
  ) {
    if case .number("1")? = members.last(where: { $0.name == "ignitionVersion" })?.value, major != 3
    {
      return report.add(
        [.key("ignitionVersion")], .warning, "deprecated",
        "the config is of version 1, which is out of use since 2016; write one of 2.2 or 3.3")
    }
    guard let version = version(members, &report) else { return }
    let known = version.major == 3 ? 0...6 : 0...3
    let path: [JSONPlaces.Step] = [.key("ignition"), .key("version")]
    guard version.major == major ?? version.major, [2, 3].contains(version.major),
      known.contains(version.minor)
    else {
      let want = major.map { $0 == 3 ? "3.0.0 to 3.6.0" : "2.0.0 to 2.3.0" }
      return report.add(
        path, .error, "version",
        "the version \"\(version.text)\" is not read here; write"
          + " \(want ?? "3.3.0 for Fedora CoreOS and Flatcar, 2.2.0 for Container Linux")")
    }
    if version.text.contains("-") {
      if version.major == 2 {
        return report.add(
          path, .error, "version", "the version \"\(version.text)\" was never finished; write 2.3.0"
        )
      }
      return report.add(
        path, .note, "version", "not checked: the version \"\(version.text)\" is still changing")
    }
    var walk = IgnitionWalk(
      version.major == 3 ? .three : .two, minor: version.minor, report: report)
    walk.walk(.object(members), .object("config"), [])
    report = walk.report
    var rules = IgnitionRules(isThree: version.major == 3, minor: version.minor, report: report)
    rules.check(JSONTree(.object(members)))
    report = rules.report
  }

  private static func version(
    _ members: [JSON.Member], _ report: inout IgnitionReport
  ) -> (major: Int, minor: Int, text: String)? {
    let ignition = JSONTree(.object(members))["ignition"]
    guard case .string(let text)? = ignition["version"].value else {
      report.add(
        ignition.value == nil ? [] : [.key("ignition")], .error, "version",
        "the config says no version; write \"ignition\": {\"version\": \"3.3.0\"}")
      return nil
    }
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 3, let major = Int(numbers[0]), let minor = Int(numbers[1]),
      Int(numbers[2].prefix { $0 != "-" }) != nil
    else {
      report.add(
        [.key("ignition"), .key("version")], .error, "version",
        LogText.oneLine("\"\(text)\" is no version; write 3.3.0"))
      return nil
    }
    return (major, minor, LogText.oneLine(text))
  }
}

/// Findings of one config, by their path in it.
struct IgnitionReport {
  let file: String
  let places: JSONPlaces
  private(set) var findings: [Finding] = []

  init(file: String, places: JSONPlaces) {
    self.file = file
    self.places = places
  }

  /// - Parameter isAboutKey: whether the key is to blame, and not its value.
  mutating func add(
    _ path: [JSONPlaces.Step], _ severity: Finding.Severity, _ rule: String, _ sentence: String,
    isAboutKey: Bool = false
  ) {
    let place = places.place(of: path) ?? places.place(of: path, isSame: Self.isSame)
    findings.append(
      Finding(
        file: file, isAboutKey ? place?.key ?? place?.value : place?.value, severity, rule,
        LogText.oneLine(sentence)))
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.lowercased() == right.lowercased()
  }
}

/// A JSON value that can be asked for parts that are not there.
struct JSONTree {
  let value: JSON?

  init(_ value: JSON?) { self.value = value }

  /// Of several members the last, without regard to case, as Go reads JSON.
  subscript(_ key: String) -> JSONTree {
    guard case .object(let members)? = value else { return JSONTree(nil) }
    let exact = members.last { $0.name == key }
    return JSONTree(
      (exact ?? members.last { $0.name.lowercased() == key.lowercased() })?.value)
  }

  var text: String? { if case .string(let text)? = value { text } else { nil } }
  var number: Int? { if case .number(let text)? = value { Int(text) } else { nil } }
  var isTrue: Bool { value == .bool(true) }
  var elements: [JSONTree] {
    if case .array(let list)? = value { list.map { JSONTree($0) } } else { [] }
  }
}
