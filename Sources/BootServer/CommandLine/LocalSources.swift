// BootServer/CommandLine: data and state directory, without a server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What a verb reads that works without a server.
struct LocalSources {
  let root: DataRoot
  let configuration: Configuration
  /// What URLs begin with.
  let base: [UInt8]
  let stateDirectory: String

  /// The options that say where it all is.
  static let options: [Option] =
    [
      .dataDirectory, .alsoServe, .stateDirectory,
    ]
    + Option.server.filter {
      ["--listen", "--base-url", "--unmatched", "--local-boot", "--dialects"].contains($0.flag)
    }

  /// - Parameter data: in place of the data directory that the arguments name.
  init(_ arguments: Arguments, data: String? = nil) throws(CommandError) {
    var configuration = arguments.configuration
    if let data { configuration.dataDirectory = data }
    self.configuration = configuration
    stateDirectory = StatePlaces.existing(arguments)
    root = DataRoot(path: configuration.dataDirectory, others: configuration.alsoServed)
    root.hide(stateDirectory)
    do throws(Errno) {
      try root.check()
    } catch {
      throw CommandError(
        "cannot use the data directory \(configuration.dataDirectory): \(error);"
          + " name another with --data-dir")
    }
    base = Self.base(configuration)
  }

  /// What URLs begin with, whatever the data directory is.
  static func base(_ configuration: Configuration) -> [UInt8] {
    configuration.base ?? base(of: configuration.listen)
  }

  /// As for a request whose Host is the address that the server listens on.
  private static func base(of listen: ListenAddress) -> [UInt8] {
    let isEvery = ["", "0.0.0.0", "::"].contains(listen.host)
    let host = isEvery ? HostAddresses.first?.hostText ?? "127.0.0.1" : listen.host
    return Array("http://\(host.contains(":") ? "[\(host)]" : host):\(listen.port)".utf8)
  }

  var files: DataFiles<Never> { DiskFiles(root: root).files }

  /// Machines as the state directory has them.
  func machines() throws(CommandError) -> MachinePicture {
    do throws(StoreError) {
      return try MachinePicture.read(stateDirectory)
    } catch {
      throw CommandError(error.description)
    }
  }

  /// All profiles, for the choice among them.
  func profiles() -> ProfileIndex {
    var catalogue = ProfileCatalogue(root: root)
    _ = catalogue.walk()
    return catalogue.index
  }

  /// Plays boots on the machines that are recorded.
  ///
  /// - Parameter other: whose machines they are, where not its own.
  func rehearsal(
    showsTokens: Bool = false, machines other: LocalSources? = nil
  ) throws(CommandError) -> Rehearsal {
    let picture = try (other ?? self).machines()
    let now = Timestamp(seconds: WallClock.now.seconds)
    let shared = SharedProfiles(root: root)
    var rehearsal = Rehearsal(
      picture.snapshot, files, base: base, now: now,
      profiles: { shared.index(for: $0, own: $1) })
    rehearsal.policy = configuration.unmatched.policy
    rehearsal.localBoot = configuration.localBoot
    rehearsal.reportsByToken = configuration.dialects.isEmpty
    rehearsal.showsTokens = showsTokens
    let limit = configuration.tries.limit
    rehearsal.hasSpentTries = { limit > 0 && picture.sightings[$0]?.tries ?? 0 >= limit }
    return rehearsal
  }
}
