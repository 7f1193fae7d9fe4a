// TestSupport: a file system whose reads take as long as a test wants.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A FUSE file system with a few files, spoken over `/dev/fuse` (linux/fuse.h, protocol 7.31).
///
/// Needs root and a kernel with FUSE. Reads of a file whose name begins with `slow` take 0.7 s each, and so
/// does looking for a name that begins with `far`; for one that begins with `dead` it takes 4 s. All else is
/// answered at once.
package final class SlowDisk: Sendable {
  private let descriptor: Int32
  private let mountPoint: String
  /// Index plus 2 is the node; the root is 1.
  private let files: [(name: String, content: [UInt8])]
  private let readCount = Locked<[String: Int]>([:])
  private let running = Locked<[String: (now: Int, most: Int)]>([:])

  /// Reads of one file that were in flight at once, at most.
  package func mostReadsAtOnce(_ name: String) -> Int { running.withLock { $0[name]?.most ?? 0 } }

  package init(at mountPoint: String, files: [String: [UInt8]]) throws {
    self.mountPoint = mountPoint
    self.files = files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    descriptor = open("/dev/fuse", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw ClientError(description: "/dev/fuse: errno \(errno)") }
    let options = "fd=\(descriptor),rootmode=40000,user_id=0,group_id=0,allow_other"
    guard mount("slow", mountPoint, "fuse", 0, options) == 0 else {
      throw ClientError(description: "mount: errno \(errno)")
    }
    Foundation.Thread.detachNewThread { [descriptor, weak self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 18)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && (errno == EINTR || errno == ENOENT) { continue }
        guard count >= 40, let self else { return }
        handle(Array(buffer[..<count]))
      }
    }
  }

  deinit {
    umount2(mountPoint, Int32(MNT_DETACH))
    close(descriptor)
  }

  private func handle(_ request: [UInt8]) {
    let operation = request.number(4, 4)
    let unique = request.number(8, 8)
    let node = Int(request.number(16, 8))
    switch operation {
    case 26: reply(unique, initialisation)
    case 1:
      let name = String(decoding: request[40...].prefix { $0 != 0 }, as: UTF8.self)
      if name.hasPrefix("far") || name.hasPrefix("dead") {
        return Foundation.Thread.detachNewThread { [self] in
          usleep(name.hasPrefix("far") ? 700_000 : 4_000_000)
          reply(unique, [], error: ENOENT)
        }
      }
      guard let index = files.firstIndex(where: { $0.name == name }) else {
        return reply(unique, [], error: ENOENT)
      }
      let life = [UInt8](number: 60, 8)
      reply(
        unique,
        [UInt8](number: UInt64(index + 2), 8) + [UInt8](number: 0, 8) + life + life
          + [UInt8](number: 0, 8) + attributes(index + 2))
    case 3:
      reply(unique, [UInt8](number: 60, 8) + [UInt8](number: 0, 8) + attributes(node))
    case 14, 27: reply(unique, [UInt8](repeating: 0, count: 16))
    case 15:
      readFile(unique, node, offset: Int(request.number(48, 8)), size: Int(request.number(56, 4)))
    case 2, 36, 42: break
    case 18, 25, 29: reply(unique, [])
    case 28: reply(unique, [])
    default: reply(unique, [], error: ENOSYS)
    }
  }

  private func readFile(_ unique: UInt64, _ node: Int, offset: Int, size: Int) {
    let file = files[node - 2]
    let piece = Array(file.content.dropFirst(offset).prefix(size))
    guard file.name.hasPrefix("slow") else { return reply(unique, piece) }
    running.withLock {
      let now = ($0[file.name]?.now ?? 0) + 1
      $0[file.name] = (now, max(now, $0[file.name]?.most ?? 0))
    }
    Foundation.Thread.detachNewThread { [self] in
      usleep(700_000)
      running.withLock { $0[file.name]?.now -= 1 }
      reply(unique, piece)
    }
  }

  private var initialisation: [UInt8] {
    [UInt8](number: 7, 4) + [UInt8](number: 31, 4) + [UInt8](number: 0, 4) + [UInt8](number: 0, 4)
      + [UInt8](number: 64, 2) + [UInt8](number: 48, 2) + [UInt8](number: 65536, 4)
      + [UInt8](number: 1, 4) + [UInt8](repeating: 0, count: 36)
  }

  private func attributes(_ node: Int) -> [UInt8] {
    let isRoot = node == 1
    let size = isRoot ? 0 : UInt64(files[node - 2].content.count)
    let time = [UInt8](number: 1_700_000_000, 8)
    return [UInt8](number: UInt64(node), 8) + [UInt8](number: size, 8)
      + [UInt8](number: (size + 511) / 512, 8) + time + time + time
      + [UInt8](repeating: 0, count: 12) + [UInt8](number: isRoot ? 0o40755 : 0o100644, 4)
      + [UInt8](number: 1, 4) + [UInt8](repeating: 0, count: 12) + [UInt8](number: 4096, 4)
      + [UInt8](number: 0, 4)
  }

  private func reply(_ unique: UInt64, _ body: [UInt8], error: Int32 = 0) {
    let length = [UInt8](number: UInt64(16 + body.count), 4)
    let code = [UInt8](number: UInt64(UInt32(bitPattern: -error)), 4)
    let bytes = length + code + [UInt8](number: unique, 8) + body
    _ = write(descriptor, bytes, bytes.count)
  }
}

extension [UInt8] {
  /// A number in the machine's own (little-endian) order.
  fileprivate init(number: UInt64, _ width: Int) {
    self = (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) }
  }

  fileprivate func number(_ offset: Int, _ width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64($1 * 8) }
  }
}
