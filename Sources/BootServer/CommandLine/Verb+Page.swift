// BootServer/CommandLine: the row of `page`.
// SPDX-License-Identifier: Apache-2.0

extension Option {
  static let pagePort = Option(
    "--port", "PORT", standard: "any that is free",
    meaning: "the port on 127.0.0.1; ssh -L wants the same one on both sides",
    parse: { (_, value) throws(UsageError) in
      guard let port = UInt16(value), port > 0 else {
        throw UsageError("'\(value)' is no port, which is 1 to 65535")
      }
    })
}

extension Verb {
  static let page = Verb(
    "page", options: [.pagePort, .dataDirectory, .stateDirectory],
    meaning: "opens the page about machines and boots, for a browser here",
    examples: ["page", "page --port 8080"],
    help: """
      Prints a URL for a browser on this machine, and serves the page of the running
      server there, by way of its socket, until Ctrl-C. The URL is good once and for
      60 seconds; the browser then has a cookie of its own. No token is needed.

      From elsewhere: ssh -L 8080:127.0.0.1:8080 HOST, and there page --port 8080.
      """,
    run: PageCommand.run)
}
