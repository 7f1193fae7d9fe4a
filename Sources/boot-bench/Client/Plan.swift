// boot-bench: what a load is made of.
// SPDX-License-Identifier: Apache-2.0

/// What a number of clients do at the same time.
struct Plan: Sendable {
  /// Which step is a client's next one.
  enum Order: Sendable {
    /// Each client takes all of them, one after another.
    case inTurn
    /// Each client takes the one with its own number, and no other.
    case oneEach
    /// Any, again and again. Step `n` is asked for from the address `n % addresses` alone, so that
    /// a server sees one machine at one address; a client keeps to the steps of its own address.
    case atRandom(addresses: Int)
    /// The steps are dealt out like cards, so many in a row to each client in turn, again and again:
    /// no two clients ever take the same one.
    case dealt(inRow: Int)
  }

  var steps: [Step]
  var order = Order.inTurn
  var clients: Int
  /// One connection for all of a client's requests; else one for each.
  var isKeptAlive = true
  /// Each client begins again when it is through with its steps; else it rests with its connection open.
  var repeats = true
  /// Clients that may be at work at once.
  var burst = Int.max
  /// Whether bodies that are not compared are copied out of the kernel, as a machine does, or dropped there.
  var copiesBodies = false
  /// Nanoseconds from a client's answer to its next request.
  var pause: UInt64 = 0
}
