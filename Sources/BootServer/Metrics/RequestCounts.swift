// BootServer/Metrics: what is counted of requests.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// What a request was about, as metrics have it.
enum MetricRoute: Int, CaseIterable {
  case script, config, seed, answers, image, file, key, report, machines, events, health, discovery
  case other

  var name: String { "\(self)" }

  /// What answered says what was asked for: a path may be anything.
  ///
  /// - Parameter path: is looked at for files alone.
  init(_ event: Event.Name, _ path: @autoclosure () -> ArraySlice<UInt8>?) {
    self =
      switch event {
      case .script, .identify, .held, .localBoot, .noIdentity, .menu, .failed, .preview: .script
      case .file, .listing: RequestCounts.isImage(path()) ? .image : .file
      case .config: .config
      case .seed: .seed
      case .answer: .answers
      case .key: .key
      case .report: .report
      case .machineAPI, .machines, .doubts, .explain, .state, .stateTrust, .stateBackup, .mayu,
        .stacki:
        .machines
      case .events: .events
      case .health: .health
      case .discovery: .discovery
      default: .other
      }
  }
}

/// Requests of one loop, or of all.
struct RequestCounts: Sendable {
  static let scripts = ["served", "asked", "held", "local", "no-identity", "menu", "failed"]
  static let bounds: [Double] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]

  /// Requests by route and status; see ``requests(_:)``.
  private var codes = Array(
    repeating: 0, count: MetricRoute.allCases.count * RequestCounts.statuses)
  private static let statuses = 600
  private(set) var seconds: [Histogram]
  private(set) var scripts: [Int]
  /// By report and result: ``reportNames`` and ``reportResults``.
  private(set) var reports = Array(repeating: 0, count: 6)
  private(set) var imageBytes: Int64 = 0
  private(set) var imagesInFlight = 0

  static let reportNames = ["installed", "running"]
  static let reportResults = ["taken", "refused", "failed"]

  init() {
    seconds = Array(repeating: Histogram(Self.bounds), count: MetricRoute.allCases.count)
    scripts = Array(repeating: 0, count: Self.scripts.count)
  }

  /// Of one route, by status.
  func requests(_ route: MetricRoute) -> [(code: Int, count: Int)] {
    (0..<Self.statuses).compactMap { code in
      let count = codes[route.rawValue * Self.statuses + code]
      return count == 0 ? nil : (code, count)
    }
  }

  /// Whether an answer is the content of an image.
  static func isTransfer(_ event: Event.Name, _ status: Status, _ path: ArraySlice<UInt8>?) -> Bool
  {
    event == .file && (status == .ok || status == .partialContent) && isImage(path)
  }

  fileprivate static func isImage(_ path: ArraySlice<UInt8>?) -> Bool {
    path?.starts(with: "/images/".utf8) ?? false
  }

  /// An answer begins.
  mutating func begin(_ response: Response, _ head: RequestHead) {
    let status = response.meantStatus ?? response.status
    guard Self.isTransfer(response.event.name, status, head.path) else { return }
    imagesInFlight += 1
  }

  mutating func add(_ record: ExchangeRecord) {
    let (event, status) = (record.event.name, record.status)
    let route = MetricRoute(event, record.head?.path)
    codes[route.rawValue * Self.statuses + min(status.rawValue, Self.statuses - 1)] += 1
    seconds[route.rawValue].add(Double(record.microseconds) / 1e6)
    switch route {
    case .script: if let result = Self.result(event, status) { scripts[result] += 1 }
    case .image:
      imageBytes += record.sentBytes
      if Self.isTransfer(event, status, record.head?.path) { imagesInFlight -= 1 }
    case .report: countReport(record)
    default: break
    }
  }

  /// - Returns: the place in ``scripts``.
  private static func result(_ event: Event.Name, _ status: Status) -> Int? {
    switch event {
    case .script: status.rawValue < 400 ? 0 : 6
    case .identify: 1
    case .held: 2
    case .localBoot: 3
    case .noIdentity: 4
    case .menu: 5
    default: nil
    }
  }

  private mutating func countReport(_ record: ExchangeRecord) {
    let path = record.head?.path ?? []
    let name = path.suffix(9).elementsEqual("installed".utf8) ? 0 : 1
    let result = record.status.rawValue < 400 ? 0 : record.status.rawValue < 500 ? 1 : 2
    reports[name * 3 + result] += 1
  }

  mutating func add(_ other: RequestCounts) {
    for index in codes.indices { codes[index] += other.codes[index] }
    for index in seconds.indices { seconds[index].add(other.seconds[index]) }
    for index in scripts.indices { scripts[index] += other.scripts[index] }
    for index in reports.indices { reports[index] += other.reports[index] }
    imageBytes += other.imageBytes
    imagesInFlight += other.imagesInFlight
  }
}
