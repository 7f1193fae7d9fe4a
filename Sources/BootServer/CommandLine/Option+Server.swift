// BootServer/CommandLine: the options of the server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

extension Option {
  /// The word that differs by capitals alone.
  static func small(_ value: String, _ words: [String]) -> String {
    let small = value.lowercased()
    return words.contains(small) ? "; did you mean '\(small)'?" : ""
  }

  /// One of the words of a type.
  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: String
  ) throws(UsageError) -> Choice {
    guard let choice = Choice(rawValue: value) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError(
        "'\(value)' is none of \(words)" + small(value, Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// What the server takes, in the order of its help.
  package static let server: [Option] = [
    dataDirectory,
    alsoServe,
    listen,
    Option(
      "--base-url", "URL", variable: "COREOS_IPXE_SERVER_BASE_URL",
      standard: "the request's Host",
      meaning: "what the URLs in a script begin with: HOST[:PORT][/PATH], or https:// and that",
      parse: { (configuration, value) throws(UsageError) in
        configuration.base = value.isEmpty ? nil : try BaseURL.parse(value)
      }),
    fallbackProfile,
    listings,
    trustedProxies,
    Option(
      "--log-level", "LEVEL", variable: "COREOS_IPXE_SERVER_LOG_LEVEL",
      standard: "info",
      meaning: "error, warning, info or debug; requests are logged at info",
      words: ["error", "warning", "info", "debug"],
      parse: { (configuration, value) throws(UsageError) in
        guard let level = Event.Severity(name: value) else {
          throw UsageError(
            "'\(value)' is none of error, warning, info, debug"
              + small(value, ["error", "warning", "info", "debug"]))
        }
        configuration.logLevel = level
      }),
    Option(
      "--threads", "N", variable: "COREOS_IPXE_SERVER_THREADS",
      standard: "one for each processor",
      meaning: "event loops, each a thread",
      parse: { (configuration, value) throws(UsageError) in
        guard let count = Int(value), (1...256).contains(count) else {
          throw UsageError("'\(value)' is not a number from 1 to 256")
        }
        configuration.threads = count
      }),
    stateDirectory,
    expectState,
    freshState,
    Option(
      "--unmatched", "POLICY", variable: "COREOS_IPXE_SERVER_UNMATCHED",
      standard: "hold",
      meaning: "no profile takes it: hold, local (its disk), menu or menu-local (a menu first)",
      words: Unmatched.allCases.map(\.rawValue),
      parse: { (configuration, value) throws(UsageError) in
        configuration.unmatched = try choice(value)
      }),
    localBoot,
    Option(
      "--console", "WHAT", variable: "COREOS_IPXE_SERVER_CONSOLE",
      standard: "reason",
      meaning: "reason: a machine that gets no script shows why; plain: iPXE gets the bare status",
      words: Console.allCases.map(\.rawValue),
      parse: { (configuration, value) throws(UsageError) in
        configuration.console = try choice(value)
      }),
    Option(
      "--install-tries", "N", variable: "COREOS_IPXE_SERVER_INSTALL_TRIES",
      standard: "5",
      meaning: "a machine whose installer was served N times without a report is held; 0: never",
      parse: { (configuration, value) throws(UsageError) in
        guard let limit = Int(value), (0...1000).contains(limit) else {
          throw UsageError("'\(value)' is not a number from 0 to 1000")
        }
        configuration.tries.limit = limit
      }),
    Option(
      "--stall-after", "SECONDS", variable: "COREOS_IPXE_SERVER_STALL_AFTER",
      standard: "30",
      meaning: "a boot that has got no byte for so long counts as stalled; 0: never",
      parse: { (configuration, value) throws(UsageError) in
        guard let seconds = Int(value), (0...86_400).contains(seconds) else {
          throw UsageError("'\(value)' is not a number of seconds from 0 to 86400")
        }
        configuration.stallSeconds = seconds
      }),
    Option(
      "--update-images", "TIME", variable: "COREOS_IPXE_SERVER_UPDATE_IMAGES",
      standard: "0: never",
      meaning: "how often the channels that profiles name are followed: 24h, 30m",
      parse: { (configuration, value) throws(UsageError) in
        configuration.updates.seconds = try UpdatePlan.seconds(value)
      }),
    Option(
      "--update-window", "HH:MM-HH:MM", variable: "COREOS_IPXE_SERVER_UPDATE_WINDOW",
      standard: "the whole day",
      meaning: "the time of day, local time, in which channels are followed",
      parse: { (configuration, value) throws(UsageError) in
        configuration.updates.window = try UpdatePlan.window(value)
      }),
    Option(
      "--api-token-file", "FILE", variable: "COREOS_IPXE_SERVER_API_TOKEN_FILE",
      standard: "none: the API is on the Unix socket alone",
      meaning: "a file with the bearer token that opens /machines on the network",
      parse: { (configuration, value) throws(UsageError) in
        guard !value.isEmpty else { throw UsageError("names no file") }
        configuration.apiTokenFile = value
      }),
    Option(
      "--answer-token-file", "FILE", variable: "COREOS_IPXE_SERVER_ANSWER_TOKEN_FILE",
      standard: "none: answers need the machine's own token",
      meaning: "a file with the bearer token of installers that POST to /answers/PROFILE",
      parse: { (configuration, value) throws(UsageError) in
        guard !value.isEmpty else { throw UsageError("names no file") }
        configuration.answerTokenFile = value
      }),
    Option(
      "--dialects", "LIST", variable: "COREOS_IPXE_SERVER_DIALECTS",
      standard: "none",
      meaning: "mayu, stacki: serve these servers' clients too; neither asks for a password",
      words: Dialect.allCases.map(\.rawValue),
      parse: { (configuration, value) throws(UsageError) in
        configuration.dialects = try Dialect.parse(list: value)
      }),
    Option(
      "--etcd", "URL", variable: "COREOS_IPXE_SERVER_ETCD",
      standard: "none: there is no discovery",
      meaning: "the etcd with --enable-v2 that discovery's tokens are kept in",
      parse: { (configuration, value) throws(UsageError) in
        configuration.etcd = try EtcdURL.parse(value)
      }),
    Option(
      "--discovery-size", "N", variable: "COREOS_IPXE_SERVER_DISCOVERY_SIZE",
      standard: "3",
      meaning: "members of an etcd cluster that does not say how many it has",
      parse: { (configuration, value) throws(UsageError) in
        guard let size = Int(value), (1...1000).contains(size) else {
          throw UsageError("'\(value)' is not a number from 1 to 1000")
        }
        configuration.discoverySize = size
      }),
  ]

  static let alsoServe = Option(
    "--also-serve", "DIR", variable: "COREOS_IPXE_SERVER_ALSO_SERVE",
    standard: "none: links stay in the data directory",
    meaning: "a directory that links in the data directory may lead to; may be repeated",
    isRepeated: true,
    parse: { (configuration, value) throws(UsageError) in
      guard value.hasPrefix("/") else { throw UsageError("'\(value)' is no absolute path") }
      configuration.alsoServed.append(value)
    })

  static let listen = Option(
    "--listen", "HOST:PORT", variable: "COREOS_IPXE_SERVER_LISTEN_ADDR",
    standard: "0.0.0.0:4777",
    meaning: "the address to serve on; :PORT is every address, IPv4 and IPv6",
    parse: { (configuration, value) throws(UsageError) in
      configuration.listen = try ListenAddress(value)
    })

  private static let localBoot = Option(
    "--local-boot", "WAY", variable: "COREOS_IPXE_SERVER_LOCAL_BOOT",
    standard: "exit",
    meaning: "how a machine boots its disk: exit (to the firmware on UEFI), sanboot or chain:URL",
    parse: { (configuration, value) throws(UsageError) in
      guard let way = LocalBoot(value) else {
        throw UsageError("'\(value)' \(LocalBoot.explanation)")
      }
      configuration.localBoot = way
    })

  private static let fallbackProfile = Option(
    "--fallback-profile", "NAME", variable: "COREOS_IPXE_SERVER_FALLBACK_PROFILE",
    standard: "none: it is 404",
    meaning: "the profile that answers a ?profile= which is not there",
    parse: { (configuration, value) throws(UsageError) in
      guard RelativePath(name: value.utf8) != nil else {
        throw UsageError("'\(value)' is no name of a profile")
      }
      configuration.fallbackProfile = value
    })

  private static let listings = Option(
    "--listings", "WORD", variable: "COREOS_IPXE_SERVER_LISTINGS",
    standard: "on",
    meaning: "on or off; off: folders have no page of what is in them, files stay",
    words: ["on", "off"],
    parse: { (configuration, value) throws(UsageError) in
      guard ["on", "off"].contains(value) else {
        throw UsageError("'\(value)' is neither on nor off")
      }
      configuration.listsDirectories = value == "on"
    })

  private static let trustedProxies = Option(
    "--trusted-proxies", "CIDR,...", variable: "COREOS_IPXE_SERVER_TRUSTED_PROXIES",
    standard: "none",
    meaning: "proxies whose X-Forwarded-For or Forwarded says who asks",
    parse: { (configuration, value) throws(UsageError) in
      configuration.trustedProxies = try TrustedProxies(parsing: value)
    })

  static let expectState = Option(
    "--expect-state", variable: "COREOS_IPXE_SERVER_EXPECT_STATE",
    standard: "no",
    meaning: "a state directory without records is an accident: nothing new is installed",
    parse: { (configuration, value) throws(UsageError) in
      configuration.expectsState = try isOn(value)
    })

  static let freshState = Option(
    "--fresh-state", variable: "COREOS_IPXE_SERVER_FRESH_STATE",
    standard: "no",
    meaning: "an empty state directory is meant, whatever was there before",
    parse: { (configuration, value) throws(UsageError) in
      configuration.freshState = try isOn(value)
    })

  static let dataDirectory = Option(
    "--data-dir", "DIR", variable: "COREOS_IPXE_SERVER_DATA_DIR",
    standard: Configuration.standardDataDirectory,
    meaning: "where configs, images, profiles and sshkeys are",
    parse: { (configuration, value) throws(UsageError) in
      guard !value.isEmpty else { throw UsageError("names no directory") }
      configuration.dataDirectory = value
    })

  static let stateDirectory = Option(
    "--state-dir", "DIR", variable: "COREOS_IPXE_SERVER_STATE_DIR",
    standard: "DATA_DIR/state",
    meaning: "where the records of machines are kept; never served",
    parse: { (configuration, value) throws(UsageError) in
      guard !value.isEmpty else { throw UsageError("names no directory") }
      configuration.stateDirectoryOption = value
    })
}
