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
  package static func respond(
    _ path: [UInt8], _ request: Request, _ store: FileStore, caching: (OpenFile) -> String
  ) -> Outcome {
    let isDirectoryPath = path.last == UInt8(ascii: "/")
    let inner = path.drop { $0 == UInt8(ascii: "/") }
    guard let name = RelativePath(isDirectoryPath ? inner.dropLast() : inner) else {
      return .respond(notFound())
    }
    if path.count > 11, path.suffix(11).elementsEqual("/index.html".utf8) {
      return .respond(redirect("./", request))
    }
    switch store.entry(name, delivered: request.delivered) {
    case .pending(let file): return .wait(file)
    case .failed(let failure): return .respond(Self.failure(failure, name))
    case .found(.file(let file)):
      if isDirectoryPath {
        return .respond(redirect("../" + lastSegment(name), request))
      }
      return .respond(Self.file(file, request, caching))
    case .found(.directory(let directory)):
      if !isDirectoryPath { return .respond(redirect(lastSegment(name) + "/", request)) }
      return listing(name, directory, request, store, caching)
    }
  }

  private static func file(
    _ file: OpenFile, _ request: Request, _ caching: (OpenFile) -> String
  ) -> Response {
    var response = FileResponse(file: file, head: request.head).response()
    response.setCaching(caching(file))
    return response
  }

  private static func listing(
    _ name: RelativePath, _ directory: DirectoryEntries, _ request: Request, _ store: FileStore,
    _ caching: (OpenFile) -> String
  ) -> Outcome {
    if let index = RelativePath(name.bytes + Array("/index.html".utf8)) {
      switch store.entry(index, delivered: request.delivered) {
      case .pending(let file): return .wait(file)
      case .found(.file(let file)):
        return .respond(Self.file(file, request, caching))
      case .found(.directory), .failed: break
      }
    }
    let modified = directory.status.modified.seconds
    // A listing has no tag, so only `*` and dates can match.
    let conditions = Preconditions(entityTag: [], modified: modified)
    var response = Response(.ok)
    switch conditions.verdict(for: request.head) {
    case .notModified: response.status = .notModified
    case .failed: response = .line(.preconditionFailed, "the listing has changed")
    case .proceed:
      response.add("Content-Type", ContentType.html)
      response.body = [.bytes(DirectoryListing.page(directory.entries))]
    }
    response.note = LogText.pair("event", "listing")
    response.setCaching("no-cache")
    response.add("Last-Modified", HTTPDate.format(modified))
    return .respond(response)
  }

  package static func notFound() -> Response { .line(.notFound, "404 page not found") }

  private static func failure(_ failure: OpenFailure, _ name: RelativePath) -> Response {
    var response: Response
    switch failure {
    case .missing: response = notFound()
    case .leaves(let link, let target):
      response = notFound()
      response.note = LogText.pair(
        "error", "the link \(link) -> \(target) in \(name.text) leaves the data directory")
    case .special:
      response = notFound()
      response.note = LogText.pair("error", "\(name.text) is neither a file nor a directory")
    case .denied:
      response = .line(.forbidden, "403 Forbidden")
      response.note = LogText.pair(
        "error", "the server may not read \(name.text): check its owner and mode")
    case .exhausted(let error):
      response = .retryLater(seconds: 2, "the server is out of file descriptors or memory")
      response.note = LogText.pair("error", "\(name.text): \(error)")
    case .failed, .wouldBlock:
      response = .line(.internalServerError, "the file cannot be read")
      response.note = LogText.pair("error", "\(name.text): \(failure)")
    }
    response.isWarning = !response.note.isEmpty
    response.note = Array(" event=file".utf8) + response.note
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
    response.note = Array(" event=redirect".utf8)
    return response
  }
}

/// A regular file as an answer: whole, in part, or not at all.
struct FileResponse {
  let file: OpenFile
  let head: RequestHead

  func response() -> Response {
    let modified = file.status.modified.seconds
    let conditions = Preconditions(entityTag: file.entityTag, modified: modified)
    switch conditions.verdict(for: head) {
    case .failed:
      return described(.line(.preconditionFailed, "the file is not the one that was meant"))
    case .notModified: return described(Response(.notModified))
    case .proceed: break
    }
    let size = file.status.size
    var ranges: [ByteRange]?
    if let field = head.first(.range), conditions.rangeApplies(for: head) {
      do throws(ByteRange.Unsatisfiable) {
        ranges = try ByteRange.parse(field, size: size)
      } catch {
        var response = Response.line(
          .rangeNotSatisfiable, "invalid range: failed to overlap")
        response.add("Content-Range", "bytes */\(size)")
        response.note = LogText.pair("event", "file")
        return response
      }
    }
    switch ranges?.count {
    case nil, 0: return whole(size: size)
    case 1: return part(ranges?.first ?? ByteRange(first: 0, last: size - 1), size: size)
    default: return parts(ranges ?? [], size: size)
    }
  }

  private func whole(size: Int64) -> Response {
    var response = described(Response(.ok))
    response.add("Content-Type", file.contentType)
    if size > 0 { response.body = [.file(file, ByteRange(first: 0, last: size - 1))] }
    return response
  }

  private func part(_ range: ByteRange, size: Int64) -> Response {
    var response = described(Response(.partialContent))
    response.add("Content-Type", file.contentType)
    response.add("Content-Range", range.contentRange(size: size))
    response.body = [.file(file, range)]
    return response
  }

  /// `multipart/byteranges` (RFC 9110 section 14.6).
  private func parts(_ ranges: [ByteRange], size: Int64) -> Response {
    let boundary =
      String(UInt64.random(in: 0 ... .max), radix: 16)
      + String(UInt64.random(in: 0 ... .max), radix: 16)
    var response = described(Response(.partialContent))
    response.add("Content-Type", "multipart/byteranges; boundary=\(boundary)")
    var line = "--\(boundary)\r\n"
    for range in ranges {
      let head =
        "\(line)Content-Range: \(range.contentRange(size: size))\r\n"
        + "Content-Type: \(file.contentType)\r\n\r\n"
      response.body += [.bytes(Array(head.utf8)), .file(file, range)]
      line = "\r\n--\(boundary)\r\n"
    }
    response.body.append(.bytes(Array("\r\n--\(boundary)--\r\n".utf8)))
    return response
  }

  private func described(_ response: Response) -> Response {
    var response = response
    response.add("Accept-Ranges", "bytes")
    response.add("ETag", file.entityTag)
    response.add("Last-Modified", HTTPDate.format(file.status.modified.seconds))
    response.note = Array(" event=file".utf8)
    return response
  }
}
