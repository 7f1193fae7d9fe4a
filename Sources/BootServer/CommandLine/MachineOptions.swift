// BootServer/CommandLine: the options about machines.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// What becomes of a machine that no profile takes.
package enum Unmatched: String, CaseIterable, Sendable {
  case hold, local
}

/// The protocols of other boot servers that this one can speak.
package enum Dialect: String, CaseIterable, Sendable {
  case mayu, stacki
}

extension Option {
  static let machines: [Option] = [
    Option(
      flag: "--state-dir", variable: "COREOS_IPXE_SERVER_STATE_DIR", placeholder: "DIR",
      standard: "DATA_DIR/state",
      meaning: "where the records of machines are kept; never served",
      set: { (configuration, value) throws(UsageError) in
        guard !value.isEmpty else { throw UsageError("names no directory") }
        configuration.stateDirectoryOption = value
      }),
    Option(
      flag: "--unmatched", variable: "COREOS_IPXE_SERVER_UNMATCHED", placeholder: "POLICY",
      standard: "hold",
      meaning: "hold: machines that no profile takes wait; local: they boot their own disk",
      set: { (configuration, value) throws(UsageError) in
        guard let choice = Unmatched(rawValue: value) else {
          throw UsageError("'\(value)' is neither hold nor local")
        }
        configuration.unmatched = choice
      }),
    Option(
      flag: "--api-token-file", variable: "COREOS_IPXE_SERVER_API_TOKEN_FILE",
      placeholder: "FILE", standard: "none: the API is on the Unix socket alone",
      meaning: "a file with the bearer token that opens /machines on the network",
      set: { (configuration, value) throws(UsageError) in
        guard !value.isEmpty else { throw UsageError("names no file") }
        configuration.apiTokenFile = value
      }),
    Option(
      flag: "--dialects", variable: "COREOS_IPXE_SERVER_DIALECTS", placeholder: "LIST",
      standard: "none",
      meaning: "mayu, stacki: serve these servers' clients too; neither asks for a password",
      set: { (configuration, value) throws(UsageError) in
        var dialects: Set<Dialect> = []
        for word in value.split(separator: ",") {
          let name = word.drop { $0 == " " }
          guard let dialect = Dialect(rawValue: String(name)) else {
            throw UsageError("'\(name)' is neither mayu nor stacki")
          }
          dialects.insert(dialect)
        }
        configuration.dialects = dialects
      }),
    Option(
      flag: "--etcd", variable: "COREOS_IPXE_SERVER_ETCD", placeholder: "URL",
      standard: "none: there is no discovery",
      meaning: "the etcd with --enable-v2 that discovery's tokens are kept in",
      set: { (configuration, value) throws(UsageError) in
        configuration.etcd = try EtcdURL.parse(value)
      }),
    Option(
      flag: "--discovery-size", variable: "COREOS_IPXE_SERVER_DISCOVERY_SIZE", placeholder: "N",
      standard: "3",
      meaning: "members of an etcd cluster that does not say how many it has",
      set: { (configuration, value) throws(UsageError) in
        guard let size = Int(value), (1...1000).contains(size) else {
          throw UsageError("'\(value)' is not a number from 1 to 1000")
        }
        configuration.discoverySize = size
      }),
  ]
}

/// The address of an etcd: a URL, without a slash at its end.
enum EtcdURL {
  static func parse(_ text: String) throws(UsageError) -> String {
    let url = text.hasSuffix("/") ? String(text.dropLast()) : text
    let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let plain = { (byte: UInt8) in ASCII.isAlphanumeric(byte) || "-._~/%:[]".utf8.contains(byte) }
    guard parts.count == 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty,
      Authority.isValid(parts[2].prefix { $0 != "/" }.utf8), parts[2].utf8.allSatisfy(plain)
    else { throw UsageError("'\(text)' is no URL such as http://127.0.0.1:2379") }
    return url
  }
}
