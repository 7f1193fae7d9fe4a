// RealClientTests: cloud-init, with a seed of ours.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  /// Version 22.4 does nothing with a seed from the network under the name `ds=nocloud`; later ones take both.
  @Suite("Debian's cloud-init, on a machine without an installation")
  struct CloudInitTests {
    /// No text of this is YAML's, a shell's or a header's.
    private static let note = "it's \"$(reboot)\" `x`: {a} # ÄÖ"

    private static let files = [
      "profiles/live.json": """
      {"images": "live", "kernel": "{{images.url}}/kernel", "initrd": ["{{images.url}}/root.gz"],
       "answers": "live", "console": ["ttyS0"], "args": ["ds=nocloud-net;s={{answers.url}}", "quiet"]}
      """,
      "configs/live/user-data.tmpl": """
      #cloud-config
      hostname: {{machine.hostname}}
      write_files:
        - path: /run/note
          content: {{metadata.note}}
      runcmd:
        - [sh, -c, 'echo "RAN-ONCE($(cat /run/note)) on $(hostname)" > /dev/ttyS0']
      phone_home: {url: {{machine.running_url}}, post: [instance_id], tries: 3}

      """,
    ]

    @Test(.needsMachines, .needs(.mmdebstrap, .curl), .timeLimit(.minutes(15)))
    func `does once what its user-data says, and again once the machine is installed anew`() throws
    {
      let lab = try Lab(Self.files)
      let kernel = try Data(contentsOf: URL(fileURLWithPath: Tool.linux.path))
      try lab.directory.write("images/live/kernel", kernel)
      try CloudRoot.write(to: lab.directory.path + "/images/live/root.gz")
      let server = try lab.startServer()
      _ = try lab.startDnsmasq([
        "--dhcp-match=set:ipxe,175", "--dhcp-boot=tag:ipxe,http://\(Lab.server):4777/boot.ipxe",
      ])
      let machine = try lab.addMachine(.bios, diskBytes: 64 << 20)
      try lab.command(["claim", machine.mac, "--profile", "live", "--expect"])
      try lab.command(["set", machine.mac, "hostname=live-3", "metadata.note=" + Self.note])
      let ran = "RAN-ONCE(\(Self.note)) on "

      let first = try Self.boot(machine, lab, server)
      #expect(first.contains(ran + "live-3"), "\(first.suffix(3000))")
      #expect(try lab.command(["show", machine.mac, "--json"]).contains(#""state":"running""#))
      let second = try Self.boot(machine, lab, server)
      #expect(!second.contains("RAN-ONCE"), "\(second.suffix(3000))")
      try lab.command(["set", machine.mac, "state=configured"])
      let third = try Self.boot(machine, lab, server)
      #expect(third.contains(ran), "\(third.suffix(3000))")
    }

    /// Switches the machine on, and waits until cloud-init is done.
    ///
    /// - Returns: the console.
    private static func boot(
      _ machine: Lab.Machine, _ lab: Lab, _ server: Program
    ) throws -> String {
      let console = try lab.switchOn(machine, megabytes: 1024)
      let isOff = Report.console(console, within: 240) { _ in !console.isRunning }
      let shown = Report.console(console)
      try #require(
        isOff && shown.contains("CLOUD-STATUS status: done"),
        "\(shown.suffix(4000))\n\(server.printed.suffix(3000))")
      #expect(shown.contains("detail:DataSourceNoCloudNet"), "\(shown.suffix(3000))")
      #expect(!shown.contains("WARNING"), "\(shown.suffix(3000))")
      return shown
    }
  }
}

/// A small Debian with cloud-init, as an initrd; what cloud-init remembers is on the machine's disk.
private enum CloudRoot {
  static func write(to file: String) throws {
    let root = try TemporaryDirectory(["init": initScript, "cloud.cfg": settings])
    let tree = root.path + "/tree"
    let excluded = ["man", "doc", "locale", "i18n", "zoneinfo"].map {
      "--dpkgopt=path-exclude=/usr/share/\($0)/*"
    }
    try run(
      Tool.mmdebstrap.path,
      ["--quiet", "--variant=essential", "--include=cloud-init,e2fsprogs,mount,hostname"] + excluded
        + [
          "--aptopt=APT::Install-Recommends \"false\"", "bookworm", tree,
        ])
    let modules = Payload.modules + ["crc16", "mbcache", "jbd2", "crc32c_generic", "ext4"]
    try Payload.addModules(modules, to: root)
    try run(
      "/bin/sh",
      [
        "-c",
        """
        set -e
        cp init tree/init; chmod 755 tree/init
        cp -r modules tree/modules; cp /bin/busybox tree/busybox
        cp cloud.cfg tree/etc/cloud/cloud.cfg
        rm -rf tree/var/cache/* tree/var/lib/apt tree/usr/share/perl* tree/etc/cloud/cloud.cfg.d/*
        cd tree && find . | cpio -o -H newc --quiet | gzip -1 > '\(file)'
        """,
      ], directory: root.path)
  }

  private static func run(_ path: String, _ arguments: [String], directory: String? = nil) throws {
    let result = try Program.run(path, arguments, directory: directory, within: 400)
    guard result.status == 0 else {
      throw ClientError(description: "\(path): \(result.output.suffix(2000))")
    }
  }

  private static let settings = """
    users: []
    datasource_list: [ NoCloud, None ]
    network: {config: disabled}
    cloud_init_modules: [ write-files, set_hostname ]
    cloud_config_modules: [ runcmd ]
    cloud_final_modules: [ scripts-user, phone-home ]
    system_info: {distro: debian, paths: {cloud_dir: /var/lib/cloud}}

    """

  private static let initScript = """
    #!/bin/sh
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
    mount -t tmpfs run /run
    exec >/dev/ttyS0 2>&1 </dev/ttyS0
    for module in \((Payload.modules + ["crc16", "mbcache", "jbd2", "crc32c_generic", "ext4"])
      .joined(separator: " ")); do
      [ -f /modules/$module.ko ] && /busybox insmod /modules/$module.ko
    done
    mkdir -p /var/lib/cloud
    mount -t ext4 /dev/vda /var/lib/cloud 2>/dev/null || { mke2fs -q -t ext4 /dev/vda; mount -t ext4 /dev/vda /var/lib/cloud; }
    printf '#!/busybox sh\\n[ "$1" = bound ] && /busybox ip addr add $ip/24 dev $interface\\n' > /bound
    chmod +x /bound
    /busybox ip link set lo up; /busybox ip link set eth0 up
    /busybox udhcpc -i eth0 -n -q -t 20 -T 1 -s /bound
    for stage in "init --local" "init" "modules --mode=config" "modules --mode=final"; do
      cloud-init $stage > /out 2>&1 || { echo "FAILED $stage"; tail -c 2000 /out; }
    done
    echo "CLOUD-STATUS $(cloud-init status --long)"
    grep -h WARNING /var/log/cloud-init.log
    umount /var/lib/cloud; sync
    /busybox poweroff -f

    """
}
