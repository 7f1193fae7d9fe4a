// boot-bench: scripts beside images.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  /// Four clients ask for about 1,000 scripts a second in all while 8 readers pull the image.
  ///
  /// The readers have a thread of their own here, so that the client's work on image bytes does not
  /// count as the server's delay of a script.
  func measureBeside() throws {
    let targets = try launch([.script, .image])
    defer { stop(targets) }
    try alternate(targets) { target in
      let seconds = scale.seconds + 2 * scale.warmUpSeconds
      let image = Plan(steps: [try target.step(.image)], clients: 8)
      let readers = try Worker {
        var load = try Load(target.address, image)
        try load.run(seconds: seconds)
        return load.tally
      }
      let scripts = Plan(steps: [try target.step(.script)], clients: 4, pause: 4_000_000)
      var load = try Load(target.address, scripts)
      try load.run(seconds: scale.warmUpSeconds)
      try load.run(seconds: scale.seconds)
      let pulled = try readers.join()
      check(load.tally, target, "beside, scripts")
      check(pulled, target, "beside, images")
      let latency = Statistics.percentiles([0.5, 0.99], of: load.tally.latencies)
      return [
        Reading("script beside 8 readers: p50", .microseconds, latency[0]),
        Reading("script beside 8 readers: p99", .microseconds, latency[1], goal: "<= 1.5"),
        Reading("the readers' rate meanwhile", .bytesPerSecond, pulled.bytesPerSecond),
      ]
    }
  }
}
