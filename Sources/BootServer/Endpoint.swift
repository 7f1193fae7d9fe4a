// BootServer: what a path leads to.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What a path leads to.
enum Endpoint: Equatable, Sendable {
  /// The script of the profile that the query names, or of the machine that it identifies.
  case script
  /// The same; without either the script that asks a machine who it is.
  case entry
  /// Profiles to choose from.
  case menu
  /// Where a script that tells a person of an error ends.
  case failed
  case keys
  case health
  /// A tree of the data directory, and its name without the slash.
  case tree
  case treeRoot
  case configs
  /// A NoCloud seed for a machine, or for a profile.
  case machineSeed
  /// A machine's answers for an installer that says what it runs on.
  case answers
  case profileSeed
  /// All records, one of them, and its trail.
  case machines
  case machine
  case audit
  /// What a machine says of itself.
  case report(MachineState)
  /// How the state directory is, the word that ends careful, and its copy.
  case state
  case trust
  case backup
  /// Machines that may be known ones under new names.
  case doubts
  /// Why a boot gets what it gets.
  case explain
  /// Every boot that is kept, and those of one machine.
  case boots
  case machineBoots
  /// What happened lately, and what happens.
  case recentEvents
  case events
  /// Numbers for Prometheus.
  case metrics
  /// The versions of images that are there.
  case imageVersions
  /// The page, how one gets in and out, and the profiles to choose from.
  case page
  case login
  case logout
  case pageProfiles
  case newToken
  case discovery
  case mayuList
  case mayu
  case stacki
  case nothing
}
