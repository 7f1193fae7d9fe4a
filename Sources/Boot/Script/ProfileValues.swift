// Boot/Script: what a profile gives to templates.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a profile gives to the templates of its machines.
package struct ProfileValues: Equatable, Sendable {
  /// As `?profile=` has it.
  package var name = ""
  /// In the preset's own word.
  package var arch = ""
  /// As the profile says it; empty: none.
  package var version = ""
  /// Where the images are; no slash at the end.
  package var imagesURL = ""
  /// The folder of the images below `images/`; empty: that is it.
  package internal(set) var imagesFolder = ""
  /// What its machines have where their records say nothing else.
  package var metadata = Metadata()
  /// What questions of the system are answered with; `nil`: nothing.
  package var answers: Answers?

  /// Nothing said.
  package init() {}

  /// What questions of the system are answered with.
  package enum Answers: Equatable, Sendable {
    /// `configs/NAME`; where it is a template the machine is in the query.
    case file(String, isTemplate: Bool)
    /// A NoCloud seed, `configs/NAME/`.
    case folder(String)
  }
}

extension ProfileValues.Answers {
  /// The URL, in pieces: what a machine adds is left open.
  ///
  /// - Parameters:
  ///   - base: what URLs of this server begin with.
  ///   - profile: whose answers they are, where no machine asks; `nil`: a machine does.
  func url(base: [UInt8], profile: [UInt8]?) -> [ScriptPiece] {
    switch self {
    case .file(let name, let isTemplate):
      let url = base + Array("/configs/\(ScriptText.urlPath(name))".utf8)
      guard isTemplate else { return [.text(url)] }
      guard let profile else { return [.text(url), .hole(.query)] }
      return [.text(url + Array("?profile=".utf8) + PercentCoding.encodedSegment(profile))]
    case .folder:
      guard let profile else {
        return [.text(base + Array("/seed/m/".utf8)), .hole(.seed), .text([0x2f])]
      }
      return [.text(base + Array("/seed/p/".utf8) + PercentCoding.encodedSegment(profile) + [0x2f])]
    }
  }

  /// The URL for one machine, or for nobody in particular.
  package func url(server: String, _ machine: Roster.Entry?, profile: String) -> String {
    let pieces = url(
      base: Array(server.utf8), profile: machine == nil ? Array(profile.utf8) : nil)
    var text: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let bytes): text += bytes
      case .hole(let hole): if let machine { hole.append(machine, to: &text) }
      case .words, .path, .choice, .template: break
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
