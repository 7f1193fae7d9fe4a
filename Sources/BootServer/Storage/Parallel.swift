// BootServer/Storage: the same work on all processors.
// SPDX-License-Identifier: Apache-2.0

import System

enum Parallel {
  /// Calls `body` for every element, on as many threads as there are processors.
  ///
  /// - Returns: the results, in order.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) -> Result
  ) -> [Result] {
    let count = min(Thread.processors, elements.count / 500)
    guard count > 1, let done = try? EventCounter(semaphore: true) else {
      return elements.map(body)
    }
    let shared = Shared<Result>(done, count)
    let size = (elements.count + count - 1) / count
    for index in 1..<count {
      let part = elements[index * size..<min((index + 1) * size, elements.count)]
      let work = { @Sendable in shared.put(part.map(body), at: index) }
      do throws(Errno) {
        try Thread.spawn("reading", work)
      } catch {
        work()
      }
    }
    shared.put(elements[..<size].map(body), at: 0)
    return shared.all()
  }

  /// Calls both, at the same time where that can be had.
  static func both<First: Sendable, Second: Sendable>(
    _ first: @escaping @Sendable () -> First, _ second: @escaping @Sendable () -> Second
  ) -> (First, Second) {
    let result = Mutex<Second?>(nil)
    guard Thread.processors > 1, let done = try? SharedCounter() else { return (first(), second()) }
    do throws(Errno) {
      try Thread.spawn("reading") {
        let value = second()
        result.withLock { $0 = value }
        done.counter.add()
      }
    } catch {
      return (first(), second())
    }
    let value = first()
    done.counter.wait()
    guard let other = result.withLock({ $0 }) else { return (value, second()) }
    return (value, other)
  }

  private final class SharedCounter: Sendable {
    let counter: EventCounter
    init() throws(Errno) { counter = try EventCounter(semaphore: true) }
  }

  private final class Shared<Result: Sendable>: Sendable {
    private let parts: Mutex<[[Result]]>
    private let done: EventCounter
    private let count: Int

    init(_ done: consuming EventCounter, _ count: Int) {
      parts = Mutex(Array(repeating: [], count: count))
      self.done = done
      self.count = count
    }

    func put(_ part: [Result], at index: Int) {
      parts.withLock { $0[index] = part }
      done.add()
    }

    func all() -> [Result] {
      for _ in 0..<count { done.wait() }
      return parts.withLock { Array($0.joined()) }
    }
  }
}
