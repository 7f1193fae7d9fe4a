// Boot/Script: the script a machine boots by.
// SPDX-License-Identifier: Apache-2.0

/// A rendered boot script.
package struct BootScript: Sendable {
  /// From `#!ipxe` to the last line break.
  package let text: [UInt8]
  /// The longest command line an x86 kernel reads; what is beyond is cut without a word.
  package static let longestCommandLine = 2047
  /// As far as the server knows it: `${...}` is not expanded yet.
  package let commandLineLength: Int

  /// Renders a profile.
  ///
  /// A profile of the original's keys alone gives the original's bytes; any other gives a script
  /// that works on UEFI too, says what it does, and ends in a branch for failures.
  package static func render(_ inputs: ScriptInputs) throws(BootError) -> BootScript {
    try inputs.profile.isNewStyle ? newStyle(inputs) : original(inputs)
  }

  /// The directory below `images/` whose file names ``ScriptInputs/imageNames`` should hold;
  /// `nil` where the script does not depend on them.
  package static func imageDirectory(_ profile: Profile) -> String? {
    profile.os == .fedoraCoreOS ? ImageSet.directory(profile) : nil
  }

  private static func original(_ inputs: ScriptInputs) throws(BootError) -> BootScript {
    var options = KernelOptions(inputs)
    try options.addOriginals(KernelWords(.coreos))
    var text = Array("#!ipxe\n".utf8)
    text += try inputs.checked(
      "version", inputs.profile.version, before: "set coreos-version ", after: "\n")
    text += "set base-url ".utf8
    text += inputs.base
    text += "/images/amd64-usr/${coreos-version}\n".utf8
    text += "kernel ${base-url}/coreos_production_pxe.vmlinuz".utf8
    text += options.line
    text += "\ninitrd ${base-url}/coreos_production_pxe_image.cpio.gz\nboot\n".utf8
    return BootScript(text: text, commandLineLength: options.line.count)
  }
}
