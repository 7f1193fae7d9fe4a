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

  /// - Parameter names: the host's serial, which may hold slashes, and what is asked for.
  func respond(_ request: Request, _ names: ArraySlice<[UInt8]>) -> Outcome {
    guard let verb = names.last, names.count > 1 else {
      return .respond(Self.refused(.notFound, "no such route of Mayu's is here"))
    }
    let serial = String(
      decoding: Array(names.dropLast().joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
    let record: MayuRecord
    do throws(MachineError) {
      record = try MayuRecord(parsing: request.body)
    } catch {
      return .respond(Self.refused(.badRequest, error.description))
    }
    return put(serial, String(decoding: verb, as: UTF8.self), record, who: request.who)
  }

  private func put(
    _ serial: String, _ verb: String, _ record: MayuRecord, who: String
  ) -> Outcome {
    let register = machines.register
    let why = "mayuctl's \(verb)"
    // Mayu's hosts are their serials, whatever else has that name.
    let ids = register.snapshot.roster.machines(serial: serial)
    let name = ids.count == 1 ? ids[0].description : serial
    switch verb {
    case "set_installed":
      return machines.work(
        .report(name: name, .installed, why: why, who: who), Self.finish(serial))
    case "boot_complete": return completeBoot(name, serial, record, why: why, who: who)
    case "mark_fresh", "set_state", "set_metadata", "set_etcd_cluster_token":
      let edit: MachineEdit
      do throws(MachineError) {
        edit = try record.edit(verb)
      } catch {
        return .respond(Self.refused(.badRequest, error.description))
      }
      return machines.work(
        .edit(
          name: name, edit, makes: false, why: why, who: who,
          sightings: { register.sightings[$0] }), Self.finish(serial))
    case "set_provider_id", "set_ipmi_addr", "set_cabinet", "override":
      guard let members = record.members(verb) else {
        let line = verb == "override" ? "nothing to override" : "the body has no such value"
        return .respond(Self.refused(.badRequest, line))
      }
      return machines.work(
        .change(name: name, why: why, who: who) { $0.setMayu(members) }, Self.finish(serial))
    default: return .respond(Self.refused(.notFound, "no such route of Mayu's is here"))
    }
  }

  private func completeBoot(
    _ name: String, _ serial: String, _ record: MayuRecord, why: String, who: String
  ) -> Outcome {
    let register = machines.register
    let now = machines.now
    return .work { done in
      let finish = Self.finish(serial)
      register.submit(.report(name: name, .running, why: why, who: who)) { outcome in
        guard case .success(let reply) = outcome else { return done(finish(outcome)) }
        if let id = reply.entry?.machine.id { register.sightings.boot(id, now) }
        guard let versions = record.versions else { return done(finish(outcome)) }
        register.submit(
          .change(name: name, why: why, who: who) { $0.setMayu(versions) }
        ) { done(finish($0)) }
      }
    }
  }

  /// Mayu's answers: 202 without a word, and 400 for a host it does not know.
  private static func finish(
    _ serial: String
  ) -> @Sendable (MachineJob.Outcome) -> WorkResult {
    { outcome in
      switch outcome {
      case .success:
        var response = Response(.accepted)
        response.event = Event(.mayu, subject: .host(serial))
        return .respond(response)
      case .failure(.unknownMachine): return .respond(refused(.badRequest, "host doesn't exist"))
      case .failure(let error): return .respond(error.response(.mayu))
      }
    }
  }

  func list() -> Outcome {
    let register = machines.register
    return machines.chore("list") {
      let hosts = register.snapshot.roster.all.map { entry in
        MayuRecord.host(entry.machine, register.sightings[entry.machine.id])
      }
      var response = Response(
        .ok, text: JSONWriter.text(.array(hosts)) + "\n", type: "application/json")
      response.event = Event(.mayu)
      return response
    }
  }

  private static func refused(_ status: Status, _ line: String) -> Response {
    var response = Response.line(status, LogText.oneLine(line))
    response.event = Event(.mayu, ["error": .text(line)])
    return response
  }
}
