// HTTP/Files: what came of waiting for a disk.
// SPDX-License-Identifier: Apache-2.0

import System

/// What came of waiting.
package enum Delivery: Sendable {
  case contents(Result<FileContents, OpenFailure>)
  case opened(Result<OpenedPath, OpenFailure>)
  case status(Result<FileStatus, OpenFailure>)
  case link(Result<[UInt8]?, OpenFailure>)
}
