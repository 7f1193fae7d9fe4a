// BootServerTests/Print: files of services, word by word.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("What print makes for services")
struct ServicePrintTests {
  /// Each line prints `Golden/print/NAME.txt`; a changed text is a changed golden file.
  static let goldens = [
    "systemd": "systemd",
    "systemd-all": "systemd --data-dir /home/me/boot --state-dir /srv/state --listen [::1]:80"
      + " --also-serve /mnt/a --also-serve /tmp/b%c --base-url https://boot.example"
      + " --api-token-file /etc/boot/token --update-images 24h --expect-state",
    "nginx": "nginx --base-url https://boot.example --certificate /etc/ssl/boot.pem"
      + " --certificate-key /etc/ssl/boot.key",
    "nginx-path": "nginx --base-url http://boot.example/rack --listen 127.0.0.1:4777",
    "haproxy": "haproxy --base-url https://boot.example --certificate /etc/ssl/boot.pem",
    "haproxy-path": "haproxy --base-url http://boot.example:8080/r.1 --listen [::1]:4777",
    "container": "container",
    "container-all": "container --data-dir /srv/my%boot --state-dir /srv/state --listen :4777"
      + " --also-serve /mnt/a;b --api-token-file /etc/boot/token --update-images 24h",
  ]

  @Test(arguments: goldens.keys.sorted())
  func `is the golden file`(name: String) throws {
    #expect(try Printing.text(#require(Self.goldens[name])) == Printing.golden(name))
  }

  @Test func `takes variables like options, and leaves defaults away`() throws {
    let unit = try Printing.files(
      "systemd",
      environment: [
        "COREOS_IPXE_SERVER_UNMATCHED": "menu", "COREOS_IPXE_SERVER_EXPECT_STATE": "no",
        "COREOS_IPXE_SERVER_LISTEN_ADDR": ":8080",
      ])
    let start = unit[0].body.split(separator: "\n").first { $0.hasPrefix("ExecStart=") }
    #expect(start == "ExecStart=/usr/bin/coreos-ipxe-server --unmatched menu")
    #expect(unit[1].body.contains("\nListenStream=8080\n"))
  }

  @Test func `names a program that a build has where it will be installed`() throws {
    let unit = try Printing.files("systemd", program: "/home/me/.build/debug/server")[0]
    #expect(unit.body.contains("\nExecStart=/usr/local/bin/coreos-ipxe-server\n"))
    #expect(
      unit.body.hasPrefix(
        "# First: install /home/me/.build/debug/server /usr/local/bin/coreos-ipxe-server\n"))
  }

  @Test(arguments: [
    ("systemd --listen boot.example:80", "print systemd needs an address in --listen"),
    ("systemd --listen :http", "print systemd needs a port's number in --listen"),
    ("systemd --listen :0", "print systemd needs a port's number in --listen"),
    ("nginx", "print nginx needs --base-url URL"),
    ("haproxy", "print haproxy needs --base-url URL"),
    ("nginx --base-url https://b", "print nginx needs --certificate FILE for https://b"),
    (
      "nginx --base-url https://b --certificate /c",
      "print nginx needs --certificate-key FILE for https://b"
    ),
    ("haproxy --base-url https://b", "print haproxy needs --certificate FILE for https://b"),
    (
      "nginx --base-url http://b:4777",
      "the proxy and the server cannot both have port 4777: say another of the server's with"
        + " --listen, as in --listen 127.0.0.1:4778"
    ),
    ("nginx --base-url http://b --listen b:4777", "print nginx needs an address in --listen"),
    ("container", "print container knows no image of this host's system"),
    ("container --listen :80", "print container needs a port from 1024 on in --listen"),
    ("completion", "print completion needs one of: bash, zsh"),
    ("completion fish", "print completion needs one of: bash, zsh"),
    ("man bash", "print man takes no 'bash'"),
    ("systemdd", "print knows no 'systemdd'; did you mean 'systemd'? It prints "),
  ])
  func `asks for what it cannot know`(line: String, reason: String) {
    let refusal = Printing.refusal(line)
    #expect(refusal.hasPrefix(reason), "\(refusal)")
  }

  @Test func `names directories by their whole paths, also those that are not there yet`() throws {
    let place = try TemporaryDirectory()
    let here = RealPath.of(place.path)
    for (kind, wanted) in [
      ("qemu", "--data-dir \(here)/boot/x --state-dir \(here)/st"),
      ("systemd", "--data-dir \(here)/boot/x"),
    ] {
      let words = ["print", kind] + (kind == "qemu" ? ["bios"] : [])
      let printed = try Program.run(
        Program.built("coreos-ipxe-server"), words + ["--data-dir", "boot/x", "--state-dir", "st"],
        directory: place.path)
      #expect(printed.output.contains(wanted), "\(printed.output)")
    }
  }

  @Test func `writes files, and touches none that is there`() throws {
    let directory = try TemporaryDirectory(["coreos-ipxe-server.service": "mine\n"])
    let words = ["print", "container", "--image", "debian:12", "--dir", directory.path]
    let wrote = try Program.run(Program.built("coreos-ipxe-server"), words)
    #expect(wrote.status == 0, "\(wrote.output)")
    let run = directory.path + "/run-coreos-ipxe-server"
    #expect(
      wrote.output == "wrote \(directory.path)/Containerfile\nwrote \(run)\n"
        && access(run, X_OK) == 0)
    let again = try Program.run(
      Program.built("coreos-ipxe-server"), ["print", "systemd", "--dir", directory.path])
    #expect(again.status == 1)
    #expect(again.output.contains("coreos-ipxe-server.service is there already"))
    #expect(try directory.read("coreos-ipxe-server.service") == Data("mine\n".utf8))
  }

  /// What a person reads first: what it does, where it goes, how to see that it works.
  @Test(arguments: goldens.values.sorted() + ["completion bash", "completion zsh", "man"])
  func `says what it is, where it goes and how to see that it works`(line: String) throws {
    for file in try Printing.files(line) {
      #expect(file.about.count == 3 && file.body.hasSuffix("\n"))
      #expect(file.about[1].hasPrefix("Where: "), "\(file.about)")
      #expect(file.about[2].hasPrefix("See that it works"), "\(file.about)")
    }
  }
}
