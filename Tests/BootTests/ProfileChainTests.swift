// BootTests: profiles that stand on others.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A profile that stands on another")
struct ProfileChainTests {
  static let files = [
    "profiles/os.json":
      #"{"images":"mine/{{version}}","kernel":"{{images.url}}/k","initrd":["{{images.url}}/i"],"args":["a=1"]}"#,
    "profiles/rack.json":
      #"{"base":"os","version":"1","args":["b={{metadata.room}}"],"metadata":{"room":"r1","row":"x"},"match":{"mac":"52:54:00:*"},"install":{"args":["c=inst"],"kernel":"{{images.url}}/ki"}}"#,
    "profiles/p.json":
      #"{"base":"rack","version":"2","metadata":{"room":"r2"},"args":["d={{metadata.row}}"]}"#,
  ]

  @Test func `says all that it says, and its own`() throws {
    #expect(try kernelWords(Self.files) == " initrd=initrd0 a=1 b=r2 d=x")
    #expect(try imageURLs(Self.files) == ["/k", "/i"])
    let script = try render(Self.files, base: "h")
    #expect(
      script.contains("set coreos-version 2\nset base-url http://h/images/mine/${coreos-version}\n")
    )
  }

  @Test func `is installed as it says`() throws {
    #expect(try kernelWords(Self.files, .installing).hasPrefix(" initrd=initrd0 a=1 c=inst"))
    #expect(try imageURLs(Self.files, .installing).first == "/ki")
    let profile = try Profile(parsing: Array(Self.files["profiles/p.json"]!.utf8), file: "p")
    #expect(profile.match == nil)
  }

  @Test func `tells the choice of profiles that it installs`() {
    func candidate(_ name: String) -> Candidate {
      Candidate(name: name, parsing: Array((Self.files["profiles/\(name).json"] ?? "{").utf8))
    }
    #expect(ProfileIndex(["os", "rack", "p"].map(candidate))["p"]?.installs == true)
    #expect(ProfileIndex(["os", "p"].map(candidate))["p"]?.installs == nil)
    #expect(ProfileIndex(["os"].map(candidate))["os"]?.installs == false)
    let own = Candidate(name: "d", parsing: Array(#"{"base":"debian"}"#.utf8))
    #expect(ProfileIndex([own])["d"]?.installs == false)
  }

  @Test func `may stand on a preset`() throws {
    let files = ["profiles/p.json": #"{"base":"debian","version":"12"}"#]
    #expect(try render(files).contains("/images/debian/amd64/${coreos-version}\n"))
  }

  @Test(arguments: [
    ([#"{"base":"p"}"#], "profiles/p.json: \"base\" makes a loop: p on p"),
    (
      [#"{"base":"a"}"#, #"{"base":"b"}"#, #"{"base":"p"}"#],
      "profiles/b.json: \"base\" makes a loop: p on a on b on p"
    ),
    (
      [#"{"base":"debain"}"#],
      "profiles/p.json: \"base\" names \"debain\": there is no profiles/debain.json, and no preset of that name"
        + "; is it \"debian\"?"
    ),
    (
      [#"{"base":"debian","os":"ubuntu"}"#],
      "profiles/p.json: \"os\" is \"ubuntu\", and \"base\" is"
    ),
    ([#"{"base":"a"}"#, "{"], "profiles/a.json is not valid JSON"),
    ([#"{"base":"a"}"#, #"{"sshkey":"none"}"#], "sshkeys/none.pub, which profiles/a.json names"),
    (
      [#"{"base":"a"}"#, #"{"base":"b"}"#]
        + (0..<7).map { #"{"base":"\#(["c", "d", "e", "f", "g", "h", "i"][$0])"}"# },
      "profiles/g.json: \"base\" makes a chain of more than 8 profiles"
    ),
  ])
  func `is refused where the chain is broken`(jsons: [String], reason: String) {
    var files: [String: String] = [:]
    for (index, json) in jsons.enumerated() {
      files["profiles/\(["p", "a", "b", "c", "d", "e", "f", "g", "h"][index]).json"] = json
    }
    let found = scriptRefusal(files)
    #expect(found.hasPrefix(reason), "\(found)")
  }

  @Test func `boots in one way, its own`() throws {
    var files = Self.files
    files["profiles/p.json"] = #"{"base":"rack","chain":"http://o/x.efi"}"#
    let script = try render(files)
    #expect(script.contains("chain --autofree ${image-url}") && !script.contains("kernel --name"))
  }

  @Test func `asks Secure Boot's shim before it boots`() throws {
    let script = try render(["profiles/p.json": #"{"os":"generic","kernel":"k","shim":"shim.efi"}"#]
    )
    #expect(script.contains("shim http://h:4777/images/shim.efi ||\nboot || goto failed\n"))
  }
}
