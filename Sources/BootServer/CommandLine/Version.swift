// BootServer/CommandLine: the version.
// SPDX-License-Identifier: Apache-2.0

package enum Version {
  package static let text = "1.0.0-dev"
}
