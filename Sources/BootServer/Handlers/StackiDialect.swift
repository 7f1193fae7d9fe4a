// BootServer/Handlers: Stacki's installers.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers `setPxeboot.cgi`, by which an installer says that its machine shall boot its disk from now
/// on: a GET with an effect, believed for its address alone.
///
/// As with Stacki the answer is always 200 and empty; what went wrong is in the log.
struct StackiDialect {
  let machines: MachineService

  func respond(_ request: Request) -> Outcome {
    guard request.head.method == .get else { return .respond(answer("nothing is done for HEAD")) }
    guard Self.asksForDisk(request.head.query ?? []) else {
      return .respond(answer("params must be {\"action\":\"os\"}, as Stacki takes nothing else"))
    }
    let address = request.peer.hostText
    let found = machines.register.snapshot.roster.machines(ip: address)
    let installing = found.filter { $0.machine.state == .installing }
    let candidates = installing.isEmpty ? found : installing
    guard let entry = candidates.first, candidates.count == 1 else {
      return .respond(answer("\(candidates.count) machines have the address \(address)"))
    }
    let job = MachineJob.report(
      name: entry.machine.id.description, .installed, why: "setPxeboot.cgi from its address",
      who: address)
    return machines.work(job) { outcome in
      switch outcome {
      case .success: .respond(answer(nil))
      case .failure(let error): .respond(answer(error.description))
      }
    }
  }

  /// Seed 003 puts a backslash before each brace, for its shell and for curl.
  private static func asksForDisk(_ query: ArraySlice<UInt8>) -> Bool {
    var parameters = QueryParameters(query)
    while let (name, rawValue) = parameters.nextRaw() {
      guard name.elementsEqual("params".utf8), let value = PercentCoding.decoded(rawValue),
        case .object(let members)? = try? JSONReader.read(value.filter { $0 != UInt8(ascii: "\\") })
      else { continue }
      return members.contains(JSON.Member("action", .string("os")))
    }
    return false
  }

  private func answer(_ error: String?) -> Response {
    var response = Response(.ok)
    response.add("Content-Type", "application/octet-stream")
    response.event = Event(.stacki)
    if let error { response.event.fail(error) }
    return response
  }
}
