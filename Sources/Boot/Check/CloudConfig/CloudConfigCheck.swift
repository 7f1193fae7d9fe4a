// Boot/Check/CloudConfig: what is wrong with a cloud-config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Looks at a cloud-config as the program on the machine would.
package enum CloudConfigCheck {
  /// Who reads the file.
  package enum Dialect: Equatable, Sendable {
    /// coreos-cloudinit, on CoreOS and Flatcar: its keys are checked, all of them.
    case coreOS
    /// cloud-init: its header and its YAML are checked, and keys that are nearly known ones.
    case cloudInit
  }

  /// What a person should look at, in the order of the text.
  ///
  /// Takes time as the text's length, whatever is in it.
  ///
  /// - Parameters:
  ///   - file: its name, for the findings.
  ///   - dialect: `nil` where nothing says who reads the file: cloud-init then where the text holds
  ///     what only cloud-init knows and no `coreos`, else CoreOS.
  package static func findings(
    _ bytes: [UInt8], file: String, dialect: Dialect? = nil
  ) -> [Finding] {
    let source = CloudConfigSource(bytes)
    var report = CloudConfigReport(file: file)
    PrivateKeys.check(bytes, &report)
    switch dialect ?? source.likelyDialect {
    case .coreOS: CoreOSCheck.check(source, &report)
    case .cloudInit: CloudInitCheck.check(source, &report)
    }
    return report.inOrder
  }
}

/// Findings of one file.
struct CloudConfigReport {
  let file: String
  private var findings: [Finding] = []

  init(file: String) { self.file = file }

  mutating func add(
    _ place: FilePlace, _ severity: Finding.Severity, _ rule: String, _ sentence: String
  ) {
    findings.append(Finding(file: file, place, severity, rule, sentence))
  }

  mutating func add(_ error: YAMLError) {
    let place = FilePlace(line: error.line, column: error.column)
    add(place, .error, "yaml", LogText.oneLine(error.reason))
  }

  /// As they follow in the text; what aliases repeat is there once.
  var inOrder: [Finding] {
    let start = FilePlace(line: 0, column: 0)
    let sorted = findings.sorted {
      ($0.place ?? start, $0.severity, $0.sentence) < ($1.place ?? start, $1.severity, $1.sentence)
    }
    var result: [Finding] = []
    for finding in sorted where finding != result.last { result.append(finding) }
    return result
  }
}
