// BootServer/Print: how the server runs, and what stands in front of it.
// SPDX-License-Identifier: Apache-2.0

extension PrintKind {
  static let services: [PrintKind] = []
}
