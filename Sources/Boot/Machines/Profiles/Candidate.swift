// Boot/Machines/Profiles: what a profile says of whom it is for.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What the choice of a profile needs to know of it.
package struct Candidate: Equatable, Sendable {
  /// As `?profile=` has it: `core`, `rack1/node`.
  package let name: String
  /// As messages name it: `profiles/core.json`.
  package let file: String
  /// Whom it asks for; `nil`: nobody by name.
  package var match: MatchRule?
  /// Machines it takes at most; `nil`: any number.
  package var quantity: Int?
  /// Among equals the lower one is taken first.
  package var priority: Int?
  /// Whether it has keys for while a machine is being installed, or a profile that it stands on has;
  /// ``ProfileIndex`` sees to the latter. `nil` where that cannot be read.
  package var installs: Bool?
  /// The profile or preset that it stands on.
  package private(set) var base: String?
  /// `etcd_cluster`: machines of one name find each other.
  package var etcdCluster = "default"
  /// What a person reads who may choose it; empty: it is not offered.
  package private(set) var menu = ""
  /// Why the profile cannot be used.
  package var problem: String?
  private var hasQuantity = false

  /// Reads a profile's file as far as it can be read.
  ///
  /// A profile that is broken elsewhere still says whom it is for: its machines wait for it to be
  /// mended, and are not given to another.
  package init(name: String, parsing bytes: [UInt8]) {
    self.name = name
    file = "profiles/\(name).json"
    do throws(BootError) {
      let profile = try Profile(parsing: bytes, file: file)
      match = profile.match
      quantity = profile.quantity
      hasQuantity = quantity != nil
      priority = profile.priority
      installs = profile.installs
      menu = profile.menu
      base = profile.base.isEmpty ? nil : profile.base
      if !profile.etcdCluster.isEmpty { etcdCluster = profile.etcdCluster }
    } catch {
      problem = error.description
      guard let value = try? JSONReader.read(bytes), case .object(let members) = value else {
        return
      }
      for member in members where member.value != .null {
        switch Profile.folded(member.name) {
        case "match": match = try? MatchRule(member.value, file: file)
        case "quantity": hasQuantity = true
        default: break
        }
      }
    }
  }

  /// Whom a file was for before it became unreadable; it may be half-written.
  package mutating func inherit(from old: Candidate?) {
    guard let old, problem != nil, match == nil, !hasQuantity else { return }
    match = old.match
    hasQuantity = old.hasQuantity
    isForAnyone = old.isForAnyone
  }

  /// A profile whose file cannot be had.
  package init(name: String, problem: String) {
    self.name = name
    file = "profiles/\(name).json"
    self.problem = problem
    isForAnyone = true
  }

  /// Nothing is known of whom it is for: any machine may be its.
  package private(set) var isForAnyone = false

  /// Whether it takes machines that match nothing.
  var takesAny: Bool { match == nil && hasQuantity && name != Self.fallback }

  /// Whether it takes what no other takes.
  var takesTheRest: Bool { match == nil && name == Self.fallback }

  private static let fallback = "default"
}
