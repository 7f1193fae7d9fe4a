// Boot/Script: a text of a profile, with places for what it stands for.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A text of a profile: `inst.ks={{answers.url}}`.
///
/// `{{NAME}}` is a place; `\{{` is two braces; `{{#if NAME}}...{{/if}}` around the whole text lets it stand
/// only where NAME is not empty.
struct ProfileText {
  enum Part {
    case text(String)
    case name(ProfileName)
    /// Renders as nothing; without it the whole text is dropped.
    case condition(ProfileName)
  }

  private(set) var parts: [Part] = []

  /// - Throws: ``BootError`` that names file and key, and what may stand there.
  init(_ text: String, _ key: String, _ inputs: ScriptInputs) throws(BootError) {
    var rest = Substring(text)
    var plain = ""
    while let open = rest.firstRange(of: "{{") {
      if rest[..<open.lowerBound].hasSuffix("\\") {
        plain += rest[..<open.lowerBound].dropLast() + "{{"
        rest = rest[open.upperBound...]
        continue
      }
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw inputs.wrong(key, "has {{ without }}; write \\\\{{ for two braces")
      }
      plain += rest[..<open.lowerBound]
      if !plain.isEmpty { parts.append(.text(plain)) }
      plain = ""
      let name = rest[open.upperBound..<close.lowerBound].trimmingBlanks
      rest = rest[close.upperBound...]
      if let part = try Self.part(name, isFirst: parts.isEmpty, isLast: rest.isEmpty, key, inputs) {
        parts.append(part)
      }
    }
    plain += rest
    if !plain.isEmpty { parts.append(.text(plain)) }
  }

  private static func part(
    _ name: String, isFirst: Bool, isLast: Bool, _ key: String, _ inputs: ScriptInputs
  ) throws(BootError) -> Part? {
    if name == "/if", isLast { return nil }
    let isCondition = name.hasPrefix("#if ") && isFirst
    guard isCondition || !(name.hasPrefix("#") || name.hasPrefix("/")) else {
      throw inputs.wrong(
        key, "holds {{\(name)}}; {{#if NAME}} begins a text and {{/if}} ends it, or there is none")
    }
    let bare = isCondition ? name.dropFirst(4).trimmingBlanks : name
    guard let found = ProfileName(bare) else {
      let near = Nearest.name(to: bare, in: ProfileName.known).map { "; is it {{\($0)}}?" }
      throw inputs.wrong(
        key,
        "names {{\(bare)}}, which is nothing"
          + (near ?? "; there are \(ProfileName.known.joined(separator: ", "))"))
    }
    return isCondition ? .condition(found) : .name(found)
  }
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    var rest = self[...].drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
    return String(rest)
  }
}

/// What a place in a profile's text can stand for.
enum ProfileName: Hashable {
  /// A key of the original: one text, or for `console` one for each.
  case key(Key)
  /// Where the images are; no slash at the end.
  case imagesURL
  /// The answers, a file or a folder; and the same only where it is a folder.
  case answersURL
  case seedURL
  case rootfsURL
  case cloudConfigURL
  case sshkeyLine
  /// What a template can name, too.
  case template(TemplateVariable)

  enum Key: String, CaseIterable {
    case console, root, rootfstype
    case autologin = "coreos_autologin"
  }

  private static let own: [(String, ProfileName)] =
    [
      ("images.url", .imagesURL), ("answers.url", .answersURL), ("seed.url", .seedURL),
      ("rootfs.url", .rootfsURL), ("cloud_config.url", .cloudConfigURL),
      ("sshkey.line", .sshkeyLine),
    ] + Key.allCases.map { ("profile.\($0.rawValue)", .key($0)) }

  /// Every name there is, but those of metadata.
  static let known =
    own.map(\.0) + TemplateVariable.known.filter { name in !own.contains { $0.0 == name } }

  init?(_ name: String) {
    if let own = Self.own.first(where: { $0.0 == name }) {
      self = own.1
    } else if let variable = TemplateVariable(name) {
      self = .template(variable)
    } else {
      return nil
    }
  }
}
