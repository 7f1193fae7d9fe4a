// BootServer: the parameters of a request about one machine.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// The parameters of a request about one machine.
struct MachineParameters {
  private(set) var machine: MachineID?
  private(set) var token: String?
  private(set) var size: [UInt8]?

  init(_ head: RequestHead) {
    var parameters = QueryParameters(head.query ?? [])
    while let (name, rawValue) = parameters.nextRaw() {
      guard let value = PercentCoding.decoded(rawValue) else { continue }
      let text = String(decoding: value, as: UTF8.self)
      if machine == nil, name.elementsEqual("machine".utf8) { machine = MachineID(text) }
      if token == nil, name.elementsEqual("token".utf8) { token = text }
      if size == nil, name.elementsEqual("size".utf8) { size = value }
    }
    if token == nil { token = BearerToken.of(head) }
  }
}
