// RealClientTests/Page: a Chromium that does what it is told.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Debian's Chromium without a window, driven over WebDriver; ends with its owner.
final class Browser {
  enum Key: String {
    case tab = "\u{E004}"
    case enter = "\u{E007}"
    case escape = "\u{E00C}"
    case down = "\u{E015}"
    case end = "\u{E010}"
    case space = " "
  }

  /// Where pictures go, for a person to look at.
  static let pictures = "/tmp/coreos-ipxe-server-page"

  private let driver: Program
  private let port: UInt16
  private var session = ""
  /// Its own, which every process of this Chromium names.
  private var place = ""

  init() throws {
    driver = try Program(Tool.chromedriver.path, ["--port=0"])
    try #require(driver.hasPrinted("successfully on port", within: 30), "\(driver.printed)")
    let match = try #require(try #/successfully on port (\d+)/#.firstMatch(in: driver.printed))
    port = try #require(UInt16(match.1))
    let arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--hide-scrollbars", "--disable-background-networking", "--no-first-run",
    ]
    let options: [String: Any] = ["binary": Tool.chromium.path, "args": arguments]
    let wanted: [String: Any] = [
      "browserName": "chrome", "goog:loggingPrefs": ["browser": "ALL"],
      "goog:chromeOptions": options,
    ]
    let made = try call("POST", "/session", ["capabilities": ["alwaysMatch": wanted]])
    let identifier = (made as? [String: Any])?["sessionId"] as? String
    let chrome = ((made as? [String: Any])?["capabilities"] as? [String: Any])?["chrome"]
    place = (chrome as? [String: Any])?["userDataDir"] as? String ?? ""
    session = "/session/" + (try #require(identifier))
    try FileManager.default.createDirectory(
      atPath: Self.pictures, withIntermediateDirectories: true)
  }

  deinit {
    // Chromium ends with its session.
    if !session.isEmpty { _ = try? call("DELETE", session) }
    driver.kill(SIGTERM)
    _ = driver.exitStatus(within: 5)
    endHelpers()
  }

  /// Some of Chromium's helpers outlive it: they are known by the folder that was its own.
  private func endHelpers() {
    guard !place.isEmpty else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let identifier = pid_t(name),
        let file = FileHandle(forReadingAtPath: "/proc/\(name)/cmdline"),
        let line = try? file.readToEnd(),
        String(decoding: line, as: UTF8.self).contains("--user-data-dir=\(place)")
      else { continue }
      kill(identifier, SIGKILL)
    }
  }

  @discardableResult
  private func call(_ method: String, _ path: String, _ body: [String: Any] = [:]) throws -> Any? {
    // Its fields have no blank behind the colon: RawClient is stricter than that.
    var arguments = [
      "-sS", "--fail-with-body", "--max-time", "60", "-X", method,
      "http://127.0.0.1:\(port)\(path)",
    ]
    if method == "POST" {
      let content = try JSONSerialization.data(withJSONObject: body)
      arguments += ["--data-binary", String(decoding: content, as: UTF8.self)]
    }
    let answer = try Program.run(Tool.curl.path, arguments, within: 70)
    guard answer.status == 0 else {
      throw ClientError(description: "\(method) \(path): \(answer.output.prefix(600))")
    }
    let value = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    return (value as? [String: Any])?["value"]
  }

  func go(_ url: String) throws { try call("POST", session + "/url", ["url": url]) }

  /// Runs a function's body in the page.
  @discardableResult
  func run(_ script: String, _ arguments: [Any] = []) throws -> Any? {
    try call("POST", session + "/execute/sync", ["script": script, "args": arguments])
  }

  /// The value of an expression, as text.
  func text(_ expression: String) throws -> String {
    try run("return String(\(expression))") as? String ?? ""
  }

  func number(_ expression: String) throws -> Double {
    (try run("return Number(\(expression))") as? NSNumber)?.doubleValue ?? -1
  }

  /// Waits until an expression is true.
  func wait(
    _ expression: String, within seconds: Double = 15,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if try run("return Boolean(\(expression))") as? Bool == true { return }
      usleep(50_000)
    }
    try? shoot("failed")
    let shown = try text("document.body.innerText")
    Issue.record("never: \(expression)\n\(shown.prefix(1500))", sourceLocation: sourceLocation)
    throw ClientError(description: "waited for \(expression)")
  }

  /// Clicks what a selector finds; with a text, the one that holds it.
  func click(_ selector: String, holding text: String = "") throws {
    let found = try run(
      """
      const all = [...document.querySelectorAll(arguments[0])];
      return all.find((one) => one.textContent.includes(arguments[1]));
      """, [selector, text])
    let element = try #require((found as? [String: String])?.values.first, "\(selector) \(text)")
    try call("POST", session + "/element/\(element)/click")
  }

  func type(_ text: String) throws { try press(text.map(String.init)) }

  func press(_ key: Key) throws { try press([key.rawValue]) }

  private func press(_ keys: [String]) throws {
    let actions = keys.flatMap { key in
      [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]]
    }
    let source: [String: Any] = ["type": "key", "id": "keys", "actions": actions]
    try call("POST", session + "/actions", ["actions": [source]])
  }

  func size(_ width: Int, _ height: Int, isPhone: Bool = false) throws {
    try develop(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": isPhone])
  }

  func scheme(_ name: String) throws {
    try develop(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": name]]])
  }

  /// Has every file fetched anew from now on.
  func forgetFiles() throws {
    try develop("Network.enable", [:])
    try develop("Network.setCacheDisabled", ["cacheDisabled": true])
  }

  /// Runs a script in front of every page's own.
  func prepare(_ script: String) throws {
    try develop("Page.addScriptToEvaluateOnNewDocument", ["source": script])
  }

  private func develop(_ command: String, _ parameters: [String: Any]) throws {
    try call("POST", session + "/goog/cdp/execute", ["cmd": command, "params": parameters])
  }

  func shoot(_ name: String) throws {
    let picture = try call("GET", session + "/screenshot") as? String ?? ""
    try Data(base64Encoded: picture)?.write(
      to: URL(fileURLWithPath: "\(Self.pictures)/\(name).png"))
  }

  /// What the console complained of since it was asked last.
  func complaints() throws -> [String] {
    let entries = try call("POST", session + "/se/log", ["type": "browser"]) as? [[String: Any]]
    return (entries ?? []).compactMap { $0["message"] as? String }
  }
}
