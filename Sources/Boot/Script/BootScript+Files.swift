// Boot/Script: the files that a script has fetched from this server.
// SPDX-License-Identifier: Apache-2.0

import Text

extension BootScript {
  /// The kernel and initrds of a script that lie below the data directory, as paths in it.
  ///
  /// Read back from the script, for there everything has been put together; what a variable of iPXE's
  /// names, or another server has, is left out.
  ///
  /// - Parameter base: what URLs of this server begin with, as in ``ScriptInputs``.
  package func ownFiles(base: [UInt8]) -> [String] {
    var variables: [String: String] = [:]
    var files: [String] = []
    let front = String(decoding: base, as: UTF8.self) + "/"
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 1 else { continue }
      let isImage = words.prefix(2) == ["set", "image-url"]
      if words[0] == "set", words.count == 3, !isImage {
        variables[String(words[1])] = String(words[2])
      }
      guard isImage || words[0] == "kernel" || words[0] == "initrd" else { continue }
      let url = words.first { $0.hasPrefix("${base-url}/") || $0.hasPrefix(front) }
      guard let url else { continue }
      var whole = String(url)
      for name in ["base-url", "coreos-version"] {
        whole = whole.replacing("${\(name)}", with: variables[name] ?? "")
      }
      guard whole.hasPrefix(front), !whole.contains("${"),
        let path = PercentCoding.decoded(Array(whole.dropFirst(front.count).utf8)[...])
      else { continue }
      files.append(String(decoding: path, as: UTF8.self))
    }
    return files
  }
}
