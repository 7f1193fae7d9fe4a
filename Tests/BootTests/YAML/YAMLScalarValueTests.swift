// BootTests/YAML: what scalars without quotes stand for.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A plain scalar")
struct YAMLScalarValueTests {
  /// YAML 1.2.2 chapter 10.3.2.
  @Test(arguments: [
    ("", YAMLScalarValue.null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null),
    ("nULL", .string("nULL")), ("true", .bool(true)), ("TRUE", .bool(true)),
    ("False", .bool(false)),
    ("yes", .string("yes")), ("on", .string("on")), ("0", .int(0)), ("-12", .int(-12)),
    ("+7", .int(7)),
    ("014", .int(14)), ("0o14", .int(12)), ("0o8", .string("0o8")), ("0x1F", .int(31)),
    ("0x", .string("0x")),
    ("-0x1", .string("-0x1")), ("0b1", .string("0b1")), ("1_000", .string("1_000")),
    ("1:30", .string("1:30")), ("1.5", .float(1.5)), ("1.", .float(1)), (".5", .float(0.5)),
    ("1e3", .float(1000)),
    ("-1.5E-1", .float(-0.15)), ("1e", .string("1e")), (".", .string(".")), ("+", .string("+")),
    ("-.", .string("-.")),
    (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)), (".infx", .string(".infx")),
    ("2026-01-31", .string("2026-01-31")), ("nullx", .string("nullx")),
    ("falsehood", .string("falsehood")),
    ("99999999999999999999", .largeInt("99999999999999999999")), ("<<", .string("<<")),
    ("=", .string("=")),
    ("-9223372036854775808", .int(.min)), ("1.2.3", .string("1.2.3")),
  ])
  func `is in YAML 1_2`(text: String, value: YAMLScalarValue) {
    #expect(YAMLScalarValue.plain(text, in: .core) == value)
  }

  @Test(arguments: [
    ("", YAMLScalarValue.null), ("~", .null), ("yes", .bool(true)), ("No", .bool(false)),
    ("on", .bool(true)),
    ("OFF", .bool(false)), ("oN", .string("oN")), ("y", .string("y")), ("014", .int(12)),
    ("0o14", .string("0o14")),
    ("0644", .int(420)), ("0_7", .int(7)), ("08", .string("08")), ("0x1_F", .int(31)),
    ("-0x1", .int(-1)), ("0b1_1", .int(3)),
    ("1_000", .int(1000)), ("1:30", .int(90)), ("-1:30", .int(-90)), ("190:20:30", .int(685230)),
    ("1:60", .string("1:60")),
    ("01:30", .string("01:30")), ("1:30.5", .float(90.5)), ("0:1.5", .float(1.5)),
    ("1e3", .string("1e3")), ("1.0e3", .string("1.0e3")),
    ("1.0e+3", .float(1000)), ("1.", .float(1)), (".5", .float(0.5)), ("-.5", .string("-.5")),
    ("1_0.5_0", .float(10.5)),
    ("1.2.3", .string("1.2.3")), (".inf", .float(.infinity)), ("-.inf", .float(-.infinity)),
    ("<<", .merge), ("=", .refused("=")),
    ("2026-01-31", .timestamp("2026-01-31")), ("2026-1-31", .string("2026-1-31")),
    ("2026-02-29", .refused("2026-02-29")),
    ("2024-02-29", .timestamp("2024-02-29")),
    ("2026-1-31 1:02:03.5 -1:30", .timestamp("2026-1-31 1:02:03.5 -1:30")),
    ("2026-01-31T01:02:03Z", .timestamp("2026-01-31T01:02:03Z")),
    ("2026-01-31T25:02:03Z", .refused("2026-01-31T25:02:03Z")),
    ("2026-01-31T01:02", .string("2026-01-31T01:02")), ("0x_", .refused("0x_")),
    ("0b", .string("0b")), ("+", .string("+")),
    ("18446744073709551616", .largeInt("18446744073709551616")), ("10.0.0.1", .string("10.0.0.1")),
    ("_1", .string("_1")),
    ("52:54:00:12:34:56", .int(41_135_085_296)),
    ("52:54:00:ab:34:56", .string("52:54:00:ab:34:56")), ("22:22", .int(1342)), ("1__", .int(1)),
  ])
  func `is this to PyYAML`(text: String, value: YAMLScalarValue) {
    #expect(YAMLScalarValue.plain(text, in: .pyYAML) == value)
  }

  @Test func `may be no number in both`() {
    for schema in [YAMLSchema.core, .pyYAML] {
      guard case .float(let number) = YAMLScalarValue.plain(".NaN", in: schema) else {
        Issue.record("no float")
        continue
      }
      #expect(number.isNaN)
    }
  }
}
