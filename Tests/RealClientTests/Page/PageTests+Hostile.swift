// RealClientTests/Page: what machines say of themselves, in a real browser.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients.PageTests {
  /// Nothing is markup, nothing is wider than the window, and no line is of more than its room.
  private func expectHarmless(_ browser: Browser, _ view: String, _ width: Int) throws {
    let markup = "document.querySelectorAll(':is(main, dialog) :is(img, script)').length"
    #expect(try browser.number(markup) == 0, "\(view) \(width)")
    #expect(
      try browser.number("document.documentElement.scrollWidth") <= Double(width),
      "\(view) \(width)")
    // Within what scrolls by itself a line may be long.
    let wide = """
      [...document.querySelectorAll('main *, dialog *')].filter((e) => e.checkVisibility()
        && e.getBoundingClientRect().right > \(width) + 1
        && !e.closest('pre, .cell, .events li > *, .boot .first, .stage, .pill, .list'))
        .map((e) => e.outerHTML.slice(0, 80)).join('; ')
      """
    #expect(try browser.text(wide) == "", "\(view) \(width)")
    let high =
      "[...document.querySelectorAll('.body .line, .boot, .events li')]"
      + ".filter((e) => e.offsetHeight > 260).length"
    #expect(try browser.number(high) == 0, "\(view) \(width)")
    #expect(try browser.text("document.title") != "1", "\(view)")
    // Nothing turns the direction of what stands behind it.
    let turned = """
      /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText
        + [...document.querySelectorAll('[title], [aria-label]')].map((e) => e.title + e.ariaLabel))
      """
    #expect(try browser.text(turned) == "false", "\(view) \(width)")
    #expect(try browser.run(PageAudit.script) as? [String] == [], "\(view) \(width)")
  }

  @Test(.needsBrowser)
  func `shows hostile names as text, and no wider than others`() throws {
    let lab = try PageLab(machines: 30)
    let browser = lab.browser
    try browser.prepare(PageAudit.hostile)
    let page = try Program(
      Program.built("coreos-ipxe-server"), ["page", "--data-dir", lab.directory.path])
    try #require(page.hasPrinted("Ctrl-C", within: 10), "\(page.printed)")
    let url = try #require(try #/Open (http:\S+)/#.firstMatch(in: page.printed)).1
    try browser.go(String(url))
    try browser.wait("document.querySelector('.body .line a')")
    #expect(try browser.text("document.querySelector('#logout').hidden") == "true")
    let origin = String(url.prefix { $0 != "?" }).replacing(#/\/open\/.*/#, with: "")
    for (width, isPhone) in [(1280, false), (320, true)] {
      try browser.size(width, 800, isPhone: isPhone)
      for view in ["machines", "held", "boots", "images", "events", "machine/" + PageLab.id(7)] {
        try browser.go(origin + "/ui/#/" + view)
        let shown = "main .line a, main .boot, main .plain td, main .events li, main .timeline"
        try browser.wait("document.querySelector('\(shown)')")
        if view == "events" {
          let gap = try browser.text("document.querySelector('.gap').textContent")
          #expect(gap.hasPrefix("Up to 6 events are missing here"))
        }
        if view == "boots" { try browser.wait("document.querySelector('.lately li')") }
        try expectHarmless(browser, view, width)
        try browser.shoot("hostile-\(width)-\(view.prefix(7))")
      }
      try browser.click("button", holding: "Claim…")
      try browser.wait("document.querySelector('dialog select')")
      try browser.click("dialog button", holding: "See what it would get")
      try browser.wait("document.querySelector('dialog pre')?.textContent.includes('onerror')")
      try browser.run(
        "for (const one of document.querySelectorAll('dialog details')) one.open = true;")
      try expectHarmless(browser, "claim", width)
      try browser.shoot("hostile-\(width)-claim")
      try browser.press(.escape)
      try browser.click("button", holding: "Remove…")
      try expectHarmless(browser, "remove", width)
      try browser.press(.escape)
    }
    try lab.expectQuiet()
    page.kill(SIGINT)
    #expect(page.exitStatus(within: 5) == 0)
  }
}
