// Boot/Images: why there is no plan for a fetch.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Why nothing can be fetched; one sentence with the way out.
package enum SourcePlanError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownArch(os: String, arch: String, known: [String])
  case noChannels(os: String)
  case notAVersion(os: String, text: String)
  /// `--from` is no base.
  case badBase(String, reason: String)
  case emptyListing(url: String)
  /// A page was sent where a text should be.
  case htmlListing(url: String)
  case listingTooLong(url: String)
  /// A page that lists nothing may be a proxy's or a login page.
  case noVersion(url: String, sought: String, isPage: Bool)
  case badVersion(url: String, text: String)
  case badStream(url: String, reason: String)
  case otherVersion(url: String, asked: String, has: String)
  case badPath(url: String, path: String, reason: String)
  case samePlace(os: String, name: String)

  /// One sentence that names the culprit and the way out.
  package var description: String { LogText.oneLine(sentence) }

  private var sentence: String {
    func shown(_ url: String) -> String { SourceURL.shown(url) }
    return switch self {
    case .unknownArch(let os, let arch, let known):
      "\(os) has no images for \(arch); give --arch one of \(known.joined(separator: ", "))"
    case .noChannels(let os): "\(os) names no place that lists versions; name a version"
    case .notAVersion(let os, let text):
      "\"\(text)\" is no channel of \(os) and no version; a version has letters, digits and ._+~- and 64 bytes at most"
    case .badBase(let base, let reason): "--from \(shown(base)) \(reason)"
    case .emptyListing(let url): "\(shown(url)) is empty; try again later, or name a version"
    case .htmlListing(let url):
      "\(shown(url)) is a web page and not the text that upstream publishes; see whether a proxy or a login page answers in its place"
    case .listingTooLong(let url):
      "\(shown(url)) is too long for a list of versions; name a version"
    case .noVersion(let url, let sought, let isPage):
      "\(shown(url)) names no version: nothing in \(isPage ? "this web page" : "it") matches \(sought); see what is there, or name a version"
    case .badVersion(let url, let text):
      "\(shown(url)) gives \"\(text.prefix(80))\", which can be no version; name one"
    case .badStream(let url, let reason):
      "\(shown(url)) is no stream index as Fedora CoreOS has: \(reason)"
    case .otherVersion(let url, let asked, let has):
      "\(shown(url)) names the files of \(has) alone, and none of \(asked); fetch the channel, or give the files' URLs by --url"
    case .badPath(let url, let path, let reason):
      "\(shown(url)) names the file \"\(path.prefix(80))\", which \(reason); nothing was fetched"
    case .samePlace(let os, let name):
      "two files of \(os) would be put at \(name); say where by \"layout\" in its source row"
    }
  }
}
