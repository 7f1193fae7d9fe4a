// BootServer/Boots: from answers to boots.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Puts each answer of one event loop to its boot.
final class BootRecorder {
  /// A script that went out a moment ago.
  private struct Served {
    var hash: UInt64 = 0
    var second: UInt32 = 0
    var filesBegun = 0
  }

  private let book: BootBook
  private var second: UInt32 = 0
  /// By a part of the hash: whoever asks for the same script many times a second is written down once.
  private var served = [Served](repeating: Served(), count: 256)
  /// Scripts of this second that were not found there.
  private var missed = (second: UInt32(0), count: 0)
  private static let mostServed = 16_384
  /// The boots that connections fetch for.
  private var connections: [UInt64: Int] = [:]
  private static let mostConnections = 4096

  init(_ book: BootBook) { self.book = book }

  /// Time has gone on.
  func turnBegan() { second = UInt32(truncatingIfNeeded: Instant.now.nanoseconds >> 30) }

  /// - Parameter connection: tells the loop's connections apart.
  func note(_ request: Request, _ connection: UInt64, _ response: inout Response) {
    guard request.head.method != .head, !Self.isOurs(request) else { return }
    if response.event.name == .held {
      // That it waits from now on is no step of a boot.
      return book.change { shelf, _ in shelf.asked[request.peer.host] = nil }
    }
    guard response.meantStatus == nil else { return }
    switch response.event.name {
    case .script, .localBoot: script(request, connection, response)
    case .answer where !request.head.path.starts(with: "/answers/".utf8): break
    case .file, .config, .seed, .answer: file(request, connection, &response)
    case .identify: book.change { shelf, now in shelf.ask(request.peer.host, now) }
    default: break
    }
  }

  /// Whether a program of ours asks: `doctor` looks at what machines would get, and boots nothing.
  private static func isOurs(_ request: Request) -> Bool {
    request.head.first(.userAgent)?.starts(with: "coreos-ipxe-server".utf8) ?? false
  }

  private func script(
    _ request: Request, _ connection: UInt64, _ response: Response
  ) {
    guard response.status == .ok, let mark = response.context as? ScriptMark else { return }
    let hash = Self.hash(request.peer.host, response.event.subject, mark)
    let place = Int(truncatingIfNeeded: hash) & (served.count - 1)
    let filesBegun = book.filesBegun.current
    if served[place].hash == hash, served[place].second == second,
      served[place].filesBegun == filesBegun
    {
      return
    }
    served[place] = Served(hash: hash, second: second, filesBegun: filesBegun)
    growIfFull()
    guard let who = Self.who(request, response, mark) else { return }
    let (host, address) = (request.peer.host, request.peer.hostText)
    let bytes = response.contentLength
    let isIPXE = request.head.first(.userAgent)?.starts(with: "iPXE".utf8) ?? false
    if mark.isLocalDisk {
      book.change { shelf, now in
        shelf.beginLocal(who, mark, host: host, address: address, bytes: bytes, now)
      }
    } else {
      let number = book.change { shelf, now in
        shelf.begin(
          who, mark, host: host, address: address, isIPXE: isIPXE, bytes: bytes, now)
      }
      remember(connection, number)
    }
    book.watch()
  }

  /// Of who asks for what: far cheaper than a `Hasher`, and every script is hashed.
  private static func hash(
    _ host: SocketAddress.Host, _ subject: Event.Subject?, _ mark: ScriptMark
  ) -> UInt64 {
    func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
      let product = (hash ^ value) &* 0x9e37_79b9_7f4a_7c15
      return product ^ product >> 29
    }
    // A script of a profile is one mark; those of own disks are many.
    var hash = mark.isLocalDisk ? 1 : UInt64(UInt(bitPattern: ObjectIdentifier(mark)))
    switch host {
    case .v4(let address): hash = mix(hash, UInt64(address))
    case .v6(let high, let low, let scope):
      hash = mix(mix(mix(hash, high), low), UInt64(scope))
    case .local(let user): hash = mix(hash, UInt64(user))
    case .none: break
    }
    if case .machine(let name)? = subject { hash = mix(hash, FNV1a.hash(name.utf8)) }
    return hash
  }

  /// Few machines need little room, and a storm gets more.
  private func growIfFull() {
    if missed.second != second { missed = (second, 0) }
    missed.count += 1
    guard missed.count > served.count / 2, served.count < Self.mostServed else { return }
    served = [Served](repeating: Served(), count: served.count * 4)
  }

  private static func who(
    _ request: Request, _ response: Response, _ mark: ScriptMark
  ) -> BootRun.Who? {
    if case .machine(let name)? = response.event.subject {
      return MachineID(name).map { .machine($0) }
    }
    return mark.profile.isEmpty ? nil : .profile(mark.profile, request.peer.host)
  }

  private func remember(_ connection: UInt64, _ number: Int) {
    if connections.count >= Self.mostConnections { connections.removeAll(keepingCapacity: true) }
    connections[connection] = number
  }

  private func file(_ request: Request, _ connection: UInt64, _ response: inout Response) {
    guard book.underway.current > 0,
      response.status == .ok || response.status == .partialContent,
      let (ask, total, pieces) = asked(request, connection, response)
    else { return }
    let found = book.change { shelf, now -> (number: Int, place: Int?)? in
      guard let number = shelf.owner(of: ask) else { return nil }
      return (number, shelf.beginFile(number, ask, total: total, now))
    }
    guard let (number, place) = found else { return }
    remember(connection, number)
    guard let place else { return }
    response.follower = { [book] progress in
      let arrived = Self.arrived(progress.acknowledged, of: pieces)
      let sent =
        progress.onWire == progress.acknowledged ? [] : Self.arrived(progress.onWire, of: pieces)
      book.change { shelf, now in
        shelf.progress(
          number, place: place, arrived, sent: sent, isOver: progress.isOver, now)
      }
    }
  }

  /// What is asked for, how large it is, and which of its bytes the answer has, in their order.
  private func asked(
    _ request: Request, _ connection: UInt64, _ response: Response
  ) -> (BootShelf.Ask, total: Int64, pieces: [Range<Int64>])? {
    let isImage = response.event.name == .file
    var file: String?
    var total = response.contentLength
    var pieces: [Range<Int64>] = []
    for piece in response.body {
      switch piece {
      case .file(let open, let range):
        file = open.path.text
        total = open.status.size
        pieces.append(range.first..<range.last + 1)
      case .bytes(let bytes):
        // Between the parts of several ranges stand heads, which are none of the file's bytes.
        pieces.append(response.body.count > 1 ? -Int64(bytes.count)..<0 : 0..<Int64(bytes.count))
      }
    }
    let isConfig = !isImage || file?.hasPrefix("configs/") == true
    if isImage, file == nil || !(isConfig || file?.hasPrefix("images/") == true) { return nil }
    var ask = BootShelf.Ask(
      file: Self.name(file, request, response.event.name), isConfig: isConfig,
      host: request.peer.host)
    if case .machine(let id)? = response.event.subject { ask.machine = MachineID(id) }
    ask.connection = connections[connection]
    return (ask, total, pieces)
  }

  /// A name without a token: a seed's and an answer's path hold one.
  private static func name(
    _ file: String?, _ request: Request, _ event: Event.Name
  ) -> String {
    if let file { return file }
    guard let path = RequestPath(request.head.path) else { return "" }
    switch event {
    case .seed: return "seed/" + path.name(at: path.segments.count - 1)
    case .answer: return "answers/" + path.name(at: 1)
    default: return String(decoding: path.bytes.drop { $0 == 0x2f }, as: UTF8.self)
    }
  }

  /// Which bytes of a file have arrived, given how many of the answer have.
  static func arrived(_ count: Int64, of pieces: [Range<Int64>]) -> [Range<Int64>] {
    var left = count
    var runs: [Range<Int64>] = []
    for piece in pieces where left > 0 {
      let taken = min(left, Int64(piece.count))
      left -= taken
      if piece.lowerBound >= 0 { runs.append(piece.lowerBound..<piece.lowerBound + taken) }
    }
    return runs
  }
}
