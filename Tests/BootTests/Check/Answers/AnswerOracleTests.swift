// BootTests: the readers that others wrote say the same of a file.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

/// Each text is a file that the format's own reader judges: refused or not.
@Suite("A format's own reader, and the check of a file")
struct AnswerOracleTests {
  private static let python = "/usr/bin/python3"
  private static let hasKickstart =
    (try? Program.run("/usr/bin/env", ["python3", "-c", "import pykickstart"]))?.status == 0

  /// What the reader refuses, by number; `runner` prints a number a line.
  private static func refused(
    _ texts: [[UInt8]], _ path: String, _ arguments: [String]
  ) throws -> Set<Int> {
    let directory = try TemporaryDirectory()
    for (number, text) in texts.enumerated() { try directory.write("\(number)", Data(text)) }
    let result = try Program.run(path, arguments, directory: directory.path, within: 120)
    let numbers = result.output.split(separator: "\n").compactMap { Int($0) }
    #expect(result.output.contains("done"), "\(result.output.prefix(2000))")
    return Set(numbers)
  }

  private static func texts(
    _ plain: [String], _ pieces: [String], count: Int
  ) -> [[UInt8]] {
    var mutations = Answers.Mutations(seed: 11, pieces)
    return plain.map { Array($0.utf8) }
      + rounds(count).map { mutations.change(plain[$0 % plain.count]) }
  }

  private static func compare(
    _ check: Answers.Check, _ texts: [[UInt8]], _ refused: Set<Int>, least: Int
  ) {
    let least = rounds(least).count
    #expect(refused.count >= least && texts.count - refused.count >= least)
    for (number, text) in texts.enumerated() {
      let findings = check(text, "f")
      if findings.contains(where: { $0.severity == .note }) { continue }
      #expect(
        Answers.isRefused(findings) == refused.contains(number),
        "\(String(decoding: text, as: UTF8.self).debugDescription) \(findings)")
    }
  }

  @Test(
    .needs(
      Needs(FileManager.default.fileExists(atPath: python) ? [] : ["python3 (3.11, for tomllib)"])))
  func `Python's tomllib`() throws {
    let plain = TOMLCheckTests.right + TOMLCheckTests.wrong.map(\.0)
    let texts = Self.texts(plain, TOMLCheckTests.pieces, count: 3000)
    let refused = try Self.refused(
      texts, Self.python,
      [
        "-c",
        """
        import os, tomllib
        for name in os.listdir():
            try: tomllib.loads(open(name, "rb").read().decode())
            except ValueError: print(name)
        print("done")
        """,
      ])
    Self.compare({ TOMLCheck.findings($0, file: $1) }, texts, refused, least: 200)
  }

  @Test(.needs(.xmllint))
  func `xmllint`() throws {
    let plain = XMLCheckTests.right + XMLCheckTests.wrong.map(\.0)
    // libxml2 ends a text at a NUL behind the root element.
    let texts = Self.texts(plain, XMLCheckTests.pieces, count: 2000).filter { !$0.contains(0) }
    let refused = try Self.refused(
      texts, "/bin/sh",
      [
        "-c",
        """
        ls | xargs xmllint --noout --nonet 2>&1 |
          sed -n -e 's/^\\([0-9]*\\):[0-9]*: parser error.*/\\1/p' -e 's/^\\([0-9]*\\) : .*/\\1/p'
        echo done
        """,
      ])
    Self.compare({ XMLCheck.findings($0, file: $1) }, texts, refused, least: 100)
  }

  /// It looks at options, too, so that its word counts only where it refuses nothing.
  @Test(.needs(Needs(hasKickstart ? [] : ["pykickstart (of PyPI)"])))
  func `pykickstart`() throws {
    let plain = KickstartCheckTests.right + KickstartCheckTests.wrong.map(\.0)
    let texts = Self.texts(plain, ["%end\n", "\n", "\"", "'", "\\", "#", "%", " "], count: 200)
      .filter { String(validating: $0, as: UTF8.self) != nil }
    let refused = try Self.refused(
      texts, "/usr/bin/env",
      [
        "python3", "-c",
        """
        import os, warnings; warnings.simplefilter("ignore")
        from pykickstart.parser import KickstartParser
        from pykickstart.version import makeVersion
        for name in os.listdir():
            text = open(name, "rb").read().decode()
            for version in ["RHEL9", "RHEL7", "F20"]:
                try:
                    parser = KickstartParser(makeVersion(version), followIncludes=False)
                    parser.readKickstartFromString(text)
                    break
                except Exception: pass
            else: print(name)
        print("done")
        """,
      ])
    for (number, text) in texts.enumerated() {
      let findings = KickstartCheck.findings(text, file: "f")
      let isWritten = number < plain.count
      guard
        isWritten
          ? refused.contains(number) != Answers.isRefused(findings)
          : !refused.contains(number) && Answers.isRefused(findings)
      else { continue }
      Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription) \(findings)")
    }
  }

  /// `/bin/debconf-set-selections` of Debian 12's installer, with a debconf that only listens.
  @Test(.needs(.debianInstaller, .cpio, .busybox))
  func `Debian's installer`() throws {
    let plain = [
      PreseedCheckTests.guide, "d-i a/b string x\nd-i\n", "d-i a/b string x\nd-i a/b\n",
      "d-i a/b string x\n  # two\nd-i c/d string\n", "d-i a/b string\r\nd-i a/c boolean true\r\n",
      "d-i a/b \\\n string \\\n\n# c\n  x\nd-i a/c seen true\n", "  d-i\ta/b\tstring\tx y",
    ]
    let pieces = ["\n", "\\\n", " ", "#", "\t", "\n# a\n", "\n  # a b c\n", "d-i\n"]
    let texts = Self.texts(plain + Array(plain.dropFirst()), pieces, count: 120).filter {
      String(validating: $0, as: UTF8.self) != nil && !$0.contains(0)
    }
    let initrd = Tool.debianInstaller.path.replacing("/linux", with: "/initrd.gz")
    let refused = try Self.refused(
      texts, "/bin/sh",
      [
        "-c",
        """
        mkdir x; echo 'logfile=/dev/null; for f in log db_set db_fset db_register db_subst; do
          eval "$f() { :; }"; done' > x/stub
        zcat \(initrd) | cpio -i --quiet --to-stdout bin/debconf-set-selections |
          sed -e 's#^\\. /usr/share/debconf/confmodule#. ./x/stub#' -e '/^\\. .lib.preseed/d' > x/read
        grep -q first_field x/read || exit
        for name in [0-9]*; do \(Tool.busybox.path) sh x/read $name >/dev/null 2>&1 || echo $name; done
        echo done
        """,
      ])
    #expect(refused.count > (testsAreStrict ? 10 : 0))
    for (number, text) in texts.enumerated() {
      let findings = PreseedCheck.findings(text, file: "f.preseed")
      let stops = findings.contains {
        $0.severity == .error && ($0.sentence.contains("stops") || $0.sentence.contains("comments"))
      }
      // Where blanks stand behind a backslash the check goes on as was meant.
      if stops == refused.contains(number)
        || findings.contains(where: { $0.sentence.hasPrefix("blanks") })
      {
        continue
      }
      Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription) \(findings)")
    }
  }
}
