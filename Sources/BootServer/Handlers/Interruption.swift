// BootServer/Handlers: why a handler stops half way.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

/// What keeps a handler from answering now.
enum Interruption: Error {
  case pending(PendingFile)
  case failed(ScriptFailure)
  /// Who asks may not have it.
  case refused(Response)
}
