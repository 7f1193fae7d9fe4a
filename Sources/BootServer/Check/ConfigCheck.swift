// BootServer/Check: one config, by the format that its name tells.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What is wrong with one config or answer file, as its reader would say it.
enum ConfigCheck {
  /// Who reads a config, where the profiles that name it tell.
  struct Reader {
    /// Of a cloud-config; `nil`: the file tells.
    var dialect: CloudConfigCheck.Dialect?
    /// Of Ignition: 2 or 3; `nil`: either will do.
    var ignitionMajor: Int?
  }

  /// - Parameter file: below the data directory; `.tmpl` at its end does not matter.
  static func findings(_ bytes: [UInt8], file: String, _ reader: Reader) -> [Finding] {
    let name = file.hasSuffix(".tmpl") ? String(file.dropLast(".tmpl".count)) : file
    let isScript = bytes.starts(with: "#!".utf8) && !bytes.starts(with: "#!ipxe".utf8)
    let format = isScript ? .shell : ConfigFormat(fileName: name)
    // Those of cloud-configs are among their findings.
    let secrets = format == .yaml ? [] : PrivateKeys.findings(bytes, file: file)
    return findings(bytes, file, name, format, reader) + secrets
  }

  private static func findings(
    _ bytes: [UInt8], _ file: String, _ name: String, _ format: ConfigFormat, _ reader: Reader
  ) -> [Finding] {
    switch format {
    case .yaml:
      // The seed's other files have no header.
      let last = name.split(separator: "/").last ?? ""
      if last == "meta-data" || last == "network-config" { return [] }
      if last == "vendor-data", bytes.isEmpty { return [] }
      return CloudConfigCheck.findings(bytes, file: file, dialect: reader.dialect)
    case .json:
      return name.lowercased().hasSuffix(".ign")
        ? IgnitionCheck.findings(bytes, file: file, major: reader.ignitionMajor)
        : JSONCheck.findings(bytes, file: file)
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
