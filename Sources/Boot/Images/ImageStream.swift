// Boot/Images: the stream index of Fedora CoreOS.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a stream has now, for one processor (`streams/stable.json`).
///
/// Files are named `metal/pxe/kernel`: the artifact, its format, and the file in that.
struct ImageStream {
  /// A file of the release.
  struct File: Equatable {
    let location: String
    let signature: String?
    let sha256: ImageDigest?
  }

  /// The version of the metal images.
  let release: String
  private let artifacts: JSON

  /// - Parameter arch: upstream's word.
  init(_ bytes: [UInt8], arch: String) throws(SourceFault) {
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(bytes)
    } catch {
      throw SourceFault("it is not JSON: \(error)")
    }
    guard let own = value["architectures"]?[arch] else {
      throw SourceFault("it has nothing for \(arch)")
    }
    guard let artifacts = own["artifacts"], let release = artifacts["metal"]?["release"]?.text
    else {
      throw SourceFault("it names no release of metal images for \(arch)")
    }
    (self.release, self.artifacts) = (release, artifacts)
  }

  /// - Parameter path: `metal/pxe/kernel`, `metal/raw.xz/disk`.
  func file(_ path: String) throws(SourceFault) -> File {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 3, let artifact = artifacts[parts[0]],
      let file = artifact["formats"]?[parts[1]]?[parts[2]]
    else { throw SourceFault("it names no file \(path)") }
    guard artifact["release"]?.text == release else {
      throw SourceFault("\(path) is of another release than the metal images")
    }
    guard let location = file["location"]?.text else {
      throw SourceFault("it has no location for \(path)")
    }
    let signature = file["signature"]?.text
    for url in [location, signature ?? location] {
      if let fault = SourceURL.fault(url, schemes: ["https", "http"]) {
        throw SourceFault("it names \(url), which \(fault)")
      }
    }
    guard let hex = file["sha256"]?.text else {
      return File(location: location, signature: signature, sha256: nil)
    }
    guard let digest = ImageDigest(.sha256, hex: hex) else {
      throw SourceFault("the sha256 of \(path) has not 64 hexadecimal digits")
    }
    return File(location: location, signature: signature, sha256: digest)
  }
}

extension JSON {
  /// The member of an object; the last one counts.
  fileprivate subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
