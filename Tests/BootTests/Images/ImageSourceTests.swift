// BootTests/Images: source rows.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

/// A row with what it must have, and one more member.
func imageRow(_ members: String = "", replacing key: String = "") -> String {
  let own = [
    ("base", #""https://h/{channel}/{arch}""#),
    ("arch", #"{"amd64": "amd64-usr", "arm64": "a64"}"#),
    ("channels", #"["stable", "beta"]"#), ("latest", #"{"path": "v.txt", "line": "V="}"#),
    ("files", #"["{version}/k", "{version}/i"]"#),
  ]
  let kept = own.filter { $0.0 != key }.map { "\"\($0.0)\": \($0.1)" }
  return "{\(([members] + kept).filter { !$0.isEmpty }.joined(separator: ", "))}"
}

func imageSource(_ json: String, name: String = "x") throws -> ImageSource {
  try ImageSource(name: name, file: "images/sources/\(name).json", text: Array(json.utf8))
}

@Suite("A source row")
struct ImageSourceTests {
  @Test func `is read, every key of it`() throws {
    let source = try imageSource(
      imageRow(
        #""disk_images": ["{version}/d"], "digests": ["{file}.DIGESTS"], "signed": ".sig","#
          + #""keys": ["f88cfedeff29a5b4d9523864e25d9aed0593b34a"], "key_url": "https://h/key.asc","#
          + #""expired_keys": true, "layout": "boot/{file}""#))
    #expect(source.arches.map(\.own) == ["amd64-usr", "a64"])
    #expect(source.channels == ["stable", "beta"])
    #expect(source.latest?.reading == .line("V="))
    #expect(source.hasDiskImages)
    #expect(source.signed == .suffix(".sig"))
    #expect(source.keys == ["F88CFEDEFF29A5B4D9523864E25D9AED0593B34A"])
    #expect(source.keyURL == "https://h/key.asc")
    #expect(source.acceptsExpiredKeys)
    #expect(source.verification == .openpgp)
  }

  @Test(arguments: [
    (#"{"base": 1}"#, "\"base\" must be a string, but is a number"),
    ("[]", "the file must be an object, { and }, but is a list"),
    ("{\n]", "line 2, column 1: this is not JSON: a key in quotes is missing"),
    ("{}", "the key \"base\" is missing"),
    (
      imageRow(#""digest": []"#),
      "column 2: the key \"digest\" is unknown; did you mean \"digests\"?"
    ),
    (imageRow(#""zzzzzzzz": []"#), "is unknown; known are base, arch"),
    (imageRow(#""base": "https://h""#), "the key \"base\" comes twice"),
    (imageRow(#""base": "h/x""#, replacing: "base"), "must begin with https:// or http://"),
    (imageRow(#""base": "file:///x""#, replacing: "base"), "must begin with https:// or http://"),
    (imageRow(#""base": "https:///x""#, replacing: "base"), "names no host"),
    (imageRow(#""base": "https://u:p@h/x""#, replacing: "base"), "holds a user's name"),
    (imageRow(#""base": "https://h/../x""#, replacing: "base"), "could climb"),
    (imageRow(#""base": "https://h/x?y""#, replacing: "base"), "in front of ? and #"),
    (
      imageRow(#""base": "https://h/{version}""#, replacing: "base"), "has {version}, but {channel}"
    ),
    (imageRow(#""arch": {}"#, replacing: "arch"), "names no processor"),
    (imageRow(#""arch": {"amd64": "../x"}"#, replacing: "arch"), "must be a word for a processor"),
    (imageRow("", replacing: "channels"), "the key \"channels\" is missing"),
    (imageRow(#""channels": ["a", "a"]"#, replacing: "channels"), "names a channel twice"),
    (imageRow(#""channels": ["a/b"]"#, replacing: "channels"), "a channel is a word"),
    (imageRow(#""latest": {"path": "x"}"#, replacing: "latest"), "needs one of"),
    (
      imageRow(#""latest": {"path": "x", "line": "a", "match": "b"}"#, replacing: "latest"),
      "needs one"
    ),
    (
      imageRow(#""latest": {"path": "x", "match": "("}"#, replacing: "latest"),
      "no regular expression"
    ),
    (imageRow(#""latest": {"path": "../x", "line": "a"}"#, replacing: "latest"), "could climb"),
    (
      imageRow(#""latest": {"path": "x", "stream": false}"#, replacing: "latest"),
      "can only be true"
    ),
    (
      imageRow(#""latest": {"path": "x", "lines": "a"}"#, replacing: "latest"),
      "did you mean \"line\"?"
    ),
    (imageRow("", replacing: "files"), "the key \"files\" is missing"),
    (
      imageRow(#""files": ["../k"]"#, replacing: "files"), "holds \"../k\", which holds . or .. and"
    ),
    (imageRow(#""files": ["/k"]"#, replacing: "files"), "is an absolute path"),
    (imageRow(#""files": [".k"]"#, replacing: "files"), "begins with a dot"),
    (imageRow(#""files": ["a//k"]"#, replacing: "files"), "two slashes"),
    (imageRow(#""files": ["a b"]"#, replacing: "files"), "holds a blank"),
    (imageRow(#""files": ["a\u0000b"]"#, replacing: "files"), "holds the byte 00"),
    (imageRow(#""files": ["https://h/x"]"#, replacing: "files"), "is a URL"),
    (imageRow(#""files": ["{file}"]"#, replacing: "files"), "has {file}, but"),
    (imageRow(#""files": ["{verson}/k"]"#, replacing: "files"), "has {verson}, but {channel}"),
    (imageRow(#""files": ["a{"]"#, replacing: "files"), "has {, but"),
    (imageRow(#""files": ["a/k", "b/k"]"#, replacing: "files"), "puts two files at one place: b/k"),
    (imageRow(#""signed": "clear""#), "no \"digests\" are signed so"),
    (imageRow(#""signed": "sig""#), "the ending of a signature's file"),
    (imageRow(#""signed": "./sig""#), "the ending of a signature's file"),
    (imageRow(#""signed": ".sig", "keys": ["93D2DCB4"]"#), "40 hexadecimal digits"),
    (imageRow(#""signed": ".sig", "keys": ["\#(String(repeating: "g", count: 40))"]"#), "40 hex"),
    (imageRow(#""keys": ["\#(String(repeating: "a", count: 40))"]"#), "no \"signed\" says"),
    (imageRow(#""key_url": "ftp://h/k""#), "must begin with https:// or http://"),
    (imageRow(#""expired_keys": "yes""#), "must be true or false, but is a string"),
    (imageRow(#""layout": "../{file}""#), "could climb"),
    (imageRow(#""layout": {"k": "x"}"#), "the key \"k\" is unknown"),
    (imageRow(#""layout": {"{version}/k": "a", "{version}/i": "a"}"#), "two files at one place"),
  ])
  func `is refused`(json: String, message: String) {
    do {
      _ = try imageSource(json)
      Issue.record("it was read: \(json)")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
      #expect("\(error)".hasPrefix("images/sources/x.json"))
    }
  }

  @Test func `of a stream has no digest files of its own`() throws {
    let latest = #""latest": {"path": "s.json", "stream": true}, "digests": ["x"]"#
    #expect(throws: ImageFileError.self) {
      try imageSource(imageRow(latest + #", "files": ["metal/pxe/kernel"]"#, replacing: "latest"))
    }
  }

  @Test func `can be saved, and is the same then`() throws {
    for source in ImageSource.builtIn {
      #expect(try imageSource(source.fileText, name: source.name) == source)
    }
    let own = try imageSource(imageRow(#""layout": {"{version}/k": "boot/{file}"}"#))
    #expect(try imageSource(own.fileText) == own)
  }

  @Test func `has a name that can be a folder's`() {
    for name in ["flatcar", "my-os", "leap16"] { #expect(ImageSource.nameFault(name) == nil) }
    for name in ["", "..", "a/b", ".x", "files", "keys", "sources", "amd64-usr"] {
      #expect(ImageSource.nameFault(name) != nil, "\(name)")
    }
  }

  @Test func `knows processors by all their words`() throws {
    let source = try imageSource(imageRow())
    #expect(source.arch(nil)?.own == "amd64-usr")
    for word in ["x86_64", "amd64", "amd64-usr"] { #expect(source.arch(word)?.own == "amd64-usr") }
    #expect(source.arch("aarch64")?.own == "a64")
    #expect(source.arch("s390x") == nil)
    #expect(source.folder(of: source.arches[0]) == "x/amd64-usr")
  }
}

@Suite("The built-in source rows")
struct BuiltInSourceTests {
  @Test func `are read, each once`() throws {
    let rows = try ImageSource.rows(PackageResources.sources_json)
    #expect(rows.count == 15)
    #expect(Set(rows.map(\.name)).count == rows.count)
    #expect(ImageSource.builtIn == rows)
    #expect(ImageSource.nearest(to: "flatcat") == "flatcar")
    #expect(ImageSource.nearest(to: "min", own: ["mine"]) == "mine")
  }

  @Test func `put files where the presets look for them`() throws {
    for source in ImageSource.builtIn {
      let preset = try #require(Preset.named(source.name), "\(source.name)")
      for arch in source.arches {
        #expect(preset.summary.arches.contains(arch.own), "\(source.name): \(arch.own)")
        let folder = preset.summary.folder.replacing("ARCH", with: arch.own)
        #expect(folder == "images/\(source.folder(of: arch))/VERSION")
      }
    }
  }

  @Test func `are signed by keys that somebody publishes`() {
    for source in ImageSource.builtIn where !source.keys.isEmpty {
      #expect(source.signed != nil)
      #expect(source.keyURL != nil)
      #expect(source.acceptsExpiredKeys == (source.name == "coreos"))
    }
    #expect(ImageSource.named("flatcar")?.keys == ["F88CFEDEFF29A5B4D9523864E25D9AED0593B34A"])
    #expect(
      ImageSource.named("coreos")?.folder(of: .init(usual: "amd64", own: "amd64-usr"))
        == "amd64-usr")
    let signed = ImageSource.builtIn.filter { $0.verification == .openpgp }.map(\.name)
    #expect(signed == ["coreos", "flatcar", "fedora-coreos", "debian", "opensuse"])
    let unsigned = ImageSource.builtIn.filter { $0.verification == .unsigned }.map(\.name)
    #expect(unsigned == ["ubuntu", "nixos", "alpine", "arch"])
  }
}
