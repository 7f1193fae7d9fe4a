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
        let file = "images/sources/\(name).json"
        let bytes: [UInt8]
        do throws(Errno) {
          bytes = try FileDescriptor.contents(of: "\(data)/\(file)", limit: Self.maxFile)
        } catch {
          throw CommandError("cannot read \(file): \(error)")
        }
        return try saying { () throws(ImageFileError) in
          try ImageSource(name: name, file: file, text: bytes)
        }
      }
      if let found = ImageSource.builtIn.first(where: { $0.name == name }) { return found }
      let near = Nearest.name(to: name, in: names).map { "; is it \($0)?" }
      throw CommandError(
        "no source of images is called \(Terminal.harmless(name))\(near ?? "; see images sources list")"
      )
    }
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
    Process.writeToOutput(try sources[arguments.operands[0]].fileText)
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
