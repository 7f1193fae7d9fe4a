// BootServer/Handlers: images that are as long as their manifest says.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Keeps a file of `images/` from being sent that has not the size which `images fetch` noted: half of it came,
/// or somebody changed it. Belongs to one loop.
final class ManifestSizes {
  private struct Kept {
    let sizes: [String: Int64]
    let dependency: FileDependency
    let until: Instant
    var checkedTurn: UInt64
  }

  private let store: FileStore
  private var kept: [RelativePath: Kept] = [:]
  private static let mostKept = 4096
  private static let mostBytes = 4 << 20
  /// What cannot be looked at again without waiting is looked at so often.
  private static let seconds = 5

  init(_ store: FileStore) { self.store = store }

  /// The same outcome, or 500 in its place: asking again would not help.
  func checked(_ outcome: Outcome, _ request: Request) -> Outcome {
    guard case .respond(let response) = outcome, let file = Self.file(of: response),
      file.path.bytes.starts(with: "images/".utf8)
    else { return outcome }
    do throws(PendingFile) {
      guard let wanted = try size(of: file.path, request), wanted != file.status.size else {
        return outcome
      }
      let line = "\(file.path.text) has \(file.status.size) bytes, and its manifest says \(wanted)"
      var refused = Response.line(.internalServerError, LogText.oneLine(line))
      refused.event = Event(.file)
      refused.event.fail(
        "\(line); coreos-ipxe-server images verify finds what else is wrong, and says what mends it"
      )
      return .respond(refused)
    } catch {
      return .wait(error)
    }
  }

  private static func file(of response: Response) -> OpenFile? {
    for part in response.body { if case .file(let file, _) = part { return file } }
    return nil
  }

  /// What a manifest above a file says of it: `images/OS/ARCH/VERSION`, or one folder less.
  private func size(of path: RelativePath, _ request: Request) throws(PendingFile) -> Int64? {
    let names = path.text.split(separator: "/")
    for depth in [3, 4] where depth < names.count {
      guard let folder = RelativePath(names[..<depth].joined(separator: "/").utf8) else { continue }
      let rest = names[depth...].joined(separator: "/")
      if let size = try sizes(in: folder, request)[rest] { return size }
    }
    return nil
  }

  private func sizes(
    in folder: RelativePath, _ request: Request
  ) throws(PendingFile) -> [String: Int64] {
    let turn = store.turn
    if let kept = kept[folder] {
      if kept.checkedTurn == turn { return kept.sizes }
      let isCurrent =
        kept.dependency.isVolatile ? Instant.now < kept.until : kept.dependency.isCurrent
      if isCurrent {
        self.kept[folder]?.checkedTurn = turn
        return kept.sizes
      }
    }
    guard let path = RelativePath(folder.bytes + Array("/\(ImageManifest.fileName)".utf8)) else {
      return [:]
    }
    let absolute = store.root.absolutePath(path)
    var sizes: [String: Int64] = [:]
    let dependency: FileDependency
    let isAtHand: Bool
    switch store.contents(path, limit: Self.mostBytes, delivered: request.delivered) {
    case .pending(let file): throw file
    case .failed:
      isAtHand = store.isAtHand(path, nil)
      dependency = FileDependency(path: absolute, status: nil, isAtHand: isAtHand)
    case .found(let contents):
      isAtHand = store.isAtHand(path, contents.status)
      dependency = FileDependency(path: absolute, contents: contents)
      // One that cannot be read says nothing; `images list` and `check` tell of it.
      if let manifest = try? ImageManifest(file: path.text, text: contents.bytes) {
        sizes = manifest.files.mapValues(\.size)
      }
    }
    if kept.count >= Self.mostKept { kept.removeAll() }
    // One that was written just now may be written again within the clock's grain: it is read anew.
    let seconds = isAtHand ? 0 : Self.seconds
    kept[folder] = Kept(
      sizes: sizes, dependency: dependency, until: .now.advanced(seconds: seconds),
      checkedTurn: turn)
    return sizes
  }
}
