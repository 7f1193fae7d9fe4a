// BootServer/Handlers: Mayu's clients.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers what `mayuctl` and Mayu's installers ask, from the same records.
///
/// Nobody is asked for a password: Mayu's clients have none. Every body is a whole record of Mayu's,
/// of which only the key counts that its route is about.
struct MayuDialect: Sendable {
  let machines: MachineService

  func respond(_ request: Request) -> Outcome {
    if request.head.method != .put { return list() }
    let rest = request.head.path.dropFirst("/admin/host/".utf8.count)
    guard let slash = rest.lastIndex(of: UInt8(ascii: "/")),
      let name = PercentCoding.decoded(rest[..<slash])
    else { return .respond(Self.refused(.notFound, "no such route of Mayu's is here")) }
    let verb = String(decoding: rest[(slash + 1)...], as: UTF8.self)
    let serial = String(decoding: name, as: UTF8.self)
    let record: MayuRecord
    do throws(MachineError) {
      record = try MayuRecord(parsing: request.body)
    } catch {
      return .respond(Self.refused(.badRequest, error.description))
    }
    return put(serial, verb, record, who: request.who)
  }

  private func put(
    _ serial: String, _ verb: String, _ record: MayuRecord, who: String
  ) -> Outcome {
    let register = machines.register
    let why = "mayuctl's \(verb)"
    // Mayu's hosts are their serials, whatever else has that name.
    let ids = register.published.withLock { $0.roster.machines(serial: serial) }
    let name = ids.count == 1 ? ids[0].description : serial
    switch verb {
    case "set_installed":
      return .work { done in
        register.report(name: name, .installed, why: why, who: who, finish(serial, done))
      }
    case "boot_complete": return completeBoot(name, serial, record, why: why, who: who)
    case "mark_fresh", "set_state", "set_metadata", "set_etcd_cluster_token":
      let edit: MachineEdit
      do throws(MachineError) {
        edit = try record.edit(verb)
      } catch {
        return .respond(Self.refused(.badRequest, error.description))
      }
      return .work { done in
        register.edit(
          name: name, edit, makes: false, why: why, who: who, isExpected: { _ in true },
          finish(serial, done))
      }
    case "set_provider_id", "set_ipmi_addr", "set_cabinet", "override":
      guard let members = record.members(verb) else {
        let line = verb == "override" ? "nothing to override" : "the body has no such value"
        return .respond(Self.refused(.badRequest, line))
      }
      return .work { done in
        register.change(
          name: name, why: why, who: who, { $0.setMayu(members) }, finish(serial, done))
      }
    default: return .respond(Self.refused(.notFound, "no such route of Mayu's is here"))
    }
  }

  private func completeBoot(
    _ name: String, _ serial: String, _ record: MayuRecord, why: String, who: String
  ) -> Outcome {
    let machines = machines
    return .work { done in
      let finish = finish(serial, done)
      machines.register.report(name: name, .running, why: why, who: who) { result in
        guard case .success(let reply) = result else { return finish(result) }
        if let id = reply.entry?.machine.id { machines.register.booted(id, machines.now) }
        guard let versions = record.versions else { return finish(result) }
        machines.register.change(
          name: name, why: why, who: who, { $0.setMayu(versions) }, finish)
      }
    }
  }

  /// Mayu's answers: 202 without a word, and 400 for a host it does not know.
  private func finish(
    _ serial: String, _ done: @escaping @Sendable (WorkResult) -> Void
  ) -> MachineRegister.Done {
    { result in
      switch result {
      case .success:
        var response = Response(.accepted)
        response.note = LogText.pair("event", "mayu") + LogText.pair("host", serial)
        done(.respond(response))
      case .failure(.unknownMachine):
        done(.respond(Self.refused(.badRequest, "host doesn't exist")))
      case .failure(let error): done(.respond(error.response("mayu")))
      }
    }
  }

  private func list() -> Outcome {
    let register = machines.register
    return machines.chore("list") {
      let (entries, sightings) = register.published.withLock { ($0.roster.all, $0.sightings) }
      let hosts = entries.map { entry in
        MayuRecord.host(entry.machine, sightings[entry.machine.id] ?? Machine.Sightings())
      }
      var response = Response(
        .ok, text: JSONWriter.text(.array(hosts)) + "\n", type: "application/json")
      response.note = LogText.pair("event", "mayu")
      return response
    }
  }

  private static func refused(_ status: Status, _ line: String) -> Response {
    var response = Response.line(status, LogText.oneLine(line))
    response.note = LogText.pair("event", "mayu") + LogText.pair("error", line)
    return response
  }
}
