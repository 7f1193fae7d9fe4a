// HTTP/Message: decoded request paths.
// SPDX-License-Identifier: Apache-2.0

/// A decoded request path.
package enum RequestPath {
  /// Without empty, `.` and `..` segments, as Go's `path.Clean` has it; a slash at the end stays.
  package static func clean(_ path: [UInt8]) -> [UInt8] {
    var segments: [ArraySlice<UInt8>] = []
    for segment in path.split(separator: UInt8(ascii: "/")) {
      if segment.elementsEqual(".".utf8) { continue }
      if segment.elementsEqual("..".utf8) {
        _ = segments.popLast()
      } else {
        segments.append(segment)
      }
    }
    var result: [UInt8] = []
    for segment in segments { result += [UInt8(ascii: "/")] + segment }
    if result.isEmpty || path.last == UInt8(ascii: "/") { result.append(UInt8(ascii: "/")) }
    return result
  }
}
