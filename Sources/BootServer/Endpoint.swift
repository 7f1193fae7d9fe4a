// BootServer: what a path leads to.
// SPDX-License-Identifier: Apache-2.0

/// What a path leads to.
enum Endpoint: Equatable, Sendable {
  /// The script of the profile that the query names, or of the machine that it identifies.
  case script
  /// The same; without either the script that asks a machine who it is.
  case entry
  case keys
  case health
  /// A tree of the data directory, and its name without the slash.
  case tree
  case treeRoot
  case configs
  case machines
  /// How the state directory is, and the word that ends careful.
  case state
  /// Machines that may be known ones under new names.
  case doubts
  case discovery
  case mayu
  case stacki
  /// Any other path: a script when the query carries `profile=`, else nothing.
  case unknown
}
