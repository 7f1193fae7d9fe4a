// Boot/Machines/Record: etcd's discovery.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A token of etcd's discovery.
package enum EtcdToken {
  /// Whether it can be one: 1 to 128 letters, digits and hyphens, so that it is safe in a URL.
  package static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    (1...128).contains(bytes.count)
      && bytes.allSatisfy { ASCII.isAlphanumeric($0) || $0 == 0x2d }
  }
}
