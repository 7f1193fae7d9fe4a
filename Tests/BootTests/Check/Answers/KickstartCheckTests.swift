// BootTests: the check of kickstart files.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing

@Suite("The check of a kickstart file")
struct KickstartCheckTests {
  private static func shown(_ text: String) -> [String] {
    Answers.shown(KickstartCheck.findings(Array(text.utf8), file: "a.ks"))
  }

  static let right = [
    "", "# it's\n\n \t\n", "text",
    "text\r\ncdrom\r\n%packages --ignoremissing\r\n@core\r\n%end\r\n",
    """
    url --url=http://h/os
    lang en_US.UTF-8
    keyboard --vckeymap=us
    timezone Europe/Berlin --utc
    rootpw --iscrypted $6$abc
    zerombr
    clearpart --all --initlabel
    autopart --type=lvm
    reboot
    %packages
    @^minimal-environment
    vim # it's
    -foo
    %end
    %post --log=/root/x
    echo "it's
    %post-like
    # %post
    cat <<EOF
    %%end
      %foo "
    EOF
      %end

    """,
    "%include /tmp/x.ks\ntext\n%post\n%include /tmp/y\n%end # c\n%ksappend\n",
    "network --hostname=\"a b\"\nuser --name=a --gecos='x \"y\" z'\n",
    "bootloader --append=\"a=b \\\"c\\\" it's\" --location=mbr\n",
    "%addon org_fedora_oscap\n it's \"\n%end\n%anaconda\npwpolicy root --notstrict\n%end\n",
    "repo --name=a --baseurl=http://b # it's\n\tkeyboard us\n", "lang en_US\\\n",
    "%certificate --filename=a.pem --dir=/x\n-----BEGIN\n%end\n",
    "%onerror\nx\n%end\n%traceback\nx\n%end\n%pre-install\nx\n%end\n",
    "part pv.01 --size=1 --grow\nvolgroup vg pv.01\nlogvol / --vgname=vg --size=1 --name=root\n",
    "%packages\n%end", "lang en_US\u{2028}keyboard us\n", "rootpw a#'b\n", "\u{a0}\n\u{1f}\ntext\n",
  ]

  @Test(arguments: right) func `has nothing to say of what Anaconda reads`(text: String) {
    #expect(Self.shown(text) == [])
  }

  static let wrong = [
    (
      "urll --url=http://h\n",
      "error 1:1 kickstart-command: no command is called \"urll\"; did you mean \"url\"?"
    ), ("text\n xyzzy1 é\n", "error 2:2 kickstart-command: no command is called \"xyzzy1\""),
    (
      "Lang en\n",
      "error 1:1 kickstart-command: no command is called \"Lang\"; did you mean \"lang\"?"
    ), ("%end\n", "error 1:1 kickstart-section: %end ends no section; remove it"),
    (
      "text\n%post\nx\n",
      "error 2:1 kickstart-section: the section \"%post\" does not end; write %end behind it"
    ),
    (
      "%packages\na\n%post\nb\n%end\n",
      "error 3:1 kickstart-section: %post stands in the section \"%packages\" of line 1; write %end"
        + " in front of it"
    ),
    (
      "%pakages\n%end\n",
      "error 1:1 kickstart-section: no section is called \"%pakages\"; did you mean \"%packages\"?"
    ),
    (
      "rootpw é'abc\n",
      "error 1:9 kickstart-quote: the quote \"'\" is not closed on its line; close it, or write a"
        + " backslash in front of it"
    ),
    (
      "%post --log=\"x\n%end\n",
      "error 1:13 kickstart-quote: the quote '\"' is not closed on its line; close it, or write a"
        + " backslash in front of it"
    ),
    ("lang en_US\\", "error 1:11 kickstart-quote: nothing follows the \\ at the end; remove it"),
    (
      "%post\n%include\n%end\n",
      "error 2:1 kickstart-include: %include names no file; write its path or URL"
    ),
    (
      "# c\nd-i a/b string x\nd-i a/c string y\n",
      "error 2:1 kickstart-preseed: this is preseed, and .ks is read as kickstart; name the file .cfg"
        + " or .preseed"
    ),
  ]

  @Test(arguments: wrong) func `finds`(text: String, finding: String) {
    #expect(Self.shown(text) == [finding])
  }

  @Test func `does not judge ESXi's, whose sections need no end`() {
    let text = "vmaccepteula\ninstall --firstdisk\n%firstboot --interpreter=busybox\nesxcli x\n"
    #expect(
      Self.shown(text) == [
        "note 1:1 kickstart-command: not checked: commands and sections of ESXi's kickstart"
      ])
  }

  @Test func `never stumbles`() {
    let check: Answers.Check = { KickstartCheck.findings($0, file: $1) }
    #expect(
      Answers.faults(
        of: check, in: Self.right,
        ["%", "%end", "%post", "\n", "\"", "'", "\\", "#", " ", "\u{c}", "\u{2028}", "\u{85}"])
        == [])
  }
}
