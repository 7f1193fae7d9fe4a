// BootTests/Check/CloudConfig: values that CoreOS allows.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A value of CoreOS' cloud-config")
struct CoreOSValueTests {
  /// Bad values of a key, by what is said about it; out-of-use keys are not counted.
  static func faults(_ body: String) -> [String] {
    said(body: body).filter { !$0.contains("deprecated-key") }
  }

  @Test(arguments: [
    ("coreos: {units: [{command: @}]}", "start reload-or-try-restart ''", "Start begin enable yes"),
    (
      "coreos: {update: {reboot-strategy: @}}", "off 'off' reboot etcd-lock ''", "on best-effort no"
    ),
    ("coreos: {etcd2: {proxy: @}}", "on off readonly 'on'", "yes true read-only"),
    (
      "write_files: [{permissions: @}]", "0644 644 '0755' 04755 4755 777 0777 ''",
      "0999 64 '64' 0o644 17777 044444 rw 0x1f -644 '644_'"
    ),
    (
      "coreos: {locksmith: {window_start: @}}",
      "23:00 0:0 00023:00059 'Thu_1:00' 'mON_04:30' ''",
      "24:00 25:00 1:60 '1' ':30' '1:' 'Thu1:00' 'Thu__1:00' 'Funday_1:00' 'Thu_' 1:0:0 '-1:00' '1:_5'"
    ),
    (
      "coreos: {locksmith: {window_length: @}}", "1h 1h5m h -1h +1.5h .h 1.h ''",
      "90 1H 1h5 1..5h '-' '1_h' 1:30"
    ),
    (
      "coreos: {etcd: {discovery: @}}",
      "http://a/b https://10.0.0.1:1/x /a 'a:b' 'http://<token>'",
      "a/b '<token>' '' 1 'http://a_b/' ':a' '1:a'"
    ),
  ])
  func `is one of those that are allowed`(pattern: String, good: String, bad: String) {
    func faults(_ value: Substring) -> [String] {
      Self.faults(pattern.replacing("@", with: value.replacing("_", with: " ")) + "\n")
    }
    for value in good.split(separator: " ") { #expect(faults(value) == [], "\(value)") }
    for value in bad.split(separator: " ") {
      #expect(faults(value).count == 1, "\(value)")
      #expect(faults(value).first?.contains(" bad-value ") == true, "\(value)")
    }
  }

  @Test(arguments: [
    (
      "coreos: {units: [{command: reastart}]}\n",
      "\"reastart\" is no value of command; did you mean \"restart\"?"
    ),
    (
      "coreos: {update: {reboot_strategy: best-effort}}\n",
      "\"best-effort\" is no value of reboot_strategy; write \"etcd-lock\", \"reboot\" or \"off\""
    ),
    (
      "write_files: [{permissions: u=rw}]\n",
      "\"u=rw\" is no value of permissions; write three or four octal digits, as \"0644\""
    ),
  ])
  func `that is refused is told with what was meant`(body: String, sentence: String) {
    #expect(Self.faults(body).count == 1)
    #expect(Self.faults(body).first?.hasSuffix(" error bad-value \(sentence)") == true)
  }

  @Test func `is told where it begins`() {
    let body = "coreos:\n  units:\n    - name: é\n      command:\n        begin\n"
    #expect(Self.faults(body).first?.hasPrefix("6:9 error") == true)
    #expect(
      Self.faults("coreos: {units: [{name: é, command: \"begin\"}]}\n").first?.hasPrefix(
        "2:37 error")
        == true)
  }

  @Test(arguments: [
    "/usr/bin/x", "/usr/x", "/usr/", "/usrlocal/x", "//usr/x", "/etc/../usr/x", "/./usr/x",
    "/../usr/x",
  ])
  func `cannot be a path below /usr`(path: String) {
    #expect(
      Self.faults("write_files:\n  - path: \(path)\n") == [
        "3:11 error read-only-path \"\(path)\" begins with /usr, which is read-only; choose another"
          + " place, as /opt"
      ])
  }

  @Test(arguments: ["/usr", "/etc/usr/x", "usr/x", "/us/r/x", "/usr/../etc/x", "", "x", "/"])
  func `can be any other path`(path: String) {
    #expect(Self.faults("write_files:\n  - path: \"\(path)\"\n") == [])
  }
}

@Suite("The content of a file on CoreOS")
struct CoreOSEncodingTests {
  static func faults(_ encoding: String, _ content: String) -> [String] {
    said(body: "write_files:\n  - encoding: \(encoding)\n    content: \(content)\n")
  }

  static let gzip = "H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA=="

  @Test(arguments: [
    ("base64", "aGVsbG8="), ("b64", "''"), ("b64", "|\n      aGVs\n      bG8=\n"), ("b64", "aGVs"),
    ("b64", "aGVsbB=="), ("gzip+base64", gzip), ("gz+b64", gzip), ("''", "aGk"), ("base64", "1234"),
  ])
  func `is unpacked`(encoding: String, content: String) {
    #expect(Self.faults(encoding, content) == [])
  }

  @Test(arguments: [
    ("base64", "aGVsbG8"), ("base64", "a"), ("base64", "aGVs bG8="), ("b64", "aGVsbG8=="),
    ("b64", "aGVsbG8=a"), ("b64", "_-8="), ("gz+b64", "aGVsbG8="), ("gzip", "x"), ("gz", "''"),
    ("gzip+base64", String(gzip.dropLast(8))), ("gz+b64", gzip.replacing("H4sI", with: "H5sI")),
  ])
  func `is told where it cannot be unpacked`(encoding: String, content: String) {
    let faults = Self.faults(encoding, content)
    #expect(faults.count == 1)
    #expect(
      faults.first?.hasPrefix(
        "4:14 error bad-content the content cannot be unpacked as \"\(encoding)\"; ") == true)
  }

  @Test func `is told where it is missing`() {
    #expect(
      said(body: "write_files:\n  - encoding: gz\n") == [
        "3:15 error bad-content there is no content to unpack as \"gz\"; add it, or leave out the"
          + " encoding"
      ])
  }
}
