// BootServer/Trail: records, as the trail looks at them.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// One machine's record, as it is now.
struct TrailRecord: Sendable {
  let id: MachineID
  /// The batch that wrote it; 0 where none is known.
  let revision: Int
  /// It has no profile, and is in no trail unless it had one.
  let isStranger: Bool
  /// The file's bytes, made when they are needed.
  let content: @Sendable () -> [UInt8]

  init(
    _ id: MachineID, revision: Int, isStranger: Bool,
    content: @autoclosure @escaping @Sendable () -> [UInt8]
  ) {
    self.id = id
    self.revision = revision
    self.isStranger = isStranger
    self.content = content
  }
}
