// HTTP/Files: answering with files and directories.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Answers for one tree of the data directory: `/images/`, `/configs/`, ...
package enum StaticFile {
  /// - Parameters:
  ///   - path: decoded and clean, begins with a slash.
  ///   - request: for its conditions, ranges and query.
  ///   - caching: the `Cache-Control` of a file.
  ///   - listsDirectories: whether a directory without a page of its own is a listing, or not there.
  package static func respond(
    _ path: ArraySlice<UInt8>, _ request: Request, _ store: FileStore,
    caching: (OpenFile) -> String, listsDirectories: Bool = true
  ) -> Outcome {
    let isDirectoryPath = path.last == UInt8(ascii: "/")
    let inner = path.drop { $0 == UInt8(ascii: "/") }
    guard let name = RelativePath(isDirectoryPath ? inner.dropLast() : inner) else {
      return .respond(notFound())
    }
    if path.count > 11, path.suffix(11).elementsEqual("/index.html".utf8) {
      return .respond(redirect("./", request))
    }
    switch store.open(name, delivered: request.delivered) {
    case .pending(let file): return .wait(file)
    case .failed(let failure): return .respond(Self.failure(failure, name))
    case .found(.file(let file)):
      if isDirectoryPath {
        return .respond(redirect("../" + lastSegment(name), request))
      }
      return .respond(Self.file(file, request, caching))
    case .found(.directory(let directory)):
      if !isDirectoryPath { return .respond(redirect(lastSegment(name) + "/", request)) }
      return listing(
        name, listsDirectories ? directory : nil, request, store, caching)
    }
  }

  private static func file(
    _ file: OpenFile, _ request: Request, _ caching: (OpenFile) -> String
  ) -> Response {
    var response = FileResponse(file: file, head: request.head).response()
    response.setCaching(caching(file))
    return response
  }

  /// - Parameter directory: `nil` where only a page of its own is served.
  private static func listing(
    _ name: RelativePath, _ directory: ListedDirectory?, _ request: Request, _ store: FileStore,
    _ caching: (OpenFile) -> String
  ) -> Outcome {
    if let index = RelativePath(name.bytes + Array("/index.html".utf8)) {
      switch store.open(index, delivered: request.delivered) {
      case .pending(let file): return .wait(file)
      case .found(.file(let file)):
        return .respond(Self.file(file, request, caching))
      case .found(.directory), .failed: break
      }
    }
    guard let directory else { return .respond(notFound()) }
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

  package static func notFound() -> Response { .line(.notFound, "404 page not found") }

  private static func failure(_ failure: OpenFailure, _ name: RelativePath) -> Response {
    var response: Response
    var event = Event(.file)
    switch failure {
    case .missing: response = notFound()
    case .leaves(let link, let target):
      response = .line(
        .notFound, "404 page not found: a link leaves the data directory, see --also-serve")
      event.fail(
        "the link \(link) -> \(target) in \(name.text) leaves the data directory; --also-serve names"
          + " directories that links may lead to")
    case .special:
      response = notFound()
      event.fail("\(name.text) is neither a file nor a directory")
    case .denied:
      response = .line(.forbidden, "403 Forbidden")
      event.fail("the server may not read \(name.text): check its owner and mode")
    case .exhausted(let error):
      response = .retryLater(seconds: 2, "the server is out of file descriptors or memory")
      event.fail("\(name.text): \(error)")
    case .failed, .wouldBlock:
      response = .line(.internalServerError, "the file cannot be read")
      event.fail("\(name.text): \(failure)")
    }
    response.event = event
    return response
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
