// Boot/Profile: what a preset expects, for people.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Preset {
  /// What a person has to put where.
  package struct Summary: Equatable, Sendable {
    /// Below the data directory, with ARCH and VERSION for what differs; `images` where it has none.
    package var folder = "images"
    /// In the system's own words, the default first; empty: any.
    package var arches: [String] = []
    /// Files below the folder; of each list one.
    package var files: [[String]] = []
    /// Whether `answers` may be a file.
    package var takesFile = false
    /// Whether `answers` may be a folder.
    package var takesFolder = false
  }

  /// Read off its keys.
  package var summary: Summary {
    var summary = Summary()
    for member in members { summary.add(member) }
    return summary
  }

  /// As a profile that can be saved and changed.
  package var profileText: String { JSONWriter.text(.object(members), indent: 2) + "\n" }
}

extension Preset.Summary {
  fileprivate mutating func add(_ member: JSON.Member) {
    switch (member.name, member.value) {
    case ("arches", .object(let members)):
      arches = members.compactMap { if case .string(let own) = $0.value { own } else { nil } }
    case ("images", .string(let text)): folder = "images/" + Self.shown(text)
    case ("efi", .object(let members)), ("bios", .object(let members)):
      for member in members { add(member) }
    case ("kernel", let value), ("rootfs", let value), ("sanboot", let value), ("chain", let value):
      add(choice: value)
    case ("initrd", .array(let elements)):
      for element in elements {
        var choice = element
        if case .object(let members) = element {
          choice = members.first { $0.name == "file" }?.value ?? .null
        }
        add(choice: choice)
      }
    case ("args", .array(let elements)): for element in elements { add(choice: element) }
    default: break
    }
  }

  private mutating func add(choice: JSON) {
    var texts: [String] = []
    switch choice {
    case .string(let text): texts = [text]
    case .array(let elements):
      texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    case .null, .bool, .number, .object: break
    }
    takesFile = takesFile || texts.contains { $0.contains("answers.url}}") }
    takesFolder = takesFolder || texts.contains { $0.contains("{{seed.url}}") }
    let files = texts.flatMap(Self.files)
    if !files.isEmpty { self.files.append(files) }
  }

  /// The files below the images that a text names.
  private static func files(_ text: String) -> [String] {
    text.split(separator: " ").compactMap { word in
      guard let found = word.firstRange(of: "{{images.url}}/") else { return nil }
      let name = word[found.upperBound...]
      return name.isEmpty ? nil : shown(String(name))
    }
  }

  private static func shown(_ text: String) -> String {
    text.replacing("{{arch}}", with: "ARCH").replacing("{{version}}", with: "VERSION")
  }
}
