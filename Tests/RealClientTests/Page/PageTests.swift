// RealClientTests/Page: a person at the page, in a real browser.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension Trait where Self == NeedsTrait {
  static var needsBrowser: Self { .needs(.chromium, .chromedriver, .fonts) }
}

extension RealClients {
  /// Pictures of what it saw lie in ``Browser/pictures``.
  @Suite("The page in Chromium")
  struct PageTests {
    @Test(.needsBrowser)
    func `lets in, filters, claims, changes, asks before it removes, and lets out`() throws {
      let lab = try PageLab(machines: 40)
      let browser = lab.browser
      try browser.go(lab.url)
      try browser.shoot("login")
      let faults = try browser.run(PageAudit.script) as? [String]
      #expect(faults == [])
      try browser.click("#token")
      try browser.type("wrong")
      try browser.press(.enter)
      try browser.wait("document.querySelector('[role=alert]')")
      // Chromium itself says that the answer was 403.
      #expect(try browser.complaints().allSatisfy { $0.contains("403") })
      try lab.logIn()
      #expect(try browser.text("document.cookie") == "")

      try browser.click("#search")
      try browser.type("node14.")
      try browser.wait("document.querySelector('.count').textContent === '1 machine'")
      try browser.click("nav a", holding: "Held")
      try browser.wait("document.querySelector('.count').textContent === '5 machines'")
      try browser.click("button[aria-label^='Claim node14.']")
      try browser.wait("document.querySelector('dialog select')")
      try browser.run("document.querySelector('#profile').value = 'web'")
      try browser.click("dialog button", holding: "See what it would get")
      // Its own script: with its ID, and without its token.
      let script = "document.querySelector('dialog pre')?.textContent"
      try browser.wait("\(script)?.includes('#!ipxe')")
      #expect(try browser.text(script).contains("machine=\(PageLab.id(14))&token=TOKEN"))
      let verdict = "document.querySelector('.verdict')"
      #expect(try browser.text(verdict + ".textContent").hasPrefix("It boots: profile web"))
      // The name is in what is made for it.
      try browser.click("dialog summary", holding: "configs/web.yml")
      #expect(
        try browser.text("document.querySelector('dialog details pre').textContent")
          == "hostname: node14.rack0\n")
      #expect(try lab.machine(14).record["state"] as? String == "unknown")
      try browser.shoot("claim")
      #expect(try browser.run(PageAudit.script) as? [String] == [])
      try browser.run("document.querySelector('#profile').value = 'lacks'")
      try browser.click("dialog button", holding: "See what it would get")
      try browser.wait(verdict + ".textContent.includes('metadata.rack')")
      #expect(try browser.text(verdict + ".className") == "verdict wrong")
      #expect(try browser.text("document.querySelector('dialog pre')") == "null")
      #expect(try browser.run(PageAudit.script) as? [String] == [])
      try browser.shoot("claim-held")
      try browser.run("document.querySelector('#profile').value = 'web'")
      try browser.click("dialog button.main")
      try browser.wait("document.querySelector('.count').textContent === '4 machines'")
      let claimed = try lab.machine(14).record
      #expect(claimed["profile"] as? String == "web" && claimed["state"] as? String == "configured")

      try browser.go(lab.url + "#/machine/" + PageLab.id(14))
      try browser.wait("document.querySelector('h1 .pill')?.textContent === 'configured'")
      try browser.run("document.querySelector('#state').value = 'running'")
      try browser.click("button", holding: "Set state")
      try browser.wait("document.querySelector('h1 .pill')?.textContent === 'running'")
      try browser.click("button", holding: "Remove…")
      try browser.wait("document.querySelector('dialog[open]')")
      try browser.shoot("remove")
      try browser.press(.escape)
      try browser.wait("!document.querySelector('dialog')")
      #expect(try lab.machine(14).status == 200)
      try browser.click("button", holding: "Remove…")
      try browser.click("dialog button.danger")
      try browser.wait("location.hash === '#/machines'")
      #expect(try lab.machine(14).status == 404)
      try lab.expectQuiet()
      try browser.click("#logout")
      try browser.wait("document.querySelector('#token')")
    }

    @Test(.needsBrowser)
    func `is usable at once with 10,000 machines, and holds few of them`() throws {
      let lab = try PageLab(machines: 10_000)
      let browser = lab.browser
      try lab.logIn()
      // As who has logged in already, with nothing kept.
      try browser.forgetFiles()
      var usable: [Double] = []
      for _ in 0..<3 {
        try browser.go("about:blank")
        try browser.go(lab.url)
        try browser.wait("performance.getEntriesByName('usable').length")
        usable.append(try browser.number("performance.getEntriesByName('usable')[0].startTime"))
      }
      let best = try #require(usable.min())
      #expect(best <= 500, "usable after \(usable) ms")
      let bytes = try browser.number(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
          + ".reduce((sum, e) => sum + e.encodedBodySize, 0)")
      #expect(bytes > 20_000 && bytes <= 100_000)
      #expect(try browser.text("document.querySelector('.count').textContent") == "10,000 machines")
      #expect(try browser.number("document.getElementsByTagName('*').length") < 700)
      print("page: usable after \(usable.map { Int($0) }) ms, \(Int(bytes)) bytes")
      try browser.shoot("machines-10000")

      // A jump to the end and one to the middle, then a wheel that turns.
      try browser.run("document.querySelector('.list').scrollTop = 1e9")
      try browser.wait(
        "document.querySelector('[aria-rowindex=\"10001\"]')?.textContent.includes('node10000.')")
      try browser.run("document.querySelector('.list').scrollTop = 5000 * 44")
      try browser.wait(
        "document.querySelector('[aria-rowindex=\"5003\"]')?.textContent.includes('node')")
      for _ in 0..<10 { try browser.run("document.querySelector('.list').scrollTop += 900") }
      try browser.wait(
        "[...document.querySelectorAll('.body .line')].every((row) => row.textContent.includes('node'))"
      )
      #expect(try browser.number("document.getElementsByTagName('*').length") < 700)
      try lab.expectQuiet()
    }

    @Test(.needsBrowser)
    func `shows bars that move, a stall, timelines, and events as they come`() throws {
      let lab = try PageLab(machines: 12)
      let browser = lab.browser
      try lab.logIn()
      try browser.click("nav a", holding: "Booting")
      try browser.wait("document.querySelectorAll('.boot').length === 9")
      let bar =
        "document.querySelector('[data-boot=\"0\"] [role=progressbar]').getAttribute('aria-valuenow')"
      try browser.run("window.bootShare = 0.25")
      try browser.wait("\(bar) === '25'")
      try browser.run("window.bootShare = 0.5")
      try browser.wait("\(bar) === '50'")
      let stalled = "document.querySelector('.boots > :first-child').textContent"
      #expect(try browser.text(stalled).contains("initrd 63 %, 195.3 MB of 310.0 MB, no byte for "))
      let lately = try browser.text("document.querySelector('.lately').textContent")
      #expect(lately.contains("node.rack0"))
      let before = try browser.text(stalled)
      try browser.wait("\(stalled) !== \(PageLab.quoted(before))")
      #expect(try browser.text(stalled).contains("node3."))
      try browser.run("window.bootShare = null")
      usleep(1_500_000)
      try browser.shoot("boots")
      try browser.click(".boots > :first-child a")
      try browser.wait("document.querySelectorAll('.timeline').length === 5")
      #expect(
        try browser.text("document.querySelector('.timeline').textContent").contains("stalled here")
      )
      try browser.shoot("machine")
      try browser.click("nav a", holding: "Events")
      try browser.wait("document.querySelectorAll('.events li').length > 5")
      let count = try browser.number("document.querySelectorAll('.events li').length")
      try browser.wait("document.querySelectorAll('.events li').length > \(count)")
      try browser.click("button", holding: "Pause")
      try browser.shoot("events")
      try lab.expectQuiet()
    }

    /// A machine whose reader is this test, so that it is known how far it has come.
    @Test(.needsBrowser)
    func `shows a real boot: its bar moves, it stalls, and goes on`() throws {
      let lab = try PageLab(machines: 3, stubs: false, ["--stall-after", "2"])
      let browser = lab.browser
      let folder = "/images/flatcar/amd64-usr/1/flatcar_production_pxe"
      try lab.directory.write(folder + "_image.cpio.gz", Data(count: 40_000_000))
      try lab.logIn()
      try browser.click("nav a", holding: "Booting")
      try browser.wait("document.querySelector('.count').textContent === 'Nothing boots now'")
      let machine = try RawClient(port: lab.server.port, receiveBuffer: 64 << 10)
      let who = "uuid=\(PageLab.id(3))&mac=52:54:00:00:00:03&buildarch=x86_64&platform=efi"
      #expect(try machine.get("/boot.ipxe?" + who).status == 200)
      #expect(try machine.get(folder + ".vmlinuz").status == 200)
      try machine.send("GET \(folder)_image.cpio.gz HTTP/1.1\r\nHost: test\r\n\r\n")
      var received = 0
      func read(to count: Int) throws {
        while received < count { received += try machine.discard(limit: 64 << 10) }
      }
      let bar =
        "Number(document.querySelector('.boot [role=progressbar]')?.getAttribute('aria-valuenow'))"
      try read(to: 10_000_000)
      try browser.wait("\(bar) >= 20 && \(bar) < 60")
      try read(to: 30_000_000)
      try browser.wait("\(bar) >= 70 && \(bar) < 100")
      #expect(try browser.text("document.querySelector('.boot').textContent").contains("node3."))
      // Nobody reads any more.
      let stall = "document.querySelector('.boot.stalled')?.textContent"
      try browser.wait("/initrd 7\\d %, [\\d.]+ MB of 40.0 MB, no byte for [2-9] s/.test(\(stall))")
      let first = try browser.text(stall)
      try browser.wait("\(stall) !== \(PageLab.quoted(first)) && \(stall)?.includes('no byte for')")
      try browser.shoot("real-stall")
      try read(to: 40_000_000)
      try browser.wait("!document.querySelector('.boot.stalled')")
      try browser.go(lab.url + "#/machine/" + PageLab.id(3))
      try browser.wait("document.querySelector('.timeline')?.textContent.includes('40 MB')")
      try browser.shoot("real-timeline")
      try browser.click("nav a", holding: "Events")
      try browser.wait("document.querySelector('.events').textContent.includes('boot-stalled')")
      // What the page itself asked for is nothing that happened.
      let events = try browser.text("document.querySelector('.events').textContent")
      #expect(!events.contains("path=/boots") && !events.contains("path=/machines"))
      try browser.shoot("real-events")
      try lab.expectQuiet()
    }

    @Test(.needsBrowser)
    func `begins its events with what has just happened, and says where some are missing`() throws {
      let lab = try PageLab(machines: 3, stubs: false)
      let browser = lab.browser
      for number in 1...120 {
        let profile = number < 120 ? "core" : "nobody"
        _ = try RawClient(port: lab.server.port).get("/?profile=" + profile)
      }
      try lab.logIn()
      // Long enough for the page to have looked at many things.
      try browser.click("nav a", holding: "Booting")
      let resources = "performance.getEntriesByType('resource')"
      try browser.wait(resources + ".filter((e) => e.name.includes('/boots')).length > 3")
      try browser.click("nav a", holding: "Events")
      let events = "document.querySelectorAll('.events li')"
      try browser.wait("\(events).length >= 100")
      let newest = "\(events)[0].textContent"
      #expect(try browser.number("\(events).length") < 110)
      let all = try browser.text("document.querySelector('.events').textContent")
      #expect(all.contains("profile=nobody") && !all.contains("path=/boots"))
      let count = try browser.text("document.querySelector('.count').textContent")
      #expect(count.hasPrefix("the last 10"))
      _ = try RawClient(port: lab.server.port).get("/?profile=web")
      try browser.wait("\(newest).includes('profile=web')")
      // Who comes back to the view has all of it still, each once.
      try browser.click("nav a", holding: "Images")
      try browser.wait("document.querySelector('.plain td')")
      try browser.click("nav a", holding: "Events")
      try browser.wait("\(newest).includes('profile=web')")
      let same = "[...\(events)].filter((e) => e.textContent.includes('profile=web'))"
      #expect(try browser.number(same + ".length") == 1)
      try browser.shoot("events-past")
      try lab.expectQuiet()
    }

    @Test(.needsBrowser)
    func `can be read in light and dark, on a phone and by a screen reader`() throws {
      let lab = try PageLab(machines: 40)
      let browser = lab.browser
      try lab.logIn()
      let views = ["machines", "boots", "held", "images", "events", "machine/" + PageLab.id(3)]
      for scheme in ["light", "dark"] {
        try browser.scheme(scheme)
        for (width, isPhone) in [(1280, false), (320, true)] {
          try browser.size(width, 800, isPhone: isPhone)
          for view in views {
            try browser.go(lab.url + "#/" + view)
            try browser.wait(
              "document.querySelector('.line a, .boot, .plain td, .events li, .timeline')")
            #expect(
              try browser.run(PageAudit.script) as? [String] == [], "\(view) \(scheme) \(width)")
            #expect(
              try browser.number("document.documentElement.scrollWidth") <= Double(width), "\(view)"
            )
            try browser.shoot("\(scheme)-\(width)-\(view.prefix(7).replacing("/", with: ""))")
          }
        }
      }
      try lab.expectQuiet()
    }

    @Test(.needsBrowser)
    func `can be used with the keyboard alone`() throws {
      let lab = try PageLab(machines: 200)
      let browser = lab.browser
      try lab.logIn()
      func focused() throws -> String {
        try browser.text(
          "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
      }
      func tab(to text: String) throws {
        for _ in 0..<30 {
          if try focused().contains(text) { return }
          try browser.press(.tab)
        }
        Issue.record("Tab never came to \(text)")
      }
      try browser.press(.tab)
      #expect(try focused() == "Skip to the content")
      try tab(to: "node1.")
      try browser.press(.down)
      #expect(try focused().contains("node2."))
      try browser.press(.end)
      try browser.wait("document.activeElement.textContent.includes('node200.')")
      try browser.press(.enter)
      try browser.wait("document.querySelector('h1')?.textContent.includes('node200.')")
      #expect(try browser.text("document.activeElement.tagName") == "H1")
      try browser.wait("!document.querySelector('.actions').hidden")
      try tab(to: "Claim…")
      try browser.press(.enter)
      try browser.wait("document.querySelector('dialog[open]')")
      #expect(
        try browser.text("document.querySelector('dialog').contains(document.activeElement)")
          == "true")
      try browser.press(.escape)
      try browser.wait("!document.querySelector('dialog')")
      #expect(try focused() == "Claim…")

      // The list is fetched anew under who stands on a button, and behind a dialog.
      try browser.go(lab.url + "#/held")
      try browser.wait("document.querySelector('.count').textContent === '28 machines'")
      try tab(to: "Claim node7.")
      let fetched =
        "performance.getEntriesByType('resource')"
        + ".filter((e) => e.name.includes('is%3Aheld')).length"
      var count = try browser.number(fetched)
      try browser.wait("\(fetched) > \(count + 1)", within: 30)
      #expect(try focused().hasPrefix("Claim node7."))
      try browser.press(.enter)
      try browser.wait("document.querySelector('dialog select')")
      count = try browser.number(fetched)
      try browser.wait("\(fetched) > \(count + 1)", within: 30)
      try browser.press(.escape)
      try browser.wait("!document.querySelector('dialog')")
      #expect(try focused().hasPrefix("Claim node7."))
      try browser.press(.enter)
      try browser.wait("document.querySelector('dialog select')")
      for _ in 0..<10 where try focused() != "Claim" { try browser.press(.tab) }
      try browser.press(.enter)
      // The row is gone: the next machine's name has the focus, and not its button.
      try browser.wait("document.querySelector('.count').textContent === '27 machines'")
      try browser.wait("document.activeElement.tagName === 'A'")
      #expect(try focused().hasPrefix("node14."))
    }
  }
}
