// BootServer/Handlers: what an operator should look at before a machine boots it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

extension Rendering {
  /// Whatever the script is made of and cannot boot with; a script is answered all the same, for the
  /// file may be on its way.
  mutating func warn(about script: BootScript, _ inputs: ScriptInputs) throws(Interruption) {
    for word in inputs.profile.misspellings {
      warnings.append("\(inputs.file): no key is \"\(word.key)\"; is it \"\(word.meant)\"?")
    }
    if inputs.profile.args.contains(where: { $0.contains("{{") }) {
      warnings.append("\(inputs.file): \"args\" holds {{, which nothing fills in")
    }
    for config in inputs.profile.configs where !inputs.templates.contains(config) {
      try warn(aboutConfig: "configs/\(config)", inputs)
    }
    for file in script.ownFiles(base: inputs.base) { try warn(aboutMissing: file, inputs) }
  }

  private mutating func warn(
    aboutConfig file: String, _ inputs: ScriptInputs
  ) throws(Interruption) {
    guard let path = RelativePath(file.utf8), try !warn(aboutMissing: file, inputs) else { return }
    // No longer than a mark.
    switch store.contents(path, limit: 3, delivered: delivered) {
    case .pending(let file): throw .pending(file)
    case .failed: break
    case .found(let contents):
      if let mark = ByteOrderMark.complaint(about: contents.bytes) {
        warnings.append("\(file) \(mark)")
      }
    }
  }

  /// - Returns: whether it is.
  @discardableResult
  private mutating func warn(
    aboutMissing file: String, _ inputs: ScriptInputs
  ) throws(Interruption) -> Bool {
    guard let path = RelativePath(file.utf8) else { return false }
    let reason: String
    do throws(OpenFailure) {
      _ = try store.root.status(of: path)
      return false
    } catch {
      reason = error == .missing ? "is not there" : "cannot be used: \(Failure.reason(error))"
    }
    isPassing = true
    let near = try nearest(to: file).map { "; is it \($0)?" } ?? ""
    warnings.append("\(inputs.file) names \(file), which \(reason)\(near)")
    return true
  }

  /// The file in the same folder that was most likely meant.
  private func nearest(to file: String) throws(Interruption) -> String? {
    guard let slash = file.lastIndex(of: "/"), let folder = RelativePath(file[..<slash].utf8) else {
      return nil
    }
    switch store.open(folder, delivered: delivered) {
    case .pending(let file): throw .pending(file)
    case .failed, .found(.file): return nil
    case .found(.directory(let directory)):
      let names = directory.entries.map { String(decoding: $0.name, as: UTF8.self) }
      return Nearest.name(to: String(file[file.index(after: slash)...]), in: names)
    }
  }
}
