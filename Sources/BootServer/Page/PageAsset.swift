// BootServer/Page: the files of the page, in the binary.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A file of `assets/`, as it is served below `/ui/`.
struct PageAsset: Sendable {
  let name: String
  let type: String
  let bytes: [UInt8]
  /// With its quotes.
  let tag: [UInt8]

  /// Styles and scripts, which hold no secret: they are served to everyone for whom there is a page.
  static let all: [String: PageAsset] = Dictionary(
    uniqueKeysWithValues: [
      PageAsset("app.css", "text/css; charset=utf-8", PackageResources.app_css),
      script("app.js", PackageResources.app_js),
      script("common.js", PackageResources.common_js),
      script("machines.js", PackageResources.machines_js),
      script("machine.js", PackageResources.machine_js),
      script("boots.js", PackageResources.boots_js),
      script("lists.js", PackageResources.lists_js),
    ].map { ($0.name, $0) })

  /// For who has logged in, and for who comes by the socket and cannot log out.
  static let app = String(decoding: PackageResources.index_html, as: UTF8.self)
  static let appOfSocket = app.replacing(
    "<html lang=\"en\">", "<html lang=\"en\" data-by=\"socket\">")
  private static let login = String(decoding: PackageResources.login_html, as: UTF8.self)

  /// - Parameter message: why the last try failed; our own words.
  static func login(_ message: String?) -> String {
    guard let message else { return login }
    return login.replacing(
      "<p id=\"wrong\"></p>", "<p id=\"wrong\" role=\"alert\">\(message)</p>")
  }

  private static func script(_ name: String, _ bytes: [UInt8]) -> PageAsset {
    PageAsset(name, "text/javascript; charset=utf-8", bytes)
  }

  private init(_ name: String, _ type: String, _ bytes: [UInt8]) {
    self.name = name
    self.type = type
    self.bytes = bytes
    tag = Array("\"\(String(FNV1a.hash(bytes), radix: 16))\"".utf8)
  }
}

extension String {
  /// With the first occurrence of a text replaced.
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return self[..<range.lowerBound] + new + self[range.upperBound...]
  }
}
