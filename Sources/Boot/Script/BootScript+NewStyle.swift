// Boot/Script: the script of a profile that uses a key the original did not have.
// SPDX-License-Identifier: Apache-2.0

extension BootScript {
  /// How often a file is asked for, and the seconds between two tries.
  private static let tries = 10
  private static let pauseSeconds = 5

  /// A script that fetches each file in a step of its own.
  ///
  /// Uses only what the iPXE of 2019 has. A step that fails is tried again by itself, so a large
  /// initrd is not fetched twice because a second one is missing.
  static func newStyle(_ inputs: ScriptInputs) throws(BootError) -> BootScript {
    let images = try ImageSet(inputs)
    let options = try commandLine(inputs, images)
    let name = inputs.profileName.isEmpty ? "boot" : ScriptText.display(inputs.profileName)
    var script = Array("#!ipxe\n".utf8)
    if !inputs.profile.version.isEmpty {
      script += try inputs.checked(
        "version", inputs.profile.version, before: "set coreos-version ", after: "\n")
    }
    script += Array("set base-url ".utf8) + images.base + [0x0a]
    script += "set try:int32 1\n".utf8
    script += step("kernel", "kernel", images.kernel, name, before: "imgfree\n", after: options)
    for (index, url) in images.initrds.enumerated() {
      script += step("initrd\(index)", "initrd", url, name)
    }
    script +=
      """
      echo Profile \(name): booting
      set step kernel
      set image-url the images do not boot
      boot || goto failed
      :failed
      echo Profile \(name): FAILED with ${errno}: ${image-url} (try ${try} of \(tries))
      iseq ${try} \(tries) && goto gave_up ||
      inc try
      sleep \(pauseSeconds)
      goto ${step}
      :gave_up
      echo Profile \(name): gave up after \(tries) tries, leaving iPXE for the next boot device
      exit 1

      """.utf8
    return BootScript(text: script, commandLineLength: options.count)
  }

  /// A label, a line for the console and the command that fetches one file.
  private static func step(
    _ label: String, _ command: String, _ url: [UInt8], _ name: String, before: String = "",
    after: [UInt8] = []
  ) -> [UInt8] {
    var lines = Array(":\(label)\nset step \(label)\nset image-url ".utf8)
    lines += url
    lines += "\necho Profile \(name): \(command) ${image-url}\n\(before)".utf8
    lines += "\(command) --name \(label) ${image-url}".utf8
    return lines + after + Array(" || goto failed\n".utf8)
  }

  private static func commandLine(
    _ inputs: ScriptInputs, _ images: ImageSet
  ) throws(BootError) -> [UInt8] {
    var options = KernelOptions(inputs)
    for index in images.initrds.indices { options.add("initrd=initrd\(index)") }
    if let rootfs = images.rootfs {
      options.add("coreos.live.rootfs_url=" + String(decoding: rootfs, as: UTF8.self))
    }
    let words = KernelWords(inputs.profile.os)
    try options.addIgnition(words)
    try options.addOriginals(words)
    for arg in inputs.profile.args where !arg.isEmpty { try options.add("", arg, key: "args") }
    return options.line
  }
}
