// Fuzz: a request head, and what follows it, reads the same however it is cut.
// SPDX-License-Identifier: Apache-2.0

/// What a sequence of bytes was read as: requests, or the refusal that ended it.
private func reading(_ pieces: [ArraySlice<UInt8>]) -> String {
  var limits = MessageLimits()
  // Small enough to be reached.
  limits.requestLine = 200
  limits.head = 400
  limits.fields = 8
  limits.content = 100
  limits.chunkOverhead = 80
  var reader = RequestReader(limits: limits)
  var input: [UInt8] = []
  var result = ""
  for piece in pieces {
    input += piece
    var rest = input[...]
    var needsMore = false
    while !needsMore {
      do throws(Refusal) {
        switch try reader.next(&rest, policy: { $0.method == .put ? .refuse : .collect }) {
        case .needsMore: needsMore = true
        case .sendContinue: break
        case .request(let head, let body, let isUnread):
          result += "\(head.method) \(Array(head.path)) \(head.query.map { Array($0) } ?? []) "
          result += "\(Array(head.authority)) \(head.framing) \(head.keepsAlive) \(body)\n"
          if isUnread { return result }
        }
      } catch {
        return result + "refused: \(error)"
      }
    }
    input = Array(rest)
  }
  return result
}

func checkHead(_ data: [UInt8]) {
  guard let first = data.first else { return }
  let text = data.dropFirst()
  let whole = reading([text])
  let cut = text.startIndex + Int(first) * text.count / 256
  require(reading([text[..<cut], text[cut...]]) == whole, "cut at \(cut)")
  require(reading(text.map { [$0] }) == whole, "a byte at a time")
}
