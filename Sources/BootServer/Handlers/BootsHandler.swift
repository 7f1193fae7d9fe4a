// BootServer/Handlers: boots, as the server saw them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers `GET /boots` and `GET /boots/ID`: a JSON array of boots, the newest first.
struct BootsHandler {
  let machines: MachineService

  /// `?state=booting,stalled&machine=ID&since=SECONDS&limit=N`
  func all(_ request: Request) -> Outcome {
    do throws(UsageError) {
      return list(try BootFilter(request.head.query))
    } catch {
      return .respond(noted(.line(.badRequest, LogText.oneLine(error.description))))
    }
  }

  /// - Parameter name: a machine's, as people name it, or a boot's number.
  func ofMachine(_ request: Request, _ name: String) -> Outcome {
    let register = machines.register
    do throws(UsageError) {
      var filter = try BootFilter(request.head.query)
      if let entry = try? register.snapshot.resolve(name) {
        filter.machine = entry.machine.id
      } else if let number = Int(name) {
        filter.number = number
      } else if let id = MachineID(name) {
        filter.machine = id
      } else {
        return .respond(noted(MachineError.unknownMachine(name).response(.boots)))
      }
      return list(filter)
    } catch {
      return .respond(noted(.line(.badRequest, LogText.oneLine(error.description))))
    }
  }

  private func list(_ filter: BootFilter) -> Outcome {
    let (boots, snapshot) = (machines.register.boots, machines.register.snapshot)
    return machines.chore("boots") {
      let lines = boots.list(filter).map { Self.line($0, snapshot) }
      let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
      return noted(Response(.ok, text: text, type: "application/json"))
    }
  }

  private static func line(_ boot: BootView, _ snapshot: Snapshot) -> String {
    var named = boot
    // Spelled out: Swift 6.3.1's optimizer fails on `boot.run.machine` here.
    if case .machine(let id) = boot.run.who { named.name = snapshot.machine(id)?.machine.hostname }
    return JSONWriter.text(named.json)
  }

  private func noted(_ response: Response) -> Response {
    var response = response
    response.event = Event(.boots)
    return response
  }
}

extension BootFilter {
  /// - Parameter query: as it was sent; what it does not know is passed over.
  init(_ query: ArraySlice<UInt8>?) throws(UsageError) {
    guard let query else { return }
    for (name, value) in QueryParameters(query) {
      let text = String(decoding: value, as: UTF8.self)
      switch String(decoding: name, as: UTF8.self) {
      case "state":
        states = []
        for word in text.split(separator: ",") {
          guard let state = BootRun.State(rawValue: String(word)) else {
            let known = BootRun.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("'\(word)' is no state of a boot; there are \(known)")
          }
          states?.insert(state)
        }
      case "machine":
        guard let id = MachineID(text) else {
          throw UsageError("'\(text)' is no machine's ID; /boots/NAME takes other names")
        }
        machine = id
      case "since": since = Int64(try Self.number(text, "since")) * 1000
      case "limit": limit = try Self.number(text, "limit")
      default: break
      }
    }
  }

  private static func number(_ text: String, _ name: String) throws(UsageError) -> Int {
    guard let number = Int(text), (0...10_000_000_000).contains(number) else {
      throw UsageError("\(name)=\(text) is not a whole number from 0 on")
    }
    return number
  }
}
