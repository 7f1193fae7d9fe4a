// BootTests: when a boot counts as stalled, as profiles say it.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("stall_after")
struct StallLimitsTests {
  private static func limits(_ value: String, on preset: String? = nil) throws -> StallLimits {
    let text = "{\"stall_after\": \(value)}"
    let own = try ProfileLayer(parsing: Array(text.utf8), file: "profiles/p.json")
    let below = try preset.map { ProfileLayer(try #require(Preset.named($0))) }
    return try Profile(
      [below].compactMap { $0 } + [own], isInstalling: false, platform: nil
    ).stallLimits
  }

  @Test func `is a number for a transfer, or says it for each step, on top of the preset's`() throws
  {
    var wanted = StallLimits()
    #expect(try Self.limits("null") == wanted)
    #expect(wanted.transfer == nil && wanted.step == 60 && wanted.config == 300)
    wanted.transfer = 120
    #expect(try Self.limits("120") == wanted)
    wanted.config = 900
    #expect(try Self.limits(#"{"transfer":120,"config":900,"step":null}"#) == wanted)
    wanted.step = 0
    #expect(try Self.limits(#"{"transfer":120,"config":900,"step":0}"#) == wanted)
    for name in ["esxi", "harvester", "proxmox"] {
      #expect(try Self.limits("null", on: name).config == 600)
      #expect(try Self.limits(#"{"step":5}"#, on: name).config == 600)
      #expect(try Self.limits(#"{"config":7}"#, on: name).config == 7)
    }
  }

  @Test(arguments: [
    ("-1", "\"stall_after\" must be a whole number from 0 on, but is -1"),
    ("\"9\"", "\"stall_after\" must be a whole number from 0 on, but is a string"),
    (#"{"step":1.5}"#, "\"stall_after.step\" must be a whole number from 0 on, but is 1.5"),
    (#"{"kernel":"x"}"#, "has \"kernel\"; it may have \"transfer\", \"step\" and \"config\""),
  ])
  func `that makes no sense is refused, with its place`(value: String, reason: String) {
    #expect {
      _ = try Self.limits(value)
    } throws: {
      let said = "\($0)"
      return said.hasPrefix("profiles/p.json: ") && said.contains(reason)
    }
  }
}
