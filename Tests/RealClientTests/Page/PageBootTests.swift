// RealClientTests/Page: a person at the page, and a real machine that waits for them.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("The page, beside a real machine")
  struct PageBootTests {
    @Test(.needsMachines, .needsBrowser, .timeLimit(.minutes(10)))
    func `claims it by a click, and shows it boot`() throws {
      let lab = try Lab([
        "profiles/live.json":
          #"{"os":"generic","kernel":"lab/kernel","initrd":["lab/initrd","lab/more"],"args":["console=ttyS0"]}"#
      ])
      try lab.install(kernel: "images/lab/kernel", initrd: "images/lab/initrd")
      // Large enough to be seen on its way; the kernel takes zeros behind an archive for nothing.
      try lab.directory.write("images/lab/more", Data(count: 120_000_000))
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(["--dhcp-boot=http://\(Lab.server):4777/boot.ipxe"])
      let machine = try lab.addMachine(.bios)
      let console = try lab.switchOn(machine)

      // By the socket: the machine's network is not this one.
      let page = try Program(
        Program.built("coreos-ipxe-server"), ["page", "--data-dir", lab.directory.path])
      try #require(page.hasPrinted("Ctrl-C", within: 30), "\(page.printed)")
      let url = try #require(page.printed.firstMatch(of: #/http://127\.0\.0\.1:\d+/open/\w+/#))
      let browser = try Browser()
      try browser.size(1280, 800)
      try browser.go(String(url.0))
      try browser.wait("document.querySelector('nav a')")
      try browser.click("nav a", holding: "Held")
      try browser.wait("document.querySelector(\"button[aria-label^='Claim']\")", within: 120)
      try browser.click("button[aria-label^='Claim']")
      try browser.wait("document.querySelector('dialog select')")
      try browser.run("document.querySelector('#profile').value = 'live'")
      try browser.click("dialog button.main")
      try browser.wait("!document.querySelector('dialog')")

      try browser.click("nav a", holding: "Booting")
      let bar = "document.querySelector('.boot [role=progressbar]')"
      try browser.wait(
        "Number(\(bar)?.getAttribute('aria-valuenow')) > 0 && \(bar).getAttribute('aria-valuetext').includes('initrd')",
        within: 90)
      try browser.shoot("boot-real")
      let report = try Report.of(console)
      #expect(report.commandLine.contains("console=ttyS0"))
      try browser.wait(
        "document.querySelector('.lately li')?.textContent.includes('done')", within: 30)
      #expect(
        server.printed.contains("event=script machine=\(machine.uuid)")
          || server.printed.contains("event=script profile=live"))
      #expect(try browser.complaints() == [])
    }
  }
}
