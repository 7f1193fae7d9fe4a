// TestSupport: tests that need more than the toolchain.
// SPDX-License-Identifier: Apache-2.0

// A build without tests has no such module, and no use for this.
#if canImport(Testing)
  import Testing

  /// Leaves a test out where something lacks; all of them are told in one line, at the end of the run.
  package struct NeedsTrait: TestTrait, SuiteTrait, TestScoping {
    private let needs: Needs
    package let isRecursive = true

    package init(needs: Needs) { self.needs = needs }

    package func provideScope(
      for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
      if needs.areMet { return try await body() }
      LeftOut.note("\(test.id)", needs: needs.missing)
    }
  }

  extension Trait where Self == NeedsTrait {
    /// Leaves a test out where a Debian package is missing.
    package static func needs(_ tools: Tool..., root: Bool = false) -> Self {
      NeedsTrait(needs: Needs(tools, root: root))
    }

    /// Leaves a test out where something else lacks.
    package static func needs(_ needs: Needs) -> Self { NeedsTrait(needs: needs) }
  }
#endif
