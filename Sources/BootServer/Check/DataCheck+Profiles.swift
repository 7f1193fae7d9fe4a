// BootServer/Check: profiles, and all that they name.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension DataCheck {
  mutating func checkProfiles(_ walk: FileWalk) {
    let bases = Set(profiles.candidates.compactMap(\.base))
    each(of: walk.files) { check, file in check.checkProfile(file, isBase: bases.contains) }
  }

  private mutating func checkProfile(_ file: FileWalk.File, isBase: (String) -> Bool) {
    guard file.name.hasSuffix(".json") else {
      return found.add(
        Finding(
          file: file.name, nil, .warning, "not-served",
          "is no profile: those are called NAME.json"))
    }
    let name = String(file.name.dropFirst("profiles/".count).dropLast(".json".count))
    guard let bytes = read(file.name) else {
      return found.add(
        Finding(
          file: file.name, nil, .error, "unreadable",
          "cannot be read, or is larger than \(SmallFile.limit >> 20) MB"))
    }
    guard checkText(bytes, file.name) else { return }
    let candidate = profiles[name]
    let isOnlyBase =
      isBase(name) && candidate?.match == nil && candidate?.quantity == nil && machines[name] == nil
    if isOnlyBase { checkBase(name) } else { checkScript(name) }
  }

  /// - Returns: whether it is JSON, so that there is more to say.
  private mutating func checkText(_ bytes: [UInt8], _ file: String) -> Bool {
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(bytes)
    } catch {
      found.add(
        Finding(
          file: file, ProfilePlaces.place(of: error, in: bytes), .error, "json", error.reason))
      return false
    }
    guard case .object(let members) = value else { return true }
    checkNames(members, in: [], bytes, file)
    return true
  }

  /// Keys that mean nothing.
  private mutating func checkNames(
    _ members: [JSON.Member], in path: [String], _ bytes: [UInt8], _ file: String
  ) {
    for member in members {
      guard let known = Profile.isKey(member.name) else {
        let near = Nearest.name(to: member.name.lowercased(), in: Profile.keyNames)
        let meant = near.map { "; is it \"\($0)\"?" } ?? "; it is ignored"
        found.add(
          Finding(
            file: file, ProfilePlaces.key(path + [member.name], in: bytes), .warning,
            "unknown-key", LogText.oneLine("no key is \"\(member.name)\"\(meant)")))
        continue
      }
      if known, case .object(let inner) = member.value {
        checkNames(inner, in: path + [member.name], bytes, file)
      }
    }
  }

  /// A profile that others stand on need not boot by itself, and what else is wrong with it they suffer from.
  private mutating func checkBase(_ name: String) {
    let builder = ScriptBuilder(files, base: base, reportsByToken: true)
    do throws(ScriptBuilder<Never>.Stop) {
      _ = try builder.script(profile: Array(name.utf8), .settled(platform: nil))
    } catch {
      if case .failed(let failure) = error, failure.place?.key == "base" { report(failure) }
    }
  }

  /// What the profile's script says, for a machine.
  private mutating func checkScript(_ name: String) {
    let installs = profiles[name]?.installs == true
    let occasions: [ScriptOccasion] =
      installs ? [.installing, .settled(platform: nil)] : [.settled(platform: nil)]
    for occasion in occasions {
      guard let built = script(name, occasion) else { continue }
      for warning in built.warnings where !Self.isToldBetter.contains(warning.rule) {
        report(warning)
      }
      for use in built.configs {
        note(ConfigReader(profile: name, use: use, values: built.values))
      }
      if occasion == occasions.first { checkMachines(name, built) }
    }
  }

  /// What the checks of the files themselves say with a place.
  private static let isToldBetter: Set<String> = ["placeholder-key", "unknown-key"]

  /// Keys that can be left out to see what else is wrong; without any other the profile is another one.
  private static let separate: Set<String> = [
    "sshkey", "cloud_config", "answers", "ignition", "match", "quantity", "priority", "metadata",
    "root", "rootfstype", "coreos_autologin", "console",
  ]

  /// The script, as far as it can be made; everything that keeps it from that is reported.
  private mutating func script(_ name: String, _ occasion: ScriptOccasion) -> BuiltScript? {
    var edited: [String: [UInt8]] = [:]
    var isWhole = true
    while true {
      let builder = ScriptBuilder(
        files.with(edited), base: base, reportsByToken: true)
      do throws(ScriptBuilder<Never>.Stop) {
        let built = try builder.script(profile: Array(name.utf8), occasion)
        return isWhole ? built : nil
      } catch {
        guard case .failed(let failure) = error else { return nil }
        report(failure)
        isWhole = false
        guard let place = failure.place, let key = place.key, edited.count < 16,
          Self.separate.contains(
            String(key.split(separator: ".").first { $0 != "install" } ?? "")),
          let bytes = edited[place.file] ?? read(place.file),
          let less = ProfilePlaces.without(key, bytes), less != bytes
        else { return nil }
        edited[place.file] = less
      }
    }
  }

  /// Values of recorded machines that fit nowhere, and lines that are too long once a token is in.
  private mutating func checkMachines(_ name: String, _ built: BuiltScript) {
    let entries = machines[name] ?? [MadeUp.machine(profile: name)].compactMap { $0 }
    var longest = 0
    for entry in entries {
      let script = MachineScript(
        entry, server: String(decoding: base, as: UTF8.self), profile: built.values)
      do throws(ScriptFailure) {
        let text = String(decoding: try script.text(built.pieces), as: UTF8.self)
        for platform in ["pcbios", "efi"] {
          let line = ScriptSummary(text, platform: platform).commandLine ?? ""
          longest = max(longest, line.utf8.count)
        }
      } catch {
        if machines[name] == nil { continue }
        report(error, behind: "for machine \(entry.machine.id): ")
      }
    }
    checkLength(longest, name, built)
  }

  private mutating func checkLength(_ length: Int, _ name: String, _ built: BuiltScript) {
    let limit = BootScript.longestCommandLine
    if built.warnings.contains(where: { $0.rule == "long-line" }) || length <= limit - 100 {
      return
    }
    let file = "profiles/\(name).json"
    let says =
      length > limit
      ? "the kernel's command line has \(length) bytes, of which x86 kernels read \(limit)"
      : "the kernel's command line has \(length) bytes; x86 kernels read \(limit)"
    found.add(Finding(file: file, place(of: "args", in: file), .warning, "long-line", says))
  }

  /// Of what a preset says the profile's own word is to blame that chooses its files.
  private func place(of key: String, in file: String) -> FilePlace? {
    guard let bytes = read(file) else { return nil }
    for key in [key, "version", "os", "base"] {
      if let place = ProfilePlaces.value(key, in: bytes) { return place }
    }
    return nil
  }

  private mutating func report(_ warning: ScriptWarning) {
    let file = warning.at.file
    var place = warning.at.line.map { FilePlace(line: $0, column: warning.at.column ?? 1) }
    if let key = warning.at.key { place = self.place(of: key, in: file) }
    found.add(
      Finding(
        file: file, place, .warning, warning.rule, Self.sentence(warning.sentence, without: file)))
  }

  /// - Parameter front: what the sentence begins with.
  mutating func report(_ failure: ScriptFailure, behind front: String = "") {
    let at = failure.place
    let file = at?.file ?? "profiles"
    var place = at?.line.map { FilePlace(line: $0, column: at?.column ?? 1) }
    if let key = at?.key { place = self.place(of: key, in: file) }
    found.add(
      Finding(
        file: file, place, .error, Self.rule(failure),
        front + Self.sentence(failure.sentence, without: file)))
  }

  private static func rule(_ failure: ScriptFailure) -> String {
    switch failure {
    case .unknown, .unreadable: "missing-file"
    case .unusable: "bad-value"
    }
  }

  /// The file's name stands in front of the finding already.
  private static func sentence(_ text: String, without file: String) -> String {
    let text = LogText.oneLine(text)
    for front in ["\(file): ", "\(file) line "] where text.hasPrefix(front) {
      let rest = String(text.dropFirst(front.count))
      guard front.hasSuffix("line ") else { return rest }
      return rest.firstIndex(of: ":").map { String(rest[rest.index($0, offsetBy: 2)...]) } ?? rest
    }
    return text.hasPrefix("\(file) ") ? String(text.dropFirst(file.count + 1)) : text
  }
}

extension DataFiles where Pending == Never {
  /// The same with other contents of some files.
  func with(_ edited: [String: [UInt8]]) -> DataFiles<Never> {
    if edited.isEmpty { return self }
    let files = self
    return DataFiles<Never>(
      read: { (path, limit) in
        edited[path.text].map { .success(Contents($0, isTruncated: false)) }
          ?? files.read(path, limit)
      },
      list: { files.list($0) }, kind: { files.kind($0) }, target: { files.target($0) })
  }
}
