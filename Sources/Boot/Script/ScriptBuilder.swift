// Boot/Script: from a profile's name to its script.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Makes the script of a profile from the files that it names: the same for a server's loop and for a command
/// line.
package struct ScriptBuilder<Pending: Error> {
  /// Why there is no script now.
  package enum Stop: Error {
    case pending(Pending)
    case failed(ScriptFailure)
  }

  let files: DataFiles<Pending>
  /// What URLs of this server begin with, as in ``ScriptInputs``.
  let base: [UInt8]
  /// Whether a machine reports with the token in its config, and in no other way.
  let reportsByToken: Bool
  var built = BuiltScript()

  /// Bytes; a profile or key file larger than this is refused.
  package static var fileLimit: Int { 4 << 20 }

  /// - Parameters:
  ///   - base: what URLs of this server begin with.
  ///   - reportsByToken: whether machines report in no other way.
  package init(_ files: DataFiles<Pending>, base: [UInt8], reportsByToken: Bool) {
    self.files = files
    self.base = base
    self.reportsByToken = reportsByToken
  }

  /// Makes the script of a profile.
  ///
  /// - Parameter name: the profile's; empty: the script without a version.
  /// - Throws: what a disk has to bring first, or a ``ScriptFailure``: 404 or 500 by `?profile=`.
  package func script(
    profile name: [UInt8], _ occasion: ScriptOccasion
  ) throws(Stop) -> BuiltScript {
    var builder = self
    builder.built.text = try builder.text(name, occasion)
    return builder.built
  }

  private mutating func text(
    _ name: [UInt8], _ occasion: ScriptOccasion
  ) throws(Stop) -> [UInt8] {
    var inputs = ScriptInputs(profileName: name, base: base)
    if !name.isEmpty {
      inputs.file = "profiles/" + String(decoding: name, as: UTF8.self) + ".json"
      let bytes = try profileBytes(name, file: inputs.file)
      inputs.profile = try failing { () throws(BootError) in
        try Profile(parsing: bytes, file: inputs.file)
      }
      built.installs = inputs.profile.install != nil
      switch occasion {
      case .settled(let platform) where built.installs:
        return LocalBootScript.render(platform: platform)
      case .installing:
        let profile = inputs.profile
        inputs.profile = try failing { () throws(BootError) in
          try profile.whileInstalling(file: inputs.file)
        }
      case .byName, .settled: break
      }
      try gather(&inputs, occasion)
    }
    let script = try failing { () throws(BootError) in try BootScript.render(inputs) }
    if !name.isEmpty { try warn(about: script, inputs) }
    if script.commandLineLength > BootScript.longestCommandLine {
      built.warnings.append(
        "the kernel's command line has \(script.commandLineLength) bytes,"
          + " of which x86 kernels read \(BootScript.longestCommandLine)")
    }
    return script.text
  }

  /// What stands in files beside the profile's own.
  private mutating func gather(
    _ inputs: inout ScriptInputs, _ occasion: ScriptOccasion
  ) throws(Stop) {
    inputs.templates = try templates(inputs, occasion)
    if built.installs, occasion == .installing, reportsByToken, inputs.templates.isEmpty {
      built.warnings.append(
        "\(inputs.file): no config of its installer is a template, so it cannot report that it is"
          + " done, and installs at every boot")
    }
    inputs.sshKey = try key(inputs)
    inputs.imageNames = try imageNames(inputs.profile)
  }

  /// Which of the configs that a profile names are rendered per machine.
  private mutating func templates(
    _ inputs: ScriptInputs, _ occasion: ScriptOccasion
  ) throws(Stop) -> Set<String> {
    var templates: Set<String> = []
    for config in inputs.profile.configs {
      guard try isThere("configs/\(config).tmpl") else { continue }
      guard try !isThere("configs/\(config)") else {
        built.warnings.append("configs/\(config) is served, and configs/\(config).tmpl is not")
        continue
      }
      guard occasion != .byName else {
        throw .failed(
          .unusable(
            "\(inputs.file): configs/\(config).tmpl is rendered per machine, and ?profile= names"
              + " none; chain the machine to /boot.ipxe without profile="))
      }
      templates.insert(config)
    }
    return templates
  }

  private mutating func isThere(_ file: String) throws(Stop) -> Bool {
    guard let path = RelativePath(file.utf8) else { return false }
    built.dependencies.append(path)
    return try waiting { () throws(Pending) in try files.problem(path) } == nil
  }

  private mutating func profileBytes(
    _ name: [UInt8], file: String
  ) throws(Stop) -> [UInt8] {
    guard RelativePath(name: name) != nil,
      let path = RelativePath(Array("profiles/".utf8) + name + ".json".utf8)
    else { throw .failed(.unknown(what: "profile", file: file, .missing)) }
    switch try read(path, file: file) {
    case .success(let bytes): return bytes
    case .failure(let problem):
      throw .failed(ScriptFailure(opening: file, what: "profile", problem))
    }
  }

  private mutating func key(_ inputs: ScriptInputs) throws(Stop) -> SSHKey? {
    let name = inputs.profile.sshkey
    if name.isEmpty { return nil }
    let file = "sshkeys/\(name).pub"
    let neededBy = ", which \(inputs.file) names"
    guard RelativePath(name: name.utf8) != nil, let path = RelativePath(file.utf8) else {
      throw .failed(.unreadable(file: file, .missing, neededBy: neededBy))
    }
    switch try read(path, file: file) {
    case .failure(let problem):
      throw .failed(.unreadable(file: file, problem, neededBy: neededBy))
    case .success(let bytes):
      if PlaceholderKey.isIn(bytes) {
        built.warnings.append(
          "\(file) is the placeholder, which fits no private key: put your own there")
      }
      return try failing { () throws(BootError) in try SSHKey(content: bytes, file: file) }
    }
  }

  private mutating func imageNames(_ profile: Profile) throws(Stop) -> [String] {
    guard let directory = BootScript.imageDirectory(profile),
      let path = RelativePath("images/\(directory)".utf8)
    else { return [] }
    built.dependencies.append(path)
    switch try waiting({ () throws(Pending) in try files.list(path) }) {
    case .success(let names): return names
    case .failure(.exhausted(let error)):
      throw .failed(.unreadable(file: "images/\(directory)", .exhausted(error), neededBy: ""))
    case .failure: return []
    }
  }
}

extension ScriptBuilder {
  /// A file that the script depends on, whole.
  private mutating func read(
    _ path: RelativePath, file: String
  ) throws(Stop) -> Result<[UInt8], DataProblem> {
    built.dependencies.append(path)
    switch try waiting({ () throws(Pending) in try files.read(path, Self.fileLimit) }) {
    case .failure(let problem): return .failure(problem)
    case .success(let contents):
      guard !contents.isTruncated else {
        throw .failed(.unusable("\(file) is larger than \(Self.fileLimit >> 20) MB"))
      }
      return .success(contents.bytes)
    }
  }

  func waiting<Value>(_ body: () throws(Pending) -> Value) throws(Stop) -> Value {
    do throws(Pending) {
      return try body()
    } catch {
      throw .pending(error)
    }
  }

  private func failing<Value>(_ body: () throws(BootError) -> Value) throws(Stop) -> Value {
    do throws(BootError) {
      return try body()
    } catch {
      throw .failed(ScriptFailure(error))
    }
  }
}
