// BootServer/Explain: a boot, played on a picture of the machines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What the server would do about a boot: the same steps and rules, on a copy that nobody keeps.
struct Rehearsal {
  private(set) var snapshot: Snapshot
  /// Looks at the profiles that a job needs, as the server does.
  let profiles: (MachineJob.Profiles, _ own: String?) -> ProfileIndex
  let files: DataFiles<Never>
  /// What URLs of the server begin with.
  let base: [UInt8]
  var policy = HoldPolicy.hold
  var localBoot = LocalBoot.exit
  /// Whether machines report in no other way than by their token.
  var reportsByToken = true
  /// Whether tokens are in the scripts; else the word `TOKEN` stands for them.
  var showsTokens = false
  var hasSpentTries: (MachineID) -> Bool = { _ in false }
  let now: Timestamp

  /// All profiles, once they were looked at: thousands of files are looked at once for each boot.
  private var all: ProfileIndex?

  /// More steps than any boot takes.
  private static let mostSteps = 16

  struct Script: Sendable {
    let built: BuiltScript
    let text: [UInt8]
  }

  struct Result {
    let answer: BootAnswer<Script>
    /// As its record would be then.
    let machine: Machine?
    /// What would be written down, each half a sentence.
    let changes: [String]
  }

  init(
    _ snapshot: Snapshot, _ files: DataFiles<Never>, base: [UInt8], now: Timestamp,
    profiles: @escaping (MachineJob.Profiles, _ own: String?) -> ProfileIndex
  ) {
    self.snapshot = snapshot
    self.profiles = profiles
    self.files = files
    self.base = base
    self.now = now
  }

  /// The same with other machines.
  func with(_ snapshot: Snapshot) -> Rehearsal {
    var rehearsal = self
    rehearsal.snapshot = snapshot
    return rehearsal
  }

  /// Plays a boot to its end.
  mutating func play(_ boot: BootIdentity) -> Result {
    var changes: [String] = []
    for _ in 0..<Self.mostSteps {
      let steps = BootSteps(
        boot, snapshot, policy: policy, who: "", isCurrent: { _ in true },
        hasSpentTries: hasSpentTries)
      let step = steps.next { (name, occasion, entry) in script(name, occasion, entry) }
      switch step {
      case .answer(let answer): return result(answer, boot, changes)
      case .work(let job, let answer):
        let outcome = perform(job, &changes)
        if let found = answer(outcome) { return result(found, boot, changes) }
      }
    }
    return result(.hold(.state, nil), boot, changes)
  }

  /// Gives a machine a profile, as a person who claims it does.
  ///
  /// - Throws: why the claim would be refused.
  mutating func claim(_ id: MachineID, for profile: String) throws(MachineError) {
    var changes: [String] = []
    let edit = MachineEdit([JSON.Member("profile", .string(profile))])
    let job = MachineJob.edit(
      name: id.description, edit, makes: false, why: "", who: "",
      sightings: { _ in Machine.Sightings() })
    _ = try perform(job, &changes).get()
    // A person's word decides about what the store found.
    snapshot = snapshot.with(snapshot.roster, decided: id)
  }

  private func result(
    _ answer: BootAnswer<Script>, _ boot: BootIdentity, _ changes: [String]
  ) -> Result {
    let machine: Machine? =
      switch answer {
      case .script(_, let entry), .installer(_, let entry): entry.machine
      case .localDisk(_, let found), .hold(_, let found), .refused(_, let found): found
      case .whoAreYou, .nameless: nil
      }
    return Result(
      answer: answer, machine: machine ?? snapshot.find(boot)?.entry?.machine, changes: changes)
  }

  private func script(
    _ name: String, _ occasion: ScriptOccasion, _ entry: Roster.Entry?
  ) -> ProfileScript<Script> {
    var builder = ScriptBuilder(files, base: base, reportsByToken: reportsByToken)
    builder.localBoot = localBoot
    do throws(ScriptBuilder<Never>.Stop) {
      let built = try builder.script(profile: Array(name.utf8), occasion)
      let text = try entry.map { (entry) throws(ScriptBuilder<Never>.Stop) in
        try self.text(of: built, entry)
      }
      return .usable(
        Script(built: built, text: text ?? built.text), installs: built.installs,
        lack: try lack(of: built, entry))
    } catch {
      switch error {
      case .failed(let failure):
        let (told, logged) = (failure.told, failure.sentence)
        return .unusable(told, logged: told == logged ? nil : logged)
      }
    }
  }

  /// As the server's ``ScriptLack``.
  private func lack(
    of built: BuiltScript, _ entry: Roster.Entry?
  ) throws(ScriptBuilder<Never>.Stop) -> Hold? {
    if let lack = built.lack { return .file(lack) }
    guard let entry else { return nil }
    let configs = ConfigRendering(files, base: base)
    do throws(ScriptBuilder<Never>.Stop) {
      for file in built.templates { try configs.rehearse(file, for: shown(entry), built.values) }
      return nil
    } catch {
      guard case .failed(let failure) = error else { throw error }
      return .file(failure.told, logged: failure.sentence)
    }
  }

  private func text(
    of built: BuiltScript, _ entry: Roster.Entry
  ) throws(ScriptBuilder<Never>.Stop) -> [UInt8] {
    do throws(ScriptFailure) {
      let script = MachineScript(
        shown(entry), server: String(decoding: base, as: UTF8.self), profile: built.values)
      return try script.text(built.pieces)
    } catch {
      throw .failed(error)
    }
  }

  /// The record, with what is shown of its token.
  func shown(_ entry: Roster.Entry) -> Roster.Entry {
    showsTokens ? entry : Roster.Entry(entry.machine, token: "TOKEN")
  }

  /// All profiles, as this rehearsal saw them first.
  var allProfiles: ProfileIndex {
    mutating get {
      let index = all ?? profiles(.all, nil)
      all = index
      return index
    }
  }

  /// Decides a job as the server does, and keeps what it comes to.
  private mutating func perform(
    _ job: MachineJob, _ changes: inout [String]
  ) -> MachineJob.Outcome {
    let id: MachineID? =
      switch job.subject {
      case .machine(let id): id
      case .boot(let boot): snapshot.roster.identify(boot).entry?.machine.id
      case .name(let name): (try? snapshot.resolve(name))?.machine.id
      case .nobody: nil
      }
    let own = id.flatMap { snapshot.roster[$0]?.machine.profile }
    let isAll = if case .all = job.profiles { true } else { false }
    let rules = Rules(
      roster: snapshot.roster, profiles: isAll ? allProfiles : profiles(job.profiles, own),
      clusters: snapshot.clusters,
      careful: snapshot.careful, now: now)
    do throws(MachineError) {
      if let id, let damage = snapshot.roster.damage(of: id) { throw damage }
      guard case .put(let decision) = try job.decide(rules, id) else {
        return .success(MachineJob.Reply())
      }
      var roster = snapshot.roster
      let old = roster[decision.machine.id]
      for removal in decision.removals { roster.remove(removal.id) }
      // A machine that nobody knew has no token yet.
      let entry = Roster.Entry(decision.machine, token: old?.token ?? "TOKEN")
      if old?.machine != entry.machine {
        roster.put(entry)
        changes.append(decision.why)
      }
      snapshot = snapshot.with(roster)
      return .success(
        MachineJob.Reply(entry: entry, choice: decision.choice, isNew: old == nil))
    } catch {
      return .failure(error)
    }
  }
}

extension Snapshot {
  /// The same with other machines.
  ///
  /// - Parameter decided: a machine that a person has decided about.
  func with(_ roster: Roster, decided: MachineID? = nil) -> Snapshot {
    Snapshot(
      roster: roster, clusters: clusters, careful: careful, problem: problem,
      held: held.filter { $0.key != decided },
      unsure: unsure, batch: batch, number: number)
  }
}
