// BootServer/CommandLine: the options, in one table.
// SPDX-License-Identifier: Apache-2.0

/// One option: a flag, an environment variable, and what they set.
///
/// `--help`, `docs/configuration.md` and the tests come from ``all``.
package struct Option: Sendable {
  package let flag: String
  package let variable: String
  package let placeholder: String
  package let standard: String
  package let meaning: String
  let set: @Sendable (inout Configuration, String) throws(UsageError) -> Void

  package static let all = server + machines

  private static let server: [Option] = [
    Option(
      flag: "--data-dir", variable: "COREOS_IPXE_SERVER_DATA_DIR", placeholder: "DIR",
      standard: "/opt/coreos-ipxe-server",
      meaning: "where configs, images, profiles and sshkeys are",
      set: { (configuration, value) throws(UsageError) in
        guard !value.isEmpty else { throw UsageError("names no directory") }
        configuration.dataDirectory = value
      }),
    Option(
      flag: "--listen", variable: "COREOS_IPXE_SERVER_LISTEN_ADDR", placeholder: "HOST:PORT",
      standard: "0.0.0.0:4777",
      meaning: "the address to serve on; :PORT is every address, IPv4 and IPv6",
      set: { (configuration, value) throws(UsageError) in
        configuration.listen = try ListenAddress(value)
      }),
    Option(
      flag: "--base-url", variable: "COREOS_IPXE_SERVER_BASE_URL",
      placeholder: "HOST[:PORT][/PATH]",
      standard: "the request's Host",
      meaning: "what the URLs in a script begin with",
      set: { (configuration, value) throws(UsageError) in
        configuration.base = value.isEmpty ? nil : try BaseURL.parse(value)
      }),
    Option(
      flag: "--log-level", variable: "COREOS_IPXE_SERVER_LOG_LEVEL", placeholder: "LEVEL",
      standard: "info",
      meaning: "error, warning, info or debug; requests are logged at info",
      set: { (configuration, value) throws(UsageError) in
        guard let level = Log.Level(name: value) else {
          throw UsageError("'\(value)' is none of error, warning, info, debug")
        }
        configuration.logLevel = level
      }),
    Option(
      flag: "--threads", variable: "COREOS_IPXE_SERVER_THREADS", placeholder: "N",
      standard: "one a processor",
      meaning: "event loops, each a thread",
      set: { (configuration, value) throws(UsageError) in
        guard let count = Int(value), (1...256).contains(count) else {
          throw UsageError("'\(value)' is not a number from 1 to 256")
        }
        configuration.threads = count
      }),
  ]
}
