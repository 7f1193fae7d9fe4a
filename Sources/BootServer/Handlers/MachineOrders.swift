// BootServer/Handlers: machines in an order that somebody asked for.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The orders that were asked for last: who turns pages asks for the same one again and again.
final class MachineOrders: Sendable {
  /// What an order was made from; while none of it changes, neither does the order.
  struct Basis: Equatable {
    let snapshot: Int
    let holds: Int
  }

  private struct Kept {
    let order: MachineQuery.Order
    let basis: Basis
    let ends: Instant?
    let ids: [MachineID]
  }

  /// 16 bytes a machine and order.
  private static let most = 8
  /// Times change all the while: an order by them is kept for so long.
  private static let secondsOfTimes = 2

  /// The one used last is the last.
  private let kept = Mutex<[Kept]>([])

  func ids(
    _ order: MachineQuery.Order, _ basis: Basis, now: Instant = .now, make: () -> [MachineID]
  ) -> [MachineID] {
    let known = kept.withLock { kept -> [MachineID]? in
      kept.removeAll { $0.ends.map { $0 < now } ?? false || $0.basis != basis }
      guard let index = kept.firstIndex(where: { $0.order == order }) else { return nil }
      let found = kept.remove(at: index)
      kept.append(found)
      return found.ids
    }
    if let known { return known }
    let ids = make()
    let ends = order.sort.isOfTimes ? now.advanced(seconds: Self.secondsOfTimes) : nil
    kept.withLock { kept in
      if kept.count >= Self.most { kept.removeFirst() }
      kept.append(Kept(order: order, basis: basis, ends: ends, ids: ids))
    }
    return ids
  }
}
