// Boot/Images: the channels of an operating system, as a file.
// SPDX-License-Identifier: Apache-2.0

import Text

/// `.channels.json`, beside the versions' folders of one processor.
package struct ImageChannels: Equatable, Sendable {
  /// The file's name.
  package static let fileName = ".channels.json"
  /// The format that this program knows.
  package static let format = 1

  private var channels: [String: ImageChannel] = [:]

  /// As where there is no file.
  package init() {}

  /// A channel by its word; one that nothing is kept of is new.
  package subscript(_ name: String) -> ImageChannel {
    get { channels[name] ?? ImageChannel() }
    set { channels[name] = newValue == ImageChannel() ? nil : newValue }
  }

  /// Sorted.
  package var names: [String] { channels.keys.sorted() }

  /// Reads the file.
  ///
  /// - Parameter file: as messages name it.
  package init(file: String, text: [UInt8]) throws(ImageFileError) {
    try StrictObject(file: file, text: text, keys: nil).requireFormat(Self.format)
    let object = try StrictObject(file: file, text: text, keys: ["format", "channels"])
    guard let rows = try object.object("channels", keys: nil) else {
      throw object.missing("channels")
    }
    for member in rows.members {
      guard ImageVersion(member.name) != nil else {
        throw rows.bad(member.name, "can be no channel's word")
      }
      let keys = ["pinned", "skipped", "history", "failure"]
      guard let row = try rows.object(member.name, keys: keys) else {
        throw rows.missing(member.name)
      }
      var channel = ImageChannel()
      channel.pinned = try Self.version("pinned", of: row)
      channel.skipped = try Self.version("skipped", of: row)
      for text in try row.strings("history") ?? [] {
        guard let version = ImageVersion(text) else {
          throw row.bad("history", "holds \"\(text)\", which can be no version")
        }
        channel.history.append(version)
      }
      channel.failure = try Self.failure(of: row)
      self[member.name] = channel
    }
  }

  private static func failure(
    of row: StrictObject
  ) throws(ImageFileError) -> ImageChannel.Failure? {
    guard let failure = try row.object("failure", keys: ["time", "error"]) else { return nil }
    guard let time = try failure.string("time").flatMap({ Timestamp($0) }) else {
      throw failure.bad("time", "must be a time of the form 2026-11-21T12:00:00Z")
    }
    guard let error = try failure.string("error") else { throw failure.missing("error") }
    return ImageChannel.Failure(time: time, error: error)
  }

  private static func version(
    _ key: String, of row: StrictObject
  ) throws(ImageFileError) -> ImageVersion? {
    guard let text = try row.string(key) else { return nil }
    guard let version = ImageVersion(text) else { throw row.bad(key, "can be no version") }
    return version
  }

  /// As the file has it; the same state is always the same bytes.
  package var fileText: String {
    let rows = names.map { JSON.Member($0, self[$0].json) }
    let json = JSON.object([
      JSON.Member("format", .number(String(Self.format))), JSON.Member("channels", .object(rows)),
    ])
    return JSONWriter.text(json, indent: 2) + "\n"
  }
}

extension ImageChannel {
  fileprivate var json: JSON {
    func text(_ name: String, _ version: ImageVersion?) -> JSON.Member {
      JSON.Member(name, version.map { .string($0.text) } ?? .null)
    }
    var members = [
      text("pinned", pinned), text("skipped", skipped),
      JSON.Member("history", .array(history.map { .string($0.text) })),
    ]
    if let failure {
      let row = [
        JSON.Member("time", .string(failure.time.description)),
        JSON.Member("error", .string(failure.error)),
      ]
      members.append(JSON.Member("failure", .object(row)))
    }
    return .object(members)
  }
}
