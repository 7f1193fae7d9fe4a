// BootTests: profiles of the original's keys, against an oracle.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

func render(
  _ json: String, base: String = "h:4777", key: String? = nil, name: String = "p",
  imageNames: [String] = []
) throws -> String {
  var files = ["profiles/\(name).json": json]
  for folder in ["43.2", "40.1", "stable"] {
    for image in imageNames { files["images/fedora-coreos/x86_64/\(folder)/\(image)"] = "" }
  }
  for key in ["k", "c"] { files["sshkeys/\(key).pub"] = "ssh-rsa AAAA" }
  if let key { files["sshkeys/k.pub"] = key }
  return try render(files, base: base, name: name)
}

/// The script of a profile from files in memory.
func render(
  _ files: [String: String], base: String = "h:4777", name: String = "p",
  _ occasion: ScriptOccasion = .byName
) throws -> String {
  let builder = ScriptBuilder(
    ScriptBuilderTests.files(files), base: Array("http://\(base)".utf8), reportsByToken: true)
  do {
    let built = try builder.script(profile: Array(name.utf8), occasion)
    return String(decoding: built.text, as: UTF8.self)
  } catch {
    guard case .failed(let failure) = error else { throw error }
    throw failure
  }
}

/// The sentence a profile is refused with; empty when it is not.
func complaint(_ json: String, key: String? = nil) -> String {
  do {
    _ = try render(json, key: key)
    return ""
  } catch {
    return (error as? ScriptFailure)?.sentence ?? "\(error)"
  }
}

@Suite("A profile of the original's keys")
struct OriginalScriptTests {
  /// Each key's JSON and its words on the command line, in the script's order; `version` is last.
  static let keys = [
    (#""rootfstype": "btrfs""#, " rootfstype=btrfs"),
    (#""console": ["tty0", "ttyS0"]"#, " console=tty0 console=ttyS0"),
    (#""cloud_config": "dev""#, " cloud-config-url=http://h:4777/configs/dev.yml"),
    (#""coreos_autologin": "tty1""#, " coreos.autologin=tty1"),
    (#""sshkey": "k""#, #" sshkey="ssh-rsa AAAA me@host""#),
    (#""root": "/dev/sda1""#, " root=/dev/sda1"),
    (#""version": "1298.6.0""#, ""),
  ]

  @Test(arguments: 0..<128)
  func `gives the original's bytes for every subset`(subset: Int) throws {
    let chosen = Self.keys.indices.filter { subset >> $0 & 1 == 1 }
    // The order of the file does not matter.
    let json = "{" + chosen.reversed().map { Self.keys[$0].0 }.joined(separator: ",") + "}"
    let version = chosen.contains(6) ? "1298.6.0" : ""
    let expected =
      "#!ipxe\nset coreos-version \(version)\n"
      + "set base-url http://h:4777/images/amd64-usr/${coreos-version}\n"
      + "kernel ${base-url}/coreos_production_pxe.vmlinuz"
      + chosen.map { Self.keys[$0].1 }.joined()
      + "\ninitrd ${base-url}/coreos_production_pxe_image.cpio.gz\nboot\n"
    #expect(try render(json, key: "ssh-rsa AAAA me@host\n") == expected)
  }

  @Test(arguments: [
    (#"{"version":"a","VERSION":"b"}"#, "b"), (#"{"Version":"a","version":null}"#, "a"),
    (#"{"ver\u017fion":"s"}"#, "s"), ("null", ""), ("{}", ""),
    (#"{"versions":"x","o":{"a":[1]}}"#, ""),
    (" \n{\"version\" : \"\\u0061\\ud83d\\ude00\"}\t", "a😀"),
  ])
  func `is matched and merged as the original did`(json: String, version: String) throws {
    #expect(try render(json).contains("set coreos-version \(version)\n"))
  }

  @Test func `takes a later list wholly`() throws {
    let script = try render(#"{"console":["a","b"],"CON\u017fOLE":["c"]}"#)
    #expect(script.contains("vmlinuz console=c\n"))
  }

  @Test(arguments: [
    ("", "line 1, column 1: the file is empty"), ("{", "a key in quotes is missing"),
    (#"{"version":"1",}"#, "no key follows the comma"),
    (#"{"version":"1"} x"#, "something follows"),
    ("[]", "must hold a JSON object"),
    (#"{"version":1}"#, "\"version\" must be a string, but is a number"),
    (#"{"console":"tty0"}"#, "\"console\" must be a list of strings"),
    (#"{"console":[1]}"#, "holds a number"),
    ("{\"version\":\"a\nb\"}", "a string holds a control character"),
    (#"{"version":"\x"}"#, "unknown escape"),
    (#"{"version":tru}"#, "no value begins"), (#"{"a":01}"#, "comma or }"),
  ])
  func `is refused with file and reason when it is broken`(json: String, reason: String) {
    let found = complaint(json)
    #expect(found.hasPrefix("profiles/p.json"))
    #expect(found.contains(reason), "\(found)")
  }
}

@Suite("A value that iPXE would take for syntax")
struct InjectionTests {
  @Test(arguments: [
    (#"{"root":"/dev/sda1 || reboot"}"#, "root"), (#"{"root":"a && b"}"#, "root"),
    (#"{"root":"a ; b"}"#, "root"), (#"{"root":"a #b"}"#, "root"), (#"{"root":"a\\"}"#, "root"),
    (#"{"root":"a\nreboot"}"#, "root"), (#"{"root":"a\rb"}"#, "root"),
    (#"{"root":"a\u0000"}"#, "root"),
    (#"{"root":"a\tb"}"#, "root"), (#"{"console":["\""]}"#, "console"),
    (#"{"root":"a\"b"}"#, "root"),
    (#"{"os":"fedora-coreos","version":"a b"}"#, "version"),
    (#"{"os":"generic","kernel":"-k://x"}"#, "kernel"), (#"{"root":"a\u007f"}"#, "root"),
    (##"{"version":"#1"}"##, "version"),
    (#"{"version":"|| reboot"}"#, "version"), (#"{"version":"1 ||"}"#, "version"),
    (#"{"console":["tty0","a ; b"]}"#, "console"),
    (#"{"coreos_autologin":"a && b"}"#, "coreos_autologin"),
    (#"{"rootfstype":"a || b"}"#, "rootfstype"), (#"{"cloud_config":"a || b"}"#, "cloud_config"),
    (#"{"os":"flatcar","args":["a || b"]}"#, "args"),
    (##"{"os":"flatcar","args":["#x"]}"##, "args"),
    (#"{"os":"flatcar","args":[";"]}"#, "args"),
    (#"{"os":"generic","kernel":"http://h/a b"}"#, "kernel"),
    (#"{"os":"generic","kernel":"../x"}"#, "kernel"),
    (#"{"os":"generic","kernel":"http://h/\n"}"#, "kernel"),
    (#"{"os":"generic","kernel":"k","initrd":["http://h/\\"]}"#, "initrd"),
    (#"{"image_base_url":"http://h/x || y"}"#, "image_base_url"),
    (#"{"image_base_url":"h/x"}"#, "image_base_url"),
  ])
  func `is refused with file and key`(json: String, key: String) {
    let found = complaint(json)
    #expect(found.hasPrefix("profiles/p.json: \"\(key)\" "), "\(found)")
  }

  @Test(arguments: [
    #"{"root":"/dev/sda1 rw"}"#, ##"{"root":"#1"}"##, #"{"root":"a||b"}"#, #"{"root":"||"}"#,
    #"{"root":"${net0/ip}"}"#, #"{"cloud_config":"a ||"}"#, #"{"root":"a;b&&c#d"}"#,
    #"{"root":"\"a\""}"#,
  ])
  func `is left alone where iPXE would not`(json: String) { #expect(complaint(json) == "") }
}

@Suite("A key file")
struct SSHKeyTests {
  @Test(arguments: [
    ("ssh-rsa AAAA me\n", "ssh-rsa AAAA me"),
    ("\u{a0} \n\tssh-rsa AAAA\u{2003}\r\n", "ssh-rsa AAAA"),
    ("ssh-rsa AAAA me && you", "ssh-rsa AAAA"), ("ssh-rsa AAAA me #2", "ssh-rsa AAAA"),
    ("ssh-rsa AAAA ; reboot", "ssh-rsa AAAA"), ("ssh-rsa AAAA a || b", "ssh-rsa AAAA"),
    ("ssh-rsa AAAA a\\", "ssh-rsa AAAA"), ("ssh-rsa\tAAAA\tme", "ssh-rsa AAAA me"),
    ("no-pty ssh-rsa AAAA x ; y", "no-pty ssh-rsa AAAA"),
    ("ssh-rsa AAAA me ||", "ssh-rsa AAAA me ||"),
    ("sk-ssh-ed25519@openssh.com AAAA # x", "sk-ssh-ed25519@openssh.com AAAA"),
    ("# mine\n\nssh-rsa AAAA me\n", "ssh-rsa AAAA me"), ("ssh-rsa AAAA a#b", "ssh-rsa AAAA a#b"),
  ])
  func `gives one line that boots`(content: String, line: String) throws {
    let key = try SSHKey(content: Array(content.utf8), file: "sshkeys/k.pub")
    #expect(key?.line == Array(line.utf8))
  }

  @Test(arguments: [
    ("ssh-rsa AAAA a\nssh-rsa BBBB b", "holds 2 keys"),
    ("command=\"x\" ssh-rsa AAAA", "double quote"),
    ("from=a ; ssh-rsa AAAA", "another iPXE command"), ("x y z && b", "begin another command"),
    ("ssh-rsa AA\u{1}AA", "control character"),
  ])
  func `is refused rather than changed`(content: String, reason: String) {
    #expect {
      _ = try SSHKey(content: Array(content.utf8), file: "sshkeys/k.pub")
    } throws: {
      let text = "\($0)"
      return text.hasPrefix("sshkeys/k.pub: ")
        && (text.contains(reason) || text.contains("begin another command"))
    }
  }

  @Test func `of blanks is no key`() throws {
    #expect(try SSHKey(content: Array(" \n\t\n".utf8), file: "f") == nil)
  }
}
