// Boot/Script: how Fedora CoreOS names its files.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The names of Fedora CoreOS's live files, which changed in 2025.
struct FedoraNames: Equatable {
  let kernel: String
  let initramfs: String
  let rootfs: String

  /// - Parameter present: the names in the image directory. Where `version` is a channel's name,
  ///   the release is read off them, and so is which naming the kernel has.
  init(version: String, architecture: String, present: [String]) {
    var release = version
    var separator = "."
    let kernels = present.compactMap { Self.kernel($0, architecture) }
    let found =
      kernels.first { $0.release == version && $0.separator == "." }
      ?? kernels.first { $0.release == version } ?? kernels.max { $0.release < $1.release }
    if let found { (release, separator) = found }
    let stem = "fedora-coreos-\(release)-live"
    kernel = "\(stem)-kernel\(separator)\(architecture)"
    initramfs = "\(stem)-initramfs.\(architecture).img"
    rootfs = "\(stem)-rootfs.\(architecture).img"
  }

  private static func kernel(
    _ name: String, _ architecture: String
  ) -> (release: String, separator: String)? {
    for separator in [".", "-"] {
      let (front, back) = ("fedora-coreos-", "-live-kernel\(separator)\(architecture)")
      guard name.hasPrefix(front), name.hasSuffix(back), name.count > front.count + back.count
      else { continue }
      let release = name.dropFirst(front.count).dropLast(back.count)
      // A file's name is no more to be trusted than any other value.
      let plain = { (byte: UInt8) in
        ASCII.isAlphanumeric(byte) || "-._".utf8.contains(byte)
      }
      guard release.utf8.allSatisfy(plain) else { continue }
      return (String(release), separator)
    }
    return nil
  }
}
