// BootServer/Print: a container.
// SPDX-License-Identifier: Apache-2.0

import Text

/// `print container`: a Containerfile, and the line that runs it.
enum ContainerFiles {
  private static let name = "coreos-ipxe-server"
  private static let state = "/var/lib/\(name)"
  /// By what is in it the server notices that the records were lost.
  private static let marker = "\(state)-marker"
  /// Of the user inside, so that folders of the host can be given to it.
  private static let user = 4777

  static func files(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let program = facts.program()
    let port = try facts.local("container").port
    guard port >= 1024 else {
      throw UsageError(
        "print container needs a port from 1024 on in --listen: its user may not open \(port)")
    }
    let folder = program.split(separator: "/").dropLast().joined(separator: "/")
    return [
      PrintedFile(
        path: "Containerfile", comment: .hash,
        about: [
          "A container of coreos-ipxe-server and the programs that it uses.",
          "Where: anywhere; then: podman build -t \(name) -f Containerfile /\(folder)",
          "See that it works: podman run --rm \(name) --version",
        ],
        body: try containerfile(facts, program)),
      PrintedFile(
        path: "run-\(name)", comment: .hashBelowFirst,
        about: [
          "Runs it on the host's network, for machines see its addresses.",
          "Where: anywhere; with docker the words are the same.",
          "See that it works: podman logs \(name)",
        ],
        body: run(facts), isProgram: true),
    ]
  }

  private static func containerfile(
    _ facts: PrintFacts, _ program: String
  ) throws(UsageError) -> String {
    let file = program.split(separator: "/").last.map(String.init) ?? name
    return """

      FROM \(try system(facts))
      RUN apt-get update \\
       && apt-get install -y --no-install-recommends ca-certificates curl git gpgv \\
       && rm -rf /var/lib/apt/lists/* \\
       && useradd --system --uid \(user) --no-create-home \(name) \\
       && install -d -m 700 -o \(name) -g \(name) \(state) \(marker)
      COPY \(file) \(PrintFacts.installedProgram)
      USER \(name)
      ENTRYPOINT ["\(PrintFacts.installedProgram)"]

      """
  }

  /// The system that this host has, so that the program finds the C library that it was linked with.
  private static func system(_ facts: PrintFacts) throws(UsageError) -> String {
    var values: [String: String] = [:]
    for line in facts.read("/etc/os-release").split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      values[String(parts[0])] = parts[1].filter { $0 != "\"" && $0 != "'" }
    }
    if let image = facts.arguments[.image] { return image }
    guard let system = values["ID"], let version = values["VERSION_ID"],
      ["debian", "ubuntu"].contains(system)
    else {
      throw UsageError(
        "print container knows no image of this host's system: say one of Debian's kind, whose C"
          + " library is not older than this host's, with \(Option.image.usage)")
    }
    return "docker.io/library/\(system):\(version)\(system == "debian" ? "-slim" : "")"
  }

  private static func run(_ facts: PrintFacts) -> String {
    let configuration = facts.configuration
    let data = PrintFacts.absolute(configuration.dataDirectory)
    let state = configuration.stateDirectoryOption.map(PrintFacts.absolute)
    // A server that fetches images writes them.
    let images = configuration.updates.seconds == 0 ? [] : ["\(data)/images:\(data)/images"]
    let tokens = [configuration.apiTokenFile, configuration.answerTokenFile]
      .compactMap { $0.map(PrintFacts.absolute) }
    let volumes =
      ["\(data):\(data):ro"] + images
      + ["\(state ?? name):\(state ?? Self.state)", "\(name)-marker:\(marker)"]
      + (configuration.alsoServed + tokens).map { "\($0):\($0):ro" }
    var lines = ["exec podman run --detach --name \(name) --network host"]
    lines += ["  --restart on-failure --read-only --cap-drop all --stop-timeout 40"]
    lines += volumes.map { "  --volume \(ShellWord.quoted($0))" }
    let places = "STATE_DIRECTORY=\(state ?? Self.state):\(marker)"
    lines.append("  --env \(ShellWord.quoted(places))")
    lines.append("  \(name)")
    if state == nil { lines.append("  --state-dir \(Self.state)") }
    lines += facts.given.map { "  " + $0.words.map(ShellWord.quoted).joined(separator: " ") }
    let owned = [state].compactMap { $0 } + images.map { _ in "\(data)/images" }
    let needs = [("own", owned), ("read", tokens)].filter { !$0.1.isEmpty }.map {
      "# First: UID \(user), its user, has to \($0) \($1.joined(separator: " and ")).\n"
    }
    return "#!/bin/sh\n\(needs.joined())\n" + lines.joined(separator: " \\\n") + "\n"
  }
}

extension Option {
  static let image = Option(
    "--image", "NAME", standard: "this host's system, if it is Debian or Ubuntu",
    meaning: "what a container is made from")
}
