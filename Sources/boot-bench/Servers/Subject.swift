// boot-bench: what a client asks for.
// SPDX-License-Identifier: Apache-2.0

/// What a client asks for.
enum Subject: CaseIterable, Sendable {
  case script, config, image, smallImage
}
