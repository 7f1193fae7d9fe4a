// BootServer/Handlers: files that are rendered for who asks.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Renders templates in `configs/`: for a machine, or for a profile where no machine is needed.
struct AnswerFiles {
  /// For whom a file is rendered.
  enum Reader {
    case machine(Roster.Entry)
    case profile([UInt8])

    var asker: ScriptFailure.Asker {
      switch self {
      case .machine: .machine
      case .profile: .profile
      }
    }
  }

  let store: FileStore
  let scripts: ScriptHandler
  let machines: MachineService
  let discovery: DiscoveryHandler
  let base: RequestBase
  private let templates = TemplateCache()

  init(
    store: FileStore, scripts: ScriptHandler, machines: MachineService,
    discovery: DiscoveryHandler, base: RequestBase
  ) {
    self.store = store
    self.scripts = scripts
    self.machines = machines
    self.discovery = discovery
    self.base = base
  }

  /// A template and its snippets; `nil` where there is none.
  ///
  /// - Parameter file: below the data directory: `configs/node.yml.tmpl`.
  func template(_ file: String, _ request: Request) throws(Interruption) -> LoadedTemplate? {
    if let kept = templates.current(file, turn: store.turn) { return kept }
    let looked = LoopFiles(store, request.delivered, isLate: request.isLate)
    guard let bytes = try read(file, what: "config", looked) else { return nil }
    let template = try failing { () throws(TemplateError) in
      try Template(parsing: bytes, file: file)
    }
    var snippets: [String: Template] = [:]
    for name in template.snippets {
      let file = "configs/snippets/\(name)"
      guard let bytes = try read(file, what: "snippet", looked) else { continue }
      snippets[name] = try failing { () throws(TemplateError) in
        try Template(parsing: bytes, file: file, isSnippet: true)
      }
    }
    let loaded = LoadedTemplate(file: file, template: template, snippets: snippets)
    // A snippet that is not there is no snippet yet.
    if snippets.count == template.snippets.count {
      templates.keep(loaded, bytes: bytes.count, looked.all, turn: store.turn)
    }
    return loaded
  }

  /// - Returns: `nil` where there is no such file.
  private func read(
    _ file: String, what: String, _ looked: LoopFiles
  ) throws(Interruption) -> [UInt8]? {
    guard let path = RelativePath(file.utf8) else { return nil }
    let found: Result<DataFiles<PendingFile>.Contents, DataProblem>
    do throws(PendingFile) {
      found = try looked.files.read(path, SmallFile.limit)
    } catch {
      throw .pending(error)
    }
    switch found {
    case .success(let contents):
      guard !contents.isTruncated else {
        throw .failed(.unusable("\(file) is larger than \(SmallFile.limit >> 20) MB"))
      }
      return contents.bytes
    case .failure(.missing), .failure(.special): return nil
    case .failure(let problem): throw .failed(ScriptFailure(opening: file, what: what, problem))
    }
  }

  /// The template, rendered.
  func rendered(
    _ loaded: LoadedTemplate, for reader: Reader, _ request: Request
  ) throws(Interruption) -> Outcome {
    let name = loaded.file.dropLast(".tmpl".utf8.count)
    var entry: Roster.Entry?
    if case .machine(let found) = reader {
      entry = found
      if needsDiscovery(loaded.all), found.machine.etcdToken == nil {
        return discovery.giveToken(to: found.machine.id, request)
      }
    }
    let profile = try profileValues(loaded.all, reader, request)
    let values = TemplateValues(entry, server: base.url(request), profile: profile)
    let text = try text(of: loaded, values)
    var response = Response(.ok)
    let ending = name.lastIndex(of: ".").map { String(name[$0...]).lowercased() } ?? ""
    response.add("Content-Type", ContentType.named(ending) ?? ContentType.text)
    response.body = [.bytes(text)]
    switch reader {
    case .machine(let entry): response.event.subject = .machine(entry.machine.id.description)
    case .profile(let name): response.event.subject = .profile(Array(name.prefix(256)))
    }
    return .respond(response)
  }

  private func text(
    of loaded: LoadedTemplate, _ values: TemplateValues
  ) throws(Interruption) -> [UInt8] {
    let format = ConfigFormat(fileName: loaded.file.dropLast(".tmpl".utf8.count).utf8)
    let text = try failing { () throws(TemplateError) in
      try loaded.template.render(values, snippets: loaded.snippets, as: format)
    }
    if format == .json { try check(text, loaded.file) }
    return text
  }

  /// Renders a template for a machine that is about to ask for it.
  ///
  /// - Throws: why it will not get it.
  func rehearse(
    _ loaded: LoadedTemplate, for entry: Roster.Entry, _ profile: ProfileValues, _ request: Request
  ) throws(Interruption) {
    if needsDiscovery(loaded.all), entry.machine.etcdToken == nil {
      // A machine that has no discovery token yet is given one when it asks.
      if machines.discovery != nil { return }
      throw .failed(
        .unusable(
          "\(loaded.file) names {{etcd.discovery}}, and this server has no etcd; start it with --etcd URL"
        ))
    }
    _ = try text(
      of: loaded, TemplateValues(entry, server: base.url(request), profile: profile))
  }

  /// What a reader's profile gives.
  ///
  /// - Parameter isInstalling: whatever the machine's state is by now; else as it stands.
  func values(
    _ reader: Reader, _ request: Request, isInstalling: Bool = false
  ) throws(Interruption) -> ProfileValues {
    switch reader {
    case .profile(let name): return try scripts.script(request, name, .byName).values
    case .machine(let entry):
      guard let name = entry.machine.profile else { return ProfileValues() }
      let occasion = isInstalling ? .installing : ScriptOccasion(entry.machine)
      return try scripts.script(request, Array(name.utf8), occasion).values
    }
  }

  /// A template that names nothing of the profile's does without it, also where that is broken.
  private func profileValues(
    _ templates: [Template], _ reader: Reader, _ request: Request
  ) throws(Interruption) -> ProfileValues {
    if case .machine(let entry) = reader {
      guard templates.contains(where: { $0.needsProfile(of: entry.machine) }) else {
        return ProfileValues()
      }
    }
    return try values(reader, request)
  }

  /// Whether the templates name the discovery URL; one that asks first whether there is one can do
  /// without.
  private func needsDiscovery(_ templates: [Template]) -> Bool {
    guard templates.contains(where: { $0.variables.contains(.etcdDiscovery) }) else { return false }
    let asks = templates.contains { $0.conditions.contains(.etcdDiscovery) }
    return machines.discovery != nil || !asks
  }

  /// Ignition gives a machine up over what is no JSON; it asks again for a 500.
  private func check(_ text: [UInt8], _ file: String) throws(Interruption) {
    do throws(JSONError) {
      _ = try JSONReader.read(text)
    } catch {
      throw .failed(.unusable("\(file), rendered, is not valid JSON: \(error)"))
    }
  }

  private func failing<Value>(
    _ body: () throws(TemplateError) -> Value
  ) throws(Interruption) -> Value {
    do throws(TemplateError) {
      return try body()
    } catch {
      throw .failed(ScriptFailure(error))
    }
  }
}
