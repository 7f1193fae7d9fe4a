// BootServerTests: `images fetch`, killed in the middle.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("images fetch that is killed", .waits, .needs(imageNeeds))
struct ImageKillTests {
  private static let bytes = 400_000
  private static let new = "2.0.0"

  /// A lab whose machines boot 1.0.0, and an upstream with a newer version.
  private static func lab() throws -> ImageLab {
    let lab = try ImageLab()
    try lab.publish("1.0.0", bytes: bytes)
    try #require(try lab.run(["fetch", "flatcar"]).status == 0)
    try lab.publish(new, bytes: bytes)
    return lab
  }

  private static func start(_ lab: ImageLab, _ options: [String] = []) throws -> Program {
    try Program(
      Program.built("coreos-ipxe-server"),
      ["images", "fetch", "flatcar", "--data-dir", lab.directory.path] + options)
  }

  private static func isThere(_ lab: ImageLab, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(lab.directory.path)/\(ImageLab.folder)/\(name)")
  }

  /// How much of a file has come, in part or whole.
  private static func staged(_ lab: ImageLab, _ name: String) -> Int {
    let folder = "\(lab.directory.path)/\(ImageLab.folder)/.staging-\(new)"
    return ["parts/\(name).part", "tree/\(name)"].reduce(0) { sum, path in
      let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
      return sum + (facts?[.size] as? Int ?? 0)
    }
  }

  /// Waits for a state that may be there for moments only.
  private static func spin(_ seconds: Double = 20, until isReached: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while !isReached() { if Date() > end { return false } }
    return true
  }

  /// The old version is as it was, whole, and is the one that is served.
  private static func expectOld(_ lab: ImageLab, _ server: TestServer) throws {
    #expect(try lab.versions() == ["1.0.0"] && lab.stable == "1.0.0")
    #expect(!(try lab.run(["list"]).output.contains(new)))
    #expect(try server.get("/?profile=web").text.contains("set coreos-version 1.0.0"))
    for place in [".staging-\(new)/tree", new] {
      let target = "/\(ImageLab.folder)/\(place)/\(ImageLab.kernel)"
      #expect(try server.get(target).status == 404)
    }
  }

  /// The next try ends well, and nothing is left of the one that was killed.
  private static func expectNext(_ lab: ImageLab) throws {
    let next = try lab.run(["fetch", "flatcar"])
    #expect(next.status == 0 && lab.stable == new, "\(next.output)")
    #expect(try lab.run(["verify"]).status == 0)
    let folder = lab.directory.path + "/" + ImageLab.folder
    // What was on its way to its place when its process died goes with the next prune.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { !$0.hasSuffix(".new") && !$0.hasSuffix(".link") }
    #expect(names == [".channels.json", ".lock", "1.0.0", new, "stable"])
  }

  /// Both files take about two seconds at this rate.
  @Test(arguments: dear([0.5, 0.1, 0.9, 1.3], each: 4))
  func `leaves no curl and no half version, and the next try goes on`(seconds: Double) throws {
    let lab = try Self.lab()
    let server = try TestServer(directory: lab.directory)
    let fetch = try Self.start(lab, ["--limit-rate", "400K"])
    let files = [ImageLab.kernel, ImageLab.initrd]
    try #require(
      Self.spin { files.allSatisfy { Self.staged(lab, $0) > 0 } }, "\(fetch.printed)")
    usleep(UInt32(seconds * 1_000_000))
    let children = Children.of(fetch.identifier, word: "curl")
    #expect(!children.isEmpty, "curl is at it")
    fetch.kill(SIGKILL)
    #expect(fetch.exitStatus(within: 5) == 128 + SIGKILL)
    #expect(Self.spin(5) { children.allSatisfy { !Children.isRunning($0) } }, "no curl is left")
    try Self.expectOld(lab, server)

    // What has come is not asked for again.
    let lengths = files.map { ImageLab.body(Self.new, $0, bytes: Self.bytes).count }
    let wanted = zip(files, lengths).map { file, length in length - Self.staged(lab, file) }
    let asked = lab.upstream.requests().count
    try Self.expectNext(lab)
    let requests = lab.upstream.requests().dropFirst(asked)
    let sent = zip(files, lengths).map { file, length in
      requests.filter { $0.path.hasSuffix(file) }.reduce(0) { $0 + length - ($1.first ?? 0) }
    }
    #expect(sent == wanted)
  }

  /// Whichever state it had come to: what is seen is the old version or the new one, each whole.
  @Test(
    arguments: dear(
      [
        ".staging-2.0.0/tree/\(ImageLab.kernel)", ".staging-2.0.0/holder",
        ".staging-2.0.0/tree/manifest.json", "2.0.0", ".staging-2.0.0/outgoing",
      ], each: 3))
  func `leaves the old version or the whole new one`(state: String) throws {
    let lab = try Self.lab()
    let server = try TestServer(directory: lab.directory)
    let fetch = try Self.start(lab)
    _ = Self.spin { Self.isThere(lab, state) || !fetch.isRunning }
    fetch.kill(SIGKILL)
    _ = fetch.exitStatus(within: 5)
    if try lab.versions() == ["1.0.0"] {
      try Self.expectOld(lab, server)
    } else {
      // Its folder is there, so it is whole; the link may not have swung yet.
      #expect(try lab.versions() == ["1.0.0", Self.new])
      #expect(try ["1.0.0", Self.new].contains(#require(lab.stable)))
    }
    let verified = try lab.run(["verify"])
    #expect(verified.status == 0, "\(verified.output)")
    try Self.expectNext(lab)
  }

  /// Nothing would ever come of this upstream, at which a curl notices that it is alone.
  @Test(arguments: dear([true, false], each: 2))
  func `leaves nothing behind where upstream hangs, the server's own fetch too`(
    byServer: Bool
  ) throws {
    let lab = try Self.lab()
    lab.hanging.withLock { $0 = "/stable/amd64-usr/\(Self.new)/\(ImageLab.initrd)" }
    let killed =
      byServer
      ? try ServerProgram(lab.directory.path, ["--update-images", "1s"]).program
      : try Self.start(lab)
    try #require(Self.spin { Self.staged(lab, ImageLab.initrd) == 1000 }, "\(killed.printed)")
    let fetches = byServer ? Children.of(killed.identifier, word: "fetch") : [killed.identifier]
    let children = fetches + fetches.flatMap { Children.of($0, word: "curl") }
    // Of the other file, too, where that is still coming.
    #expect(children.count >= 2, "\(killed.printed)")
    killed.kill(SIGKILL)
    #expect(killed.exitStatus(within: 5) == 128 + SIGKILL)
    #expect(Self.spin(5) { children.allSatisfy { !Children.isRunning($0) } })
    lab.hanging.withLock { $0 = nil }
    try Self.expectNext(lab)
  }

  @Test func `hands its work on to one that waits for it`() throws {
    let lab = try Self.lab()
    let first = try Self.start(lab, ["--limit-rate", "400K"])
    let part = ".staging-\(Self.new)/parts/\(ImageLab.kernel).part"
    try #require(Self.spin { Self.isThere(lab, part) })
    let second = try Self.start(lab)
    #expect(
      second.hasPrinted(
        "waits for process \(first.identifier) (images fetch flatcar), which fetches the same",
        within: 10), "\(second.printed)")
    usleep(500_000)
    first.kill(SIGKILL)
    #expect(second.exitStatus(within: 20) == 0, "\(second.printed)")
    #expect(lab.stable == Self.new)
  }

  @Test func `is not needed for two at once, the second of which waits`() throws {
    let lab = try Self.lab()
    let asked = lab.upstream.requests().count
    let first = try Self.start(lab, ["--limit-rate", "800K"])
    let part = ".staging-\(Self.new)/parts/\(ImageLab.kernel).part"
    try #require(Self.spin { Self.isThere(lab, part) })
    let second = try Self.start(lab)
    #expect(second.hasPrinted("which fetches the same", within: 10))
    #expect(first.exitStatus(within: 20) == 0)
    #expect(second.hasPrinted("was there already", within: 20), "\(second.printed)")
    #expect(second.exitStatus(within: 20) == 0)
    let files = lab.upstream.requests().dropFirst(asked).filter { request in
      request.path.hasSuffix(ImageLab.kernel) || request.path.hasSuffix(ImageLab.initrd)
    }
    #expect(files.count == 2, "each file came once")
  }
}

/// Processes, as /proc has them.
private enum Children {
  /// - Parameter word: one that their command lines have.
  static func of(_ parent: pid_t, word: String) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { process in
      fields(process)?.dropFirst().first == "\(parent)"
        && text("\(process)/cmdline").split(separator: "\0").contains { $0 == word }
    }
  }

  /// `String(contentsOfFile:)` leaks a page where a file is empty.
  private static func text(_ name: String) -> String {
    let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/" + name))
    return String(decoding: (try? file?.readToEnd()) ?? Data(), as: UTF8.self)
  }

  static func isRunning(_ process: pid_t) -> Bool {
    guard let state = fields(process)?.first else { return false }
    return state != "Z"
  }

  /// The state, the parent, and so on.
  private static func fields(_ process: pid_t) -> [Substring]? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: name)...].split(separator: " ")
  }
}
