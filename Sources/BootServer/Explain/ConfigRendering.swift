// BootServer/Explain: configs, rendered without a server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Renders files of `configs/` as the server does, from the disk.
struct ConfigRendering {
  /// For whom a file is rendered.
  enum Reader {
    case machine(Roster.Entry)
    case profile(String)
  }

  private let files: DataFiles<Never>
  private let base: [UInt8]

  init(_ files: DataFiles<Never>, base: [UInt8]) {
    self.files = files
    self.base = base
  }

  private var builder: ScriptBuilder<Never> {
    ScriptBuilder(files, base: base, reportsByToken: true)
  }

  /// A config for `?profile=`.
  ///
  /// - Parameter name: below `configs/`, with or without `.tmpl`.
  func render(_ name: String, profile: String) throws(CommandError) -> [UInt8] {
    try render(name, nil) { () throws(ScriptBuilder<Never>.Stop) in
      try builder.script(profile: Array(profile.utf8), .byName).values
    }
  }

  /// A config for one machine.
  func render(_ name: String, _ entry: Roster.Entry) throws(CommandError) -> [UInt8] {
    let machine = entry.machine
    return try render(name, entry) { () throws(ScriptBuilder<Never>.Stop) in
      guard let profile = machine.profile else { return ProfileValues() }
      let occasion = ScriptOccasion(machine)
      return try builder.script(profile: Array(profile.utf8), occasion).values
    }
  }

  /// What the files come to that a script names, a seed's each for itself.
  func texts(
    of uses: [ConfigUse], in root: DataRoot, for reader: Reader
  ) -> [(file: String, text: Result<[UInt8], CommandError>)] {
    uses.flatMap { $0.isFolder ? Self.members(of: $0.file, in: root) : [$0.file] }.map { file in
      let text = Result { () throws(CommandError) in
        switch reader {
        case .machine(let entry): try render(file, entry)
        case .profile(let name): try render(file, profile: name)
        }
      }
      return (file, text)
    }
  }

  /// The files of a NoCloud seed.
  private static func members(of folder: String, in root: DataRoot) -> [String] {
    let names = FileWalk(folder, in: root).files.map(\.name)
    return Set(names.map { $0.hasSuffix(".tmpl") ? String($0.dropLast(5)) : $0 }).sorted()
  }

  private func render(
    _ name: String, _ entry: Roster.Entry?,
    _ values: () throws(ScriptBuilder<Never>.Stop) -> ProfileValues
  ) throws(CommandError) -> [UInt8] {
    var name = name.hasPrefix("configs/") ? String(name.dropFirst("configs/".count)) : name
    if name.hasSuffix(".tmpl") { name = String(name.dropLast(".tmpl".count)) }
    if let bytes = asItIs(name) { return bytes }
    do throws(ScriptBuilder<Never>.Stop) {
      let (template, snippets) = try builder.loaded("configs/\(name).tmpl")
      let all = [template] + snippets.values
      let isNeeded =
        entry.map { entry in all.contains { $0.needsProfile(of: entry.machine) } } ?? true
      let profile = isNeeded ? try values() : ProfileValues()
      return try Self.render(
        template, snippets,
        TemplateValues(entry, server: String(decoding: base, as: UTF8.self), profile: profile),
        ConfigFormat(fileName: name))
    } catch {
      switch error {
      case .failed(.unreadable(_, .missing, _)):
        throw CommandError("there is no configs/\(name), and no configs/\(name).tmpl")
      case .failed(let failure): throw CommandError(failure.sentence)
      }
    }
  }

  /// Renders a template for a machine that is about to ask for it.
  ///
  /// - Parameter file: below the data directory: `configs/web.ks.tmpl`.
  /// - Throws: why it will not get it.
  func rehearse(
    _ file: String, for entry: Roster.Entry, _ profile: ProfileValues
  ) throws(ScriptBuilder<Never>.Stop) {
    let (template, snippets) = try builder.loaded(file)
    let all = [template] + snippets.values
    // A machine that has no discovery token yet is given one when it asks.
    if entry.machine.etcdToken == nil,
      all.contains(where: { $0.variables.contains(.etcdDiscovery) })
    {
      return
    }
    _ = try Self.render(
      template, snippets,
      TemplateValues(entry, server: String(decoding: base, as: UTF8.self), profile: profile),
      ConfigFormat(fileName: file.dropLast(".tmpl".utf8.count).utf8))
  }

  /// - Returns: `nil` where the file is not there.
  private func asItIs(_ name: String) -> [UInt8]? {
    guard let path = RelativePath("configs/\(name)".utf8),
      case .success(let contents) = files.read(path, SmallFile.limit)
    else { return nil }
    return contents.bytes
  }

  private static func render(
    _ template: Template, _ snippets: [String: Template], _ values: TemplateValues,
    _ format: ConfigFormat
  ) throws(ScriptBuilder<Never>.Stop) -> [UInt8] {
    do throws(TemplateError) {
      return try template.render(values, snippets: snippets, as: format)
    } catch {
      throw .failed(ScriptFailure(error))
    }
  }
}
