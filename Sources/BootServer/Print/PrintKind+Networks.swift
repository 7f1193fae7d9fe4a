// BootServer/Print: how machines find the server.
// SPDX-License-Identifier: Apache-2.0

extension PrintKind {
  static let networks: [PrintKind] = [
    PrintKind(name: "vultr", meaning: "the iPXE ChainURL of a cloud's instance", make: vultr)
  ]

  private static func vultr(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let url = try facts.base() + "/boot.ipxe"
    return [
      PrintedFile(
        path: "chain-url", comment: .hash,
        about: [
          "The iPXE ChainURL of a Vultr instance, or of any cloud that chains a URL.",
          "Where: Deploy, Server Image, iPXE Custom Script.",
          "See that it works from elsewhere: curl '\(url)'",
        ],
        body: url + "\n")
    ]
  }
}
