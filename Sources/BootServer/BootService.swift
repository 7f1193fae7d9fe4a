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
  private let seeds: SeedHandler
  private let answers: AnswerHandler
  private let discovery: DiscoveryHandler
  private let explanations: ExplainHandler
  private let menu: MenuHandler
  private let events: EventsHandler
  private let page: PageHandler
  private let console: ConsoleAnswer
  private let log: RequestLog
  private let recorder: BootRecorder
  private let metrics: MetricsHandler
  private let counts: Metrics.Loop
  private let proxies: TrustedProxies?
  private let tree: StaticTree
  private let sizes: ManifestSizes
  private var sweepsAt = Instant.now.advanced(seconds: 30)

  init(
    _ configuration: Configuration, root: DataRoot, listings: Listings, machines: MachineService,
    log: Log, listeners: EventListeners, metrics: Metrics, openFiles: Int
  ) {
    store = FileStore(root: root, listings: listings, capacity: openFiles)
    let base = RequestBase(configured: configuration.base)
    proxies = configuration.trustedProxies
    sizes = ManifestSizes(store)
    tree = StaticTree(
      store, listsDirectories: configuration.listsDirectories, caching: Caching.ofFile,
      failure: { $0.response($1) })
    scripts = ScriptHandler(
      store: store, base: base, reportsByToken: machines.dialects.isEmpty,
      fallback: configuration.fallbackProfile.map { Array($0.utf8) },
      localBoot: configuration.localBoot)
    keys = KeyHandler(store: store)
    self.machines = machines
    discovery = DiscoveryHandler(machines: machines, base: base)
    menu = MenuHandler(machines: machines, base: base)
    events = EventsHandler(machines: machines, feed: log.feed, listeners: listeners)
    self.metrics = MetricsHandler(
      machines: machines, metrics: metrics, policy: configuration.metrics, log: log)
    counts = metrics.makeLoop()
    explanations = ExplainHandler(machines: machines, root: root, base: base)
    page = PageHandler(
      machines: machines, root: root, base: base,
      shelf: ImageShelf(data: configuration.dataDirectory))
    let files = AnswerFiles(
      store: store, scripts: scripts, machines: machines, discovery: discovery, base: base)
    boots = MachineBootHandler(machines: machines, scripts: scripts, files: files, base: base)
    configs = ConfigHandler(tree: tree, answers: files)
    seeds = SeedHandler(tree: tree, answers: files)
    answers = AnswerHandler(tree: tree, answers: files)
    console = ConsoleAnswer(
      store: store, base: base,
      words: ConsoleWords(
        saysWhy: configuration.console == .reason, menu: configuration.unmatched.menu,
        check: configuration.checkCommand, localBoot: configuration.localBoot),
      listsProfiles: configuration.listsDirectories)
    self.log = RequestLog(log)
    recorder = BootRecorder(machines.register.boots)
  }

  var service: Service {
    Service(
      bodyPolicy: { self.bodyPolicy($0) },
      client: { self.proxies?.client($0, $1) ?? $1 },
      respond: { Caching.completed(self.respond($0)) },
      answering: { self.recorder.note($0, $1, &$2) },
      finished: { record in
        self.log.add(record)
        self.counts.withCounts { $0.add(record) }
      },
      turnBegan: {
        self.store.turn += 1
        self.recorder.turnBegan()
      },
      turnEnded: { self.endTurn() })
  }

  /// Of an image the beginning counts as well.
  private func countBeginning(_ outcome: Outcome, _ request: Request) {
    guard case .respond(let response) = outcome else { return }
    counts.withCounts { $0.begin(response, request.head) }
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
    case .get, .head, .options: return .discard
    case .trace, .connect, .other: return .refuse
    case .post, .put, .patch, .delete:
      guard let path = RequestPath(head.path) else { return .refuse }
      let route = Route.find(path, hasProfile: false, dialects: machines.dialects)
      if route.takesBody { return .collect }
      return head.method == .post || route.allowed.contains(head.method) ? .discard : .refuse
    }
  }

  private func respond(_ request: Request) -> Outcome {
    let head = request.head
    guard let path = RequestPath(head.path) else {
      return .respond(refused(.line(.badRequest, "the path holds a malformed percent escape")))
    }
    if head.method == .other {
      return .respond(
        refused(.line(.notImplemented, "this server knows no such method")))
    }
    let parameters = BootParameters(head.query)
    let route = Route.find(
      path, hasProfile: parameters.profile != nil, dialects: machines.dialects)
    if head.method == .options { return .respond(options(route)) }
    if path.climbs, !route.isRaw { return .respond(redirect(to: path.bytes, head)) }
    guard route.allowed.contains(head.method) || asksForAnswers(request, route) else {
      return .respond(methodNotAllowed(route))
    }
    if route.access == .operators,
      let refusal = machines.refusal(
        request, takesCookie: route.takesCookie)
    {
      return .respond(refusal)
    }
    return respond(request, path, route, parameters)
  }

  private func respond(
    _ request: Request, _ path: RequestPath, _ route: Route, _ parameters: BootParameters
  ) -> Outcome {
    let machineAPI = MachineAPI(machines: machines)
    switch route.endpoint {
    case .script, .entry: return script(request, route, parameters)
    case .configs:
      let outcome = configs.respond(path.bytes, request, profile: parameters.profile)
      return orEntry(outcome, path, request, parameters)
    case .answers: return answers.respond(path, request)
    case .machineSeed: return seeds.ofMachine(path, request)
    case .profileSeed: return seeds.ofProfile(path, request)
    case .machines: return machineAPI.list(request)
    case .machine: return machineAPI.record(request, path.name(at: 1))
    case .audit: return machineAPI.audit(path.name(at: 1))
    case .report(let state): return machineAPI.report(request, path.name(at: 1), state)
    case .state: return StateHandler(machines: machines).condition()
    case .trust: return StateHandler(machines: machines).trust(request)
    case .backup: return StateHandler(machines: machines).backup()
    case .doubts: return DoubtsHandler(machines: machines).respond(request)
    case .explain: return explanations.explain(request)
    case .boots: return BootsHandler(machines: machines).all(request)
    case .machineBoots: return BootsHandler(machines: machines).ofMachine(request, path.name(at: 1))
    case .recentEvents: return events.recent()
    case .events: return events.listen(request)
    case .metrics: return metrics.respond(request)
    case .imageVersions: return page.imageVersions(request)
    case .page: return page.respond(request, path.bytes)
    case .login: return page.logIn(request)
    case .logout: return page.logOut(request)
    case .pageProfiles: return page.profiles()
    case .newToken: return discovery.make(request)
    case .discovery: return discovery.redirect(request, path.bytes)
    case .mayuList: return MayuDialect(machines: machines).list()
    case .mayu: return MayuDialect(machines: machines).respond(request, path.segments.dropFirst(2))
    case .stacki: return StackiDialect(machines: machines).respond(request)
    case .menu: return menu.respond(request)
    case .failed: return .respond(Self.failed)
    case .keys: return keys.respond(request, name: parameters.name ?? [])
    case .health:
      var response = Response(.ok, text: "ok\n")
      response.event = Event(.health)
      return .respond(response)
    case .tree:
      let outcome = sizes.checked(tree.respond(path.bytes, request), request)
      countBeginning(outcome, request)
      return orEntry(outcome, path, request, parameters)
    case .treeRoot:
      return .respond(redirect(to: path.bytes + [UInt8(ascii: "/")], request.head))
    case .nothing: return .respond(.nothing)
    }
  }

  private func script(
    _ request: Request, _ route: Route, _ parameters: BootParameters
  ) -> Outcome {
    let outcome = bareScript(request, route, parameters)
    return console.told(outcome, request, asksForReason: parameters.asksForReason)
  }

  private static var failed: Response {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(ConsoleScript.end)]
    response.event = Event(.failed)
    return response
  }

  private func bareScript(
    _ request: Request, _ route: Route, _ parameters: BootParameters
  ) -> Outcome {
    if let profile = parameters.profile { return scripts.respond(request, profile: profile) }
    if parameters.isPreview, parameters.identity.isAsked {
      return explanations.preview(request, parameters.identity)
    }
    if parameters.identity.isAsked { return boots.respond(request, parameters.identity) }
    if route.endpoint == .entry { return boots.identify(request) }
    return scripts.respond(request, profile: [])
  }

  /// An installer may ask by POST; whose answers it wants its URL says, as for all others.
  private func asksForAnswers(_ request: Request, _ route: Route) -> Bool {
    route.endpoint == .configs && request.head.method == .post
      && MachineParameters(request.head).token != nil
  }

  /// iPXE looks for `autoexec.ipxe` in the folder that it was loaded from: where there is no such file, it is
  /// asked who it is.
  private func orEntry(
    _ outcome: Outcome, _ path: RequestPath, _ request: Request, _ parameters: BootParameters
  ) -> Outcome {
    guard Route.isAutoexec(path), case .respond(let response) = outcome,
      response.status == .notFound
    else { return outcome }
    return script(request, .autoexec, parameters)
  }

  /// What load balancers ask to see whether a server is up (RFC 9110 section 9.3.7).
  private func options(_ route: Route) -> Response {
    var response = Response(.noContent)
    response.add("Allow", (route.allowed + [.options]).map(\.rawValue).joined(separator: ", "))
    response.event = Event(.options)
    return response
  }

  private func methodNotAllowed(_ route: Route) -> Response {
    let allowed = route.allowed.map(\.rawValue).joined(separator: ", ")
    var response = Response.line(.methodNotAllowed, "the methods here are \(allowed)")
    response.add("Allow", allowed)
    return refused(response)
  }

  private func refused(_ response: Response) -> Response {
    var response = response
    response.event = Event(.refused)
    return response
  }

  /// The original's redirect to a clean path, or into a tree.
  private func redirect(to path: ArraySlice<UInt8>, _ head: RequestHead) -> Response {
    let query = head.query.map { [UInt8(ascii: "?")] + $0 } ?? []
    let location = PercentCoding.encodedPath(path) + query
    var response = Response(.movedPermanently)
    response.add("Content-Type", ContentType.html)
    response.add("Location", location)
    let link = Array("<a href=\"".utf8) + HTML.escaped(location)
    response.body = [.bytes(link + Array("\">Moved Permanently</a>.\n\n".utf8))]
    response.event = Event(.redirect)
    return response
  }
}

extension Response {
  /// Of a path that is nothing's.
  static var nothing: Response {
    var response = Response.line(.notFound, "nothing is here; boot scripts are at /?profile=NAME")
    response.event = Event(.unknown)
    return response
  }
}
