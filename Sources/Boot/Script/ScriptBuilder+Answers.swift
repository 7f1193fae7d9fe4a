// Boot/Script: the configs that a script names.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptBuilder {
  /// Whether the cloud-config is rendered per machine.
  mutating func hasCloudTemplate(_ inputs: ScriptInputs) throws(Stop) -> Bool {
    guard let config = inputs.profile.cloudConfigFile else { return false }
    return try isTemplate(config, inputs)
  }

  /// What whoever boots it fetches from `configs/`.
  mutating func noteConfigs(_ inputs: ScriptInputs) throws(Stop) {
    let profile = inputs.profile
    func note(_ name: String, _ key: String, isTemplate: Bool = false, isFolder: Bool = false) {
      built.configs.append(
        ConfigUse(
          file: "configs/\(name)", key: key, isTemplate: isTemplate, isFolder: isFolder,
          os: profile.os))
      if isTemplate { built.templates.append("configs/\(name).tmpl") }
    }
    if let config = profile.cloudConfigFile {
      note(config, "cloud_config", isTemplate: inputs.hasCloudTemplate)
    }
    switch inputs.values.answers {
    case .file(let name, let isTemplate)?:
      note(name, profile.answersKey, isTemplate: isTemplate)
    case .folder(let name)?:
      note(name, profile.answersKey, isFolder: true)
      try noteTemplates(ofSeed: "configs/\(name)")
    case nil: break
    }
  }

  private mutating func noteTemplates(ofSeed folder: String) throws(Stop) {
    for name in ["user-data", "meta-data", "vendor-data", "network-config"] {
      let template = "\(folder)/\(name).tmpl"
      guard try isThere(template), try !isThere("\(folder)/\(name)") else { continue }
      built.templates.append(template)
    }
  }

  /// What questions of the system are answered with.
  ///
  /// - Parameter isNeeded: whether there is no script without them; what `ignition` names may be on its way.
  mutating func answers(
    _ inputs: ScriptInputs, isNeeded: Bool
  ) throws(Stop) -> ProfileValues.Answers? {
    guard let text = inputs.profile.answersFile else { return nil }
    let key = inputs.profile.answersKey
    let name = try fileName(text, key: key, inputs)
    let isIgnition = key == "ignition"
    if try isTemplate(name, inputs) { return .file(name, isTemplate: true) }
    if isIgnition { return .file(name, isTemplate: false) }
    guard let path = RelativePath("configs/\(name)".utf8), try isThere(path.text) else {
      if !isNeeded { return nil }
      let near = try nearest(to: "configs/\(name)").map { "; is it \"\($0)\"?" } ?? ""
      throw wrong(
        inputs, key, "names configs/\(name), which is not there, and no configs/\(name).tmpl\(near)"
      )
    }
    guard try isFolder(path, inputs) else { return .file(name, isTemplate: false) }
    let hasUserData = try hasUserData(path)
    guard hasUserData || !isNeeded else {
      throw wrong(
        inputs, key,
        "names the folder configs/\(name)/, which has no user-data and no user-data.tmpl")
    }
    return .folder(name)
  }

  private mutating func hasUserData(_ folder: RelativePath) throws(Stop) -> Bool {
    if try isThere("\(folder.text)/user-data") { return true }
    return try isThere("\(folder.text)/user-data.tmpl")
  }

  /// A directory can be listed; what is asked for a file as well is not among its dependencies twice.
  private func isFolder(_ path: RelativePath, _ inputs: ScriptInputs) throws(Stop) -> Bool {
    switch try waiting({ () throws(Pending) in try files.kind(path) }) {
    case .success(let kind): return kind == .directory
    case .failure(.silent):
      let key = inputs.profile.answersKey
      let neededBy = DataPlace(inputs.origin(of: key), key: key)
      throw .failed(.unreadable(file: path.text, .silent, neededBy: neededBy))
    case .failure: return false
    }
  }

  /// A name that a profile's text gives; the same for all of its machines.
  private func fileName(
    _ text: String, key: String, _ inputs: ScriptInputs
  ) throws(Stop) -> String {
    if key == "ignition" {
      guard !text.split(separator: "/").contains("..") else {
        throw wrong(inputs, key, "must name a file below configs/, and climbs out of it")
      }
    }
    var name: [UInt8] = []
    let expansion = try failing { () throws(BootError) in
      var open = inputs
      open.isForMachine = true
      return try TextExpansion(text, key: key, open)
    }
    for atom in expansion.atoms {
      switch atom {
      case .text(let text), .value(let text): name += text
      case .image, .hole, .machine:
        throw wrong(
          inputs, key,
          "names a file that is the same for all of a profile's machines; put what differs into a"
            + " template")
      }
    }
    while name.last == 0x2f { name.removeLast() }
    guard let path = RelativePath(name: name), String(validating: name, as: UTF8.self) != nil else {
      throw wrong(inputs, key, "must name a file or folder in configs/, but is \"\(text)\"")
    }
    return path.text
  }

  /// Whether a config is a template, and not a file as it is.
  mutating func isTemplate(_ config: String, _ inputs: ScriptInputs) throws(Stop) -> Bool {
    guard try isThere("configs/\(config).tmpl") else { return false }
    guard try !isThere("configs/\(config)") else {
      built.warnings.append(
        ScriptWarning(
          "two-configs", at: DataPlace("configs/\(config).tmpl"),
          "configs/\(config) is served, and configs/\(config).tmpl is not"))
      return false
    }
    if !inputs.isForMachine { try checkNeedsNoMachine("configs/\(config).tmpl", inputs) }
    return true
  }

  /// By `?profile=` there is no machine to fill in.
  private mutating func checkNeedsNoMachine(
    _ file: String, _ inputs: ScriptInputs
  ) throws(Stop) {
    let (template, snippets) = try template(file)
    let all = [template] + snippets.values
    guard all.contains(where: { $0.needsMachine(inputs.values.metadata) }) else { return }
    throw .failed(
      .unusable(
        "\(inputs.file): \(file) is rendered per machine, and ?profile= names none; chain the machine to"
          + " /boot.ipxe without profile=", at: DataPlace(inputs.file)))
  }

  /// A template with its snippets, for whoever renders it without a server.
  ///
  /// - Parameter file: below the data directory: `configs/node.yml.tmpl`.
  /// - Throws: where it, or a snippet, cannot be used; also where it is not there.
  package func loaded(
    _ file: String
  ) throws(Stop) -> (template: Template, snippets: [String: Template]) {
    var builder = self
    return try builder.template(file)
  }

  /// A template with its snippets.
  private mutating func template(
    _ file: String
  ) throws(Stop) -> (Template, snippets: [String: Template]) {
    guard let template = try template(file, isSnippet: false) else {
      throw .failed(.unreadable(file: file, .missing, neededBy: nil))
    }
    var snippets: [String: Template] = [:]
    for name in template.snippets {
      snippets[name] = try self.template("configs/snippets/\(name)", isSnippet: true)
    }
    return (template, snippets)
  }

  /// - Returns: `nil` where there is no such file.
  private mutating func template(
    _ file: String, isSnippet: Bool
  ) throws(Stop) -> Template? {
    guard let path = RelativePath(file.utf8) else { return nil }
    switch try read(path, file: file) {
    case .failure(.missing): return nil
    case .failure(let problem):
      throw .failed(.unreadable(file: file, problem, neededBy: nil))
    case .success(let bytes):
      do throws(TemplateError) {
        return try Template(parsing: bytes, file: file, isSnippet: isSnippet)
      } catch {
        throw .failed(ScriptFailure(error))
      }
    }
  }

  /// A script of a user's own, which `script` names.
  mutating func ownScript(_ inputs: ScriptInputs) throws(Stop) -> [ScriptPiece] {
    let name = try fileName(inputs.profile.script, key: "script", inputs) + ".ipxe"
    let file = "configs/\(name)"
    if try isTemplate(name, inputs) {
      let (template, snippets) = try template(file + ".tmpl")
      if inputs.isForMachine { return [.template(template, snippets: snippets)] }
      do throws(TemplateError) {
        let values = TemplateValues(
          nil, server: String(decoding: base, as: UTF8.self), profile: inputs.values)
        return [.text(try template.render(values, snippets: snippets, as: .ipxe))]
      } catch {
        throw .failed(ScriptFailure(error))
      }
    }
    guard let path = RelativePath(file.utf8), case .success(let bytes) = try read(path, file: file)
    else {
      let near = try nearest(to: file).map { "; is it \"\($0)\"?" } ?? ""
      throw wrong(
        inputs, "script", "names \(file), which is not there, and no \(file).tmpl\(near)")
    }
    if !bytes.starts(with: "#!ipxe".utf8) {
      built.warnings.append(
        ScriptWarning(
          "no-script", at: DataPlace(file, line: 1, column: 1),
          "\(file) does not begin with #!ipxe, so iPXE will not take it for a script"))
    }
    return [.text(bytes)]
  }
}
