// BootServer/Handlers: Mayu's clients.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

/// Answers what `mayuctl` and Mayu's installers ask, from the same records.
///
/// Nobody is asked for a password: Mayu's clients have none. Every body is a whole record of Mayu's,
/// of which only the key counts that its route is about.
struct MayuDialect {
  let machines: MachineService

  func respond(_ request: Request) -> Outcome {
    if request.head.method != .put { return list() }
    let rest = request.head.path.dropFirst("/admin/host/".utf8.count)
    guard let slash = rest.lastIndex(of: UInt8(ascii: "/")),
      let name = PercentCoding.decoded(rest[..<slash])
    else { return .respond(refused(.notFound, "no such route of Mayu's is here")) }
    let verb = String(decoding: rest[(slash + 1)...], as: UTF8.self)
    let serial = String(decoding: name, as: UTF8.self)
    let record: MayuRecord
    do throws(MachineError) {
      record = try MayuRecord(parsing: request.body)
    } catch {
      return .respond(refused(.badRequest, error.description))
    }
    return put(serial, verb, record, who: request.who)
  }

  private func put(
    _ serial: String, _ verb: String, _ record: MayuRecord, who: String
  ) -> Outcome {
    let machines = machines
    let register = machines.register
    let finish: @Sendable (@escaping @Sendable (WorkResult) -> Void) -> MachineRegister.Done = {
      done in
      { result in
        switch result {
        case .success(let reply):
          if verb == "boot_complete", let id = reply.entry?.machine.id {
            register.booted(id, machines.now)
          }
          var response = Response(.accepted)
          response.note = LogText.pair("event", "mayu") + LogText.pair("host", serial)
          done(.respond(response))
        case .failure(.unknownMachine):
          done(.respond(refused(.badRequest, "host doesn't exist")))
        case .failure(let error): done(.respond(error.response("mayu")))
        }
      }
    }
    let why = "mayuctl's \(verb)"
    switch verb {
    case "set_installed":
      return .work { done in
        register.report(name: serial, .installed, why: why, who: who, finish(done))
      }
    case "boot_complete":
      return .work { done in
        register.report(name: serial, .running, why: why, who: who) { result in
          guard case .success = result, let versions = record.versions else {
            return finish(done)(result)
          }
          register.change(
            name: serial, why: why, who: who, { $0.setMayu(versions) }, finish(done))
        }
      }
    case "mark_fresh", "set_state", "set_metadata", "set_etcd_cluster_token":
      let edit: MachineEdit
      do throws(MachineError) {
        edit = try record.edit(verb)
      } catch {
        return .respond(refused(.badRequest, error.description))
      }
      return .work { done in
        register.edit(
          name: serial, edit, makes: false, why: why, who: who, isExpected: { _ in true },
          finish(done))
      }
    case "set_provider_id", "set_ipmi_addr", "set_cabinet", "override":
      guard let members = record.members(verb) else {
        return .respond(
          refused(
            .badRequest, verb == "override" ? "nothing to override" : "the body has no such key"))
      }
      return .work { done in
        register.change(
          name: serial, why: why, who: who, { $0.setMayu(members) }, finish(done))
      }
    default: return .respond(refused(.notFound, "no such route of Mayu's is here"))
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

  private func refused(_ status: Status, _ line: String) -> Response {
    var response = Response.line(status, LogText.oneLine(line))
    response.note = LogText.pair("event", "mayu") + LogText.pair("error", line)
    return response
  }
}
