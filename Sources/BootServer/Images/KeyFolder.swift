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
  private static let maxFile = 4 << 20

  /// - Parameter file: in place of the folder.
  init(_ data: String, file: String?) throws(CommandError) {
    if let file {
      place = file
      files = [try Self.read(file, as: file)]
      return
    }
    place = "images/keys"
    let folder = "\(data)/images/keys"
    guard let opened = try? OpenFolder(path: folder), let entries = try? opened.contents() else {
      files = []
      return
    }
    var found: [PublicKeys] = []
    for name in entries.map({ String(decoding: $0.name, as: UTF8.self) }).sorted()
    where name.hasSuffix(".gpg") || name.hasSuffix(".asc") {
      found.append(try Self.read("\(folder)/\(name)", as: "images/keys/\(name)"))
    }
    files = found
  }

  private static func read(_ path: String, as name: String) throws(CommandError) -> PublicKeys {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try FileDescriptor.contents(of: path, limit: maxFile)
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
    let get = source.keyURL.map {
      "; the project publishes it: \(SignatureRefusal.command(os: source.name, keyURL: $0))"
    }
    throw CommandError("\(place) holds no key of \(source.name), \(pinned)\(get ?? "")")
  }
}
