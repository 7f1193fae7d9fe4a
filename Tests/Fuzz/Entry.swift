// Fuzz: where libFuzzer comes in; every harness defines `check`.
// SPDX-License-Identifier: Apache-2.0

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  check(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}

/// Ends the run with the input that broke a rule.
func require(_ holds: Bool, _ rule: @autoclosure () -> String) {
  if !holds { fatalError("broken: \(rule())") }
}
