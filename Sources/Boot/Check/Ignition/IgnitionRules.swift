// Boot/Check/Ignition: what a config must be beyond its types.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Paths, modes, URLs, names and units.
struct IgnitionRules {
  let isThree: Bool
  let minor: Int
  var report: IgnitionReport
  private var paths: [String: [JSONPlaces.Step]] = [:]

  init(isThree: Bool, minor: Int, report: IgnitionReport) {
    self.isThree = isThree
    self.minor = minor
    self.report = report
  }

  mutating func check(_ config: JSONTree) {
    let ignition = config["ignition"]
    for key in ["merge", "append"] {
      each(ignition["config"][key], [.key("ignition"), .key("config"), .key(key)]) {
        $0.resource($1, $2)
      }
    }
    resource(
      ignition["config"]["replace"], [.key("ignition"), .key("config"), .key("replace")])
    let storage = config["storage"]
    for key in ["files", "directories", "links"] {
      each(storage[key], [.key("storage"), .key(key)]) {
        $0.node($1, $2, isFile: key == "files", isLink: key == "links")
      }
    }
    each(storage["disks"], [.key("storage"), .key("disks")]) { $0.disk($1, $2) }
    each(config["systemd"]["units"], [.key("systemd"), .key("units")]) { $0.unit($1, $2) }
    each(config["networkd"]["units"], [.key("networkd"), .key("units")]) { $0.networkd($1, $2) }
    for key in ["users", "groups"] {
      unique(config["passwd"][key], [.key("passwd"), .key(key)], "name")
    }
  }

  private mutating func each(
    _ list: JSONTree, _ path: [JSONPlaces.Step],
    _ body: (inout IgnitionRules, JSONTree, [JSONPlaces.Step]) -> Void
  ) {
    for (index, element) in list.elements.enumerated() {
      body(&self, element, path + [.index(index)])
    }
  }

  private mutating func unique(_ list: JSONTree, _ path: [JSONPlaces.Step], _ key: String) {
    var seen: Set<String> = []
    for (index, element) in list.elements.enumerated() {
      guard let name = element[key].text, !seen.insert(name).inserted else { continue }
      report.add(
        path + [.index(index), .key(key)], .error, "duplicate",
        "\"\(name)\" is there already; put all that is said of it into one")
    }
  }

  // MARK: Files

  private mutating func node(
    _ node: JSONTree, _ path: [JSONPlaces.Step], isFile: Bool, isLink: Bool
  ) {
    let name = node["path"].text
    if let name, !name.hasPrefix("/") {
      report.add(
        path + [.key("path")], .error, "path", "the path \"\(name)\" must begin with a slash")
    } else if name == nil, isThree {
      report.add(path, .error, "missing-key", "a \"path\" is missing")
    }
    if !isThree, node["filesystem"].text ?? "" == "" {
      report.add(
        path, .error, "missing-key", "a \"filesystem\" is missing; write \"filesystem\": \"root\"")
    }
    if let name { noteTwice(name, node, path) }
    mode(node, path, isNeeded: !isThree && !isLink)
    if isFile {
      resource(node["contents"], path + [.key("contents")])
      each(node["append"], path + [.key("append")]) { $0.resource($1, $2) }
    }
  }

  private mutating func noteTwice(_ name: String, _ node: JSONTree, _ path: [JSONPlaces.Step]) {
    let key = isThree ? name : "\(node["filesystem"].text ?? ""):\(name)"
    guard paths[key] != nil else {
      paths[key] = path
      return
    }
    report.add(
      path + [.key("path")], isThree ? .error : .warning, "duplicate-path",
      "the path \"\(name)\" is there already; keep one of them")
  }

  private mutating func mode(_ node: JSONTree, _ path: [JSONPlaces.Step], isNeeded: Bool) {
    guard let mode = node["mode"].number else {
      if isNeeded, node["mode"].value == nil {
        report.add(
          path, .warning, "missing-key",
          "a \"mode\" is missing, so nobody may read it; write 420 for 0644")
      }
      return
    }
    let path = path + [.key("mode")]
    let looksOctal = String(mode).utf8.allSatisfy { (0x30...0x37).contains($0) } && mode > 0o777
    if looksOctal, (3...4).contains(String(mode).count) {
      report.add(
        path, mode > 0o7777 ? .error : .warning, "octal-mode",
        "\(mode) is decimal here, which is \(String(mode, radix: 8)) in octal\(IgnitionWalk.decimal(String(mode)))"
      )
    } else if !(0...0o7777).contains(mode) {
      report.add(
        path, .error, "bad-value",
        "\(mode) is no file mode; those go up to 4095, which is 7777 in octal")
    } else if mode > 0o777, isThree, minor < 6 {
      report.add(
        path, .warning, "special-bits",
        "\(mode) has setuid, setgid or sticky bits, which specifications before 3.6.0 leave out")
    }
  }

  // MARK: URLs

  private static let schemesOfThree = ["http", "https", "tftp", "gs", "s3", "arn", "data"]
  private static let schemesOfTwo = ["http", "https", "tftp", "oem", "s3", "data"]

  private mutating func resource(_ resource: JSONTree, _ path: [JSONPlaces.Step]) {
    if let url = resource["source"].text, !url.isEmpty {
      let scheme = url.prefix { $0 != ":" }.lowercased()
      let known = isThree ? Self.schemesOfThree : Self.schemesOfTwo
      let source = path + [.key("source")]
      if !url.contains(":") || !known.contains(scheme) {
        report.add(
          source, .error, "url",
          "the URL must begin with one of \(known.map { $0 + ":" }.joined(separator: ", "))")
      } else if scheme == "data", let fault = DataURLCheck.fault(in: url) {
        report.add(source, .error, "url", fault)
      }
    }
    guard let hash = resource["verification"]["hash"].text else { return }
    let parts = hash.split(separator: "-", maxSplits: 1).map(String.init)
    let lengths = isThree && minor > 0 ? ["sha512": 128, "sha256": 64] : ["sha512": 128]
    let digits = parts.count == 2 ? parts[1] : ""
    guard let length = lengths[parts.first ?? ""], digits.count == length,
      digits.utf8.allSatisfy({ Hex.value($0) != nil })
    else {
      report.add(
        path + [.key("verification"), .key("hash")], .error, "hash",
        "a hash is sha512- and 128 hexadecimal digits")
      return
    }
  }

  // MARK: Disks and units

  private mutating func disk(_ disk: JSONTree, _ path: [JSONPlaces.Step]) {
    if let device = disk["device"].text {
      if !device.hasPrefix("/") {
        report.add(
          path + [.key("device")], .error, "path",
          "the device \"\(device)\" must begin with a slash, as /dev/sda")
      }
    } else {
      report.add(path, .error, "missing-key", "a \"device\" is missing, as /dev/sda")
    }
    var numbers: Set<Int> = []
    for (index, partition) in disk["partitions"].elements.enumerated() {
      guard let number = partition["number"].number, number != 0,
        !numbers.insert(number).inserted
      else { continue }
      report.add(
        path + [.key("partitions"), .index(index), .key("number")], .error, "duplicate",
        "there is a partition \(number) already")
    }
  }

  private static let unitEndings = [
    ".service", ".socket", ".device", ".mount", ".automount", ".swap", ".target", ".path", ".timer",
    ".snapshot", ".slice", ".scope",
  ]

  private mutating func unit(_ unit: JSONTree, _ path: [JSONPlaces.Step]) {
    let name = unit["name"].text ?? ""
    if !Self.unitEndings.contains(where: { name.hasSuffix($0) }) {
      report.add(
        unit["name"].value == nil ? path : path + [.key("name")], .error, "unit",
        "a unit's name ends in .service, .socket, .timer or the like, and this is \"\(name)\"")
    }
    contents(unit["contents"], path)
    let isEnabled = unit["enabled"].isTrue || unit["enable"].isTrue
    if isEnabled, let text = unit["contents"].text, !text.isEmpty, !text.contains("[Install]") {
      report.add(
        path + [.key("contents")], .warning, "no-install",
        "\"\(name)\" is enabled, and has no [Install] section, so nothing starts it; add [Install] and"
          + " WantedBy=multi-user.target")
    }
    dropins(unit, path)
  }

  private mutating func networkd(_ unit: JSONTree, _ path: [JSONPlaces.Step]) {
    let name = unit["name"].text ?? ""
    if ![".link", ".netdev", ".network"].contains(where: { name.hasSuffix($0) }) {
      report.add(
        unit["name"].value == nil ? path : path + [.key("name")], .error, "unit",
        "a networkd unit's name ends in .link, .netdev or .network, and this is \"\(name)\"")
    }
    contents(unit["contents"], path)
    dropins(unit, path)
  }

  private mutating func dropins(_ unit: JSONTree, _ path: [JSONPlaces.Step]) {
    for (index, dropin) in unit["dropins"].elements.enumerated() {
      let path = path + [.key("dropins"), .index(index)]
      let name = dropin["name"].text ?? ""
      if !name.hasSuffix(".conf") {
        report.add(
          dropin["name"].value == nil ? path : path + [.key("name")], .error, "unit",
          "a dropin's name ends in .conf, and this is \"\(name)\"")
      }
      contents(dropin["contents"], path)
    }
  }

  /// A unit's sections begin with a name in brackets, on a line of its own.
  private mutating func contents(_ contents: JSONTree, _ path: [JSONPlaces.Step]) {
    guard let text = contents.text else { return }
    for line in text.split(separator: "\n") where line.hasPrefix("[") && !line.contains("]") {
      report.add(
        path + [.key("contents")], .error, "unit", "the line \"\(line)\" has no ] at its end")
      return
    }
  }
}

/// URLs that hold their content.
enum DataURLCheck {
  /// - Returns: what is wrong with one (RFC 2397).
  static func fault(in url: String) -> String? {
    guard let comma = url.firstIndex(of: ",") else {
      return "a data: URL has a comma in front of its content"
    }
    let content = url[url.index(after: comma)...].utf8
    let isBase64 = url[..<comma].hasSuffix(";base64")
    var rest = content[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.prefix(2).count == 2, rest.prefix(2).allSatisfy({ Hex.value($0) != nil }) else {
          return "two hexadecimal digits must follow % in a data: URL; write %25 for a percent sign"
        }
        rest = rest.dropFirst(2)
      } else if isBase64, !ASCII.isAlphanumeric(byte), !"+/=-_".utf8.contains(byte) {
        return "\"\(Character(Unicode.Scalar(byte)))\" is no character of base64"
      } else if !isBase64, byte <= 0x20 || byte == UInt8(ascii: "\"") || byte >= 0x7f {
        return "this character must be percent-encoded in a data: URL"
      }
    }
    return nil
  }
}
