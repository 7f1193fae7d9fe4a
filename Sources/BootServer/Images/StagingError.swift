// BootServer/Images: why images could not be put in their place.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Why something below `images/` could not be written or moved.
package enum StagingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A version, a channel or a folder that has no name one may have.
  case badName(String)
  /// Another process fetches the same, and who that is.
  case held(place: String, by: String)
  case readOnly(place: String, Errno)
  /// A link on the way leads out of `images/`.
  case leaves(place: String)
  case alreadyThere(place: String)
  /// Something else stands where a version's folder or a channel's link belongs.
  case inTheWay(place: String)
  /// Somebody's own link, which is not ours to swing.
  case foreignLink(place: String, target: String)
  case notThere(place: String)
  /// A link or a device among the files.
  case noFile(place: String)
  case empty(place: String)
  /// One of the files that belong to a version was not gathered.
  case incomplete(place: String, file: String)
  /// The file system cannot exchange two folders.
  case noExchange(place: String)
  /// The disk ran full; what is there stays for the next try.
  case diskFull(place: String, staged: Int64)
  case failed(place: String, Errno)
  /// Somebody wanted it no more.
  case stopped

  /// One sentence that names the culprit and the way out.
  package var description: String {
    switch self {
    case .badName(let name):
      "'\(name)' cannot name a folder of images: it takes letters, digits and . _ + ~ -, "
        + "begins with a letter or a digit, and has at most 64 of them"
    case .held(let place, let holder): "\(place) is held by \(holder); wait for its end"
    case .readOnly(let place, let error):
      "\(place) cannot be written: \(error); run it as the owner of the images folder"
    case .leaves(let place):
      "\(place) leads out of the images folder by a link; put a folder in the link's place"
    case .alreadyThere(let place): "\(place) is there already; remove it first, or mend it"
    case .inTheWay(let place): "\(place) is something of your own; move it out of the way"
    case .foreignLink(let place, let target):
      "\(place) is a link of your own to '\(target)'; remove it, and it becomes a channel's"
    case .notThere(let place): "\(place) is not there; fetch it first"
    default: trouble
    }
  }

  private var trouble: String {
    switch self {
    case .noFile(let place): "\(place) is neither a file nor a folder; remove it and fetch again"
    case .empty(let place): "\(place) would be empty; nothing was changed"
    case .incomplete(let place, let file):
      "\(place) would lack its file '\(file)'; nothing was changed, fetch again"
    case .noExchange(let place):
      "the file system cannot exchange \(place) for a mended one; remove it and fetch again"
    case .diskFull(let place, let staged):
      "the disk is full at \(place); \(ByteText.of(staged)) are kept for the next try, "
        + "and `images prune` removes them"
    case .failed(let place, let error): "cannot write \(place): \(error)"
    case .stopped: "it was stopped; the next try goes on where this one ended"
    default: ""
    }
  }

  init(_ error: Errno, at place: String) {
    self =
      switch error {
      case .crossDevice, .tooManyLinks: .leaves(place: place)
      case .notADirectory: .inTheWay(place: place)
      case let error where error.isReadOnly: .readOnly(place: place, error)
      case .noSpace, .overQuota: .diskFull(place: place, staged: 0)
      default: .failed(place: place, error)
      }
  }

  /// Calls, and names the place where that fails.
  static func at<Result>(
    _ place: String, _ body: () throws(Errno) -> Result
  ) throws(StagingError) -> Result {
    do throws(Errno) { return try body() } catch { throw StagingError(error, at: place) }
  }
}
