// HTTP/Server: the server as a whole.
// SPDX-License-Identifier: Apache-2.0

import System

/// A running server: one event loop a thread, each with its own listener.
package final class Server: Sendable {
  /// Where it listens on the network; with the ports that were found.
  package let addresses: [SocketAddress]
  private let mailboxes: [Mailbox]
  private let pool: WorkPool
  private let running: Mutex<Int>
  private let ended: EventCounter
  /// Connections open now.
  package let openConnections: SharedCount

  /// Starts to serve.
  ///
  /// - Parameters:
  ///   - root: where pending reads are made.
  ///   - loops: how many threads.
  ///   - makeService: called on each loop's own thread, with what all loops read by.
  package init(
    listen: ListenSource, root: DataRoot, loops: Int, settings: LoopSettings,
    makeService: @escaping @Sendable (FileReads) -> Service
  ) throws(Errno) {
    let groups: [[SharedListener]]
    switch listen {
    case .address(let address, let bothFamilies):
      let group = try Listener.group(address, bothFamilies: bothFamilies, count: loops)
      groups = group.map { [$0] }
      addresses = [groups[0][0].listener.localAddress]
    case .inherited(let listeners):
      groups = Array(repeating: listeners, count: loops)
      addresses = listeners.map { $0.listener.localAddress }
    }
    let pool = try WorkPool()
    self.pool = pool
    let reads = FileReads(pool: pool, root: root)
    openConnections = SharedCount()
    let overflow = SharedCount()
    ended = try EventCounter(semaphore: true)
    running = Mutex(loops)
    var mailboxes: [Mailbox] = []
    for _ in groups { mailboxes.append(try Mailbox()) }
    self.mailboxes = mailboxes
    var isShared = false
    if case .inherited = listen { isShared = true }
    let sharesListeners = isShared
    for (mailbox, listeners) in zip(mailboxes, groups) {
      let handover = Handover(listeners)
      try Thread.spawn("loop") { [self] in
        do throws(Errno) {
          let loop = try EventLoop(
            settings: settings, service: makeService(reads), listeners: handover.take(),
            sharesListeners: sharesListeners,
            shared: (mailbox, pool, reads, openConnections, overflow))
          loop.run()
        } catch {
          // Without an epoll there is no loop; its listener closes and the others serve on.
        }
        ended.add()
      }
    }
  }

  /// Serves one more listener, on one loop.
  package func listen(also listener: SharedListener) {
    mailboxes.first?.post(.listen(listener))
  }

  /// Stops accepting and lets what is in flight finish.
  package func stop() { for mailbox in mailboxes { mailbox.post(.stop) } }

  /// Waits until every loop has ended after ``stop()``.
  package func wait() {
    while running.withLock({ $0 > 0 }) {
      ended.wait()
      running.withLock { $0 -= 1 }
    }
    pool.stop()
  }
}
