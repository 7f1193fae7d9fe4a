// BootServer/Handlers: one boot script in the making.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Gathers what a script is made from, and what it therefore depends on.
struct Rendering {
  let store: FileStore
  let delivered: FileStore.Delivered
  private let base: [UInt8]
  var warnings: [String] = []
  /// Whether a warning may go away though no file changes that the script depends on.
  var isPassing = false
  private(set) var dependencies: [FileDependency] = []

  init(store: FileStore, delivered: FileStore.Delivered, base: [UInt8]) {
    self.store = store
    self.delivered = delivered
    self.base = base
  }

  /// - Parameter name: the profile's; empty: the script without a version.
  mutating func script(
    profile name: [UInt8], _ occasion: ScriptOccasion, reportsByToken: Bool
  ) throws(Interruption) -> RenderedScript {
    var inputs = ScriptInputs(profileName: name, base: base)
    var installs = false
    if !name.isEmpty {
      inputs.file = "profiles/" + String(decoding: name, as: UTF8.self) + ".json"
      let bytes = try profileBytes(name, file: inputs.file)
      inputs.profile = try failing { () throws(BootError) in
        try Profile(parsing: bytes, file: inputs.file)
      }
      installs = inputs.profile.install != nil
      switch occasion {
      case .settled(let platform) where installs:
        return rendered(LocalBootScript.render(platform: platform), name, installs: true)
      case .installing:
        let profile = inputs.profile
        inputs.profile = try failing { () throws(BootError) in
          try profile.whileInstalling(file: inputs.file)
        }
      case .byName, .settled: break
      }
      inputs.templates = try templates(inputs, occasion)
      if installs, occasion == .installing, reportsByToken, inputs.templates.isEmpty {
        warnings.append(
          "\(inputs.file): no config of its installer is a template, so it cannot report that it is"
            + " done, and installs at every boot")
      }
      inputs.sshKey = try key(inputs)
      inputs.imageNames = try imageNames(inputs.profile)
    }
    let script = try failing { () throws(BootError) in try BootScript.render(inputs) }
    if !name.isEmpty { try warn(about: script, inputs) }
    if script.commandLineLength > BootScript.longestCommandLine {
      warnings.append(
        "the kernel's command line has \(script.commandLineLength) bytes,"
          + " of which x86 kernels read \(BootScript.longestCommandLine)")
    }
    return rendered(script.text, name, installs: installs)
  }

  private func rendered(_ text: [UInt8], _ name: [UInt8], installs: Bool) -> RenderedScript {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.setCaching("no-store")
    response.body = [.bytes(text)]
    response.note = LogText.pair("event", "script")
    if !name.isEmpty { response.note += LogText.pair("profile", name.prefix(256)) }
    for warning in warnings { response.note += LogText.pair("warning", warning) }
    response.isWarning = !warnings.isEmpty
    let pieces = text.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    return RenderedScript(response: response, pieces: pieces, installs: installs)
  }

  /// Which of the configs that a profile names are rendered per machine.
  private mutating func templates(
    _ inputs: ScriptInputs, _ occasion: ScriptOccasion
  ) throws(Interruption) -> Set<String> {
    var templates: Set<String> = []
    for config in inputs.profile.configs {
      guard status(of: "configs/\(config).tmpl") != nil else { continue }
      guard status(of: "configs/\(config)") == nil else {
        warnings.append("configs/\(config) is served, and configs/\(config).tmpl is not")
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

  private mutating func status(of file: String) -> FileStatus? {
    guard let path = RelativePath(file.utf8) else { return nil }
    let status = try? store.root.status(of: path)
    dependencies.append(FileDependency(path: store.root.absolutePath(path), status: status))
    return status
  }

  private mutating func profileBytes(
    _ name: [UInt8], file: String
  ) throws(Interruption) -> [UInt8] {
    guard RelativePath(name: name) != nil,
      let path = RelativePath(Array("profiles/".utf8) + name + ".json".utf8)
    else { throw .failed(.unknown(what: "profile", file: file, cause: .missing)) }
    switch try SmallFile.read(path, file: file, store, delivered) {
    case .success(let contents): return depending(on: path, contents)
    case .failure(let failure): throw .failed(Failure(opening: file, what: "profile", failure))
    }
  }

  private mutating func key(_ inputs: ScriptInputs) throws(Interruption) -> SSHKey? {
    let name = inputs.profile.sshkey
    if name.isEmpty { return nil }
    let file = "sshkeys/\(name).pub"
    let neededBy = ", which \(inputs.file) names"
    guard RelativePath(name: name.utf8) != nil, let path = RelativePath(file.utf8) else {
      throw .failed(.unreadable(file: file, .missing, neededBy: neededBy))
    }
    switch try SmallFile.read(path, file: file, store, delivered) {
    case .failure(let failure):
      throw .failed(.unreadable(file: file, failure, neededBy: neededBy))
    case .success(let contents):
      let bytes = depending(on: path, contents)
      if PlaceholderKey.isIn(bytes) {
        warnings.append("\(file) is the placeholder, which fits no private key: put your own there")
      }
      return try failing { () throws(BootError) in try SSHKey(content: bytes, file: file) }
    }
  }

  private mutating func imageNames(_ profile: Profile) throws(Interruption) -> [String] {
    guard let directory = BootScript.imageDirectory(profile),
      let path = RelativePath("images/\(directory)".utf8)
    else { return [] }
    var names: [String] = []
    var status: FileStatus?
    switch store.open(path, delivered: delivered) {
    case .pending(let file): throw .pending(file)
    case .found(.directory(let found)):
      names = found.entries.map { String(decoding: $0.name, as: UTF8.self) }
      status = found.status
    case .failed(.exhausted(let error)):
      throw .failed(
        .unreadable(file: "images/\(directory)", .exhausted(error), neededBy: ""))
    case .found(.file), .failed: break
    }
    dependencies.append(FileDependency(path: store.root.absolutePath(path), status: status))
    return names
  }

  private mutating func depending(on path: RelativePath, _ contents: FileContents) -> [UInt8] {
    dependencies.append(FileDependency(path: store.root.absolutePath(path), contents: contents))
    return contents.bytes
  }

  private func failing<Value>(
    _ body: () throws(BootError) -> Value
  ) throws(Interruption) -> Value {
    do throws(BootError) {
      return try body()
    } catch {
      throw .failed(Failure(error))
    }
  }
}
