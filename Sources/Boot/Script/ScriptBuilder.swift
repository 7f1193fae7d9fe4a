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
  /// How a machine in use boots whose profile does not say it.
  package var localBoot = LocalBoot.exit
  var built = BuiltScript()
  /// The files that the script has fetched from this server, below the data directory.
  var ownFiles: [(file: String, key: String)] = []
  /// Bytes of the command line, as far as they are known.
  var longestLine = 0

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
    builder.built.pieces = try builder.pieces(name, occasion)
    return builder.built
  }

  private mutating func pieces(
    _ name: [UInt8], _ occasion: ScriptOccasion
  ) throws(Stop) -> [ScriptPiece] {
    guard !name.isEmpty else { return try original(ScriptInputs(base: base)) }
    let file = "profiles/" + String(decoding: name, as: UTF8.self) + ".json"
    let isInstalling = occasion == .installing
    let chain = try chain(name, file: file)
    let layers = try failing { () throws(BootError) in
      try chain.onPreset(isInstalling: isInstalling && chain.contains { $0.install != nil })
    }
    let profile = { (platform: Platform?) throws(BootError) in
      try Profile(
        layers, isInstalling: isInstalling && layers.contains { $0.install != nil },
        platform: platform)
    }
    var inputs = ScriptInputs(
      profile: try failing { () throws(BootError) in try profile(nil) }, profileName: name,
      file: file, base: base)
    if !isInstalling, inputs.profile.installs {
      // What is wrong with its installer is wrong now, and not in the rack.
      _ = try failing { () throws(BootError) in
        try Profile(layers, isInstalling: true, platform: nil)
      }
    }
    inputs.isForMachine = occasion != .byName
    built.installs = inputs.profile.installs
    try settle(&inputs)
    built.version = inputs.profile.version
    if case .settled(let platform) = occasion, built.installs {
      // Whatever its answers lack, the machine boots its disk.
      inputs.values.answers = try answersOfDisk(inputs)
      built.values = inputs.values
      let firmware = Platform(ofIPXE: platform)
      let said = try failing { () throws(BootError) in try profile(firmware).localBoot }
      built.isLocalDisk = true
      return [.text((said ?? localBoot).script(platform: platform))]
    }
    try gather(&inputs, occasion)
    built.values = inputs.values
    let pieces =
      inputs.profile.isNewStyle ? try newScript(inputs, profile) : try original(inputs)
    try warn(inputs)
    return pieces
  }

  private mutating func answersOfDisk(
    _ inputs: ScriptInputs
  ) throws(Stop) -> ProfileValues.Answers? {
    do throws(Stop) {
      return try answers(inputs, isNeeded: false)
    } catch {
      if case .pending = error { throw error }
      return nil
    }
  }

  private mutating func original(_ inputs: ScriptInputs) throws(Stop) -> [ScriptPiece] {
    var script = OriginalScript(inputs)
    let pieces = try failing { () throws(BootError) in try script.pieces() }
    longestLine = script.lineLength
    if !inputs.profileName.isEmpty {
      let files = OriginalScript.files(inputs.profile)
      ownFiles = files.map { ($0, "version") }
      built.fetches = zip(files, ["kernel", "initrd"]).map { ScriptFetch(file: $0, key: $1) }
    }
    return pieces
  }

  /// What the profile gives to templates and to its own texts.
  mutating func settle(_ inputs: inout ScriptInputs) throws(Stop) {
    try setValues(&inputs)
    let version = try concreteVersion(inputs)
    guard version != inputs.profile.version else { return }
    inputs.profile.version = version
    try setValues(&inputs)
  }

  private func setValues(_ inputs: inout ScriptInputs) throws(Stop) {
    let found = try failing { () throws(BootError) in
      var found = inputs
      found.values.name = String(decoding: inputs.profileName, as: UTF8.self)
      found.values.version = inputs.profile.version
      found.values.metadata = inputs.profile.metadata
      guard inputs.profile.isNewStyle else { return found }
      found.values.arch = try found.architecture()
      found.values.imagesFolder = try found.folder()
      found.values.imagesURL = String(
        decoding: inputs.profile.imageBaseURL.isEmpty
          ? base + Array("/images/".utf8)
            + PercentCoding.encodedPath(found.values.imagesFolder.utf8)
          : try found.baseURL(), as: UTF8.self)
      return found
    }
    inputs.values = found.values
  }

  /// What stands in files beside the profile's own.
  private mutating func gather(
    _ inputs: inout ScriptInputs, _ occasion: ScriptOccasion
  ) throws(Stop) {
    built.stallLimits = inputs.profile.stallLimits
    inputs.hasCloudTemplate = try hasCloudTemplate(inputs)
    inputs.values.answers = try answers(inputs, isNeeded: true)
    try noteConfigs(inputs)
    built.canReport = !reportsByToken || reports(inputs)
    if built.installs, occasion == .installing, !built.canReport {
      built.warnings.append(
        ScriptWarning(
          "no-report", at: DataPlace(inputs.file, key: "install"),
          "\(inputs.file): no config of its installer is a template, so it cannot report that it is"
            + " done, and installs at every boot"))
    }
    inputs.sshKey = try key(inputs)
  }

  /// Whether something that a machine fetches may hold its token.
  private func reports(_ inputs: ScriptInputs) -> Bool {
    switch inputs.values.answers {
    case .folder?, .file(_, isTemplate: true)?: true
    case .file?, nil: inputs.hasCloudTemplate || !inputs.profile.script.isEmpty
    }
  }

  private mutating func key(_ inputs: ScriptInputs) throws(Stop) -> SSHKey? {
    let name = inputs.profile.sshkey
    if name.isEmpty { return nil }
    let file = "sshkeys/\(name).pub"
    let neededBy = DataPlace(inputs.origin(of: "sshkey"), key: "sshkey")
    guard RelativePath(name: name.utf8) != nil, let path = RelativePath(file.utf8) else {
      throw .failed(.unreadable(file: file, .missing, neededBy: neededBy))
    }
    switch try read(path, file: file) {
    case .failure(let problem):
      throw .failed(.unreadable(file: file, problem, neededBy: neededBy))
    case .success(let bytes):
      if PlaceholderKey.isIn(bytes) {
        built.warnings.append(
          ScriptWarning(
            "placeholder-key", at: DataPlace(file),
            "\(file) is the placeholder, which fits no private key: put your own there"))
      }
      return try failing { () throws(BootError) in try SSHKey(content: bytes, file: file) }
    }
  }
}

extension ScriptBuilder {
  /// Whether a file is there now, or may be: the script is made anew when that changes.
  mutating func isThere(_ file: String) throws(Stop) -> Bool {
    guard let path = RelativePath(file.utf8) else { return false }
    built.dependencies.append(path)
    let problem = try waiting { () throws(Pending) in try files.problem(path) }
    return problem == nil || problem == .silent
  }

  /// A file that the script depends on, whole.
  mutating func read(
    _ path: RelativePath, file: String
  ) throws(Stop) -> Result<[UInt8], DataProblem> {
    built.dependencies.append(path)
    switch try waiting({ () throws(Pending) in try files.read(path, Self.fileLimit) }) {
    case .failure(let problem): return .failure(problem)
    case .success(let contents):
      guard !contents.isTruncated else {
        throw .failed(
          .unusable("\(file) is larger than \(Self.fileLimit >> 20) MB", at: DataPlace(file)))
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

  func failing<Value>(_ body: () throws(BootError) -> Value) throws(Stop) -> Value {
    do throws(BootError) {
      return try body()
    } catch {
      throw .failed(ScriptFailure(error))
    }
  }
}
