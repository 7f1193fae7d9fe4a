// Boot/Check/CloudConfig: values of CoreOS' cloud-config.
// SPDX-License-Identifier: Apache-2.0

import Text

extension CoreOSCheck {
  /// Checks a text that a format is for.
  mutating func check(
    _ text: String, _ format: CoreOSFormat, _ field: CoreOSField, _ fields: CoreOSFields
  ) {
    if let fault = format.fault(in: text, of: field.name) {
      report.add(field.value.place.start.place, fault.severity, fault.rule, fault.sentence)
    } else if case .encoding = format, !text.isEmpty {
      checkContent(fields["content"], text, field)
    }
  }

  private mutating func checkContent(
    _ content: CoreOSField?, _ encoding: String, _ field: CoreOSField
  ) {
    let shown = CloudConfigText.quoted(encoding)
    guard let content, GoScalar(content.value) != .null else {
      report.add(
        field.value.place.start.place, .error, "bad-content",
        "there is no content to unpack as \(shown); add it, or leave out the encoding")
      return
    }
    guard case .scalar(let text, _) = content.value.content, GoScalar(content.value) != .tagged,
      !CoreOSEncoding.fits(text, encoding)
    else { return }
    report.add(
      content.value.place.start.place, .error, "bad-content",
      "the content cannot be unpacked as \(shown); "
        + (encoding.hasSuffix("64")
          ? "pack it again, and paste all of it" : "write \"gzip+base64\", and pack it so"))
  }

  /// A value that its key cannot have.
  ///
  /// It stands at the value, or at the key where the value begins further down.
  mutating func wrongType(_ field: CoreOSField, _ kind: CoreOSKind) {
    let (key, value) = (field.key.place.start, field.value.place.start)
    report.add(
      (key.line == value.line ? value : key).place, .warning, "wrong-type",
      "\(field.shown) must be \(kind.words), and is \(Self.words(for: field.value))")
  }

  /// An entry that its list cannot have.
  mutating func entry(_ node: YAMLNode, of field: CoreOSField, mustBe words: String) {
    report.add(
      node.place.start.place, .warning, "wrong-type",
      "each entry of \(field.shown) must be \(words), and this one is \(Self.words(for: node))")
  }

  /// What is there, behind "is".
  static func words(for node: YAMLNode) -> String {
    switch node.content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let text, let style):
      if GoScalar(node) == .null {
        "empty"
      } else if style == .plain {
        CloudConfigText.quoted(text)
      } else {
        "the text \(CloudConfigText.quoted(text))"
      }
    }
  }
}
