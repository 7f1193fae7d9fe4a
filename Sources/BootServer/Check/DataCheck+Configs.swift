// BootServer/Check: configs and answers, as they stand and as machines get them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension DataCheck {
  mutating func checkConfigs(_ walk: FileWalk) {
    each(of: walk.files) { check, file in check.checkConfig(file) }
  }

  private mutating func checkConfig(_ file: FileWalk.File) {
    guard let bytes = read(file.name) else {
      return found.add(
        Finding(
          file: file.name, nil, .error, "unreadable",
          "cannot be read, or is larger than \(SmallFile.limit >> 20) MB"))
    }
    if file.name.hasPrefix("configs/snippets/") {
      checkSnippet(bytes, file.name)
    } else if file.name.hasSuffix(".tmpl") {
      checkTemplate(file.name)
    } else {
      found.add(ConfigCheck.findings(bytes, file: file.name, reader(of: file.name)))
    }
  }

  private mutating func checkSnippet(_ bytes: [UInt8], _ file: String) {
    do throws(TemplateError) {
      _ = try Template(parsing: bytes, file: file, isSnippet: true)
    } catch {
      report(error)
    }
  }

  /// Who reads a file, by the profiles that name it, or the folder that it is in.
  private func reader(of file: String) -> ConfigCheck.Reader {
    var reader = ConfigCheck.Reader()
    if let readers = uses[file] {
      reader.dialect = readers.contains { $0.use.isCoreOS } ? .coreOS : .cloudInit
      let majors = Set(readers.map(\.use.ignitionMajor))
      reader.ignitionMajor = majors.count == 1 ? majors.first ?? nil : nil
    } else {
      let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
      let isOfSeed = uses[folder]?.contains { $0.use.isFolder } ?? false
      reader.dialect = isOfSeed ? .cloudInit : nil
    }
    return reader
  }

  private mutating func report(_ error: TemplateError, behind front: String = "") {
    found.add(
      Finding(
        file: error.file, FilePlace(line: error.line, column: 1), .error, "template",
        LogText.oneLine(front + error.reason)))
  }

  /// A template, rendered for a machine that has everything, and for each that is recorded.
  private mutating func checkTemplate(_ file: String) {
    let name = String(file.dropLast(".tmpl".count))
    let builder = ScriptBuilder(files, base: base, reportsByToken: true)
    let template: Template
    let snippets: [String: Template]
    do throws(ScriptBuilder<Never>.Stop) {
      (template, snippets) = try builder.loaded(file)
    } catch {
      if case .failed(let failure) = error { report(failure) }
      return
    }
    let metadata = ([template] + snippets.values).flatMap(\.metadataNames)
    let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    let readers = (uses[name] ?? []) + (uses[folder] ?? []).filter { $0.use.isFolder }
    let madeUp = MadeUp.machine(profile: readers.first?.profile, metadata: metadata)
    let server = String(decoding: base, as: UTF8.self)
    let format = ConfigFormat(fileName: name)
    do throws(TemplateError) {
      let values = TemplateValues(
        madeUp, server: server, profile: readers.first?.values ?? ProfileValues())
      let text = try template.render(values, snippets: snippets, as: format)
      add(ConfigCheck.findings(text, file: file, reader(of: name)), rendered: text, file)
    } catch {
      return report(error)
    }
    for reader in readers {
      for entry in machines[reader.profile] ?? [] {
        let values = TemplateValues(entry, server: server, profile: reader.values)
        do throws(TemplateError) {
          _ = try template.render(values, snippets: snippets, as: format)
        } catch {
          report(error, behind: "for machine \(entry.machine.id): ")
        }
      }
    }
  }

  /// What was found in a rendered text stands on the same line of the template, where it has as many.
  private mutating func add(_ findings: [Finding], rendered: [UInt8], _ file: String) {
    let lines = { (bytes: [UInt8]) in bytes.count { $0 == 0x0a } }
    let isSame = read(file).map { lines($0) == lines(rendered) } ?? false
    for finding in findings {
      let place = finding.place.map { FilePlace(line: $0.line, column: 1) }
      found.add(
        Finding(
          file: file, isSame ? place : nil, finding.severity, finding.rule,
          isSame
            ? finding.sentence
            : "rendered, line \(finding.place?.line ?? 1): \(finding.sentence)"))
    }
  }
}
