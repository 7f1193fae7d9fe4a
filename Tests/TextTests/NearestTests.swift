// TextTests: names that were nearly right.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("The nearest name")
struct NearestTests {
  static let names = ["profile", "state", "metadata", "hostname", "uuid"]

  @Test(arguments: [
    ("profil", "profile"), ("stat", "state"), ("Hostname", "hostname"), ("metdata", "metadata"),
    ("uuid", "uuid"),
  ])
  func `is found for a slip of the finger`(wrong: String, name: String) {
    #expect(Nearest.name(to: wrong, in: Self.names) == name)
  }

  /// As many changes as a word has letters make any other word of it.
  @Test(arguments: ["", "x", "uu1", "something", "metadatabase"]) func `is none for another word`(
    wrong: String
  ) {
    let found = Nearest.name(to: wrong, in: wrong == "uu1" ? ["abc"] : Self.names)
    #expect(found == nil)
  }

  @Test func `is none among none`() { #expect(Nearest.name(to: "profile", in: [String]()) == nil) }

  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 2),
    ("ü", "u", 2),
  ])
  func `is so many insertions, deletions and replacements away`(
    left: String, right: String, distance: Int
  ) {
    #expect(Nearest.distance(left, right) == distance)
    #expect(Nearest.distance(right, left) == distance)
  }
}
