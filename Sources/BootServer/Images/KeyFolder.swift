// BootServer/Images: the keys that upstreams sign with.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The key files that an operator has put in place: `images/keys/*.gpg` and `*.asc`, or one named by hand.
struct KeyFolder {
  private let files: [PublicKeys]
  /// As messages name it.
  private let place: String
  /// Where a command that is printed puts a key.
  private let folder: String
  private static let maxFile = 4 << 20

  /// - Parameter file: in place of the folder.
  init(_ data: String, file: String?) throws(CommandError) {
    folder = Self.place(in: data)
    if let file {
      place = file
      files = [
        try Self.keys(file) { (limit) throws(Errno) in
          try FileDescriptor.contents(named: file, limit: limit)
        }
      ]
      return
    }
    place = "images/keys"
    guard let opened = try? OpenFolder(path: folder), let entries = try? opened.contents() else {
      files = []
      return
    }
    var found: [PublicKeys] = []
    for name in entries.map({ String(decoding: $0.name, as: UTF8.self) }).sorted()
    where name.hasSuffix(".gpg") || name.hasSuffix(".asc") {
      found.append(
        try Self.keys("images/keys/\(name)") { [folder] (limit) throws(Errno) in
          try FileDescriptor.contents(of: "\(folder)/\(name)", limit: limit)
        })
    }
    files = found
  }

  /// The folder of keys of a data directory, wherever one stands.
  static func place(in data: String) -> String { RealPath.of(data) + "/images/keys" }

  /// - Parameter name: as messages name it.
  private static func keys(
    _ name: String, _ read: (_ limit: Int) throws(Errno) -> [UInt8]
  ) throws(CommandError) -> PublicKeys {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try read(maxFile)
    } catch {
      throw CommandError("cannot read the key file \(name): \(error)")
    }
    do throws(ArmorError) {
      return try PublicKeys(bytes)
    } catch {
      throw CommandError("\(name), line \(error.line): \(error.reason)")
    }
  }

  /// The keyrings that hold a key of a source.
  ///
  /// - Throws: where there is none: where the project publishes it, and the command that gets it.
  func keyrings(for source: ImageSource) throws(CommandError) -> [[UInt8]] {
    let found = files.filter { $0.has(anyOf: source.keys) }
    if !found.isEmpty { return found.map(\.keyring) }
    let pinned = source.keys.joined(separator: " or ")
    if files.count == 1, place != "images/keys" {
      throw CommandError("\(place) does not hold the key of \(source.name), \(pinned)")
    }
    let get = source.keyURL.map { url in
      let command = SignatureRefusal.command(os: source.name, keyURL: url, keys: folder)
      return "; the project publishes it: \(command)"
    }
    throw CommandError("\(place) holds no key of \(source.name), \(pinned)\(get ?? "")")
  }
}
