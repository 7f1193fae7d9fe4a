// BootServerTests: the faults that events tell of.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The doctor, reading events")
struct EventDoctorTests {
  /// Lines without their time, one second apart.
  static func findings(_ lines: [String]) throws -> [Diagnosis] {
    let events = try lines.enumerated().map { index, line in
      let time = "time=2026-11-27T10:\(10 + index / 60):\(10 + index % 60).000Z "
      return try #require(LoggedEvent(Array((time + line).utf8)), "\(line)")
    }
    return EventDoctor(events: events).findings
  }

  static let request = "client=10.0.0.7:50 method=GET"

  /// Each fault by one event, or three where the first may be chance: kind, and what the sentence holds.
  @Test(arguments: [
    (
      [
        "level=info event=script profile=p \(request) path=/boot.ipxe agent=\"UefiHttpBoot/1.0\" status=200"
      ],
      "wrong-binary", "/boot.ipxe, a script"
    ),
    (
      [
        "level=info event=script machine=a state=installing platform=pcbios \(request) path=/boot.ipxe status=200",
        "level=info event=file \(request) path=/images/snponly.efi status=200",
      ], "wrong-binary", "a BIOS machine fetched /images/snponly.efi"
    ),
    (
      [
        "level=info event=held machine=a by=x platform=efi error=y \(request) path=/boot.ipxe status=503",
        "level=info event=script machine=a \(request) path=/boot.ipxe status=200",
        "level=info event=file \(request) path=/images/undionly.kpxe status=200",
      ], "wrong-binary", "a UEFI machine fetched /images/undionly.kpxe"
    ),
    (
      ["level=info event=unknown \(request) path=/boot/images/a/linux status=404"], "base-url",
      "below /boot,"
    ),
    (
      [
        "level=info event=listening address=0.0.0.0:4777 data=/d base=http://127.0.0.1:4777",
        "level=info event=script profile=p \(request) path=/ status=200",
      ], "base-url", "http://127.0.0.1:4777"
    ),
    (
      Array(repeating: "level=info event=script profile=p \(request) path=/ status=404", count: 3),
      "missing-name", "profiles/p.json is asked for"
    ),
    (
      Array(
        repeating: "level=info event=file \(request) path=/images/x/linux status=404", count: 3),
      "missing-name", "/images/x/linux is asked for"
    ),
    (
      [
        "level=warning event=held machine=a state=configured by=tie error=\"p and q\" \(request) status=503"
      ],
      "held", "a waits (tie): p and q"
    ),
    (
      [
        "level=error event=config machine=a warning=w error=\"configs/x.yml.tmpl:3: no k\" \(request) path=/configs/x.yml status=503"
      ],
      "failing", "configs/x.yml.tmpl:3: no k"
    ),
    (
      [
        "level=warning event=script machine=a warning=\"its installer was served 3 times\" \(request) status=200"
      ],
      "warning", "machine a: its installer was served 3 times"
    ),
    (
      Array(
        repeating:
          "level=info event=report machine=a \(request) path=/machines/a/installed status=403",
        count: 3),
      "token", "/machines/a/installed by 10.0.0.7"
    ),
    (
      Array(
        repeating: "level=info event=machine-api \(request) path=/machines status=401", count: 3),
      "token", "/machines by 10.0.0.7"
    ),
    (
      ["level=warning event=no-machines error=\"No space left on device\" hint=\"make room\""],
      "no-machines", "No space left"
    ),
  ])
  func `finds`(lines: [String], kind: String, text: String) throws {
    let found = try Self.findings(lines).filter { $0.kind == kind }
    #expect(found.count == 1, "\(found)")
    let fault = try #require(found.first)
    #expect(fault.severity == .fault && fault.what.contains(text), "\(fault)")
    #expect(!fault.seen.isEmpty && !fault.cure.isEmpty)
  }

  @Test(arguments: [
    // What was mended, was chance, or is as it should be.
    [
      "level=warning event=held machine=a by=tie error=e \(request) status=503",
      "level=info event=script machine=a \(request) path=/boot.ipxe status=200",
    ],
    [
      "level=error event=script profile=p error=e \(request) path=/ status=500",
      "level=info event=script profile=p \(request) path=/ status=200",
    ],
    Array(repeating: "level=info event=script profile=p \(request) path=/ status=404", count: 2),
    Array(
      repeating: "level=info event=file \(request) path=/images/a/linux.sig status=404", count: 9),
    Array(repeating: "level=info event=unknown \(request) path=/favicon.ico status=404", count: 9),
    ["level=info event=file \(request) path=/images/snponly.efi status=200"],
    [
      "level=info event=listening address=a data=/d base=http://127.0.0.1:4777",
      "level=info event=script profile=p client=127.0.0.1:5 path=/ status=200",
    ],
    [
      "level=warning event=no-trail error=e", "level=info event=trail-again",
    ],
  ])
  func `has nothing to say of`(lines: [String]) throws {
    #expect(try Self.findings(lines).isEmpty)
  }

  @Test func `names twenty of a kind, and counts the rest`() throws {
    let lines = (0..<50).map {
      "level=warning event=held machine=m\($0) by=unmatched error=e \(Self.request) status=503"
    }
    let found = try Self.findings(lines)
    #expect(found.count == 21 && found.last?.what == "30 more of this kind")
  }
}
