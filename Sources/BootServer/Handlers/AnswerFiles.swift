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

  /// A template's bytes; `nil` where there is none.
  ///
  /// - Parameter file: below the data directory: `configs/node.yml.tmpl`.
  func template(_ file: String, _ request: Request) throws(Interruption) -> [UInt8]? {
    guard let name = RelativePath(file.utf8) else { return nil }
    switch try SmallFile.read(name, file: file, store, request.delivered) {
    case .success(let found): return found.bytes
    case .failure(.missing), .failure(.special): return nil
    case .failure(let failure):
      throw .failed(ScriptFailure(opening: file, what: "config", DataProblem(failure)))
    }
  }

  /// The template, rendered.
  ///
  /// - Parameter file: as ``template(_:_:)`` was given it.
  func rendered(
    _ bytes: [UInt8], of file: String, for reader: Reader, _ request: Request
  ) throws(Interruption) -> Outcome {
    let name = file.dropLast(".tmpl".utf8.count)
    let format = ConfigFormat(fileName: String(name.split(separator: "/").last ?? ""))
    let template = try failing { () throws(TemplateError) in
      try Template(parsing: bytes, file: file)
    }
    var snippets: [String: Template] = [:]
    for snippet in template.snippets {
      if let found = try self.snippet(snippet, request) { snippets[snippet] = found }
    }
    let all = [template] + snippets.values
    var entry: Roster.Entry?
    if case .machine(let found) = reader {
      entry = found
      if needsDiscovery(all), found.machine.etcdToken == nil {
        return discovery.giveToken(to: found.machine.id, request)
      }
    }
    let profile = try profileValues(all, reader, request)
    let values = TemplateValues(entry, server: base.url(request), profile: profile)
    let text = try failing { () throws(TemplateError) in
      try template.render(values, snippets: snippets, as: format)
    }
    if format == .json { try check(text, file) }
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

  /// What a reader's profile gives.
  ///
  /// - Parameter isInstalling: `nil`: as the machine stands.
  func values(
    _ reader: Reader, _ request: Request, isInstalling: Bool? = nil
  ) throws(Interruption) -> ProfileValues {
    switch reader {
    case .profile(let name): return try scripts.script(request, name, .byName).values
    case .machine(let entry):
      guard let name = entry.machine.profile else { return ProfileValues() }
      let isAtWork = entry.machine.state == .configured || entry.machine.state == .installing
      let occasion =
        isInstalling ?? isAtWork
        ? ScriptOccasion.installing : .settled(platform: entry.machine.platform)
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

  private func snippet(
    _ name: String, _ request: Request
  ) throws(Interruption) -> Template? {
    let file = "configs/snippets/\(name)"
    guard let path = RelativePath(file.utf8) else { return nil }
    switch try SmallFile.read(path, file: file, store, request.delivered) {
    case .success(let contents):
      return try failing { () throws(TemplateError) in
        try Template(parsing: contents.bytes, file: file, isSnippet: true)
      }
    case .failure(.missing): return nil
    case .failure(let failure):
      throw .failed(.unreadable(file: file, DataProblem(failure), neededBy: ""))
    }
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
      throw .failed(.unusable(error.description))
    }
  }
}
