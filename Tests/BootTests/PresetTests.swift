// BootTests: presets.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("The presets")
struct PresetTests {
  @Test func `are read, each once, and are profiles`() throws {
    #expect(Preset.all.count == 31)
    #expect(Set(Preset.all.map(\.name)).count == Preset.all.count)
    for preset in Preset.all {
      let layer = ProfileLayer(preset)
      for platform in Platform.allCases {
        _ = try Profile([layer], isInstalling: false, platform: platform)
      }
      for member in preset.members {
        #expect(ProfileKey.named(member.name) != nil, "\(preset.name): \(member.name)")
      }
    }
  }

  /// One folder, the profile's own keys, the files of a boot, and the kernel's words.
  static let cases: [(String, String, [String], [String], String)] = [
    (
      #""os":"debian","version":"12","answers":"p.cfg""#, "debian/amd64/12",
      ["linux", "initrd.gz"],
      ["/linux", "/initrd.gz"],
      " initrd=initrd0 auto=true priority=critical url=http://h/configs/p.cfg netcfg/choose_interface=auto"
    ),
    (
      #""os":"debian","arch":"arm64","version":"12""#, "debian/arm64/12",
      ["debian-installer/arm64/linux", "debian-installer/arm64/initrd.gz"],
      ["/debian-installer/arm64/linux", "/debian-installer/arm64/initrd.gz"], " initrd=initrd0"
    ),
    (
      #""os":"ubuntu","version":"24.04","answers":"s""#, "ubuntu/amd64/24.04",
      ["casper/vmlinuz", "casper/initrd", "ubuntu 24.iso"], ["/casper/vmlinuz", "/casper/initrd"],
      " initrd=initrd0 ip=dhcp url=${base-url}/ubuntu%2024.iso autoinstall ds=nocloud;s=http://h/seed/p/p/"
        + " cloud-config-url=/dev/null"
    ),
    (
      #""os":"rocky","arch":"amd64","version":"9","answers":"p.ks","console":["ttyS0"]"#,
      "rocky/x86_64/9", ["images/pxeboot/vmlinuz", "images/pxeboot/initrd.img"],
      ["/images/pxeboot/vmlinuz", "/images/pxeboot/initrd.img"],
      " initrd=initrd0 inst.repo=${base-url} inst.ks=http://h/configs/p.ks ip=dhcp console=ttyS0"
    ),
    (
      #""os":"sles","version":"15.6","answers":"p.xml""#, "sles/x86_64/15.6",
      ["boot/x86_64/loader/linux", "boot/x86_64/loader/initrd"],
      ["/boot/x86_64/loader/linux", "/boot/x86_64/loader/initrd"],
      " initrd=initrd0 install=${base-url} netsetup=dhcp autoyast=http://h/configs/p.xml textmode=1"
    ),
    (
      #""os":"sles16","version":"16.0","answers":"p.json""#, "sles16/x86_64/16.0",
      ["linux", "initrd", "agama.iso"], ["/linux", "/initrd"],
      " initrd=initrd0 root=live:${base-url}/agama.iso ip=dhcp rd.neednet=1"
        + " inst.auto=http://h/configs/p.json inst.finish=reboot"
    ),
    (
      #""os":"talos","version":"v1.11","answers":"t.yaml""#, "talos/amd64/v1.11",
      ["kernel-amd64", "initramfs-amd64.xz"], ["/kernel-amd64", "/initramfs-amd64.xz"],
      " initrd=initrd0 talos.platform=metal slab_nomerge pti=on talos.config=http://h/configs/t.yaml"
    ),
    (
      #""os":"nixos""#, "nixos/x86_64-linux", ["bzImage", "initrd", "cmdline"],
      ["/bzImage", "/initrd"], " initrd=initrd0 init=/nix/store/x/init nohibernate"
    ),
    (
      #""os":"alpine","version":"3.20","answers":"a.tar.gz""#, "alpine/x86_64/3.20",
      ["vmlinuz-lts", "initramfs-lts", "modloop-lts"], ["/vmlinuz-lts", "/initramfs-lts"],
      " initrd=initrd0 alpine_repo=http://dl-cdn.alpinelinux.org/alpine/v3.20/main"
        + " modloop=${base-url}/modloop-lts modules=loop,squashfs ip=dhcp apkovl=http://h/configs/a.tar.gz"
    ),
    (
      #""os":"alpine","answers":"s""#, "alpine/x86_64",
      ["netboot/vmlinuz-lts", "netboot/initramfs-lts", "netboot/modloop-lts", "apks/x"],
      ["/netboot/vmlinuz-lts", "/netboot/initramfs-lts"],
      " initrd=initrd0 alpine_repo=${base-url}/apks modloop=${base-url}/netboot/modloop-lts"
        + " modules=loop,squashfs ip=dhcp ds=nocloud;s=http://h/seed/p/p/"
    ),
    (
      #""os":"arch","answers":"a.sh""#, "arch/x86_64",
      ["arch/boot/x86_64/vmlinuz-linux", "arch/boot/x86_64/initramfs-linux.img"],
      ["/arch/boot/x86_64/vmlinuz-linux", "/arch/boot/x86_64/initramfs-linux.img"],
      " initrd=initrd0 archiso_http_srv=${base-url}/ archisobasedir=arch ip=dhcp cms_verify=y"
        + " script=http://h/configs/a.sh"
    ),
    (
      #""os":"debian-live","version":"12""#, "debian-live/amd64/12",
      ["live/vmlinuz", "live/initrd.img", "live/filesystem.squashfs"],
      ["/live/vmlinuz", "/live/initrd.img"],
      " initrd=initrd0 boot=live components fetch=${base-url}/live/filesystem.squashfs"
    ),
    (
      #""os":"vyos","version":"1""#, "vyos/amd64/1", ["vmlinuz", "initrd.img", "f.squashfs"],
      ["/vmlinuz", "/initrd.img"],
      " initrd=initrd0 boot=live nopersistence noautologin nonetworking fetch=${base-url}/f.squashfs"
    ),
    (
      #""os":"livenet","version":"1","answers":"s""#, "livenet/x86_64/1",
      ["vmlinuz-6.1", "initramfs.img", "r.squashfs"], ["/vmlinuz-6.1", "/initramfs.img"],
      " initrd=initrd0 root=live:${base-url}/r.squashfs ip=dhcp rd.neednet=1 overlayroot=tmpfs"
        + " ds=nocloud;s=http://h/seed/p/p/ cloud-init=enabled"
    ),
    (
      #""os":"kairos","version":"4","answers":"k.yaml""#, "kairos/amd64/4",
      ["k-kernel", "k-initrd", "k.squashfs"], ["/k-kernel", "/k-initrd"],
      " initrd=initrd0 root=live:${base-url}/k.squashfs ip=dhcp rd.neednet=1 rd.cos.disable netboot"
        + " install-mode config_url=http://h/configs/k.yaml"
    ),
    (
      #""os":"harvester","version":"v1.8","answers":"k.yaml""#, "harvester/amd64/v1.8",
      [
        "harvester-v1.8-vmlinuz-amd64", "harvester-v1.8-initrd-amd64",
        "harvester-v1.8-rootfs-amd64.squashfs",
      ], ["/harvester-v1.8-vmlinuz-amd64", "/harvester-v1.8-initrd-amd64"],
      " initrd=initrd0 ip=dhcp net.ifnames=1 rd.cos.disable rd.noverifyssl"
        + " root=live:${base-url}/harvester-v1.8-rootfs-amd64.squashfs console=tty1"
        + " harvester.install.automatic=true harvester.install.config_url=http://h/configs/k.yaml"
    ),
    (
      #""os":"proxmox","version":"9","answers":"a.toml""#, "proxmox/amd64/9",
      ["vmlinuz", "initrd.img", "pve.iso"], ["/vmlinuz", "/initrd.img", "/pve.iso"],
      " initrd=initrd0 ramdisk_size=16777216 rw quiet splash=silent proxmox-start-auto-installer"
    ),
    (
      #""os":"proxmox","version":"9""#, "proxmox/amd64/9",
      ["vmlinuz", "initrd.img", "pve.iso"], ["/vmlinuz", "/initrd.img", "/pve.iso"],
      " initrd=initrd0 ramdisk_size=16777216 rw quiet splash=silent"
    ),
    (
      #""os":"windows","version":"11""#, "windows/amd64/11",
      ["wimboot", "bootmgr", "boot/bcd", "boot/boot.sdi", "sources/boot.wim"],
      ["/wimboot", "/bootmgr", "/boot/bcd", "/boot/boot.sdi", "/sources/boot.wim"], ""
    ),
  ]

  @Test(arguments: cases.indices)
  func `boot with these files and words`(index: Int) throws {
    let (keys, folder, images, found, expected) = Self.cases[index]
    var files = ["profiles/p.json": "{\(keys)}"]
    for image in images { files["images/\(folder)/\(image)"] = "" }
    files["images/nixos/x86_64-linux/cmdline"] =
      "init=/nix/store/x/init initrd=initrd\n nohibernate\n"
    for file in [
      "p.cfg", "p.ks", "p.xml", "p.json", "t.yaml", "a.tar.gz", "a.sh", "k.yaml", "a.toml",
      "s/user-data",
    ] { files["configs/\(file)"] = "" }
    let script = try render(files, base: "h")
    let fetched = script.split(separator: "\n").filter { $0.hasPrefix("set image-url ${base-url}") }
      .map { String($0.dropFirst("set image-url ${base-url}".count)) }
    #expect(fetched == found)
    let kernel = line("kernel", of: script)
    #expect(kernel == "kernel --name kernel ${image-url}\(expected) || goto failed")
  }

  @Test func `name initrds that are files of their own, for BIOS and for UEFI`() throws {
    let files = [
      "profiles/p.json": #"{"os":"windows","answers":"u.xml"}"#, "configs/u.xml": "",
      "images/windows/amd64/BCD": "",
    ]
    let script = try render(files, base: "h")
    #expect(script.contains("initrd --name bootmgr ${image-url} bootmgr || goto failed\n"))
    #expect(script.contains("set image-url ${base-url}/BCD\n"))
    #expect(script.contains("set image-url http://h/configs/u.xml\n"))
    #expect(
      script.contains("initrd --name unattend.xml ${image-url} unattend.xml || goto failed\n"))
  }

  @Test func `differ by firmware where the system does`() throws {
    let files = [
      "profiles/p.json": #"{"os":"memtest"}"#, "images/memtest/x86_64/memtest86+x64.bin": "",
      "images/memtest/x86_64/memtest86+x64.efi": "",
    ]
    let script = try render(files)
    #expect(script.hasPrefix("#!ipxe\niseq ${platform} efi && goto efi ||\nset base-url "))
    #expect(
      script.contains(":kernel\nset step kernel\nset image-url ${base-url}/memtest86+x64.bin\n"))
    #expect(script.contains("\n:efi\nset base-url "))
    #expect(
      script.contains(
        ":kernel_efi\nset step kernel_efi\nset image-url ${base-url}/memtest86+x64.efi\n"))
  }

  /// VMware's documents for 8.0: `mboot.c32 -c URL` by BIOS, `mboot.efi -c URL` by UEFI; both read boot.cfg.
  @Test func `boot ESXi by its own loader, another one on each platform`() throws {
    let script = try render([
      "profiles/p.json": #"{"os":"esxi","version":"8.0","answers":"esxi.cfg"}"#,
      "configs/esxi.cfg": "", "images/esxi/x86_64/8.0/mboot.c32": "",
      "images/esxi/x86_64/8.0/efi/boot/bootx64.efi": "",
    ])
    #expect(script == Self.esxi)
  }

  private static let esxi = """
    #!ipxe
    iseq ${platform} efi && goto efi ||
    \(platform("mboot.c32", ""))\
    :efi
    \(platform("efi/boot/bootx64.efi", "_efi"))
    """

  private static func platform(_ loader: String, _ suffix: String) -> String {
    """
    set coreos-version 8.0
    set base-url http://h:4777/images/esxi/x86_64/${coreos-version}
    set try:int32 1
    :kernel\(suffix)
    set step kernel\(suffix)
    set image-url ${base-url}/\(loader)
    echo Profile p: kernel ${image-url}
    imgfree
    kernel --name kernel ${image-url} -c http://h:4777/configs/esxi.cfg || goto failed\(suffix)
    echo Profile p: booting
    set step kernel\(suffix)
    set image-url the images do not boot
    boot || goto failed\(suffix)
    :failed\(suffix)
    echo Profile p: FAILED with ${errno}: ${image-url} (try ${try} of 10)
    iseq ${try} 10 && goto gave_up\(suffix) ||
    inc try
    sleep 5
    goto ${step}
    :gave_up\(suffix)
    echo Profile p: gave up after 10 tries, leaving iPXE for the next boot device
    exit 1

    """
  }

  @Test func `boot an ISO as a disk, and an EFI image by a chain`() throws {
    let iso = try render(["profiles/p.json": #"{"os":"iso"}"#, "images/iso/x86_64/a.iso": ""])
    #expect(iso.contains("set image-url ${base-url}/a.iso\n"))
    #expect(iso.contains("\nsanboot ${image-url} || goto failed\n"))
    let uki = try render(
      ["profiles/p.json": #"{"os":"uki","args":["a=b"]}"#, "images/uki/x86_64/a.efi": ""])
    #expect(
      uki == """
        #!ipxe
        set base-url http://h:4777/images/uki/x86_64
        set try:int32 1
        :chain
        set step chain
        set image-url ${base-url}/a.efi
        echo Profile p: chain ${image-url}
        imgfree
        chain --autofree ${image-url} a=b || goto failed
        set image-url ${image-url}, which came back
        :failed
        echo Profile p: FAILED with ${errno}: ${image-url} (try ${try} of 10)
        iseq ${try} 10 && goto gave_up ||
        inc try
        sleep 5
        goto ${step}
        :gave_up
        echo Profile p: gave up after 10 tries, leaving iPXE for the next boot device
        exit 1

        """)
  }

  @Test(
    arguments: [
      (
        #"{"os":"iso"}"#, ["iso/x86_64/a.iso", "iso/x86_64/b.iso"],
        "\"sanboot\" finds both a.iso and b.iso"
      ),
      (#"{"os":"iso"}"#, [], "\"sanboot\" finds no images/iso/x86_64/*.iso"),
      (
        #"{"os":"ubuntu","answers":"p.cfg"}"#, ["ubuntu/amd64/a.iso"],
        "\"answers\" is the file configs/p.cfg"
      ),
      (
        #"{"os":"debian-live","answers":"p.cfg"}"#, ["debian-live/amd64/a.squashfs"],
        "\"answers\" means nothing"
      ),
      (
        #"{"os":"debian","answers":"none.cfg"}"#, [],
        "\"answers\" names configs/none.cfg, which is not there"
      ),
      (#"{"os":"livenet","answers":"m"}"#, ["livenet/x86_64/a.squashfs"], "has no user-data"),
      (#"{"os":"debain"}"#, [], "is \"debain\", which is no preset; is it \"debian\"?"),
      (#"{"os":"debian","arch":"riscv64"}"#, [], "\"arch\" must be one of amd64, arm64 for debian"),
      (
        #"{"os":"kairos","image_base_url":"http://o/k"}"#, [],
        "holds a *, which only files on this server"
      ),
      (#"{"answers":"p.cfg","ignition":"n"}"#, [], "\"answers\" and \"ignition\" say the same"),
      (
        #"{"images":"a","image_base_url":"http://o"}"#, [],
        "\"images\" and \"image_base_url\" say the same"
      ),
      (#"{"chain":"a","kernel":"b"}"#, [], "\"chain\" and \"kernel\" both say how it boots"),
      (#"{"images":"a/../b","kernel":"k"}"#, [], "\"images\" must name a folder below images/"),
      (
        #"{"kernel":"k","args":["{{machine.mca}}"]}"#, [],
        "names {{machine.mca}}, which is nothing; is it {{machine.mac}}?"
      ),
      (
        #"{"kernel":"k","args":["a={{machine.mac}}"]}"#, [],
        "?profile= names none; chain the machine to /boot.ipxe"
      ),
      (#"{"kernel":"k","args":["{{arch"]}"#, [], "has {{ without }}"),
      (
        #"{"os":"debian","version":"{{machine.mac}}"}"#, [], "\"version\" holds {{, and is the same"
      ),
      (#"{"kernel":"k","install":{"base":"b"}}"#, [], "\"install.base\" cannot differ while"),
      (
        #"{"kernel":"k","args":["{{metadata.x}}"],"metadata":{"x":"--"}}"#, [],
        "\"args\" has the word -- once a value is in it"
      ),
      (#"{"kernel":"k","initrd":[{"name":"x"}]}"#, [], "holds an object without \"file\""),
      (#"{"kernel":"k","initrd":[{"file":"x","name":"a b"}]}"#, [], "a name is one plain word"),
    ] as [(String, [String], String)])
  func `are refused with a sentence that says what is wrong`(
    json: String, images: [String], reason: String
  ) {
    var files = ["profiles/p.json": json, "configs/p.cfg": "", "configs/m/meta-data": ""]
    for image in images { files["images/\(image)"] = "" }
    let found = scriptRefusal(files)
    #expect(found.hasPrefix("profiles/p.json: ") && found.contains(reason), "\(found)")
  }
}
