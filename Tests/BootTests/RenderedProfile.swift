// BootTests: what the tests of profiles look at in a script.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

/// The line of the script that fetches a kernel, without what is the same in all.
func kernelWords(_ files: [String: String], _ occasion: ScriptOccasion = .byName) throws -> String {
  let text = line("kernel", of: try render(files, occasion))
  return text.replacing("kernel --name kernel ${image-url}", with: "").replacing(
    " || goto failed", with: "")
}

/// The URLs of a script, in order.
func imageURLs(_ files: [String: String], _ occasion: ScriptOccasion = .byName) throws
  -> [String]
{
  try render(files, occasion).split(separator: "\n").filter {
    $0.hasPrefix("set image-url ${base-url}")
  }
  .map { String($0.dropFirst("set image-url ${base-url}".count)) }
}

/// Why there is no script.
func scriptRefusal(_ files: [String: String], _ occasion: ScriptOccasion = .byName) -> String {
  do {
    _ = try render(files, occasion)
    return ""
  } catch {
    return (error as? ScriptFailure)?.sentence ?? "\(error)"
  }
}
