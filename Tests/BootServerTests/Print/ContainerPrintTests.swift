// BootServerTests/Print: a printed container, as far as it can be known without an engine.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A container that print makes")
struct ContainerPrintTests {
  private static let line =
    "container --data-dir /srv/boot --also-serve /mnt/a;b --listen :4777"
    + " --api-token-file /etc/boot/token --expect-state"

  private static func files() throws -> [PrintedFile] {
    try Printing.files(line, program: Program.built("coreos-ipxe-server"))
  }

  /// Each instruction with what stands behind it; a backslash joins lines.
  private static func instructions(_ text: String) -> [(word: String, rest: [String])] {
    let joined = text.replacing("\\\n", with: " ")
    let lines = joined.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return lines.map { line in
      let words = line.split(separator: " ").map(String.init)
      return (words[0], Array(words.dropFirst()))
    }
  }

  @Test func `has instructions that there are, and copies what is there`() throws {
    let file = try Self.files()[0]
    let instructions = Self.instructions(file.text)
    #expect(
      instructions.map(\.word) == ["FROM", "RUN", "COPY", "USER", "ENTRYPOINT"], "\(file.text)")
    // The folder that its first lines say to build in.
    let place = try #require(file.about[1].split(separator: " ").last)
    for (word, rest) in instructions where word == "COPY" {
      for name in rest.dropLast() {
        #expect(FileManager.default.fileExists(atPath: "\(place)/\(name)"), "\(place)/\(name)")
      }
    }
    let entry = try #require(instructions.last?.rest.joined(separator: " "))
    let words = try JSONDecoder().decode([String].self, from: Data(entry.utf8))
    #expect(words == [instructions[2].rest.last ?? ""])
  }

  @Test func `is run by words that the engine and the server take`() throws {
    let file = try Self.files()[1]
    let directory = try TemporaryDirectory([
      "run": file.text, "podman": "#!/bin/sh\nprintf '%s\\n' \"$@\"\n",
    ])
    chmod(directory.path + "/podman", 0o755)
    let ran = try Program.run(
      "/bin/sh", ["run"], environment: ["PATH": directory.path + ":/usr/bin:/bin"],
      directory: directory.path)
    #expect(ran.status == 0 && file.isProgram && file.text.hasPrefix("#!/bin/sh\n"))
    let words = ran.output.split(separator: "\n").map(String.init)
    let image = try #require(words.lastIndex(of: "coreos-ipxe-server"))
    #expect(words.prefix(image).contains("/mnt/a;b:/mnt/a;b:ro"), "\(words)")
    guard
      case .run(let arguments) = try Invocation(
        arguments: Array(words[(image + 1)...]), environment: { _ in nil })
    else {
      Issue.record("\(words)")
      return
    }
    let configuration = arguments.configuration
    #expect(arguments.verb.words.isEmpty && configuration.expectsState)
    #expect(configuration.alsoServed == ["/mnt/a;b"])
    #expect(configuration.stateDirectory == "/var/lib/coreos-ipxe-server")
    // What the server reads is there inside, below the same path.
    let volumes = words.enumerated().filter { $0.element == "--volume" }.map {
      words[$0.offset + 1].split(separator: ":")[1]
    }
    let state = "/var/lib/coreos-ipxe-server"
    #expect(volumes == ["/srv/boot", state[...], "\(state)-marker", "/mnt/a;b", "/etc/boot/token"])
    #expect(words.contains("STATE_DIRECTORY=\(state):\(state)-marker"))
  }
}
