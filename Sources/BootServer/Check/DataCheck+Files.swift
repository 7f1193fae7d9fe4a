// BootServer/Check: files as such: who may write them, and where links lead.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension DataCheck {
  mutating func checkFiles(_ walk: FileWalk) {
    for stray in walk.strays { found.add(Self.finding(stray)) }
    for file in walk.files + walk.directories where file.status.permissions & 0o002 != 0 {
      found.add(
        Finding(
          file: file.name, nil, .warning, "world-writable",
          "anybody on this host may write it, and so choose what machines run; say: chmod o-w"))
    }
    for file in walk.files where file.status.size == 0 && walk.folder == "images" {
      found.add(Self.empty(file.name))
    }
    if walk.folder == "images" { checkSignatures(walk) }
    if walk.isCutShort {
      found.add(
        Finding(
          file: walk.folder, nil, .note, "too-many-files",
          "not checked: there are more files than are looked at"))
    }
  }

  /// Folders of images where nothing says who made them: no signature, no list of digests, no record of
  /// `images fetch`.
  private mutating func checkSignatures(_ walk: FileWalk) {
    var folders: Set<String> = []
    var recorded: Set<String> = []
    for file in walk.files {
      guard let slash = file.name.lastIndex(of: "/") else { continue }
      let folder = String(file.name[..<slash])
      if Self.isRecord(file.name[file.name.index(after: slash)...]) {
        recorded.insert(folder)
      } else if !["images/keys", "images/sources"].contains(folder) {
        folders.insert(folder)
      }
    }
    for folder in folders.sorted() {
      // A tree that is mirrored whole has its record at its top.
      var place = folder[...]
      while !recorded.contains(String(place)), let slash = place.lastIndex(of: "/") {
        place = place[..<slash]
      }
      guard !recorded.contains(String(place)) else { continue }
      found.add(
        Finding(
          file: folder, nil, .warning, "unsigned-images",
          "nothing here says who made these files: no signature, no signed digests, no manifest.json"
        ))
    }
  }

  private static func empty(_ file: String) -> Finding {
    let parts = file.split(separator: "/")
    guard parts.count == 3, parts[1] == "sources", file.hasSuffix(".json") else {
      return Finding(
        file: file, nil, .warning, "empty-file",
        "is empty; most likely a download stopped before it began")
    }
    return Finding(
      file: file, nil, .error, "empty-file",
      ImageSources.emptiness(String(parts[2].dropLast(".json".count))))
  }

  private static func isRecord(_ name: Substring) -> Bool {
    name == "manifest.json"
      || [".sig", ".asc", ".gpg", ".sign"].contains { name.hasSuffix($0) }
      || ["SHA256SUMS", "SHA512SUMS", "DIGESTS", "CHECKSUM", "InRelease"].contains {
        name.contains($0)
      }
  }

  private static func finding(_ stray: FileWalk.Stray) -> Finding {
    switch stray.problem {
    case .leaves(_, let target):
      Finding(
        file: stray.name, nil, .warning, "link-leaves",
        LogText.oneLine(
          "the link leads to \(target), outside the data directory: it is not served;"
            + " --also-serve names directories that links may lead to"))
    case .special:
      Finding(
        file: stray.name, nil, .warning, "special-file",
        "is neither a file nor a folder, and is not served")
    case .missing:
      Finding(file: stray.name, nil, .warning, "dead-link", "is a link that leads nowhere")
    case .denied, .exhausted, .silent, .failed:
      Finding(
        file: stray.name, nil, .warning, "unreadable", LogText.oneLine(stray.problem.reason))
    }
  }

  /// Keys in `sshkeys/`, and files there that are none.
  mutating func checkKeys(_ walk: FileWalk) {
    for file in walk.files {
      guard let bytes = read(file.name) else { continue }
      if file.name.hasSuffix(".pub") {
        found.add(SSHKeyCheck.findings(bytes, file: file.name))
      } else if bytes.firstRange(of: Array("PRIVATE KEY-----".utf8)) != nil {
        found.add(
          Finding(
            file: file.name, FilePlace(line: 1, column: 1), .error, "private-key",
            "is a private key; take it away from here, and make a new one: others may have read it")
        )
      } else {
        found.add(
          Finding(
            file: file.name, nil, .warning, "not-served",
            "is no key that a profile can name: those end in .pub"))
      }
    }
  }
}
