// BootServer/Images: what a version's files are checked by.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The digest files and signatures of one version, fetched and verified themselves.
struct ImageChecks {
  /// `nil`: files by their URLs, whose digests the operator gave.
  private let source: ImageSource?
  private let options: FetchOptions
  private let gpgv: SignatureCheck?
  /// The folder of keys, for commands that are printed.
  private let keys: String
  /// Verified texts of digest files, and signatures, by their downloads' names.
  private var texts: [String: [UInt8]] = [:]
  private var lists: [String: DigestList] = [:]
  /// Who signed; the last of them.
  private(set) var signer: String?
  /// What holds for all files.
  let verified: ImageManifest.Verification

  /// - Parameters:
  ///   - keys: the data directory, whose `images/keys/` hold keys.
  ///   - fetch: gets a small text.
  init(
    _ source: ImageSource, _ downloads: [ImageDownload], _ options: FetchOptions, keys data: String,
    fetch: (String) throws(CommandError) -> [UInt8]
  ) throws(CommandError) {
    self.source = source
    self.options = options
    keys = KeyFolder.place(in: data)
    if source.verification == .openpgp, !options.takesUnsigned {
      let keyrings = try KeyFolder(data, file: options.keyring).keyrings(for: source)
      gpgv = try saying { () throws(SignatureError) in try SignatureCheck(keyrings: keyrings) }
      verified = .openpgp
    } else {
      gpgv = nil
      // A signature beside its file needs no digest.
      let signatures = downloads.compactMap(\.signatureName)
      verified =
        downloads.allSatisfy {
          !$0.isPromoted || $0.digest != nil || signatures.contains($0.name)
        } ? .digest : .unsigned
    }
    for download in downloads where !download.isPromoted {
      let isNeeded = gpgv != nil || download.kind == .digests
      if isNeeded { try add(download, try fetch(download.url)) }
    }
  }

  /// What nobody signs is taken by an operator's word alone.
  static func refuseUnsigned(
    _ source: ImageSource, _ options: FetchOptions
  ) throws(CommandError) {
    guard source.verification != .openpgp, !options.takesUnsigned else { return }
    let what = source.signed == nil ? "signs nothing that is fetched here" : "has no key in its row"
    throw CommandError(
      "\(source.name) \(what), so nobody can tell whose files these are; to take them all the same,"
        + " say --unsigned")
  }

  /// Of files by their URLs.
  ///
  /// - Parameter hasDigests: whether the operator gave one for each.
  init(_ options: FetchOptions, hasDigests: Bool) throws(CommandError) {
    guard hasDigests || options.takesUnsigned else {
      throw CommandError(
        "nobody says what these files must be: give --sha256 or --sums, or take them as they come with"
          + " --unsigned")
    }
    (source, self.options, gpgv, keys) = (nil, options, nil, "images/keys")
    verified = hasDigests ? .digest : .unsigned
  }

  private mutating func add(
    _ download: ImageDownload, _ bytes: [UInt8]
  ) throws(CommandError) {
    if let digest = try digest(of: download) { try Self.compare(bytes, digest, download.url) }
    var text = bytes
    switch download.signature {
    case .clear? where gpgv != nil:
      text = try judged(download.url) { (gpgv) throws(SignatureError) in
        try gpgv.clearSigned(bytes)
      }.text
    case .detached(let name)? where gpgv != nil:
      let signature = texts[name] ?? []
      _ = try judged(download.url) { (gpgv) throws(SignatureError) in
        try gpgv.detached(signature, of: bytes)
      }
    default: break
    }
    texts[download.name] = text
    if download.kind == .digests {
      lists[download.name] = try saying { () throws(DigestError) in
        try DigestList(name: download.url, text)
      }
    }
  }

  private static func compare(
    _ bytes: [UInt8], _ digest: ImageDigest, _ url: String
  ) throws(CommandError) {
    let found = digest.algorithm == .sha512 ? SHA512.hex(of: bytes) : SHA256.hex(of: bytes)
    guard found == digest.hex else {
      throw CommandError(
        "\(url) has \(digest.algorithm.rawValue) \(found) and should have \(digest.hex);"
          + " nothing was changed")
    }
  }

  /// What a file must have; `nil` where nobody says.
  func digest(of download: ImageDownload) throws(CommandError) -> ImageDigest? {
    switch download.digest {
    case nil: return nil
    case .known(let digest)?: return digest
    case .listed(let list, let name)?:
      guard let found = lists[list] else { return nil }
      return try saying { () throws(DigestError) in try found.digest(of: name) }
    }
  }

  /// A file as it is downloaded.
  ///
  /// - Parameter allowsFile: whether it may be a file of this host.
  func download(_ file: ImageDownload, allowsFile: Bool) throws(CommandError) -> Download {
    guard let path = RelativePath(file.name.utf8) else {
      throw CommandError("\(file.url) has a name that no file here can have: \(file.name)")
    }
    let url = try saying { () throws(DownloadError) in
      try DownloadURL(file.url, allowsFile: allowsFile)
    }
    switch try digest(of: file) {
    case nil: return Download(url, to: path)
    case let digest? where digest.algorithm == .sha256:
      return Download(url, to: path, sha256: digest.hex)
    case let digest? where digest.algorithm == .sha512:
      return Download(url, to: path, sha512: digest.hex)
    case let digest?:
      throw CommandError(
        "\(file.url) is listed by \(digest.algorithm.rawValue), which is not known here")
    }
  }

  /// Checks a file that is there by its own signature, where it has one.
  mutating func verify(_ file: ImageDownload, in staging: Staging) throws(CommandError) {
    guard gpgv != nil, case .detached(let name)? = file.signature,
      let path = RelativePath(file.name.utf8)
    else { return }
    do throws(CommandError) {
      let tree = staging.downloads.tree
      var signature = texts[name]
      if signature == nil { signature = try Self.read(name, in: tree) }
      _ = try judged(file.url) { (gpgv) throws(SignatureError) in
        let opened: FileDescriptor
        do throws(Errno) {
          let names = PartNames(path)
          opened = try names.folder(in: tree, makes: false).file(names.last)
        } catch {
          throw .failed("\(file.name): \(error)")
        }
        return try gpgv.detached(signature ?? [], of: opened)
      }
    } catch {
      // What is not signed right is not gone on with.
      staging.discard(path)
      throw error
    }
  }

  private static func read(_ name: String, in tree: OpenFolder) throws(CommandError) -> [UInt8] {
    guard let path = RelativePath(name.utf8) else { return [] }
    do throws(Errno) {
      let names = PartNames(path)
      return try names.folder(in: tree, makes: false).read(names.last, limit: 1 << 20)
    } catch {
      throw CommandError("cannot read \(name): \(error)")
    }
  }

  /// One version never has two kinds of bytes.
  ///
  /// - Parameter sha512: of what is there; `nil` where that is not as it was.
  func compare(
    _ file: ImageDownload, with known: ImageManifest.File, at place: VersionPlace, sha512: String?
  ) throws(CommandError) {
    let os = source?.name ?? place.folder.text
    guard let digest = try digest(of: file),
      let there = digest.algorithm == .sha256 ? known.sha256.hex : sha512,
      there != digest.hex
    else { return }
    throw CommandError(
      "\(place)/\(file.name) is there with \(digest.algorithm.rawValue) \(there), and upstream has it"
        + " with \(digest.hex) now; nothing was changed. To take the new one, say:"
        + " coreos-ipxe-server images remove \(os) \(place.version), and fetch again")
  }

  private mutating func judged(
    _ url: String, _ check: (SignatureCheck) throws(SignatureError) -> SignatureCheck.Report
  ) throws(CommandError) -> SignatureCheck.Report {
    guard let gpgv, let source else {
      throw CommandError("\(url): there is nothing to check it with")
    }
    let report: SignatureCheck.Report
    do throws(SignatureError) {
      report = try check(gpgv)
    } catch {
      throw CommandError("\(url): \(error)")
    }
    let verdict = SignatureVerdict(
      report.status, .init(source, file: url, keys: keys, now: options.now))
    if case .refused(let refusal) = verdict { throw CommandError(refusal.description) }
    signer = verdict.signerText
    return report
  }
}
