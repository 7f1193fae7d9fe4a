// BootTests: from a profile's name to its script, over files in memory.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("The maker of scripts")
struct ScriptBuilderTests {
  /// A file that has to be waited for.
  struct Wait: Error, Equatable { let path: String }

  /// - Parameters:
  ///   - problems: by path, instead of what is there.
  ///   - waits: paths that have not come yet.
  static func files(
    _ contents: [String: String], problems: [String: DataProblem] = [:], waits: Set<String> = []
  ) -> DataFiles<Wait> {
    @Sendable func check(_ path: RelativePath) throws(Wait) -> DataProblem? {
      if waits.contains(path.text) { throw Wait(path: path.text) }
      if let problem = problems[path.text] { return problem }
      let isThere = contents.keys.contains { $0 == path.text || $0.hasPrefix(path.text + "/") }
      return isThere ? nil : .missing
    }
    return DataFiles(
      read: { (path, limit) throws(Wait) in
        if let problem = try check(path) { return .failure(problem) }
        let bytes = Array((contents[path.text] ?? "").utf8)
        return .success(.init(Array(bytes.prefix(limit)), isTruncated: bytes.count > limit))
      },
      list: { (path) throws(Wait) in
        if let problem = try check(path) { return .failure(problem) }
        let names = contents.keys.filter { $0.hasPrefix(path.text + "/") }
        return .success(names.map { String($0.dropFirst(path.text.count + 1)) }.sorted())
      },
      kind: { (path) throws(Wait) in
        if let problem = try check(path) { return .failure(problem) }
        return .success(contents[path.text] == nil ? .directory : .file)
      }, target: { (_) throws(Wait) in .success(nil) })
  }

  static let base: [String: String] = [
    "profiles/p.json": #"{"version":"1","cloud_config":"c","sshkey":"k"}"#,
    "configs/c.yml": "#cloud-config\n", "sshkeys/k.pub": "ssh-rsa AAAA me\n",
    "images/amd64-usr/1/coreos_production_pxe.vmlinuz": "",
    "images/amd64-usr/1/coreos_production_pxe_image.cpio.gz": "",
    "profiles/m.json": #"{"os":"flatcar","version":"1","install":{"cloud_config":"t"}}"#,
    "configs/t.yml.tmpl": "x", "profiles/broken.json": "{",
    "images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz": "",
    "images/flatcar/amd64-usr/1/flatcar_production_pxe_image.cpio.gz": "",
  ]

  static func build(
    _ name: String, _ occasion: ScriptOccasion = .byName, _ files: DataFiles<Wait>
  ) throws -> BuiltScript {
    try ScriptBuilder(files, base: Array("http://h".utf8), reportsByToken: true)
      .script(profile: Array(name.utf8), occasion)
  }

  static func failure(_ name: String, _ files: DataFiles<Wait>) -> String? {
    do {
      _ = try build(name, .byName, files)
      return nil
    } catch ScriptBuilder<Wait>.Stop.failed(let failure) {
      return failure.sentence
    } catch {
      return "\(error)"
    }
  }

  @Test func `makes what the profile says, and tells of what`() throws {
    let built = try Self.build("p", .byName, Self.files(Self.base))
    let text = String(decoding: built.text, as: UTF8.self)
    #expect(text.contains("set base-url http://h/images/amd64-usr/${coreos-version}\n"))
    #expect(text.contains("sshkey=\"ssh-rsa AAAA me\""))
    #expect(built.warnings == [] && !built.isPassing && !built.installs)
    #expect(
      built.dependencies.map(\.text)
        == ["profiles/p.json", "configs/c.yml.tmpl", "sshkeys/k.pub"])
  }

  @Test func `leaves a place for a machine's own query only while it is installed`() throws {
    let files = Self.files(Self.base)
    let built = try Self.build("m", .installing, files)
    #expect(built.installs && built.text.contains(0) && built.warnings == [])
    let settled = try Self.build("m", .settled(platform: "pcbios"), files)
    #expect(String(decoding: settled.text, as: UTF8.self).contains("sanboot"))
    #expect(settled.dependencies.map(\.text) == ["profiles/m.json"])
  }

  @Test(
    arguments: [
      ("none", [:], "unknown profile: profiles/none.json: no such file"),
      (
        "p", ["sshkeys/k.pub": .missing], "sshkeys/k.pub, which profiles/p.json names: no such file"
      ),
      (
        "p", ["profiles/p.json": .denied],
        "profiles/p.json: the server may not read it; check its owner and mode"
      ),
      ("p", ["profiles/p.json": .exhausted("too many")], "profiles/p.json: too many"),
      (
        "p", ["profiles/p.json": .special],
        "unknown profile: profiles/p.json: is not a regular file"
      ),
      (
        "broken", [:],
        "profiles/broken.json is not valid JSON: line 1, column 2: a key in quotes is missing"
      ),
      ("../p", [:], "unknown profile: profiles/../p.json: no such file"),
    ] as [(String, [String: DataProblem], String)])
  func `says why there is none`(name: String, problems: [String: DataProblem], sentence: String) {
    #expect(Self.failure(name, Self.files(Self.base, problems: problems)) == sentence)
  }

  @Test func `stops at each file that has to be waited for, and asks for it again`() throws {
    let all = ["profiles/p.json", "configs/c.yml.tmpl", "sshkeys/k.pub", "configs/c.yml"]
    for path in all {
      let files = Self.files(Self.base, waits: [path])
      do {
        _ = try Self.build("p", .byName, files)
        Issue.record("\(path) is not asked for")
      } catch ScriptBuilder<Wait>.Stop.pending(let wait) {
        #expect(wait.path == path)
      }
    }
  }

  @Test func `refuses a profile that is too large`() {
    var files = Self.base
    files["profiles/p.json"] = String(repeating: " ", count: ScriptBuilder<Wait>.fileLimit + 1)
    #expect(Self.failure("p", Self.files(files)) == "profiles/p.json is larger than 4 MB")
  }
}
