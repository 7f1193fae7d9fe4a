// BootServerTests: a data directory of what is at hand.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("init")
struct InitTests {
  /// What it says, and the profile that it made.
  private func made(
    in directory: TemporaryDirectory, busybox: String = "/nonexistent", home: String? = nil,
    wanted: String? = nil
  ) throws -> (said: String, profile: String?) {
    let said = Locked<[String]>([])
    var command = InitCommand(directory: directory.path)
    command.login.kernels = directory.path + "/boot"
    command.login.busybox = busybox
    command.home = home
    command.wanted = wanted
    command.say = { line in said.withLock { $0.append(line) } }
    try command.make()
    let profile = try? String(
      contentsOfFile: directory.path + "/profiles/default.json", encoding: .utf8)
    return (said.withLock { $0.joined(separator: "\n") }, profile)
  }

  @Test func `says what lacks where nothing can be booted, and makes the folders`() throws {
    let directory = try TemporaryDirectory()
    let made = try made(in: directory)
    #expect(made.profile == nil)
    #expect(made.said.contains("no image to boot: this host has no kernel"))
    #expect(made.said.contains("init \(directory.path) --fetch flatcar"))
    for folder in ["configs", "images", "profiles", "sshkeys"] {
      #expect(FileManager.default.fileExists(atPath: "\(directory.path)/\(folder)"))
    }
    try directory.write("boot/vmlinuz-1", "kernel")
    #expect(try self.made(in: directory).said.contains("apt-get install busybox-static"))
  }

  @Test func `boots an image that is there, by its channel`() throws {
    let place = "images/flatcar/amd64-usr/1.2.3"
    let directory = try TemporaryDirectory([
      "\(place)/flatcar_production_pxe.vmlinuz": "k",
      "\(place)/flatcar_production_pxe_image.cpio.gz": "i",
      // Half of a version is none.
      "images/flatcar/amd64-usr/9.9.9/flatcar_production_pxe.vmlinuz": "k",
      // An installer would write to disks.
      "home/.ssh/id_rsa.pub": "ssh-rsa AAAA me",
      "images/debian/amd64/12/linux": "k", "images/debian/amd64/12/initrd.gz": "i",
    ])
    let made = try made(in: directory, home: directory.path + "/home")
    #expect(made.said.contains("boots flatcar 1.2.3 of \(place)"))
    let profile = try #require(made.profile)
    #expect(profile.contains("\"sshkey\": \"default\"") && made.said.contains("copied"))
    #expect(profile.contains("\"version\": \"1.2.3\"") && !profile.contains("install"))
    // What is there stays.
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/images/flatcar/amd64-usr/stable", withDestinationPath: "1.2.3")
    #expect(try self.made(in: directory).said.contains("is there, and stays as it is"))
    try FileManager.default.removeItem(atPath: directory.path + "/profiles/default.json")
    #expect(try self.made(in: directory).profile?.contains("\"version\": \"stable\"") == true)
    let server = try TestServer(directory: directory)
    #expect(try server.get("/?profile=default").text.contains("flatcar_production_pxe.vmlinuz"))
  }

  @Test func `boots the original's images`() throws {
    let directory = try TemporaryDirectory([
      "images/amd64-usr/1298.6.0/coreos_production_pxe.vmlinuz": "k",
      "images/amd64-usr/1298.6.0/coreos_production_pxe_image.cpio.gz": "i",
    ])
    let profile = try #require(try made(in: directory).profile)
    #expect(profile.contains("\"os\": \"coreos\"") && !profile.contains("arch"))
    let server = try TestServer(directory: directory)
    let script = try server.get("/?profile=default").text
    #expect(script.contains("/images/amd64-usr/") && script.contains("1298.6.0"), "\(script)")
  }

  @Test(.needs(.busybox, .cpio)) func `boots this host's kernel, to a login`() throws {
    let directory = try TemporaryDirectory([
      "boot/vmlinuz-6.1-amd64": "old", "boot/vmlinuz-6.1-cloud-amd64": "kernel",
    ])
    let made = try made(in: directory, busybox: Tool.busybox.path)
    #expect(made.said.contains("boots this host's own kernel to a login"))
    let folder = directory.path + "/images/login"
    #expect(try String(contentsOfFile: folder + "/vmlinuz", encoding: .utf8) == "kernel")
    let list = try Program.run("/bin/sh", ["-c", "cpio -itv < '\(folder)/initrd.img' 2>&1"])
    #expect(list.status == 0)
    for line in ["init -> bin/busybox", "etc/inittab", "bin/sh -> busybox"] {
      #expect(list.output.contains(line), "\(list.output)")
    }
    let server = try TestServer(directory: directory)
    #expect(try server.get("/?profile=default").text.contains("/images/login/vmlinuz"))
    #expect(try server.get("/images/login/vmlinuz").status == 200)
    // What a person put there stays, though the profile is made anew.
    try directory.write("images/login/vmlinuz", "mine")
    try FileManager.default.removeItem(atPath: directory.path + "/profiles/default.json")
    #expect(try self.made(in: directory, busybox: Tool.busybox.path).profile != nil)
    #expect(try String(contentsOfFile: folder + "/vmlinuz", encoding: .utf8) == "mine")
  }

  @Test func `takes no busybox that needs libraries`() throws {
    let directory = try TemporaryDirectory(["boot/vmlinuz-1": "kernel"])
    for program in ["/bin/sh", "/etc/passwd"] {
      #expect(try made(in: directory, busybox: program).said.contains("needs no library"))
    }
  }

  @Test func `fetches only what every machine may boot`() {
    #expect(
      CommandLineTests.parse(["init", "lab", "--fetch", "debian"])
        == "--fetch takes flatcar, coreos, fedora-coreos, not 'debian': they run from memory, and are"
        + " signed; images fetch brings others")
  }

  @Test func `takes the system that was asked for, though there is another`() throws {
    let directory = try TemporaryDirectory([
      "images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz": "k",
      "images/flatcar/amd64-usr/1/flatcar_production_pxe_image.cpio.gz": "i",
      "images/amd64-usr/2/coreos_production_pxe.vmlinuz": "k",
      "images/amd64-usr/2/coreos_production_pxe_image.cpio.gz": "i",
    ])
    let made = try made(in: directory, wanted: "coreos")
    #expect(made.profile?.contains("\"os\": \"coreos\"") == true)
  }

  @Test(.needs(.curl)) func `makes no profile where it cannot fetch, so that one may try again`()
    throws
  {
    // It has nothing, and says so at once.
    let upstream = try TestServer()
    let directory = try TemporaryDirectory([
      "images/sources/flatcar.json":
        #"{"base": "http://127.0.0.1:\#(upstream.port)", "arch": {"amd64": "amd64-usr"}, "channels": ["stable"], "#
        + #""latest": {"path": "v", "line": "V="}, "files": ["{version}/k"], "#
        + #""digests": ["{file}.asc"], "signed": "clear", "#
        + #""keys": ["F88CFEDEFF29A5B4D9523864E25D9AED0593B34A"]}"#
    ])
    let result = try Program.run(
      Program.built("coreos-ipxe-server"), ["init", directory.path, "--fetch", "flatcar"])
    #expect(result.status == 1 && result.output.contains("cannot fetch flatcar: "), "\(result)")
    #expect(result.output.contains("Without --fetch, init takes what is at hand"))
    let profiles = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/profiles")
    #expect(profiles.isEmpty)
  }
}

@Suite("What a person sees at the start")
struct WelcomeTests {
  private func lines(_ directory: TemporaryDirectory) -> [String] {
    welcome(directory).lines
  }

  private func welcome(_ directory: TemporaryDirectory) -> Welcome {
    Welcome(
      directory: directory.path, base: "http://192.0.2.1:80", example: "http://e/",
      root: DataRoot(path: directory.path))
  }

  @Test func `is four lines, with what lacks and its cure`() throws {
    let lines = lines(try TemporaryDirectory(["sshkeys/a.pub": "ssh-ed25519 PLACEHOLDER a"]))
    #expect(lines.count == 4 && lines[0].hasSuffix(": 0 profiles"))
    #expect(lines[1] == "Machines chain to http://192.0.2.1:80/boot.ipxe")
    #expect(lines[2] == "Try: curl 'http://e/'")
    for part in ["Missing: a profile (", "an image (", "a key of yours in sshkeys/a.pub"] {
      #expect(lines[3].contains(part), "\(lines[3])")
    }
  }

  @Test func `misses nothing where all is there`() throws {
    let files = [
      "profiles/p.json": #"{"os":"debian","version":"12","install":{"answers":"a.cfg"}}"#,
      "images/debian/amd64/12/linux": "kernel", "images/debian/amd64/12/initrd.gz": "initrd",
      "configs/a.cfg.tmpl": "", "images/README.md": "text",
    ]
    let directory = try TemporaryDirectory(files)
    let lines = lines(directory)
    #expect(lines[0].hasSuffix(": 1 profile"), "\(lines)")
    #expect(lines[3] == "Nothing is missing that profiles name.", "\(lines)")
    var careful = welcome(directory)
    careful.trouble = "The state is careful."
    #expect(careful.lines[3] == "The state is careful.")
  }

  @Test func `names what a profile's script names and what is not there`() throws {
    let directory = try TemporaryDirectory([
      "profiles/p.json": #"{"os":"debian","version":"12","cmdline":"x"}"#, "images/a": "image",
      "profiles/q.json": #"{"cloud_config":"gone.yml","version":"1"}"#,
    ])
    let line = lines(directory)[3]
    #expect(line.hasPrefix("Missing: "), "\(line)")
    for file in ["images/debian/amd64/12/linux (profile p names it)", " more ("] {
      #expect(line.contains(file), "\(line)")
    }
    #expect(line.hasSuffix("check --data-dir \(directory.path) names all)"), "\(line)")
  }

  @Test func `looks at few of many profiles, and says so`() throws {
    let directory = try TemporaryDirectory(["images/a": "image", "profiles/": ""])
    for number in 100..<140 { try directory.write("profiles/p\(number).json", "{") }
    #expect(lines(directory)[3] == "Nothing is missing that the first 20 profiles name.")
  }
}
