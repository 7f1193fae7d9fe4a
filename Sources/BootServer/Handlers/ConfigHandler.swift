// BootServer/Handlers: configs.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers for `/configs/`: files as they are, and where there is a template instead, that one
/// rendered for the machine whose token the request has.
struct ConfigHandler {
  let store: FileStore
  let tree: StaticTree
  let machines: MachineService
  let discovery: DiscoveryHandler
  let base: RequestBase

  func respond(_ path: ArraySlice<UInt8>, _ request: Request) -> Outcome {
    let outcome = tree.respond(path, request)
    guard case .respond(let response) = outcome, response.status == .notFound,
      let format = Self.format(path)
    else { return outcome }
    do throws(Interruption) {
      return try rendered(path, format, request) ?? outcome
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .failed(let failure): return .respond(noted(failure.response()))
      }
    }
  }

  private static func format(_ path: ArraySlice<UInt8>) -> ConfigFormat? {
    if path.suffix(4).elementsEqual(".yml".utf8) { return .yaml }
    return path.suffix(4).elementsEqual(".ign".utf8) ? .json : nil
  }

  /// - Returns: `nil` where there is no template either.
  private func rendered(
    _ path: ArraySlice<UInt8>, _ format: ConfigFormat, _ request: Request
  ) throws(Interruption) -> Outcome? {
    let file = String(decoding: path.dropFirst(), as: UTF8.self) + ".tmpl"
    guard let name = RelativePath(Array(path.dropFirst()) + ".tmpl".utf8) else { return nil }
    let contents: FileContents
    switch try SmallFile.read(name, file: file, store, request.delivered) {
    case .success(let found): contents = found
    case .failure(.missing), .failure(.special): return nil
    case .failure(let failure):
      throw .failed(ScriptFailure(opening: file, what: "config", DataProblem(failure)))
    }
    let snapshot = machines.register.snapshot
    if let problem = snapshot.clientProblem {
      return .respond(noted(.retryLater(seconds: 5, problem)))
    }
    let parameters = MachineParameters(request.head)
    if let id = parameters.machine, snapshot.roster.damage(of: id) != nil {
      return .respond(noted(.retryLater(seconds: 5, "the record of machine \(id) cannot be used")))
    }
    guard let id = parameters.machine, let entry = snapshot.machine(id),
      let token = parameters.token, BearerToken.isEqual(token, entry.token)
    else {
      return .respond(
        noted(
          .line(
            .forbidden,
            "this config is rendered per machine, and needs ?machine= and ?token= as its present"
              + " script has them")))
    }
    let template = try failing { () throws(TemplateError) in
      try Template(parsing: contents.bytes, file: file)
    }
    var snippets: [String: Template] = [:]
    for snippet in template.snippets {
      if let found = try self.snippet(snippet, request) { snippets[snippet] = found }
    }
    if needsDiscovery([template] + snippets.values), entry.machine.etcdToken == nil {
      return discovery.giveToken(to: id, request)
    }
    let values = TemplateValues(entry, server: base.url(request))
    let text = try failing { () throws(TemplateError) in
      try template.render(values, snippets: snippets, as: format)
    }
    if format == .json { try check(text, file) }
    var response = Response(.ok)
    response.add("Content-Type", ContentType.named(format == .json ? ".ign" : ".yml") ?? "")
    response.body = [.bytes(text)]
    response.event.subject = .machine(id.description)
    return .respond(noted(response))
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

  private func noted(_ response: Response) -> Response {
    var response = response
    response.event.name = .config
    return response
  }
}
