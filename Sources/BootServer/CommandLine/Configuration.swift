// BootServer/CommandLine: what the server is told at its start.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// How the server runs.
package struct Configuration: Sendable {
  /// The original's.
  package static let standardDataDirectory = "/opt/coreos-ipxe-server"

  /// `--data-dir`.
  package var dataDirectory = standardDataDirectory
  /// Directories outside it that links in it may lead to.
  package var alsoServed: [String] = []
  /// `--listen`.
  package var listen = ListenAddress.standard
  /// `http://host[:port][/path]`; `nil`: what the request's Host says.
  package var base: [UInt8]?
  /// `--log-level`: the least grave that is logged.
  package var logLevel = Event.Severity.info
  /// Event loops; `nil`: one a processor.
  package var threads: Int?
  /// `--state-dir`; `nil`: beneath the data directory.
  package var stateDirectoryOption: String?
  /// A state directory without records is an accident.
  package var expectsState = false
  /// An empty state directory is meant, whatever was there before.
  package var freshState = false
  /// `--unmatched`: what a held machine gets.
  package var unmatched = Unmatched.hold
  /// `--local-boot`: how machines in use boot their disks.
  package var localBoot = LocalBoot.exit
  /// `--console`: whether machines that get no script are told why on their screen.
  package var console = Console.reason
  /// `--install-tries`.
  package var tries = TryLimit()
  /// `--stall-after`: seconds without a byte after which a boot counts as stalled; 0: never.
  package var stallSeconds = 30
  /// `--api-token-file`; `nil`: the API is on the Unix socket alone.
  package var apiTokenFile: String?
  /// `--answer-token-file`; `nil`: answers are by a machine's own token alone.
  package var answerTokenFile: String?
  /// `--dialects`: whose clients are answered as well.
  package var dialects: Set<Dialect> = []
  /// `--etcd`: the URL of the etcd that discovery tokens live in; `nil`: no discovery.
  package var etcd: String?
  /// `--discovery-size`: members of a new cluster.
  package var discoverySize = 3
  /// `--trusted-proxies`; `nil`: nobody asks for another.
  package var trustedProxies: TrustedProxies?
  /// `--update-images` and `--update-window`.
  package var updates = UpdatePlan()
  /// Answers a `?profile=` that is not there.
  package var fallbackProfile: String?
  /// `--on-event`: the program that gets each event.
  package var onEvent: String?
  /// `--metrics`: who may ask for `/metrics`.
  package var metrics = MetricsPolicy.open
  /// `--listings`: whether directories are served as lists.
  package var listsDirectories = true

  /// Where machines are kept.
  package var stateDirectory: String { stateDirectoryOption ?? dataDirectory + "/state" }

  /// What holds without any option.
  package init() {}
}

extension Configuration {
  /// `check` of this very data directory, as a machine's screen shows it: one line of 78 columns.
  var checkCommand: String {
    let command = "coreos-ipxe-server check"
    let directory = RealPath.of(dataDirectory)
    if directory == Self.standardDataDirectory { return command }
    let whole = "\(command) --data-dir \(ShellWord.quoted(directory))"
    return whole.utf8.count <= 74 ? whole : command
  }

  /// The token of the API on the network.
  func apiToken() throws(StartError) -> String? {
    try apiTokenFile.map { (file) throws(StartError) in try Self.token(in: file, "API") }
  }

  /// The token of answers for all machines.
  func answerToken() throws(StartError) -> String? {
    try answerTokenFile.map { (file) throws(StartError) in try Self.token(in: file, "answer") }
  }

  private static func token(in file: String, _ what: String) throws(StartError) -> String {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try FileDescriptor.contents(named: file, limit: 4096)
    } catch {
      throw StartError(description: "cannot read the \(what) token in \(file): \(error)")
    }
    let token = String(decoding: bytes, as: UTF8.self)
      .split { $0 == " " || $0 == "\n" || $0 == "\r\n" || $0 == "\t" }.map(String.init)
    guard token.count == 1, token[0].utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw StartError(
        description: token.isEmpty
          ? "the \(what) token file \(file) is empty; put a long random word into it"
          : "the \(what) token file \(file) must hold one word of printable ASCII")
    }
    return token[0]
  }

  /// What links may lead to must not hold the state directory, nor everything there is.
  func checkAlsoServed() throws(StartError) {
    let state = RealPath.of(stateDirectory).split(separator: "/")
    for directory in alsoServed {
      let names = RealPath.of(directory).split(separator: "/")
      guard !names.isEmpty else {
        throw StartError(
          description: "--also-serve \(directory) is everything there is; name a folder")
      }
      guard !state.starts(with: names), !names.starts(with: state) else {
        throw StartError(
          description:
            "--also-serve \(directory) and the state directory \(stateDirectory) lie in one"
            + " another; choose another with --state-dir")
      }
    }
  }

  /// The state directory must not lie in a folder that is served.
  func checkStateDirectory() throws(StartError) {
    let state = stateDirectory.split(separator: "/").filter { $0 != "." }
    let data = dataDirectory.split(separator: "/").filter { $0 != "." }
    guard state.starts(with: data) else { return }
    let inner = state.dropFirst(data.count)
    guard let folder = inner.first else {
      throw StartError(
        description: "the state directory \(stateDirectory) is the data directory;"
          + " choose another with --state-dir")
    }
    guard !DataFolder.all.contains(String(folder)) else {
      throw StartError(
        description: "the state directory \(stateDirectory) lies in \(folder)/, which is served;"
          + " choose another with --state-dir")
    }
  }
}
