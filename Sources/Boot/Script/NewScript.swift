// Boot/Script: the script of a profile that uses a key the original did not have.
// SPDX-License-Identifier: Apache-2.0

/// A script that fetches each file in a step of its own.
///
/// Uses only what the iPXE of 2019 has. A step that fails is tried again by itself, so a large
/// initrd is not fetched twice because a second one is missing.
struct NewScript {
  /// What one platform boots.
  struct Plan {
    /// In front of everything: where the images are, and their version.
    var settings: [UInt8] = []
    var way: Way
    /// Words for the kernel, or for what is chained; each with one blank in front.
    var line: [ScriptPiece] = []
    /// What is known of verified files, by the step that fetches each: `41.2 MB, SHA-256 0123456789ab`.
    var notes: [String: String] = [:]
    /// The URL of a shim for Secure Boot.
    var shim: [ScriptPiece] = []
  }

  enum Way {
    case kernel([ScriptPiece], initrds: [(url: [ScriptPiece], initrd: Initrd)])
    case sanboot([ScriptPiece])
    case chain([ScriptPiece])
  }

  /// How often a file is asked for, and the seconds between two tries.
  private static let tries = 10
  private static let pauseSeconds = 5

  /// As consoles show it.
  let name: String
  private var pieces: [ScriptPiece] = []
  /// Of the present plan.
  private var notes: [String: String] = [:]
  /// Behind every label: a script for two platforms has each twice.
  private var suffix = ""

  init(profileName: [UInt8]) {
    name = profileName.isEmpty ? "boot" : ScriptText.display(profileName)
  }

  /// - Parameter efi: what machines with UEFI boot, where that differs.
  static func pieces(profileName: [UInt8], _ plan: Plan, efi: Plan?) -> [ScriptPiece] {
    var script = NewScript(profileName: profileName)
    script.add("#!ipxe\n")
    if efi != nil { script.add("iseq ${platform} efi && goto efi ||\n") }
    script.add(plan)
    if let efi {
      script.suffix = "_efi"
      script.add(":efi\n")
      script.add(efi)
    }
    return script.pieces
  }

  private mutating func add(_ text: String) { add([.text(Array(text.utf8))]) }

  /// Texts that stand side by side are one.
  private mutating func add(_ more: [ScriptPiece]) {
    for piece in more {
      if case .text(let text) = piece, case .text(let before)? = pieces.last {
        pieces[pieces.count - 1] = .text(before + text)
      } else {
        pieces.append(piece)
      }
    }
  }

  private mutating func add(_ plan: Plan) {
    notes = plan.notes
    add([.text(plan.settings)])
    add("set try:int32 1\n")
    switch plan.way {
    case .kernel(let url, let initrds):
      addStep("kernel", "kernel", url, before: "imgfree\n", options: "--name kernel ", plan.line)
      for (index, initrd) in initrds.enumerated() {
        let (name, mode) = (initrd.initrd.name, initrd.initrd.mode)
        let label = "initrd\(index)"
        // The iPXE of 2019 shows a BIOS machine's system the name behind the URL, and wimboot on UEFI
        // the other one.
        let behind = name.isEmpty ? "" : " \(name)" + (mode.isEmpty ? "" : " mode=\(mode)")
        addStep(
          label, "initrd", initrd.url, options: "--name \(name.isEmpty ? label : name) ",
          behind.isEmpty ? [] : [.text(Array(behind.utf8))])
      }
      add("echo Profile \(name): booting\nset step kernel\(suffix)\n")
      add("set image-url the images do not boot\n")
      if !plan.shim.isEmpty {
        // An iPXE that does not know the command goes on; so does one without Secure Boot.
        add([.text(Array("shim ".utf8))] + plan.shim + [.text(Array(" ||\n".utf8))])
      }
      add("boot || goto failed\(suffix)\n")
    case .sanboot(let url): addStep("sanboot", "sanboot", url, before: "imgfree\n", plan.line)
    case .chain(let url):
      addStep("chain", "chain", url, before: "imgfree\n", options: "--autofree ", plan.line)
    }
    addEnd(plan.way)
  }

  /// A label, a line for the console and the command that fetches one file.
  private mutating func addStep(
    _ label: String, _ command: String, _ url: [ScriptPiece], before: String = "",
    options: String = "", _ after: [ScriptPiece]
  ) {
    add(":\(label)\(suffix)\nset step \(label)\(suffix)\nset image-url ")
    add(url)
    add("\necho Profile \(name): \(command) ${image-url}\n")
    if let note = notes[label] { add("echo \(note)\n") }
    add(before)
    add("\(command) \(options)${image-url}")
    add(after)
    add(" || goto failed\(suffix)\n")
  }

  private mutating func addEnd(_ way: Way) {
    var text = ""
    // What was chained, or booted from a disk of the network's, may come back and say nothing.
    if case .kernel = way {} else { text += "set image-url ${image-url}, which came back\n" }
    text += """
      :failed\(suffix)
      echo Profile \(name): FAILED with ${errno}: ${image-url} (try ${try} of \(Self.tries))
      iseq ${try} \(Self.tries) && goto gave_up\(suffix) ||
      inc try
      sleep \(Self.pauseSeconds)
      goto ${step}
      :gave_up\(suffix)
      echo Profile \(name): gave up after \(Self.tries) tries, leaving iPXE for the next boot device
      exit 1

      """
    add(text)
  }
}
