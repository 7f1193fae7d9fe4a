// HTTP/Files: answering with files and directories.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Answers for trees of files: `/images/`, `/configs/`, ...
package struct StaticTree {
  private let store: FileStore
  private let listsDirectories: Bool
  private let caching: (OpenFile) -> String
  private let failure: (OpenFailure, RelativePath?) -> Response

  /// - Parameters:
  ///   - listsDirectories: whether a directory without a page of its own is a listing, or not there.
  ///   - caching: the `Cache-Control` of a file (RFC 9111 section 5.2.2).
  ///   - failure: the answer where there is no file to send; no path where it is not one of a file.
  package init(
    _ store: FileStore, listsDirectories: Bool, caching: @escaping (OpenFile) -> String,
    failure: @escaping (OpenFailure, RelativePath?) -> Response
  ) {
    self.store = store
    self.listsDirectories = listsDirectories
    self.caching = caching
    self.failure = failure
  }

  /// - Parameters:
  ///   - path: decoded and clean, begins with a slash.
  ///   - request: for its conditions, ranges and query.
  package func respond(_ path: ArraySlice<UInt8>, _ request: Request) -> Outcome {
    let isDirectoryPath = path.last == UInt8(ascii: "/")
    let inner = path.drop { $0 == UInt8(ascii: "/") }
    guard let name = RelativePath(isDirectoryPath ? inner.dropLast() : inner) else {
      return .respond(failure(.missing, nil))
    }
    if path.count > 11, path.suffix(11).elementsEqual("/index.html".utf8) {
      return .respond(Self.redirect("./", request))
    }
    switch store.open(name, delivered: request.delivered) {
    case .pending(let file): return .wait(file)
    case .failed(let failure): return .respond(self.failure(failure, name))
    case .found(.file(let file)):
      if isDirectoryPath {
        return .respond(Self.redirect("../" + Self.lastSegment(name), request))
      }
      return .respond(self.file(file, request))
    case .found(.directory(let directory)):
      if !isDirectoryPath { return .respond(Self.redirect(Self.lastSegment(name) + "/", request)) }
      return listing(name, listsDirectories ? directory : nil, request)
    }
  }

  private func file(_ file: OpenFile, _ request: Request) -> Response {
    var response = FileResponse(file: file, head: request.head).response()
    response.setCaching(caching(file))
    return response
  }

  /// - Parameter directory: `nil` where only a page of its own is served.
  private func listing(
    _ name: RelativePath, _ directory: ListedDirectory?, _ request: Request
  ) -> Outcome {
    if let index = RelativePath(name.bytes + Array("/index.html".utf8)) {
      switch store.open(index, delivered: request.delivered) {
      case .pending(let file): return .wait(file)
      case .found(.file(let file)):
        return .respond(self.file(file, request))
      case .found(.directory), .failed: break
      }
    }
    guard let directory else { return .respond(failure(.missing, name)) }
    let modified = directory.status.modified.seconds
    // A listing has no tag, so only `*` and dates can match.
    let conditions = Preconditions(entityTag: [], modified: modified)
    var response = Response(.ok)
    switch conditions.verdict(for: request.head) {
    case .notModified: response.status = .notModified
    case .failed: response = .line(.preconditionFailed, "the listing has changed")
    case .proceed:
      response.add("Content-Type", ContentType.html)
      response.body = [.bytes(directory.page)]
    }
    response.event = Event(.listing)
    response.setCaching("no-cache")
    response.add("Last-Modified", HTTPDate.format(modified))
    return .respond(response)
  }

  private static func lastSegment(_ name: RelativePath) -> String {
    let start = name.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: PercentCoding.encodedPath(name.bytes[start...]), as: UTF8.self)
  }

  /// A redirect within the tree: relative, without a body, the query kept.
  private static func redirect(_ location: String, _ request: Request) -> Response {
    var response = Response(.movedPermanently)
    let query = request.head.query.map { [UInt8(ascii: "?")] + $0 } ?? []
    response.add("Location", Array(location.utf8) + query)
    response.event = Event(.redirect)
    return response
  }
}
