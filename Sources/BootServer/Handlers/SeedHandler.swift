// BootServer/Handlers: NoCloud seeds.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers for `/seed/`: the files of a folder in `configs/`, as cloud-init's NoCloud asks for them.
///
/// A client retries what is missing, and each of its four files ten times; so the four are always there
/// (cloud-init, `util.read_seeded`).
struct SeedHandler {
  let tree: StaticTree
  let answers: AnswerFiles

  /// `/seed/m/ID/TOKEN/FILE`
  func ofMachine(_ path: RequestPath, _ request: Request) -> Outcome {
    let segments = path.segments
    guard segments.count == 5 else { return Outcome.respond(Self.nothing).named(.seed) }
    return respond(segments[4], request) { () throws(Interruption) in
      try answers.machines.reader(
        MachineID(String(decoding: segments[2], as: UTF8.self)),
        token: String(decoding: segments[3], as: UTF8.self))
    }
  }

  /// `/seed/p/PROFILE/FILE`; a slash in the profile's name is escaped.
  func ofProfile(_ path: RequestPath, _ request: Request) -> Outcome {
    let segments = path.segments
    guard segments.count == 4 else { return Outcome.respond(Self.nothing).named(.seed) }
    return respond(segments[3], request) { () throws(Interruption) in .profile(segments[2]) }
  }

  private func respond(
    _ name: [UInt8], _ request: Request,
    _ reader: () throws(Interruption) -> AnswerFiles.Reader
  ) -> Outcome {
    var asker = ScriptFailure.Asker.profile
    do throws(Interruption) {
      let reader = try reader()
      asker = reader.asker
      let outcome = try file(name, reader, request)
      guard case .respond(var response) = outcome else { return outcome }
      response.setCaching("no-store")
      if case .machine(let entry) = reader {
        response.event.subject = .machine(entry.machine.id.description)
      }
      return Outcome.respond(response).named(.seed)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .refused(let response): return Outcome.respond(response).named(.seed)
      case .failed(let failure):
        return Outcome.respond(failure.response(for: asker)).named(.seed)
      }
    }
  }

  private func file(
    _ bytes: [UInt8], _ reader: AnswerFiles.Reader, _ request: Request
  ) throws(Interruption) -> Outcome {
    guard let name = String(validating: bytes, as: UTF8.self), !name.hasPrefix("."),
      !name.hasSuffix(".tmpl"), !name.contains("/"), RelativePath(bytes) != nil
    else { return .respond(Self.nothing) }
    let folder = "configs/\(try folder(reader, request))"
    let path = Array("/\(folder)/\(name)".utf8)
    let outcome = tree.respond(path[...], request)
    guard case .respond(let response) = outcome else { return outcome }
    // A directory is no file, and redirects.
    guard response.status == .notFound || response.status == .movedPermanently else {
      return outcome
    }
    if response.status == .notFound,
      let template = try answers.template("\(folder)/\(name).tmpl", request)
    {
      return try answers.rendered(template, for: reader, request)
    }
    return .respond(try made(name, folder, reader))
  }

  /// What cloud-init needs where there is no such file.
  private func made(
    _ name: String, _ folder: String, _ reader: AnswerFiles.Reader
  ) throws(Interruption) -> Response {
    switch name {
    case "meta-data": return Response(.ok, text: Self.metaData(reader), type: ContentType.text)
    case "vendor-data", "network-config":
      return Response(.ok, text: "", type: ContentType.text)
    case "user-data":
      throw .failed(.unusable("\(folder)/ has no user-data and no user-data.tmpl"))
    default:
      return .line(.notFound, "there is no \(LogText.oneLine("\(folder)/\(name)"))")
    }
  }

  /// The instance changes with each installation, and only then: what cloud-init did for one that it knows
  /// it does not do again.
  private static func metaData(_ reader: AnswerFiles.Reader) -> String {
    switch reader {
    case .machine(let entry):
      let machine = entry.machine
      var text = "instance-id: \(machine.id)-\(machine.generation)\n"
      if let hostname = machine.hostname, Machine.isHostname(hostname) {
        text += "local-hostname: \"\(hostname)\"\n"
      }
      return text
    case .profile(let name):
      return "instance-id: \"profile-\(Hex.text(FNV1a.hash(name), bytes: 8))\"\n"
    }
  }

  /// The folder that the profile of who asks names; while it is installed that of `install`, which stays for
  /// an installer that asks once more when it has reported.
  private func folder(
    _ reader: AnswerFiles.Reader, _ request: Request
  ) throws(Interruption) -> String {
    var values = try answers.values(reader, request)
    if case .folder(let folder)? = values.answers { return folder }
    values = try answers.values(reader, request, isInstalling: true)
    if case .folder(let folder)? = values.answers { return folder }
    throw .failed(.unusable("its profile has no folder as \"answers\""))
  }

  private static var nothing: Response {
    .line(.notFound, "a seed's file is at /seed/m/ID/TOKEN/FILE or /seed/p/PROFILE/FILE")
  }
}
