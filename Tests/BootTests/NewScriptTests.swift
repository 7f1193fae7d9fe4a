// BootTests: scripts of the new style.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

/// The script's line that begins with a word.
func line(_ word: String, of script: String) -> String {
  script.split(separator: "\n").first { $0.hasPrefix(word + " ") }.map(String.init) ?? ""
}

@Suite("A script of the new style")
struct NewScriptTests {
  @Test func `is this, for Flatcar`() throws {
    let script = try render(
      #"{"os":"flatcar","version":"4593.2.1","ignition":"node","console":["ttyS0"]}"#,
      name: "rack/a b")
    #expect(
      script == """
        #!ipxe
        set coreos-version 4593.2.1
        set base-url http://h:4777/images/flatcar/amd64-usr/${coreos-version}
        set try:int32 1
        :kernel
        set step kernel
        set image-url ${base-url}/flatcar_production_pxe.vmlinuz
        echo Profile rack/a?b: kernel ${image-url}
        imgfree
        kernel --name kernel ${image-url} initrd=initrd0 flatcar.first_boot=1 \
        ignition.config.url=http://h:4777/configs/node.ign console=ttyS0 || goto failed
        :initrd0
        set step initrd0
        set image-url ${base-url}/flatcar_production_pxe_image.cpio.gz
        echo Profile rack/a?b: initrd ${image-url}
        initrd --name initrd0 ${image-url} || goto failed
        echo Profile rack/a?b: booting
        set step kernel
        set image-url the images do not boot
        boot || goto failed
        :failed
        echo Profile rack/a?b: FAILED with ${errno}: ${image-url} (try ${try} of 10)
        iseq ${try} 10 && goto gave_up ||
        inc try
        sleep 5
        goto ${step}
        :gave_up
        echo Profile rack/a?b: gave up after 10 tries, leaving iPXE for the next boot device
        exit 1

        """)
  }

  @Test(arguments: [
    (#"{"os":"coreos","version":"1"}"#, "http://h:4777/images/amd64-usr/${coreos-version}"),
    (#"{"arch":"arm64-usr","version":"1"}"#, "http://h:4777/images/arm64-usr/${coreos-version}"),
    (
      #"{"os":"flatcar","arch":"arm64-usr"}"#,
      "http://h:4777/images/flatcar/arm64-usr"
    ),
    (
      #"{"os":"fedora-coreos","version":"42"}"#,
      "http://h:4777/images/fedora-coreos/x86_64/${coreos-version}"
    ),
    (#"{"image_base_url":"http://o/a/"}"#, "http://o/a"),
    (#"{"image_base_url":"${mirror}/f"}"#, "${mirror}/f"),
    (#"{"image_base_url":"http://o/a"}"#, "http://o/a"),
    (#"{"os":"generic","kernel":"k"}"#, "http://h:4777/images"),
  ])
  func `has its images here`(json: String, base: String) throws {
    #expect(line("set base-url", of: try render(json)) == "set base-url \(base)")
  }

  @Test(arguments: [
    (
      #"{"os":"coreos","ignition":"n"}"#,
      "coreos.first_boot=1 ignition.config.url=http://h:4777/configs/n.ign coreos.config.url=http://h:4777/configs/n.ign"
    ),
    (
      #"{"os":"flatcar","coreos_autologin":"tty1","cloud_config":"c d","sshkey":"k","root":"/dev/sda9"}"#,
      #"cloud-config-url=http://h:4777/configs/c%20d.yml flatcar.autologin=tty1 sshkey="ssh-rsa AAAA" root=/dev/sda9"#
    ),
    (
      #"{"os":"generic","kernel":"k","initrd":[],"cloud_config":"c","args":["a=1 b",""," c"]}"#,
      "cloud-config-url=http://h:4777/configs/c.yml a=1 b  c"
    ),
  ])
  func `says the same in the OS's own words`(json: String, words: String) throws {
    let kernel = line("kernel", of: try render(json, key: "ssh-rsa AAAA"))
    #expect(kernel.contains(" " + words + " || goto failed"), "\(kernel)")
  }

  @Test(arguments: [
    (#"{"os":"fedora-coreos","version":"1","cloud_config":"c"}"#, "cloud_config"),
    (#"{"os":"fedora-coreos","version":"1","sshkey":"c"}"#, "sshkey"),
    (#"{"os":"fedora-coreos","version":"1","coreos_autologin":"c"}"#, "coreos_autologin"),
    (#"{"os":"fedora-coreos"}"#, "kernel"), (#"{"os":"generic"}"#, "kernel"),
    (#"{"os":"generic","kernel":"k","coreos_autologin":"t"}"#, "coreos_autologin"),
    (#"{"os":"widows"}"#, "os"), (#"{"os":"flatcar","arch":"x86"}"#, "arch"),
    (#"{"os":"flatcar","rootfs":"r"}"#, "rootfs"), (#"{"initrd":"x"}"#, "initrd"),
  ])
  func `is refused where the OS has no word for a key`(json: String, key: String) {
    let found = complaint(json)
    #expect(found.hasPrefix("profiles/p.json: \"\(key)\" "), "\(found)")
  }

  @Test func `names every initrd apart, also when two URLs end alike`() throws {
    let script = try render(
      #"{"os":"generic","kernel":"t/k","initrd":["a/i.gz","http://o/b/i.gz?x"]}"#)
    #expect(line("kernel", of: script).contains("${image-url} initrd=initrd0 initrd=initrd1 "))
    #expect(script.contains("set image-url http://h:4777/images/t/k\n"))
    #expect(script.contains("set image-url http://h:4777/images/a/i.gz\n"))
    #expect(script.contains("set image-url http://o/b/i.gz?x\n"))
    #expect(script.contains("initrd --name initrd1 ${image-url} || goto failed\n"))
  }

  @Test func `escapes a path but not what iPXE expands`() throws {
    let script = try render(#"{"os":"generic","kernel":"a b/${mac:hexhyp}#1","args":["x=${ip}"]}"#)
    #expect(script.contains("set image-url http://h:4777/images/a%20b/${mac:hexhyp}%231\n"))
    #expect(script.contains(" x=${ip} "))
  }
}

@Suite("Fedora CoreOS's three files")
struct FedoraTests {
  static let old = "fedora-coreos-40.1-live-kernel-x86_64"
  static let new = "fedora-coreos-43.2-live-kernel.x86_64"

  @Test(arguments: [
    ("43.2", [], new), ("40.1", [old], old), ("43.2", [new], new),
    (
      "stable",
      [
        new, "fedora-coreos-43.2-live-initramfs.x86_64.img",
        "fedora-coreos-43.2-live-rootfs.x86_64.img",
      ], new
    ),
    (
      "stable",
      [
        old, "fedora-coreos-40.1-live-initramfs.x86_64.img",
        "fedora-coreos-40.1-live-rootfs.x86_64.img",
      ], old
    ),
    (
      "40.1", [old, "fedora-coreos-40.1-live-kernel.x86_64"],
      "fedora-coreos-40.1-live-kernel.x86_64"
    ),
  ])
  func `are named as the directory shows`(version: String, present: [String], kernel: String) throws
  {
    let script = try render(
      #"{"os":"fedora-coreos","version":"\#(version)","ignition":"n"}"#, imageNames: present)
    #expect(script.contains("set image-url ${base-url}/\(kernel)\n"))
    let stem = kernel.components("-live")
    #expect(script.contains("${base-url}/\(stem)-live-initramfs.x86_64.img"))
    #expect(
      line("kernel", of: script).contains(
        "initrd=initrd0 coreos.live.rootfs_url=${base-url}/\(stem)-live-rootfs.x86_64.img"
          + " ignition.firstboot ignition.platform.id=metal ignition.config.url=http://h:4777/configs/n.ign"
      ))
  }

  /// A file's name is no more to be trusted than any other value.
  @Test(arguments: [("1 2", "1%202"), ("1 ;reboot", "1%20;reboot"), ("é", "%C3%A9")])
  func `are escaped, whatever their names hold`(release: String, escaped: String) throws {
    let present = ["fedora-coreos-\(release)-live-kernel.x86_64"]
    let script = try render(#"{"os":"fedora-coreos","version":"stable"}"#, imageNames: present)
    #expect(script.contains("/fedora-coreos-\(escaped)-live-kernel.x86_64\n"))
  }

  @Test func `can all be overridden, and then need no version`() throws {
    let script = try render(
      #"{"os":"fedora-coreos","kernel":"k","initrd":["i"],"rootfs":"http://o/r.img"}"#)
    #expect(line("kernel", of: script).contains("coreos.live.rootfs_url=http://o/r.img"))
  }
}

extension String {
  fileprivate func components(_ mark: String) -> String {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
