// BootServer/Check: one config, by the format that its name tells.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What is wrong with one config or answer file, as its reader would say it.
enum ConfigCheck {
  /// - Parameters:
  ///   - file: below the data directory; `.tmpl` at its end does not matter.
  ///   - dialect: who reads a cloud-config; `nil`: the file tells.
  static func findings(
    _ bytes: [UInt8], file: String, _ dialect: CloudConfigCheck.Dialect?
  ) -> [Finding] {
    let name = file.hasSuffix(".tmpl") ? String(file.dropLast(".tmpl".count)) : file
    let isScript = bytes.starts(with: "#!".utf8) && !bytes.starts(with: "#!ipxe".utf8)
    let last = name.split(separator: "/").last ?? ""
    switch isScript ? .shell : ConfigFormat(fileName: name) {
    case .yaml:
      // The seed's other files have no header.
      if last == "meta-data" || last == "network-config" { return [] }
      if last == "vendor-data", bytes.isEmpty { return [] }
      return CloudConfigCheck.findings(bytes, file: file, dialect: dialect)
    case .json:
      return name.lowercased().hasSuffix(".ign")
        ? IgnitionCheck.findings(bytes, file: file) : JSONCheck.findings(bytes, file: file)
    case .preseed: return PreseedCheck.findings(bytes, file: file)
    case .kickstart: return KickstartCheck.findings(bytes, file: file)
    case .xml: return XMLCheck.findings(bytes, file: file)
    case .toml: return TOMLCheck.findings(bytes, file: file)
    case .ipxe: return IPXECheck.findings(bytes, file: file)
    case .shell: return ShellCheck.findings(bytes, file: file)
    case .text: return []
    }
  }
}
