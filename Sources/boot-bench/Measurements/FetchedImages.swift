// boot-bench: images that are fetched, verified and listed, beside curl and coreutils.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// One image of 1 GB from nginx on loopback (ours, where there is none): `images fetch` beside what people
  /// do by hand, `images verify` beside `sha256sum`, and then a list of 500 versions.
  ///
  /// `images fetch` flushes what it has written before it shows it, which the pipe does not: the last row has
  /// the pipe with that.
  func measureFetch() throws {
    let path = "/images/amd64-usr/\(BenchData.version)/fetched"
    let bytes = scale.fetchedBytes
    try ImageFile.write(bytes, to: lab.data.dataDirectory + path)
    try Files.link(lab.data.dataDirectory + path, as: lab.data.documentRoot + path)
    let upstream = try lab.launch(
      Files.isExecutable(NginxConfiguration.program) ? .nginx : .ours)
    defer { stop([upstream]) }
    let image = FetchedImage(lab, url: "http://\(upstream.address)\(path)", bytes: bytes)
    try image.learnDigest(lab.data.dataDirectory + path)
    for flushes in [false, true] {
      try alternate([true, false]) { isOurs in
        try isOurs ? image.fetch(flushes: flushes) : image.pipe(flushes: flushes)
      }
    }
    try alternate([true, false]) { try $0 ? image.verify() : image.sum() }
    image.remove()
    try alternate([ListedVersions(lab, count: scale.versions)]) { try $0.list() }
  }
}

/// An image of an upstream, and where it is put.
private final class FetchedImage {
  private let lab: Lab
  private let url: String
  private let bytes: Int
  private var digest = ""

  init(_ lab: Lab, url: String, bytes: Int) {
    (self.lab, self.url, self.bytes) = (lab, url, bytes)
  }

  private var data: String { lab.path("fetched") }
  private var piped: String { lab.path("piped") }
  private var errors: String { lab.path("fetch.log") }

  func learnDigest(_ file: String) throws {
    let sums = lab.path("sums")
    try lab.cleanup.run("/bin/sh", ["-c", "sha256sum < \(file) > \(sums)"], errors: errors)
    digest = String(decoding: try Files.read(sums).prefix(64), as: UTF8.self)
  }

  func remove() {
    for path in [data, piped] { Files.removeTree(path) }
  }

  /// - Parameter flushes: the row's name alone: it always does.
  func fetch(flushes: Bool) throws -> [Reading] {
    Files.removeTree(data)
    try Files.makeDirectory(data)
    Files.synchronize()
    let arguments = ["images", "fetch", "--url", url, "--sha256", digest, "--data-dir", data]
    let start = Clock.now
    let process = try lab.cleanup.start(lab.program, arguments, errors: errors)
    var (peak, withCurl) = (0, 0)
    while true {
      if let ending = lab.cleanup.ending(of: process) {
        guard ending == 0 else {
          throw Failure("images fetch: status \(ending): \(Cleanup.lastLine(of: errors))")
        }
        break
      }
      peak = max(peak, (try? ProcessFigures.peakBytes(of: process)) ?? 0)
      let children = ProcessFigures.children(of: process)
        .reduce(0) { $0 + ((try? ProcessFigures.peakBytes(of: $1)) ?? 0) }
      if children > 0 { withCurl = max(withCurl, peak + children) }
      Clock.sleep(seconds: 0.01)
    }
    let rate = reading(flushes, Clock.seconds(since: start))
    if flushes { return [rate] }
    return [
      rate,
      Reading("fetch: peak memory", .bytes, Double(peak), goal: .atMost(33_554_432, .bytes)),
      Reading("fetch: peak memory with curl's", .bytes, Double(withCurl)),
    ]
  }

  func pipe(flushes: Bool) throws -> [Reading] {
    Files.removeTree(piped)
    Files.synchronize()
    let flush = flushes ? " && sync \(piped)" : ""
    let start = Clock.now
    try lab.cleanup.run(
      "/bin/sh", ["-c", "curl -fsS \(url) | tee \(piped) | sha256sum\(flush)"], errors: errors)
    return [reading(flushes, Clock.seconds(since: start))]
  }

  private func reading(_ flushes: Bool, _ seconds: Double) -> Reading {
    Reading(
      flushes ? "fetch, both flushed to the disk: rate" : "fetch: rate", .bytesPerSecond,
      Double(bytes) / seconds, goal: flushes ? "" : .ratioAtLeast(0.95))
  }

  func verify() throws -> [Reading] {
    try timed {
      try lab.cleanup.run(
        lab.program, ["images", "verify", "--data-dir", data], errors: errors)
    }
  }

  func sum() throws -> [Reading] {
    try timed { try lab.cleanup.run("/usr/bin/sha256sum", [piped], errors: errors) }
  }

  private func timed(_ body: () throws -> Void) throws -> [Reading] {
    let start = Clock.now
    try body()
    let rate = Double(bytes) / Clock.seconds(since: start)
    return [Reading("verify: rate", .bytesPerSecond, rate, goal: .ratioAtLeast(0.90))]
  }
}

/// A data directory with many versions.
private struct ListedVersions {
  private let lab: Lab
  private let data: String
  private let count: Int

  init(_ lab: Lab, count: Int) throws {
    (self.lab, self.count) = (lab, count)
    data = lab.path("listed")
    let profile = #"{"os": "flatcar", "version": "1.0.1"}"#
    try Files.makeDirectory("\(data)/profiles")
    try Files.write(Array(profile.utf8), to: "\(data)/profiles/one.json")
    let digest = String(repeating: "ab", count: 32)
    for number in 1...max(1, count) {
      let folder = "\(data)/images/flatcar/amd64-usr/1.0.\(number)"
      try Files.makeDirectory(folder)
      let files = ["flatcar_production_pxe.vmlinuz", "flatcar_production_pxe_image.cpio.gz"]
      for name in files { try Files.write([1], to: "\(folder)/\(name)") }
      let listed = files.map { #""\#($0)": {"size": 1, "sha256": "\#(digest)"}"# }
      let manifest = """
        {"format": 1, "os": "flatcar", "version": "1.0.\(number)", "arch": "amd64-usr",
         "channel": "stable", "source": "http://h", "time": "2026-11-21T12:00:00Z",
         "command": "images fetch flatcar", "verified": "digest", "signer": null,
         "files": {\(listed.joined(separator: ", "))}}

        """
      try Files.write(Array(manifest.utf8), to: "\(folder)/manifest.json")
    }
  }

  func list() throws -> [Reading] {
    let errors = lab.path("list.log")
    Files.remove(errors)
    let start = Clock.now
    try lab.cleanup.run(lab.program, ["images", "list", "--data-dir", data], errors: errors)
    let seconds = Clock.seconds(since: start)
    let lines = try Files.read(errors).count { $0 == 0x0a }
    guard lines == count + 1 else { throw Failure("images list has \(lines) lines of \(count)") }
    return [
      Reading("list of \(count) versions", .seconds, seconds, goal: .atMost(0.2, .seconds))
    ]
  }
}
