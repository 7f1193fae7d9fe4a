// BootServer/CommandLine: what changes when another data directory takes this one's place.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `render --diff DIR`: every profile's and every recorded machine's script and configs, before and after.
struct RenderDifference {
  private let before: LocalSources
  private let after: LocalSources

  /// - Returns: 0 same, 1 differs; what cannot be compared is 2.
  static func run(
    _ arguments: Arguments, _ before: LocalSources, _ directory: String
  ) throws(CommandError) -> ExitCode {
    do throws(CommandError) {
      let after = try LocalSources(arguments, data: directory)
      let text = try RenderDifference(before: before, after: after).text()
      Process.writeToOutput(text)
      return text.isEmpty ? .done : .failed
    } catch {
      Terminal.note(error.description)
      return .wrongUsage
    }
  }

  private func text() throws(CommandError) -> String {
    var text = ""
    let (old, new) = (try before.rehearsal(), try after.rehearsal(machines: before))
    let (first, second) = (old.profiles(.all, nil), new.profiles(.all, nil))
    let names = Set((first.candidates + second.candidates).map(\.name))
    for name in names.sorted() {
      text += Self.difference(
        "profile \(name)", Self.script(of: name, before, first),
        Self.script(of: name, after, second))
    }
    for entry in old.snapshot.roster.all {
      text += Self.difference(
        "machine \(entry.machine.id)", Self.played(entry, old, before),
        Self.played(entry, new, after))
    }
    return text
  }

  /// A profile's script and configs by `?profile=`, or why there is none.
  private static func script(
    of name: String, _ sources: LocalSources, _ profiles: ProfileIndex
  ) -> [String] {
    guard profiles[name] != nil else { return ["there is no such profile"] }
    let builder = ScriptBuilder(sources.files, base: sources.base, reportsByToken: true)
    do throws(ScriptBuilder<Never>.Stop) {
      let built = try builder.script(profile: Array(name.utf8), .byName)
      return lines(built.text)
        + configs(built.configs, sources, for: .profile(name))
    } catch {
      switch error {
      case .failed(let failure): return ["broken: \(failure.sentence)"]
      }
    }
  }

  /// What a machine gets: its script and the configs that the script names.
  private static func played(
    _ entry: Roster.Entry, _ rehearsal: Rehearsal, _ sources: LocalSources
  ) -> [String] {
    var rehearsal = rehearsal
    let result = rehearsal.play(BootIdentity().of(entry.machine))
    switch result.answer {
    case .script(let script, let entry), .installer(let script, let entry):
      let shown = rehearsal.shown(entry)
      return lines(script.text)
        + configs(script.built.configs, sources, for: .machine(shown))
    case .localDisk: return ["it boots its own disk"]
    case .hold(let hold, _): return ["it is held: \(hold.log)"]
    case .refused(let error, _): return ["it is held: \(error.description)"]
    case .whoAreYou, .nameless: return ["nothing is known of it"]
    }
  }

  /// The files that a script has fetched from `configs/`, as whoever asks gets them.
  private static func configs(
    _ uses: [ConfigUse], _ sources: LocalSources, for reader: ConfigRendering.Reader
  ) -> [String] {
    ConfigRendering(sources.files, base: sources.base).texts(
      of: uses, in: sources.root, for: reader
    )
    .flatMap { file, text in
      switch text {
      case .success(let bytes): ["\(file):"] + lines(bytes)
      case .failure(let error): ["\(file):", "broken: \(error.description)"]
      }
    }
  }

  private static func lines(_ text: [UInt8]) -> [String] {
    String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A line for each line that goes or comes.
  private static func difference(_ what: String, _ old: [String], _ new: [String]) -> String {
    if old == new { return "" }
    var lines = [what]
    for change in new.difference(from: old) {
      switch change {
      case .remove(_, let line, _): lines.append("  - \(line)")
      case .insert(_, let line, _): lines.append("  + \(line)")
      }
    }
    return lines.map { Terminal.harmless($0) + "\n" }.joined()
  }
}
