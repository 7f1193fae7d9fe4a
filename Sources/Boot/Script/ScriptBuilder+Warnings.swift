// Boot/Script: what an operator should look at before a machine boots it.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptBuilder {
  /// Whatever the script is made of and cannot boot with; there is a script all the same, for the file
  /// may be on its way.
  mutating func warn(_ inputs: ScriptInputs) throws(Stop) {
    for word in inputs.profile.misspellings {
      built.warnings.append(
        ScriptWarning(
          "unknown-key", at: DataPlace(word.file, key: word.key),
          "\(word.file): no key is \"\(word.key)\"; is it \"\(word.meant)\"?"))
    }
    if let config = inputs.profile.cloudConfigFile, !inputs.hasCloudTemplate {
      try warn(aboutConfig: "configs/\(config)", key: "cloud_config", inputs)
    }
    if case .file(let config, isTemplate: false)? = inputs.values.answers {
      try warn(aboutConfig: "configs/\(config)", key: inputs.profile.answersKey, inputs)
    }
    for (file, key) in ownFiles { try warn(aboutMissing: file, key: key, inputs) }
    if longestLine > BootScript.longestCommandLine {
      built.warnings.append(
        ScriptWarning(
          "long-line", at: DataPlace(inputs.origin(of: "args"), key: "args"),
          "the kernel's command line has \(longestLine) bytes,"
            + " of which x86 kernels read \(BootScript.longestCommandLine)"))
    }
  }

  private mutating func warn(
    aboutConfig file: String, key: String, _ inputs: ScriptInputs
  ) throws(Stop) {
    guard let path = RelativePath(file.utf8), try !warn(aboutMissing: file, key: key, inputs)
    else { return }
    // No longer than a mark.
    let contents = try waiting { () throws(Pending) in try files.read(path, 3) }
    if let mark = (try? contents.get()).flatMap({ ByteOrderMark.complaint(about: $0.bytes) }) {
      built.warnings.append(
        ScriptWarning("encoding", at: DataPlace(file, line: 1, column: 1), "\(file) \(mark)"))
    }
  }

  /// - Returns: whether it is.
  @discardableResult
  private mutating func warn(
    aboutMissing file: String, key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> Bool {
    guard let path = RelativePath(file.utf8),
      let problem = try waiting({ () throws(Pending) in try files.problem(path) })
    else { return false }
    let reason = problem == .missing ? "is not there" : "cannot be used: \(problem.reason)"
    built.isPassing = true
    let near = try nearest(to: file).map { "; is it \($0)?" } ?? ""
    let sentence = "\(inputs.file) names \(file), which \(reason)\(near)"
    built.warnings.append(
      ScriptWarning("missing-file", at: DataPlace(inputs.origin(of: key), key: key), sentence))
    if inputs.profile.isNewStyle, problem.isKnown { built.lack = built.lack ?? sentence }
    return true
  }

  /// The file in the same folder that was most likely meant.
  func nearest(to file: String) throws(Stop) -> String? {
    guard let slash = file.lastIndex(of: "/"), let folder = RelativePath(file[..<slash].utf8),
      case .success(let names) = try waiting({ () throws(Pending) in try files.list(folder) })
    else { return nil }
    return Nearest.name(to: String(file[file.index(after: slash)...]), in: names)
  }
}
