// BootServer/CommandLine: the rows about images.
// SPDX-License-Identifier: Apache-2.0

import Boot

extension Operand {
  static let source = Operand(
    name: "OS", count: .optional, meaning: "an OS; see images sources list",
    words: ImageSource.builtIn.map(\.name))
  static let channelOrVersion = Operand(
    name: "CHANNEL|VERSION", count: .optional, meaning: "a channel or a version")
  static let os = Operand(name: "OS", count: .one, meaning: "an OS, as images list has it")
  static let channel = Operand(name: "CHANNEL", count: .one, meaning: "a channel")
  static let version = Operand(name: "VERSION", count: .one, meaning: "a version")
  static let someOS = Operand(name: "OS", count: .any, meaning: "OSes, as images list has them")
  static let sourceName = Operand(
    name: "OS", count: .one, meaning: "a source's name; see images sources list",
    words: ImageSource.builtIn.map(\.name))
}

extension Option {
  static let imageArch = Option(
    "--arch", "WORD", standard: "the source's first",
    meaning: "the processor: x86_64, arm64, or amd64 and its like")
  static let from = Option(
    "--from", "URL", meaning: "a mirror: stands for the whole address that the source names")
  static let fetchURL = Option(
    "--url", "URL", meaning: "a file from anywhere; may be repeated", isRepeated: true)
  static let sha256 = Option(
    "--sha256", "HEX", meaning: "what the file of --url must be; once for each, in their order",
    isRepeated: true,
    parse: { (_, value) throws(UsageError) in
      guard value.utf8.count == 64, value.allSatisfy(\.isHexDigit) else {
        throw UsageError("'\(value)' has not 64 hexadecimal digits")
      }
    })
  static let sums = Option(
    "--sums", "FILE", meaning: "a file of digests that has those of --url: SHA256SUMS and its like")
  static let placeAs = Option(
    "--as", "PLACE", standard: "files/NAME",
    meaning: "the folder below images/ for files of --url: OS/ARCH/VERSION")
  static let unsigned = Option(
    "--unsigned", meaning: "takes what nobody signed, and keeps that on record")
  static let allowOlder = Option(
    "--allow-older", meaning: "the channel may move to a lower version")
  static let diskImages = Option(
    "--disk-images", meaning: "also the images that installers write to a disk")
  static let again = Option(
    "--again", meaning: "reads what is there of it, and fetches once more what was changed")
  static let keyring = Option(
    "--keyring", "FILE", standard: "every file in images/keys/",
    meaning: "a file with the project's public key")
  static let connections = Option(
    "--connections", "N", standard: "4", meaning: "files that are fetched at once, 1 to 16",
    parse: { (_, value) throws(UsageError) in
      guard let count = Int(value), (1...16).contains(count) else {
        throw UsageError("'\(value)' is not a number from 1 to 16")
      }
    })
  static let limitRate = Option(
    "--limit-rate", "BYTES", standard: "as fast as it goes",
    meaning: "bytes a second for all files together: 500K, 20M",
    parse: { (_, value) throws(UsageError) in
      guard rate(value) != nil else {
        throw UsageError("'\(value)' is no rate such as 500K or 20M")
      }
    })
  static let dryRun = Option(
    "--dry-run", meaning: "says what would be fetched and how big it is, and fetches nothing")
  static let keep = Option(
    "--keep", "N", meaning: "how many versions of each OS and processor stay, 1 at least",
    parse: { (_, value) throws(UsageError) in
      guard let count = Int(value), (1...10_000).contains(count) else {
        throw UsageError(
          "'\(value)' is not a number from 1 on; images remove takes one version away")
      }
    })

  /// `500K`, `20M`, `1G` or bytes.
  static func rate(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["K": 1000, "M": 1_000_000, "G": 1_000_000_000]
    let unit = text.last.flatMap { units[Character($0.uppercased())] }
    guard let number = Int64(unit == nil ? text : String(text.dropLast())), number > 0 else {
      return nil
    }
    let (rate, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
    return isTooLarge ? nil : rate
  }
}

extension Verb {
  /// `images ...`.
  static let images: [Verb] = [
    Verb(
      "images", meaning: "fetches, verifies and keeps the images that machines boot",
      examples: ["images fetch flatcar stable", "images list"],
      help: """
        A version's folder appears whole and verified, or not at all. A channel such as
        stable is a link to one version: a script names the version that the link means
        when the script is made.
        """,
      run: nil),
    Verb(
      "images fetch", [.source, .channelOrVersion],
      options: [
        .imageArch, .from, .diskImages, .again, .unsigned, .allowOlder, .keyring, .connections,
        .limitRate, .dryRun, .fetchURL, .sha256, .sums, .placeAs, .json, .dataDirectory,
      ],
      meaning: "fetches a version, verifies it, and puts it in place",
      examples: [
        "images fetch flatcar stable", "images fetch debian bookworm --dry-run",
        "images fetch flatcar 3510.2.0 --from http://mirror/flatcar",
        "images fetch --url https://example.org/rescue.iso --sums SHA256SUMS",
      ],
      help: """
        Finds the version, downloads every file that a boot needs beside its place,
        checks the project's signature and all digests, and only then puts the folder
        there and has the channel name it. What stops half-way is gone on with by the
        next try. A channel does not move to a lower version by itself.

        Needs curl, and gpgv for signatures. The project's key is put into images/keys/
        once; where it is missing, the command that gets it is printed.
        """,
      check: FetchCommand.check, run: FetchCommand.run),
    Verb(
      "images list", options: [.json] + LocalSources.options,
      meaning: "the versions that are there, and who uses them", examples: ["images list"],
      help: """
        A line for each version: its size and age, how it was verified, the channels
        that name it, the profiles that do, how many machines have such a profile, and
        how many of them booted it last.
        """,
      run: ImagesCommand.list),
    Verb(
      "images verify", [.someOS], options: [.json, .dataDirectory],
      meaning: "reads what is there again, and compares it",
      examples: ["images verify", "images verify flatcar"],
      help: """
        Every file of a version that was fetched is read, and its digest compared. What
        is missing, different or besides is a line, and the status is 3. So is the
        command that brings what is damaged anew: images fetch ... --again.
        """,
      statuses: ExitCode.allCases, run: ImagesCommand.verify),
    Verb(
      "images rollback", [.os, .channel], options: [.imageArch, .dataDirectory],
      meaning: "has a channel name the version before",
      examples: ["images rollback flatcar stable"],
      help: """
        Each time one version further back. Following the channel then passes over the
        version that was rolled back from, until there is a newer one.
        """,
      run: ImagesCommand.rollback),
    Verb(
      "images pin", [.os, .channel, .version], options: [.imageArch, .dataDirectory],
      meaning: "has a channel name one version, whatever is fetched",
      examples: ["images pin flatcar stable 3510.2.0"],
      help: "New versions are fetched all the same, and the channel stays.",
      run: ImagesCommand.pin),
    Verb(
      "images unpin", [.os, .channel], options: [.imageArch, .dataDirectory],
      meaning: "lets a channel move again", examples: ["images unpin flatcar stable"],
      help: "It moves at the next images fetch.", run: ImagesCommand.unpin),
    Verb(
      "images prune", requires: [.keep], options: [.dryRun] + LocalSources.options,
      meaning: "removes old versions that nobody names",
      examples: ["images prune --keep 3", "images prune --keep 2 --dry-run"],
      help: """
        Keeps the newest N of each OS and processor, and every version that a profile, a
        channel or a machine names. Also clears what fetches left that did not end.
        """,
      run: ImagesCommand.prune),
    Verb(
      "images remove", [.os, .version], options: [.imageArch] + LocalSources.options,
      meaning: "removes one version", examples: ["images remove flatcar 3510.2.0"],
      help: "A version that a profile, a channel or a machine names is not removed.",
      run: ImagesCommand.remove),
    Verb(
      "images sources", meaning: "shows where images come from",
      examples: ["images sources list", "images sources show flatcar"],
      help: """
        A source is a row of data: where its versions are listed, which files belong to
        one, and who signs them. A row of your own is images/sources/NAME.json.
        """,
      run: nil),
    Verb(
      "images sources list", options: [.dataDirectory],
      meaning: "all sources, and how each is verified", examples: ["images sources list"],
      help: "Yours stand for built-in ones of the same name.", run: ImageSources.list),
    Verb(
      "images sources show", [.sourceName], options: [.dataDirectory],
      meaning: "one source, as a file that can be saved",
      examples: ["images sources show flatcar"],
      help: """
        Prints JSON. Saved as images/sources/NAME.json and changed, it is a source of
        your own.
        """,
      run: ImageSources.show),
  ]
}
