// BootServer: what one event loop serves.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Joins the routes with their handlers; belongs to one loop.
final class BootService {
  private let store: FileStore
  private let scripts: ScriptHandler
  private let keys: KeyHandler
  private let machines: MachineService
  private let boots: MachineBootHandler
  private let configs: ConfigHandler
  private let discovery: DiscoveryHandler
  private let log: RequestLog
  private var sweepsAt = Instant.now.advanced(seconds: 30)

  init(root: DataRoot, base: [UInt8]?, machines: MachineService, log: Log, openFiles: Int) {
    store = FileStore(root: root, capacity: openFiles)
    let base = RequestBase(configured: base)
    scripts = ScriptHandler(
      store: store, base: base, reportsByToken: machines.dialects.isEmpty)
    keys = KeyHandler(store: store)
    self.machines = machines
    boots = MachineBootHandler(machines: machines, scripts: scripts, base: base)
    discovery = DiscoveryHandler(machines: machines, base: base)
    configs = ConfigHandler(store: store, machines: machines, discovery: discovery, base: base)
    self.log = RequestLog(log)
  }

  var service: Service {
    Service(
      bodyPolicy: { self.bodyPolicy($0) },
      respond: { Caching.completed(self.respond($0)) },
      finished: { self.log.add($0) },
      turnBegan: { self.store.turn += 1 },
      turnEnded: { self.endTurn() })
  }

  private func endTurn() {
    log.handOver()
    let now = Instant.now
    guard sweepsAt < now else { return }
    sweepsAt = now.advanced(seconds: 30)
    store.dropStale()
  }

  /// The body of a request that has one here is read and ignored; any other is refused unread.
  private func bodyPolicy(_ head: RequestHead) -> BodyPolicy {
    switch head.method {
    case .get, .head: return .discard
    case .post:
      let takesBody = Route.table.contains { $0.takesBody && head.path.elementsEqual($0.path.utf8) }
      return takesBody ? .collect : .discard
    case .put, .patch, .delete:
      if head.path.starts(with: "/etcd/".utf8) { return .discard }
      return Route.isRaw(head.path, dialects: machines.dialects) ? .collect : .refuse
    case .options, .trace, .connect, .other: return .refuse
    }
  }

  private func respond(_ request: Request) -> Outcome {
    let head = request.head
    guard let path = PercentCoding.decoded(head.path) else {
      return .respond(refused(.line(.badRequest, "the path holds a malformed percent escape")))
    }
    if head.method == .other {
      return .respond(
        refused(.line(.notImplemented, "this server knows no such method")))
    }
    let parameters = BootParameters(head.query)
    let isClean = path.first == UInt8(ascii: "/") ? RequestPath.clean(path) : path
    if isClean != path, !Route.isRaw(head.path, dialects: machines.dialects) {
      return .respond(redirect(to: isClean, head))
    }
    let route = Route.find(
      path, hasProfile: parameters.profile != nil, dialects: machines.dialects)
    guard route.allowed.contains(head.method) else {
      return .respond(methodNotAllowed(route))
    }
    return respond(request, path, route, parameters)
  }

  private func respond(
    _ request: Request, _ path: [UInt8], _ route: Route, _ parameters: BootParameters
  ) -> Outcome {
    switch route.endpoint {
    case .script, .entry:
      if let profile = parameters.profile { return scripts.respond(request, profile: profile) }
      if parameters.identity.isAsked { return boots.respond(request, parameters.identity) }
      if route.endpoint == .entry { return boots.identify(request) }
      return scripts.respond(request, profile: [])
    case .configs: return configs.respond(path, request)
    case .machines: return MachineAPI(machines: machines).respond(request)
    case .state: return StateHandler(machines: machines).respond(request, path)
    case .doubts: return DoubtsHandler(machines: machines).respond(request)
    case .discovery: return discovery.respond(request, path)
    case .mayu: return MayuDialect(machines: machines).respond(request)
    case .stacki: return StackiDialect(machines: machines).respond(request)
    case .keys: return keys.respond(request, name: parameters.name ?? [])
    case .health:
      var response = Response(.ok, text: "ok\n")
      response.note = LogText.pair("event", "health")
      return .respond(response)
    case .tree: return StaticFile.respond(path, request, store, caching: Caching.ofFile)
    case .treeRoot: return .respond(redirect(to: path + [UInt8(ascii: "/")], request.head))
    case .unknown:
      var response = Response.line(
        .notFound, "nothing is here; boot scripts are at /?profile=NAME")
      response.note = LogText.pair("event", "unknown")
      return .respond(response)
    }
  }

  private func methodNotAllowed(_ route: Route) -> Response {
    let allowed = route.allowed.map(\.rawValue).joined(separator: ", ")
    var response = Response.line(.methodNotAllowed, "the methods here are \(allowed)")
    response.add("Allow", allowed)
    return refused(response)
  }

  private func refused(_ response: Response) -> Response {
    var response = response
    response.note = LogText.pair("event", "refused")
    return response
  }

  /// The original's redirect to a clean path, or into a tree.
  private func redirect(to path: [UInt8], _ head: RequestHead) -> Response {
    let query = head.query.map { [UInt8(ascii: "?")] + $0 } ?? []
    let location = PercentCoding.encodedPath(path) + query
    var response = Response(.movedPermanently)
    response.add("Content-Type", ContentType.html)
    response.add("Location", location)
    let link = Array("<a href=\"".utf8) + HTML.escaped(location)
    response.body = [.bytes(link + Array("\">Moved Permanently</a>.\n\n".utf8))]
    response.note = LogText.pair("event", "redirect")
    return response
  }
}
