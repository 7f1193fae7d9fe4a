// Boot/Check/CloudConfig: cloud-init's cloud-config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What cloud-init would refuse or pass over.
///
/// Values are not looked at: cloud-init checks them itself, with a schema of its own for each release.
enum CloudInitCheck {
  static func check(_ source: CloudConfigSource, _ report: inout CloudConfigReport) {
    let start = FilePlace(line: 1, column: 1)
    switch CloudConfigHeader.cloudInit(source.bytes) {
    case .silent: return
    case .other(let kind): report.add(start, .note, "not-checked", "not checked: this is \(kind)")
    case .wrong(let sentence, let line):
      report.add(FilePlace(line: line, column: 1), .error, "header", sentence)
    case .cloudConfig: checkYAML(source, &report)
    }
  }

  private static func checkYAML(_ source: CloudConfigSource, _ report: inout CloudConfigReport) {
    if let error = source.error { return report.add(error) }
    if let error = source.strayText { return report.add(error) }
    if let line = source.lines.second {
      return report.add(
        YAMLError(
          line: line, column: 1,
          reason:
            "a second document begins here, and cloud-init then refuses both; delete this line"))
    }
    if let error = CloudInitTabs.fault(in: source.bytes) { return report.add(error) }
    guard let document = source.document else { return }
    if let error = CloudConfigTree(dialect: .cloudInit).fault(in: document.root) {
      return report.add(error)
    }
    for duplicate in document.duplicates {
      let key = CloudConfigText.quoted(duplicate.key)
      report.add(
        duplicate.again.start.place, .warning, "duplicate-key",
        "\(key) stands at line \(duplicate.first.start.line) already, and only the last one counts")
    }
    checkKeys(document.root, &report)
  }

  private static func checkKeys(_ root: YAMLNode, _ report: inout CloudConfigReport) {
    let place = root.place.start.place
    switch root.content {
    case .mapping(let pairs):
      for pair in pairs {
        guard case .scalar(let key, _) = pair.key.content, let meant = CloudInitKeys.meant(by: key)
        else { continue }
        report.add(
          pair.key.place.start.place, .warning, "unknown-key",
          "\(CloudConfigText.quoted(key)) is no key of cloud-init; did you mean \"\(meant)\"?")
      }
    case .sequence:
      report.add(place, .error, "wrong-type", "the file must be a mapping, and is a list")
    case .scalar(let text, _):
      if root.value(in: .pyYAML) == .null { return }
      report.add(
        place, .error, "wrong-type",
        "the file must be a mapping, and is \(CloudConfigText.quoted(text)); is a blank missing behind a colon?"
      )
    }
  }
}
