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
  package struct Place: Equatable, Sendable {
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
    package let first: Place
    /// The next one of the name.
    package let again: Place
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
  package private(set) var entries: [Place] = []
  /// As they follow in the text.
  package private(set) var repeats: [Repeat] = []
  private var edges: [(parent: Int?, step: Step)] = []
  private var children: [Edge: Int] = [:]
  private let text: [UInt8]

  /// - Parameter text: what ``JSONReader`` takes; of anything else, what can be made out.
  package init(_ text: [UInt8]) {
    self.text = text
    var scanner = JSONPlaceScanner(text)
    while let found = scanner.next() { add(found) }
  }

  /// The number of a value within another one.
  package func child(_ step: Step, of parent: Int) -> Int? {
    children[Edge(parent, step)]
  }

  /// Where the value at the end of a path from the outermost value stands.
  package func place(of path: [Step]) -> Place? {
    place(of: path) { child($0, of: $1) }
  }

  /// The same for names that are spelt otherwise; it looks at all values for each step.
  ///
  /// - Parameter isSame: whether a name in the text is the one of the path.
  package func place(of path: [Step], isSame: (String, String) -> Bool) -> Place? {
    place(of: path) { step, parent in
      guard case .key(let name) = step else { return child(step, of: parent) }
      return edges.lastIndex {
        guard $0.parent == parent, case .key(let own) = $0.step else { return false }
        return isSame(own, name)
      }
    }
  }

  private func place(of path: [Step], _ child: (Step, Int) -> Int?) -> Place? {
    var value = 0
    for step in path {
      guard let next = child(step, value) else { return nil }
      value = next
    }
    return entries.indices.contains(value) ? entries[value] : nil
  }

  /// The place of a byte of the text.
  package func place(at offset: Int) -> FilePlace { FilePlace(of: offset, in: text) }

  /// The place of an error of ``JSONReader``, whose columns are bytes.
  package func place(of error: JSONError) -> FilePlace { error.place(in: text) }

  private mutating func add(_ found: JSONPlaceScanner.Found) {
    let entry = Place(key: found.key, value: found.value)
    if let parent = found.parent {
      let first = children.updateValue(entries.count, forKey: Edge(parent, found.step))
      if let first, case .key(let name) = found.step {
        repeats.append(Repeat(name: name, first: entries[first], again: entry))
      }
    }
    entries.append(entry)
    edges.append((found.parent, found.step))
  }
}
