// HTTP/Files: what a file's content is called.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Media types: by a file's extension, else by its first bytes, as the original's library did.
package enum ContentType {
  /// Boot scripts, and lines for people.
  package static let text = "text/plain; charset=utf-8"
  /// Listings and redirects.
  package static let html = "text/html; charset=utf-8"
  /// What nothing is known of.
  package static let binary = "application/octet-stream"

  /// How many bytes ``sniffed(_:)`` looks at.
  package static let sniffLength = 512

  /// - Parameter fileExtension: lower case, with its dot.
  package static func named(_ fileExtension: String) -> String? { byExtension[fileExtension] }

  private static let byExtension: [String: String] = [
    ".asc": "text/plain; charset=utf-8",
    ".avif": "image/avif",
    ".bz2": "application/x-bzip2",
    ".cpio": "application/x-cpio",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".htm": html,
    ".html": html,
    ".ign": "application/vnd.coreos.ignition+json",
    ".iso": "application/x-iso9660-image",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".sh": "application/x-sh",
    ".sig": "application/pgp-signature",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".txt": text,
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".xml": "text/xml; charset=utf-8",
    ".xz": "application/x-xz",
    ".yaml": "application/x-yaml",
    ".yml": "application/x-yaml",
    ".zip": "application/zip",
    ".zst": "application/zstd",
  ]

  /// The type that the first 512 bytes show (WHATWG MIME Sniffing section 7, in short).
  package static func sniffed(_ start: [UInt8]) -> String {
    let start = Array(start.prefix(sniffLength))
    for (magic, type) in signatures where start.starts(with: magic) { return type }
    if looksLikeHTML(start) { return html }
    let isBinary = start.contains {
      $0 <= 0x08 || $0 == 0x0b || (0x0e...0x1a).contains($0)
        || (0x1c...0x1f).contains($0)
    }
    return isBinary ? binary : text
  }

  private static let signatures: [(magic: [UInt8], type: String)] = [
    (Array("%PDF-".utf8), "application/pdf"),
    (Array("%!PS-Adobe-".utf8), "application/postscript"),
    ([0xef, 0xbb, 0xbf], text),
    ([0xfe, 0xff], "text/plain; charset=utf-16be"),
    ([0xff, 0xfe], "text/plain; charset=utf-16le"),
    (Array("GIF87a".utf8), "image/gif"),
    (Array("GIF89a".utf8), "image/gif"),
    ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "image/png"),
    ([0xff, 0xd8, 0xff], "image/jpeg"),
    ([0x1f, 0x8b, 0x08], "application/x-gzip"),
    ([0x50, 0x4b, 0x03, 0x04], "application/zip"),
    ([0x00, 0x61, 0x73, 0x6d], "application/wasm"),
  ]

  private static let htmlTags = [
    "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table",
    "<a", "<style", "<title", "<b", "<body", "<br", "<p", "<!--",
  ]

  private static func looksLikeHTML(_ start: [UInt8]) -> Bool {
    let body = start.drop { $0 == 0x20 || (0x09...0x0d).contains($0) && $0 != 0x0b }
    for tag in htmlTags where ASCII.equal(body.prefix(tag.utf8.count), tag) {
      let after = body.dropFirst(tag.utf8.count).first
      if tag == "<!--" || after == 0x20 || after == UInt8(ascii: ">") { return true }
    }
    return false
  }
}
