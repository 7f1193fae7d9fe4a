// BootServer/Boots: numbers in the order in which they came.
// SPDX-License-Identifier: Apache-2.0

/// Numbers in the order in which they came; some of them go before it is their turn.
struct NumberQueue {
  private var numbers: [Int] = []
  private var head = 0
  private var gone: Set<Int> = []

  /// Those that are still there.
  var count: Int { numbers.count - head - gone.count }

  mutating func append(_ number: Int) { numbers.append(number) }

  /// One that is in it goes before its turn.
  mutating func remove(_ number: Int) {
    gone.insert(number)
    if gone.count > 1024, gone.count > count { compact() }
  }

  mutating func popFirst() -> Int? {
    while head < numbers.count {
      let number = numbers[head]
      head += 1
      if head > 1024, head > numbers.count / 2 { compact() }
      if gone.remove(number) == nil { return number }
    }
    return nil
  }

  private mutating func compact() {
    numbers = numbers[head...].filter { gone.remove($0) == nil }
    head = 0
  }
}
