// Text/JSON: where the keys and values of a JSON text stand.
// SPDX-License-Identifier: Apache-2.0

/// The places of all keys and values of a JSON text, found in one pass.
///
/// Of a name that comes twice in an object the last is meant, as Go's readers have it. Values have
/// numbers, so that a walk down a tree needs no search.
package struct JSONPlaces: Sendable {
  /// One step down into a value.
  package enum Step: Hashable, Sendable {
    /// The member of an object, its escapes resolved.
    case key(String)
    /// The element of a list, from 0.
    case index(Int)
  }

  /// Where a value stands.
  package struct Entry: Equatable, Sendable {
    /// Of the opening quote of its key; `nil` in a list and at the top.
    package let key: FilePlace?
    /// Of its first character.
    package let value: FilePlace
  }

  /// A name that an object holds again.
  package struct Repeat: Equatable, Sendable {
    /// With its escapes resolved.
    package let name: String
    /// The earlier one, which is passed over.
    package let first: Entry
    /// The next one of the name.
    package let again: Entry
  }

  /// Names are compared by their bytes, as everyone but Swift compares them.
  private struct Edge: Hashable {
    let parent: Int
    let name: [UInt8]?
    let index: Int

    init(_ parent: Int, _ step: Step) {
      self.parent = parent
      switch step {
      case .key(let key): (name, index) = (Array(key.utf8), 0)
      case .index(let number): (name, index) = (nil, number)
      }
    }
  }

  /// By the values' numbers, as they follow in the text; the outermost is 0.
  package private(set) var entries: [Entry] = []
  /// As they follow in the text.
  package private(set) var repeats: [Repeat] = []
  private var children: [Edge: Int] = [:]

  /// - Parameter text: what ``JSONReader`` takes; of anything else, what can be made out.
  package init(_ text: [UInt8]) {
    var scanner = JSONPlaceScanner(text)
    while let found = scanner.next() { add(found) }
  }

  /// The number of a value within another one.
  package func child(_ step: Step, of parent: Int) -> Int? {
    children[Edge(parent, step)]
  }

  /// The entry of the value at the end of a path from the outermost value.
  package subscript(path: [Step]) -> Entry? {
    var value = 0
    for step in path {
      guard let child = child(step, of: value) else { return nil }
      value = child
    }
    return entries.indices.contains(value) ? entries[value] : nil
  }

  private mutating func add(_ found: JSONPlaceScanner.Found) {
    let entry = Entry(key: found.key, value: found.value)
    if let parent = found.parent {
      let first = children.updateValue(entries.count, forKey: Edge(parent, found.step))
      if let first, case .key(let name) = found.step {
        repeats.append(Repeat(name: name, first: entries[first], again: entry))
      }
    }
    entries.append(entry)
  }
}
