// BootTests: the check of preseed files.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("The check of a preseed file")
struct PreseedCheckTests {
  private static func shown(_ text: String, file: String = "a.cfg") -> [String] {
    Answers.shown(PreseedCheck.findings(Array(text.utf8), file: file))
  }

  /// What the installation guide of Debian 12 (appendix B.4) answers.
  static let guide = """
    #_preseed_V1
    # Localization, \\
    d-i debian-installer/locale string en_US
    d-i localechooser/supported-locales multiselect en_US.UTF-8, nl_NL.UTF-8
    d-i keyboard-configuration/xkb-keymap select us
    d-i netcfg/choose_interface select auto
    d-i netcfg/dhcp_failed note
    d-i netcfg/dhcpv6_timeout string 60
    d-i netcfg/get_ipaddress string fc00::2
    d-i netcfg/get_hostname string unassigned-hostname
    d-i netcfg/wireless_wep string
    d-i hw-detect/firmware-lookup string never
    d-i network-console/password-again password r00tme
    d-i mirror/http/proxy string
    d-i passwd/root-password-crypted password [crypt(3) hash]
    d-i passwd/user-fullname string Debian User
    d-i passwd/user-default-groups string audio cdrom video
    d-i clock-setup/utc boolean true
    d-i clock-setup/ntp-server string ntp.example.com
    d-i partman-auto/method string lvm
    d-i partman-auto/expert_recipe string                         \\
          boot-root ::                                            \\
                  40 50 100 ext3                                  \\
                          $primary{ } $bootable{ }                \\
                          mountpoint{ /boot }                     \\
                  .
    #d-i partman-auto-raid/recipe string \\
    #    1 2 0 ext3 / /dev/sda1#/dev/sdb1
    d-i partman-md/confirm_nooverwrite boolean true
    d-i apt-setup/local0/repository string \\
           http://local.server/debian stable main
    d-i apt-setup/local12/key string http://local.server/key
    tasksel tasksel/first multiselect standard, web-server
    popularity-contest popularity-contest/participate boolean false
    d-i grub-installer/bootdev  string (hd0,1) (hd1,1)
    d-i finish-install/reboot_in_progress note
    d-i partman/early_command \\
           string debconf-set partman-auto/disk "$(list-devices disk | head -n1)"
    d-i preseed/late_command string apt-install zsh; in-target chsh -s /bin/zsh; \\
    # a comment in between is left out
      echo done

    """

  @Test(arguments: [
    guide, guide.replacing("\n", with: "\r\n"), "", "\n # \n".replacing("#", with: ""),
    "d-i\ta/b\tseen\ttrue", "  d-i a/b string x\n",
    "grub-pc grub-pc/install_devices multiselect /dev/sda\n",
    "ubiquity ubiquity/success_command string true\nd-i x/y error\n",
  ])
  func `has nothing to say of what the installer reads`(text: String) {
    #expect(Self.shown(text) == [])
  }

  @Test(arguments: [
    "#cloud-config\nusers: []\n", "set default=0\nmenuentry x {\n  linux /vmlinuz\n}\n",
    "install_dir = x\nlang = de\npart a\n", "kernel=b.b00\nmodules=a.b00 --- c\n",
    "DEFAULT linux\nLABEL linux\n",
  ])
  func `leaves another program's .cfg alone`(text: String) {
    #expect(Self.shown(text) == [])
    #expect(Self.shown(text, file: "a.preseed") != [])
  }

  @Test(arguments: [
    (
      "lang en_US\nurl --url=http://h/\n%packages\nvim\n%end\n", "2:1"
    ), ("# c\n\n%post\necho\n%end", "3:1"), ("install\nrootpw --lock\n", "1:1"),
  ])
  func `tells kickstart`(text: String, place: String) {
    #expect(
      Self.shown(text) == [
        "warning \(place) preseed-kickstart: this looks like kickstart, and .cfg is read as preseed;"
          + " name the file .ks"
      ])
  }

  static let stops = "; the installer stops reading here"
  static let comment =
    "preseed-line: the installer knows comments only where # is the line's first character; remove"
    + " the blanks in front of it"

  @Test(arguments: [
    (
      "é\n",
      "error 2:1 preseed-line: a line is OWNER QUESTION TYPE VALUE, and this is \"é\" alone\(stops)"
    ),
    (
      " d-i  é/b\n",
      "error 2:10 preseed-line: no type stands behind \"é/b\", as string or boolean\(stops)"
    ), ("  # two\n", "error 2:3 \(comment)"), ("\t# one two three\n", "warning 2:2 \(comment)"),
    (
      "d-i a/b strng x\n",
      "warning 2:9 preseed-type: no type is called \"strng\"; did you mean \"string\"?"
    ),
    (
      "d-i passwd/root-login false\n",
      "error 2:23 preseed-type: \"false\" stands where the type belongs, and is lost; write string,"
        + " boolean, select or another type in front of it"
    ),
    (
      "d-i a/b boolean yes\n",
      "warning 2:17 preseed-boolean: a boolean is true or false, and this is \"yes\""
    ),
    (
      "d-i a/b boolean true # c\n",
      "warning 2:17 preseed-boolean: a boolean is true or false, and this is \"true # c\""
    ),
    (
      "di a/b string x\n",
      "warning 2:1 preseed-owner: the owner is \"di\"; the installer's own is \"d-i\""
    ),
    (
      "d-i netcfg/get_hostnme string x\n",
      "warning 2:5 preseed-question: no question \"netcfg/get_hostnme\" is known here; did you mean"
        + " \"netcfg/get_hostname\"?"
    ),
    (
      "d-i preseed/late_command string a; \\ \n  b\n",
      "error 2:37 preseed-line: blanks stand behind the \\, so the next line is not joined to this"
        + " one; remove them"
    ),
    (
      "d-i a/b string C:\\ \nd-i a/c string x\n",
      "warning 2:19 preseed-line: blanks stand behind the \\, so the next line is not joined to this"
        + " one; remove them"
    ),
    (
      "d-i a/b string x \\\n\nd-i a/c string x\n",
      "warning 4:1 preseed-line: the line in front of it ends with a \\, so this one becomes part of"
        + " its value; remove the \\"
    ),
    (
      "d-i a/b string x \\\n# c\n",
      "error 2:1 preseed-line: its last line ends with a \\ and none follows, so the installer drops"
        + " all of it; remove the \\"
    ),
    (
      "d-i a/b string x\rd-i a/c string y\n",
      "warning 2:17 preseed-line: a CR without LF ends no line: the installer deletes it; save the"
        + " file with LF"
    ),
  ])
  func `finds`(text: String, finding: String) {
    #expect(Self.shown("d-i z/z string z\n" + text) == [finding])
  }

  @Test func `knows more than the usual questions, and no two that are taken for each other`() {
    #expect(PreseedQuestions.names.count > 100)
    for name in PreseedQuestions.names { #expect(PreseedQuestions.meant(by: name) == nil) }
    for name in [
      "netcfg/wireless_wpa", "netcfg/vlan_id", "partman-crypto/confirm", "partman-zfs/confirm",
      "apt-setup/universe", "apt-setup/backports", "grub-installer/choose_bootdev",
      "console-setup/layoutcode", "partman-auto/cap-ram", "preseed/file",
      "pkgsel/updatedb", "passwd/root-password-empty", "netcfg/get_ipv6_netmask",
    ] { #expect(PreseedQuestions.meant(by: name) == nil, "\(name)") }
  }

  @Test func `never stumbles`() {
    let check: Answers.Check = { PreseedCheck.findings($0, file: $1 + ".preseed") }
    #expect(
      Answers.faults(of: check, in: [Self.guide], ["\n", "\\\n", " ", "\\", "#", "\\ \n", "d-i "])
        == [])
  }
}
