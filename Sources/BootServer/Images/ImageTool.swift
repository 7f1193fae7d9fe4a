// BootServer/Images: the programs that fetch and check images.
// SPDX-License-Identifier: Apache-2.0

import System

/// A program that does a part of the work; found when the command starts.
package enum ImageTool: String, Sendable {
  case curl, gpgv

  /// Debian's package with it.
  package var package: String { rawValue }

  /// The environment's variables that it gets of ours: where programs are, and the way out.
  static let inherited = [
    "PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
    "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
  ]

  /// Whether it is installed.
  ///
  /// - Parameter path: as the variable `PATH`; `nil` is ours.
  package func isInstalled(path: String? = nil) -> Bool {
    let places = path ?? Process.environment("PATH") ?? "/usr/bin:/bin"
    return places.split(separator: ":").contains { place in
      guard let status = try? FileStatus.of(path: "\(place)/\(rawValue)") else { return false }
      return status.kind == .regular && status.permissions & 0o111 != 0
    }
  }

  /// - Throws: ``DownloadError/missingTool(_:package:)``, which says how to install it.
  package func find(path: String? = nil) throws(DownloadError) {
    guard isInstalled(path: path) else { throw .missingTool(rawValue, package: package) }
  }
}
