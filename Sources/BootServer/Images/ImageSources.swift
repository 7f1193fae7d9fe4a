// BootServer/Images: where images come from: built-in rows, and the operator's own.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// All source rows: those that are built in, and `images/sources/NAME.json` of a data directory.
struct ImageSources {
  /// The data directory.
  let data: String
  private static let maxFile = 1 << 20

  /// Names of the operator's own rows.
  var own: [String] {
    guard let folder = try? OpenFolder(path: "\(data)/images/sources"),
      let entries = try? folder.contents()
    else { return [] }
    return entries.map { String(decoding: $0.name, as: UTF8.self) }
      .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
      .sorted()
  }

  /// Every name; an operator's own row stands for the built-in one.
  var names: [String] { Set(own + ImageSource.builtIn.map(\.name)).sorted() }

  /// A row by its name.
  subscript(name: String) -> ImageSource {
    get throws(CommandError) {
      if own.contains(name) {
        let file = Self.file(name)
        let bytes = try text(of: name)
        guard !Self.isEmpty(bytes) else { throw CommandError("\(file) \(Self.emptiness(name))") }
        return try saying { () throws(ImageFileError) in
          try ImageSource(name: name, file: file, text: bytes)
        }
      }
      if let found = Self.builtIn(name) { return found }
      let near = Nearest.name(to: name, in: names).map { "; is it \($0)?" }
      throw CommandError(
        "no source of images is called \(Terminal.harmless(name))\(near ?? "; see coreos-ipxe-server images sources list")"
      )
    }
  }

  private static func file(_ name: String) -> String { "images/sources/\(name).json" }

  private static func builtIn(_ name: String) -> ImageSource? {
    ImageSource.builtIn.first { $0.name == name }
  }

  /// An operator's own row, as it is.
  private func text(of name: String) throws(CommandError) -> [UInt8] {
    let file = Self.file(name)
    do throws(Errno) {
      return try FileDescriptor.contents(of: "\(data)/\(file)", limit: Self.maxFile)
    } catch {
      throw CommandError("cannot read \(file): \(error)")
    }
  }

  private static func isEmpty(_ text: [UInt8]) -> Bool {
    text.allSatisfy { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
  }

  /// What is wrong with a row's file that holds nothing, and what to do; stands behind the file's name.
  static func emptiness(_ name: String) -> String {
    let cure =
      builtIn(name) == nil
      ? "write the source into it, or remove it"
      : "remove it, and the built-in \(name) counts again"
    return "is empty: most likely a shell emptied it for a command that then failed; \(cure)"
  }

  static func list(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let sources = ImageSources(data: arguments.configuration.dataDirectory)
    let own = Set(sources.own)
    let builtIn = Set(ImageSource.builtIn.map(\.name))
    var rows = [["NAME", "CHANNELS", "ARCH", "VERIFIED BY", ""]]
    for name in sources.names {
      do throws(CommandError) {
        let source = try sources[name]
        let note =
          own.contains(name) ? (builtIn.contains(name) ? "yours, in place of ours" : "yours") : ""
        rows.append([
          name, source.channels.joined(separator: " "),
          source.arches.map(\.usual).joined(separator: " "), source.verification.words, note,
        ])
      } catch {
        rows.append([name, "-", "-", "-", error.description])
      }
    }
    Process.writeToOutput(MachinesText.aligned(rows))
    return .done
  }

  static func show(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let sources = ImageSources(data: arguments.configuration.dataDirectory)
    let name = arguments.operands[0]
    // A shell that is to put it there has emptied the file before we look.
    if sources.own.contains(name), let builtIn = Self.builtIn(name),
      Self.isEmpty(try sources.text(of: name))
    {
      Process.writeToOutput(builtIn.fileText)
      return .done
    }
    Process.writeToOutput(try sources[name].fileText)
    return .done
  }
}

extension ImageManifest.Verification {
  /// For a column.
  var words: String {
    switch self {
    case .openpgp: "signature"
    case .digest: "digest"
    case .unsigned: "nothing"
    }
  }
}
