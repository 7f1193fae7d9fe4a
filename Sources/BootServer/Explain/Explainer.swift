// BootServer/Explain: explaining boots.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Explains boots by the same steps, rules and scripts that serve them.
struct Explainer {
  let root: DataRoot
  var rehearsal: Rehearsal
  /// For commands that people are told to type.
  let command: OwnCommand
  /// Bytes of a file of answers.
  private static let mostShown = 64 << 10

  /// What becomes of a boot.
  mutating func explain(_ boot: BootIdentity) -> Explanation {
    let before = rehearsal.snapshot.find(boot)?.entry?.machine
    let result = rehearsal.play(boot)
    var explanation = Explanation(
      decision: .held, machine: result.machine, state: before?.state,
      profile: result.machine?.profile, why: "",
      changes: result.changes)
    switch result.answer {
    case .whoAreYou:
      explanation.decision = .ask
      explanation.why = "it says nothing of itself yet"
    // A profile that installs has no other script for a machine in use than that for its disk.
    case .script(let script, let entry) where script.built.installs:
      explanation.decision = .local
      explanation.why = Self.why(.inUse(entry.machine.id), entry.machine)
      explanation.script = script.text
    case .script(let script, let entry):
      explanation.decision = .boot
      explanation.why = Self.why(result, isInstaller: false)
      explanation.answers = answers(script, .machine(rehearsal.shown(entry)))
      add(script, platform: boot.platform ?? result.machine?.platform, to: &explanation)
    case .installer(let script, let entry):
      explanation.decision = .boot
      explanation.why = Self.why(result, isInstaller: true)
      explanation.answers = answers(script, .machine(rehearsal.shown(entry)))
      add(script, platform: boot.platform ?? result.machine?.platform, to: &explanation)
    case .localDisk(let why, _):
      explanation.decision = .local
      explanation.why = Self.why(why, result.machine)
    case .hold(let hold, _): explanation.why = command.completed(hold.log)
    case .refused(let error, _): explanation.why = command.completed(error.description)
    case .nameless: explanation.why = result.answer.console ?? ""
    }
    if before?.profile == nil, let machine = result.machine {
      let roster = rehearsal.snapshot.roster
      explanation.lookedAt = rehearsal.allProfiles.reasons(for: machine) { name in
        // Its own place is not taken yet.
        roster.count(profile: name) - (machine.profile == name ? 1 : 0)
      }
    }
    return explanation
  }

  /// What `?profile=NAME` gets.
  func explain(profile: String) -> Explanation {
    var explanation = Explanation(
      decision: .boot, profile: profile, why: "it is asked for by name, with ?profile=")
    let builder = ScriptBuilder(
      rehearsal.files, base: rehearsal.base, reportsByToken: rehearsal.reportsByToken)
    do throws(ScriptBuilder<Never>.Stop) {
      let built = try builder.script(profile: Array(profile.utf8), .byName)
      let script = Rehearsal.Script(built: built, text: built.text)
      explanation.answers = answers(script, .profile(profile))
      add(script, platform: nil, to: &explanation)
    } catch {
      if case .failed(let failure) = error {
        explanation.decision = .held
        explanation.why = failure.sentence
      }
    }
    return explanation
  }

  private static func why(_ result: Rehearsal.Result, isInstaller: Bool) -> String {
    guard let machine = result.machine else { return "" }
    let profile = machine.profile ?? "none"
    if isInstaller {
      let state = machine.state.rawValue
      return "profile \(profile) installs, and the machine is \(state): its installer is served"
    }
    return "profile \(profile) has no installer, and is served whatever its state"
  }

  private static func why(_ disk: BootPlan.LocalDisk, _ machine: Machine?) -> String {
    switch disk {
    case .inUse: "profile \(machine?.profile ?? "none") installs, and the machine is in use"
    case .broken(_, let problem): "it is in use, and its profile cannot be used: \(problem)"
    case .allInUse(let ids):
      "several machines fit, and all are in use: "
        + ids.prefix(5).map(\.description).joined(separator: ", ")
    case .insteadOf(let hold): "--unmatched is local; else it would be held: \(hold.log)"
    }
  }

  /// What it is given to read, up to what a person reads.
  private func answers(
    _ script: Rehearsal.Script, _ reader: ConfigRendering.Reader
  ) -> [Explanation.Answer] {
    ConfigRendering(rehearsal.files, base: rehearsal.base)
      .texts(of: script.built.configs, in: root, for: reader).map { file, text in
        switch text {
        case .success(let bytes) where bytes.count > Self.mostShown:
          Explanation.Answer(file: file, text: nil, problem: "it is longer than is shown here")
        case .success(let bytes):
          Explanation.Answer(file: file, text: String(decoding: bytes, as: UTF8.self), problem: nil)
        case .failure(let error):
          Explanation.Answer(file: file, text: nil, problem: error.description)
        }
      }
  }

  private func add(
    _ script: Rehearsal.Script, platform: String?, to explanation: inout Explanation
  ) {
    let summary = ScriptSummary(String(decoding: script.text, as: UTF8.self), platform: platform)
    explanation.script = script.text
    explanation.summary = summary
    explanation.warnings = script.built.warnings.map(\.sentence)
    var urls = summary.urls
    let base = String(decoding: rehearsal.base, as: UTF8.self)
    for word in (summary.commandLine ?? "").split(separator: " ") {
      guard let start = word.firstRange(of: base + "/") else { continue }
      let url = String(word[start.lowerBound...].prefix { $0 != "\"" })
      if !urls.contains(url) { urls.append(url) }
    }
    explanation.fetches = urls.map { fetch($0, base) }
  }

  /// Looks for what a URL names.
  private func fetch(_ url: String, _ base: String) -> Explanation.Fetch {
    guard url.hasPrefix(base + "/"), !url.contains("${") else { return .init(url: url) }
    let rest = url.dropFirst(base.count + 1)
    let name = rest.prefix { $0 != "?" }
    // The folder was looked for when the script was made.
    if name.hasPrefix("seed/") { return .init(url: url, exists: true) }
    guard let path = PercentCoding.decoded(Array(name.utf8)[...]).flatMap({ RelativePath($0) })
    else { return .init(url: url) }
    if let status = try? root.status(of: path, waiting: true) {
      return .init(url: url, size: status.kind == .directory ? nil : status.size, exists: true)
    }
    let template = RelativePath("\(path.text).tmpl".utf8)
    let isRendered = template.map { (try? root.status(of: $0, waiting: true)) != nil } ?? false
    return .init(url: url, exists: isRendered)
  }
}
