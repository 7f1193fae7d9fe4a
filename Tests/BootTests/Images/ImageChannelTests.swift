// BootTests/Images: channels.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

private func version(_ text: String) throws -> ImageVersion { try #require(ImageVersion(text)) }

@Suite("A channel")
struct ImageChannelTests {
  let (one, two, three, four): (ImageVersion, ImageVersion, ImageVersion, ImageVersion)

  init() throws {
    (one, two) = (try version("1.0"), try version("2.0"))
    (three, four) = (try version("3.0"), try version("4.0"))
  }

  /// One that pointed at these versions.
  func channel(_ versions: ImageVersion...) -> ImageChannel {
    var channel = ImageChannel()
    for version in versions { channel.swung(to: version) }
    return channel
  }

  @Test func `moves up, and never down by itself`() {
    let channel = channel(two)
    #expect(ImageChannel().move(from: nil, to: one) == .swings)
    #expect(channel.move(from: two, to: three) == .swings)
    #expect(channel.move(from: two, to: two) == .stays(.same(two)))
    #expect(channel.move(from: two, to: one) == .stays(.lower(one, than: two)))
    #expect(channel.move(from: two, to: one, allowOlder: true) == .swings)
  }

  @Test func `that is pinned never moves`() throws {
    var channel = channel(one, three)
    channel.pin(two)
    #expect(channel.move(from: two, to: three) == .stays(.pinned(two)))
    #expect(channel.move(from: two, to: one, allowOlder: true) == .stays(.pinned(two)))
    #expect(throws: ChannelError.pinned(two)) { try channel.rollBack(from: two) { _ in true } }
    try channel.unpin()
    #expect(channel.move(from: two, to: three) == .swings)
    #expect(throws: ChannelError.notPinned) { try channel.unpin() }
  }

  @Test func `goes one step further back each time, and stays away until there is a newer one`()
    throws
  {
    var channel = channel(one, two, three)
    #expect(try channel.rollBack(from: three) { _ in true } == two)
    #expect(channel.move(from: two, to: three) == .stays(.rolledBack(three, from: three)))
    #expect(try channel.rollBack(from: two) { _ in true } == one)
    #expect(channel.skipped == three)
    for version in [two, three] {
      #expect(channel.move(from: one, to: version) == .stays(.rolledBack(version, from: three)))
    }
    #expect(throws: ChannelError.nothingEarlier(one)) {
      try channel.rollBack(from: one) { _ in true }
    }
    #expect(channel.move(from: one, to: three, allowOlder: true) == .swings)
    #expect(channel.move(from: one, to: four) == .swings)
    channel.swung(to: four)
    #expect(channel.skipped == nil)
    #expect(channel.history == [one, four])
  }

  @Test func `passes over versions that are gone, when it goes back`() throws {
    var channel = channel(one, two, three)
    #expect(try channel.rollBack(from: three) { $0 == one } == one)
    #expect(channel.history == [one])
    var gone = self.channel(one, two)
    #expect(throws: ChannelError.nothingEarlier(two)) {
      try gone.rollBack(from: two) { _ in false }
    }
    #expect(gone == self.channel(one, two))
  }

  @Test func `whose link a person moved goes back to what is known`() throws {
    var channel = channel(one, two)
    #expect(try channel.rollBack(from: four) { _ in true } == two)
    #expect(channel.skipped == four)
  }

  @Test func `pinned to what it was rolled back from may have it`() throws {
    var channel = channel(one, two)
    _ = try channel.rollBack(from: two) { _ in true }
    channel.pin(two)
    #expect(channel.isNamed(two, current: one))
    #expect(channel.isNamed(one, current: one))
    #expect(!channel.isNamed(three, current: one))
    try channel.unpin()
    #expect(channel.skipped == nil)
    #expect(channel.history == [one, two])
  }

  @Test func `keeps 50 versions at most`() throws {
    var channel = ImageChannel()
    for number in 1...60 { channel.swung(to: try version("\(number)")) }
    #expect(channel.history.count == 50)
    #expect(channel.history.first?.text == "11")
  }

  @Test func `says why it stays`() {
    let reasons: [ImageChannel.Reason] = [
      .same(one), .pinned(one), .lower(one, than: two), .rolledBack(one, from: two),
    ]
    #expect(
      reasons.map(\.description) == [
        "it points at 1.0 already", "it is pinned to 1.0; images unpin lets it follow again",
        "1.0 is lower than 2.0, where it points; --allow-older moves it all the same",
        "it was rolled back from 2.0, and 1.0 is not newer; --allow-older moves it all the same",
      ])
  }
}

@Suite("The file of channels")
struct ImageChannelsTests {
  static let text = """
    {
      "format": 1,
      "channels": {
        "beta": {
          "pinned": "2.0",
          "skipped": null,
          "history": []
        },
        "stable": {
          "pinned": null,
          "skipped": "3.0",
          "history": [
            "1.0",
            "2.0"
          ]
        }
      }
    }

    """

  func channels(_ text: String) throws -> ImageChannels {
    try ImageChannels(file: ".channels.json", text: Array(text.utf8))
  }

  @Test func `is read and written as it was`() throws {
    var channels = try channels(Self.text)
    #expect(channels.fileText == Self.text)
    #expect(channels.names == ["beta", "stable"])
    #expect(channels["stable"].skipped?.text == "3.0")
    #expect(channels["new"] == ImageChannel())
    channels["beta"] = ImageChannel()
    #expect(channels.names == ["stable"])
    #expect(try self.channels(ImageChannels().fileText) == ImageChannels())
  }

  @Test func `keeps why one could not be followed`() throws {
    var channels = ImageChannels()
    let error = "http://h/2.0 is answered with status 404"
    channels["stable"].failure = .init(time: Timestamp(seconds: 1_700_000_000), error: error)
    #expect(channels.fileText.contains("\"time\": \"2023-11-14T22:13:20Z\""))
    #expect(try self.channels(channels.fileText) == channels)
    let text = channels.fileText.replacing("2023-", with: "soon-")
    #expect(throws: ImageFileError.self) { try self.channels(text) }
    let long = ImageChannel.Failure(
      time: Timestamp(seconds: 0), error: String(repeating: "x", count: 5000))
    #expect(long.error.count == 2000)
  }

  @Test(arguments: [
    ("1,", "3,", "has format 3, but this program knows format 1 alone"),
    ("\"beta\"", "\"../b\"", "can be no channel's word"), ("\"beta\"", "\"stable\"", "comes twice"),
    ("\"pinned\": \"2.0\"", "\"pinned\": \"/\"", "\"pinned\" can be no version"),
    ("\"skipped\"", "\"skiped\"", "did you mean \"skipped\"?"),
    ("\"1.0\"", "\"a b\"", "holds \"a b\", which can be no version"),
    ("\"1.0\"", "1", "must be a list of strings, but holds a number"),
    ("\"channels\"", "\"channel\"", "did you mean \"channels\"?"),
    ("\"3.0\"", "[]", "must be a string, but is a list"),
  ])
  func `is refused`(part: String, other: String, message: String) {
    do {
      _ = try channels(Self.text.replacing(part, with: other))
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }
}

@Suite("Versions that nobody needs")
struct ImagePruneTests {
  func set(_ text: String, _ os: String = "flatcar", _ arch: String = "amd64-usr") throws
    -> ImageSet
  {
    ImageSet(os: os, arch: arch, version: try version(text))
  }

  @Test func `are the oldest of each system and processor`() throws {
    let sets = [
      try set("9.0"), try set("10.0"), try set("8.0"), try set("1.0", "flatcar", "arm64-usr"),
      try set("2.0", "coreos"), try set("1.0", "coreos"), try set("9.0"),
    ]
    let one = try ImageSet.pruned(sets, keep: 1) { _ in false }
    #expect(one == [try set("1.0", "coreos"), try set("8.0"), try set("9.0")])
    #expect(try ImageSet.pruned(sets, keep: 2) { _ in false } == [try set("8.0")])
    #expect(try ImageSet.pruned(sets, keep: 3) { _ in false }.isEmpty)
  }

  @Test func `are never those in use, which count beside the newest`() throws {
    let sets = [try set("3"), try set("2"), try set("1")]
    let old = try ImageSet.pruned(sets, keep: 1) { $0.version.text == "1" }
    #expect(old == [try set("2")])
  }

  @Test(arguments: [0, -1]) func `are not all`(keep: Int) throws {
    let sets = [try set("1")]
    #expect(throws: ChannelError.keepsNothing) {
      try ImageSet.pruned(sets, keep: keep) { _ in false }
    }
  }
}
