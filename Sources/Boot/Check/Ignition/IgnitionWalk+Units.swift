// Boot/Check/Ignition: units that are enabled.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  /// Enabling is done by what stands in [Install].
  mutating func install(_ members: IgnitionMembers) {
    let enable = members["enable"]
    guard members["enabled"]?.flag == true || enable?.flag == true,
      let contents = members["contents"], let text = contents.text, !text.isEmpty
    else { return }
    let unit = IgnitionUnitText(text)
    guard unit.fault == nil, !unit.sections.contains("Install") else { return }
    let name = members.text("name").map(IgnitionWords.quoted) ?? "the unit"
    say(
      .warning, "no-install", at: contents,
      "\(contents.name) has no [Install] section, so that enabling \(name) does nothing; add one with"
        + " WantedBy=multi-user.target")
  }

  /// `a@1.service` is enabled by what `a@.service` has in [Install].
  mutating func instances(_ members: IgnitionMembers) {
    let units = elements(of: members["units"])
    var templates: Set<String> = []
    for unit in units {
      guard let name = member("name", of: unit)?.text,
        name.utf8.suffix(9).elementsEqual("@.service".utf8),
        let text = member("contents", of: unit)?.text, !text.isEmpty
      else { continue }
      let contents = IgnitionUnitText(text)
      if contents.fault == nil, !contents.sections.contains("Install") { templates.insert(name) }
    }
    for unit in units where member("enabled", of: unit)?.flag == true {
      guard let node = member("name", of: unit), let name = node.text,
        let at = name.utf8.firstIndex(of: UInt8(ascii: "@")), name.hasSuffix(".service")
      else { continue }
      let template = String(name[...at]) + ".service"
      guard template != name, templates.contains(template) else { continue }
      say(
        .warning, "no-install", at: node,
        "\(IgnitionWords.quoted(template)) has no [Install] section, so that enabling"
          + " \(IgnitionWords.quoted(name)) does nothing; add one with WantedBy=multi-user.target")
    }
  }
}
