// boot-bench: bytes that stand for an image.
// SPDX-License-Identifier: Apache-2.0

import System

/// A file as large as an image, whose bytes are the same in every run.
enum ImageFile {
  /// Writes `count` bytes that no other place of the file repeats.
  ///
  /// They reach the disk here, so that no write-back disturbs what is measured.
  static func write(_ count: Int, to path: String) throws {
    let file = try Files.create(path)
    var block = [UInt8](repeating: 0, count: 1 << 20)
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    for index in block.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      block[index] = UInt8(truncatingIfNeeded: state >> 56)
    }
    for number in 0..<count >> 20 {
      for page in stride(from: 0, to: block.count, by: 4096) {
        block[page] = UInt8(truncatingIfNeeded: number)
        block[page + 1] = UInt8(truncatingIfNeeded: number >> 8)
      }
      try file.writeAll(block)
    }
    try file.sync()
  }
}
