// Fuzz: where libFuzzer comes in; the harness is chosen by name.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Every harness; `Tests/Fuzz/seeds/NAME` has what it begins with.
private let harnesses: [String: @Sendable ([UInt8]) -> Void] = [
  "check": checkChecks, "head": checkHead, "images": checkImages,
  "journal": checkJournal, "machine": checkMachine,
  "profile": checkProfile,
  "range": checkRange, "script": checkScript, "target": checkTarget, "template": checkTemplate,
  "yaml": checkYAML,
]

/// The one that `FUZZ_HARNESS` names.
private let harness: @Sendable ([UInt8]) -> Void = {
  let name = getenv("FUZZ_HARNESS").map { String(cString: $0) } ?? ""
  guard let found = harnesses[name] else { fatalError("FUZZ_HARNESS names no harness: \(name)") }
  return found
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  harness(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}

/// Ends the run with the input that broke a rule.
func require(_ holds: Bool, _ rule: @autoclosure () -> String) {
  if !holds { fatalError("broken: \(rule())") }
}
