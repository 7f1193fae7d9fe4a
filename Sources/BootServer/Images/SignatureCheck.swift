// BootServer/Images: signatures, checked by gpgv.
// SPDX-License-Identifier: Apache-2.0

import System

/// Has gpgv check OpenPGP signatures against some keys.
///
/// What it says is not judged here: gpgv's exit status is 0 for a key that has expired, so its status lines
/// decide.
package struct SignatureCheck: Sendable {
  /// What gpgv says.
  package struct Report: Sendable {
    /// Lines that begin with `[GNUPG:] ` and end with a line feed (GnuPG's doc/DETAILS), as they came: a name in
    /// them may hold what other readers take for a line's end.
    package let status: [UInt8]
    /// The only text of a clear-signed file that may be read; empty for others.
    package let text: [UInt8]
    /// gpgv's own words, for people.
    package let complaint: String
    /// gpgv's exit status, which alone proves nothing.
    package let exit: Int
  }

  private let keyrings: [[UInt8]]
  /// Bytes of a text that is signed.
  private static let textLimit = 8 << 20

  /// - Parameter keyrings: binary keyrings; armour is not one.
  /// - Throws: ``SignatureError/missingTool`` where there is no gpgv.
  package init(keyrings: [[UInt8]]) throws(SignatureError) {
    guard ImageTool.gpgv.isInstalled() else { throw .missingTool }
    self.keyrings = keyrings
  }

  /// Checks a text with its signature around it.
  package func clearSigned(_ signed: [UInt8]) throws(SignatureError) -> Report {
    // Another kind of message could be packed, and unpack to any size.
    let begin = Array("-----BEGIN PGP SIGNED MESSAGE-----".utf8)
    let first = signed.drop { $0 == 0x0a || $0 == 0x0d }.prefix { $0 != 0x0a }
    guard first.starts(with: begin), first.dropFirst(begin.count).allSatisfy({ $0 <= 0x20 }) else {
      throw .notClearSigned
    }
    var rest: [UInt8]? = signed
    return try report(signature: nil) {
      defer { rest = nil }
      return rest
    }
  }

  /// Checks a file against the signature that stands beside it.
  ///
  /// - Parameter signature: binary or armoured.
  package func detached(
    _ signature: [UInt8], of file: borrowing FileDescriptor
  ) throws(SignatureError) -> Report {
    // Another descriptor of the same file: a closure cannot keep this one.
    let copy: FileDescriptor
    do throws(Errno) { copy = try file.duplicate() } catch { throw .failed(error.description) }
    let reader = WholeFile(copy)
    let report = try report(signature: signature) { reader.next() }
    if let failure = reader.failure { throw .failed(failure.description) }
    return report
  }

  /// Checks bytes against the signature that stands beside them.
  ///
  /// - Parameter signature: binary or armoured.
  package func detached(
    _ signature: [UInt8], of bytes: [UInt8]
  ) throws(SignatureError) -> Report {
    var rest: [UInt8]? = bytes
    return try report(signature: signature) {
      defer { rest = nil }
      return rest
    }
  }

  private func report(
    signature: [UInt8]?, feeding feed: @escaping () -> [UInt8]?
  ) throws(SignatureError) -> Report {
    do {
      let scratch = try TemporaryFolder()
      var arguments = ["--status-fd", "1", "--homedir", scratch.path]
      for (index, keyring) in keyrings.enumerated() {
        try scratch.folder.write("keyring\(index).gpg", keyring)
        arguments += ["--keyring", "\(scratch.path)/keyring\(index).gpg"]
      }
      if let signature {
        try scratch.folder.write("signature", signature)
        arguments += ["--", "\(scratch.path)/signature", "-"]
      } else {
        arguments += ["--output", "\(scratch.path)/text"]
      }
      var program = Child("gpgv", environment: ["LC_ALL=C"], seconds: 600)
      program.inherited = ["PATH"]
      let ended = try program.run(arguments, taking: nil, feeding: feed)
      let text = signature == nil ? try? scratch.folder.read("text", limit: Self.textLimit) : nil
      return Report(
        status: ended.output,
        text: text ?? [], complaint: ended.complaint, exit: ended.status)
    } catch Child.Failure.missing {
      throw .missingTool
    } catch {
      throw .failed("\(error)")
    }
  }

  /// Hands a file out from its start.
  private final class WholeFile {
    private let file: FileDescriptor
    private var offset: Int64 = 0
    private(set) var failure: Errno?

    init(_ file: consuming FileDescriptor) { self.file = file }

    func next() -> [UInt8]? {
      do throws(Errno) {
        let piece = try file.read(count: 256 << 10, at: offset)
        offset += Int64(piece.count)
        return piece.isEmpty ? nil : piece
      } catch {
        failure = error
        return nil
      }
    }
  }
}

/// Why a signature could not be checked; one that is wrong is a report.
package enum SignatureError: Error, Equatable, Sendable, CustomStringConvertible {
  case missingTool
  /// It should begin with `-----BEGIN PGP SIGNED MESSAGE-----`.
  case notClearSigned
  case failed(String)

  /// One sentence that names the culprit and the way out.
  package var description: String {
    switch self {
    case .missingTool: "gpgv is not installed; install it with: apt install gpgv"
    case .notClearSigned:
      "it is not clear-signed: it does not begin with -----BEGIN PGP SIGNED MESSAGE-----"
    case .failed(let reason): "the signature cannot be checked: \(reason)"
    }
  }
}
