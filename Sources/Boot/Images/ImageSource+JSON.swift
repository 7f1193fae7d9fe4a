// Boot/Images: source rows as files, and those that are built in.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ImageSource {
  /// Every built-in row, in the order of the file.
  package static let builtIn = read(PackageResources.sources_json)

  /// - Returns: `nil` where no built-in row has the name.
  package static func named(_ name: String) -> ImageSource? { builtIn.first { $0.name == name } }

  /// What a person most likely meant by a name that no row has.
  ///
  /// - Parameter own: names of the user's own rows.
  package static func nearest(to name: String, own: [String] = []) -> String? {
    Nearest.name(to: name, in: own + builtIn.map(\.name))
  }

  /// A file that cannot be read gives no rows: a test sees to it that it can.
  private static func read(_ bytes: [UInt8]) -> [ImageSource] {
    (try? rows(bytes)) ?? []
  }

  /// Reads the rows of a table.
  static func rows(_ bytes: [UInt8]) throws(ImageFileError) -> [ImageSource] {
    let file = "Images/sources.json"
    guard case .object(let members)? = try? JSONReader.read(bytes) else {
      throw .missingKey(file: file, key: "coreos")
    }
    var rows: [ImageSource] = []
    for member in members {
      let text = Array(JSONWriter.text(member.value).utf8)
      rows.append(try ImageSource(name: member.name, file: "\(file): \(member.name)", text: text))
    }
    return rows
  }

  /// As a file that can be saved and changed.
  package var fileText: String { JSONWriter.text(json, indent: 2) + "\n" }

  private var json: JSON {
    func list(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
    var members = [
      JSON.Member("base", .string(base.text)),
      JSON.Member("arch", .object(arches.map { JSON.Member($0.usual, .string($0.own)) })),
    ]
    if !channels.isEmpty { members.append(JSON.Member("channels", list(channels))) }
    if let latest { members.append(JSON.Member("latest", latest.json)) }
    members.append(JSON.Member("files", list(files.map(\.text))))
    let lists = [
      ("disk_images", diskImages.map(\.text)), ("digests", digests.map(\.text)),
    ]
    for (name, texts) in lists where !texts.isEmpty {
      members.append(JSON.Member(name, list(texts)))
    }
    switch signed {
    case .clear: members.append(JSON.Member("signed", .string("clear")))
    case .suffix(let suffix): members.append(JSON.Member("signed", .string(suffix)))
    case nil: break
    }
    if !keys.isEmpty { members.append(JSON.Member("keys", list(keys))) }
    if let keyURL { members.append(JSON.Member("key_url", .string(keyURL))) }
    if acceptsExpiredKeys { members.append(JSON.Member("expired_keys", .bool(true))) }
    if let layout = layoutJSON { members.append(JSON.Member("layout", layout)) }
    return .object(members)
  }

  private var layoutJSON: JSON? {
    switch layout {
    case .all(let text): return text.text == "{file}" ? nil : .string(text.text)
    case .each(let texts):
      let entries = (files + diskImages).map(\.text)
      return .object(
        entries.compactMap { entry in texts[entry].map { JSON.Member(entry, .string($0.text)) } })
    }
  }
}

extension ImageSource.Latest {
  fileprivate var json: JSON {
    let reading =
      switch reading {
      case .line(let text): JSON.Member("line", .string(text))
      case .match(let text): JSON.Member("match", .string(text))
      case .stream: JSON.Member("stream", .bool(true))
      }
    return .object([JSON.Member("path", .string(path.text)), reading])
  }
}
