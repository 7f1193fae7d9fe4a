// Boot/Check/CloudConfig: a cloud-config's text and tree.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A file, read once for everything that is checked.
struct CloudConfigSource {
  let bytes: [UInt8]
  let lines: CloudConfigLines
  /// The first document; `nil` where there is none.
  private(set) var document: YAMLDocument?
  /// Why the first document is not YAML.
  private(set) var error: YAMLError?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    lines = CloudConfigLines(bytes)
    let first = lines.end == bytes.count ? bytes : Array(bytes[..<lines.end])
    do throws(YAMLError) {
      document = try YAMLDocument.read(first, schema: .pyYAML, flowIndentation: .free).first
    } catch {
      self.error = Self.strictError(first, at: error.line) ?? error
    }
  }

  /// What a strict reader says about the same line: it tells of brackets that are still open.
  private static func strictError(_ bytes: [UInt8], at line: Int) -> YAMLError? {
    do throws(YAMLError) {
      _ = try YAMLReader.events(bytes, flowIndentation: .strict)
      return nil
    } catch {
      return error.line == line ? error : nil
    }
  }

  /// Who reads the file, by what is in it.
  var likelyDialect: CloudConfigCheck.Dialect {
    if CloudConfigHeader.kindOfCloudInitOnly(bytes) != nil { return .cloudInit }
    guard case .mapping(let pairs)? = document?.root.content else { return .coreOS }
    let keys = pairs.compactMap {
      if case .scalar(let text, _) = $0.key.content { text } else { nil }
    }
    if keys.contains("coreos") { return .coreOS }
    return keys.contains(where: CloudInitKeys.areOnlyIn) ? .cloudInit : .coreOS
  }

  /// What begins behind `...` without `---`, as every reader refuses it.
  var strayText: YAMLError? {
    lines.stray.map {
      YAMLError(
        line: $0, column: 1,
        reason:
          "text follows behind the line \"...\", which ends the file; delete the one or the other")
    }
  }
}
