// boot-bench: readers of an image while another version takes its place.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// What 64 readers may meet meanwhile.
  private enum Neighbour: CaseIterable {
    case promotion, nothing
  }

  /// 64 readers pull one version; in every other load a small one is fetched beside it, put in its place, and
  /// the channel's link swung to it.
  func measurePromotion() throws {
    let target = try lab.launch(.ours)
    defer { stop([target]) }
    var number = 0
    try alternate(Neighbour.allCases) { neighbour in
      var load = try Load(
        target.address, Plan(steps: [try target.step(.image)], clients: 64))
      try load.run(seconds: scale.warmUpSeconds)
      number += 1
      let promotion =
        neighbour == .promotion
        ? try Worker { [lab, number] in try Self.promote("2.0.\(number)", target, lab) } : nil
      let before = try target.cpuSeconds() ?? 0
      try load.run(seconds: max(1, scale.seconds))
      let seconds = try promotion?.join()
      check(load.tally, target, "promotion")
      let each = try cpu(of: target, since: before, load.tally)
      var readings = [
        Reading(
          "64 readers beside a promotion: rate", .bytesPerSecond, load.tally.bytesPerSecond,
          goal: .ratioAtLeast(0.95)),
        Reading("64 readers beside a promotion: CPU", .secondsPerGigabyte, each),
      ]
      if let seconds { readings.append(Reading("from fetch to swung link", .seconds, seconds)) }
      return readings
    }
  }

  /// What the server needed for a gigabyte: that the commands need a processor, too, is not in it.
  private func cpu(of target: Target, since before: Double, _ tally: Tally) throws -> Double {
    ((try target.cpuSeconds() ?? 0) - before) / Double(max(1, tally.bytes)) * 1e9
  }

  /// - Returns: how long it took, in seconds.
  private static func promote(
    _ version: String, _ target: Target, _ lab: Lab
  ) throws -> Double {
    let (errors, data) = (lab.path("promotion.log"), lab.data.dataDirectory)
    let start = Clock.now
    try lab.cleanup.run(
      lab.program,
      [
        "images", "fetch", "--url", "http://\(target.address)\(BenchData.smallImagePath)",
        "--unsigned", "--as", "flatcar/amd64-usr/\(version)", "--data-dir", data,
      ], errors: errors)
    try lab.cleanup.run(
      lab.program, ["images", "pin", "flatcar", "stable", version, "--data-dir", data],
      errors: errors)
    return Clock.seconds(since: start)
  }
}
