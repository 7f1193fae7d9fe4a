// Boot/Check/CloudConfig: tabs that PyYAML does not take.
// SPDX-License-Identifier: Apache-2.0

/// YAML allows tabs between words and behind colons, and PyYAML, which cloud-init uses, refuses both.
enum CloudInitTabs {
  /// The first tab that is neither in quotes, nor in a block of text, nor in a comment.
  ///
  /// - Parameter bytes: YAML.
  static func fault(in bytes: [UInt8]) -> YAMLError? {
    guard bytes.contains(0x09),
      let events = try? YAMLReader.events(bytes, flowIndentation: .free)
    else { return nil }
    var position = 0
    var isComment = false
    for event in events {
      guard case .scalar(_, let style) = event.kind, style != .plain else { continue }
      if let tab = tab(in: bytes, position..<event.start.offset, &isComment) {
        return error(bytes, tab)
      }
      position = max(position, event.end.offset)
      isComment = false
    }
    return tab(in: bytes, position..<bytes.count, &isComment).map { error(bytes, $0) }
  }

  private static func tab(
    in bytes: [UInt8], _ range: Range<Int>, _ isComment: inout Bool
  ) -> Int? {
    for index in range {
      switch bytes[index] {
      case 0x0a, 0x0d: isComment = false
      case UInt8(ascii: "#"):
        if index == 0 || bytes[index - 1] <= 0x20 { isComment = true }
      case 0x09: if !isComment { return index }
      default: break
      }
    }
    return nil
  }

  private static func error(_ bytes: [UInt8], _ tab: Int) -> YAMLError {
    YAMLError(bytes, at: tab, "cloud-init refuses a tab here; put a space in its place")
  }
}
