// BootServer/Handlers: public keys.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers `/keys?name=NAME` with the key as JSON: `[{"key": "..."}]`, as the original did.
struct KeyHandler {
  let store: FileStore

  /// - Parameter name: empty: an empty answer.
  func respond(_ request: Request, name: [UInt8]) -> Outcome {
    if name.isEmpty { return .respond(noted(Response(.ok), name)) }
    do throws(Interruption) {
      return .respond(noted(try response(name, request), name))
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .refused(let response): return .respond(response)
      case .failed(let failure): return .respond(noted(failure.response(), name))
      }
    }
  }

  private func response(_ name: [UInt8], _ request: Request) throws(Interruption) -> Response {
    let file = "sshkeys/" + String(decoding: name, as: UTF8.self) + ".pub"
    guard RelativePath(name: name) != nil,
      let path = RelativePath(Array("sshkeys/".utf8) + name + ".pub".utf8)
    else { throw .failed(.unknown(what: "key", file: file, .missing)) }
    switch try SmallFile.read(path, file: file, store, request.delivered) {
    case .failure(let failure):
      throw .failed(ScriptFailure(opening: file, what: "key", DataProblem(failure)))
    case .success(let contents):
      do throws(BootError) {
        try SSHKey.check(contents.bytes, file: file)
      } catch {
        throw .failed(ScriptFailure(error))
      }
      let key = JSONWriter.quoted(SSHKey.trimmed(contents.bytes))
      var response = Response(.ok, text: "[{\"key\": \(key)}]")
      if PlaceholderKey.isIn(contents.bytes) {
        response.event.warn("\(file) is the placeholder: put your own there")
      }
      return response
    }
  }

  private func noted(_ response: Response, _ name: [UInt8]) -> Response {
    var response = response
    response.event.name = .key
    response.event.subject = .key(Array(name.prefix(256)))
    return response
  }
}
