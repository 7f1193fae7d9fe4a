// HTTP/Files: a regular file as an answer.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

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
        response.event = Event(.file)
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
    // Of one length, so that HEAD says GET's Content-Length.
    let boundary =
      Hex.text(.random(in: 0 ... .max), bytes: 8) + Hex.text(.random(in: 0 ... .max), bytes: 8)
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
    response.event = Event(.file)
    return response
  }
}
