// Boot/Machines/Rules: what a machine without a script gets meanwhile.
// SPDX-License-Identifier: Apache-2.0

/// What a machine without a script gets meanwhile, `--unmatched`.
package enum HoldPolicy: Sendable {
  /// 503, until a person or a profile decides.
  case hold
  /// Its own disk.
  case local
}
