// HTTP/Files: directories as pages.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The original's listing, byte for byte.
package enum DirectoryListing {
  /// A page of links, in the order of the entries, byte for byte as the original's.
  package static func page(_ entries: [DirectoryEntry]) -> [UInt8] {
    var page = Array("<pre>\n".utf8)
    for entry in entries {
      let name = entry.isDirectory ? entry.name + [UInt8(ascii: "/")] : entry.name
      page += Array("<a href=\"".utf8)
      page += reference(name)
      page += Array("\">".utf8)
      page += HTML.escaped(name)
      page += Array("</a>\n".utf8)
    }
    return page + Array("</pre>\n".utf8)
  }

  /// A relative reference, in which nothing could end the attribute; the original left its `&` alone.
  ///
  /// `./` keeps a name with a colon from being read as a scheme.
  private static func reference(_ name: [UInt8]) -> [UInt8] {
    let escaped = PercentCoding.encodedPath(name)
    return name.contains(UInt8(ascii: ":")) ? Array("./".utf8) + escaped : escaped
  }
}
