// Fuzz: YAML.
// SPDX-License-Identifier: Apache-2.0

/// Events in the plainest way: in brackets, every scalar in double quotes, every key behind a `?`.
private struct CanonicalYAML {
  private(set) var text = ""
  private var body = ""
  /// For each open collection whether it is a mapping, and how many nodes it has.
  private var open: [(isMapping: Bool, count: Int)] = []
  private var tags: [String] = []

  init(_ events: [YAMLEvent]) {
    for event in events { write(event) }
  }

  private mutating func write(_ event: YAMLEvent) {
    switch event.kind {
    case .streamStart, .streamEnd: break
    case .documentStart: (body, tags) = ("", [])
    case .documentEnd:
      for (index, tag) in tags.enumerated() {
        text += "%TAG !t\(index)! \(encoded(tag.unicodeScalars.dropLast()))\n"
      }
      text += "--- \(body)\n...\n"
    case .mappingStart, .sequenceStart:
      begin(event)
      let isMapping = if case .mappingStart = event.kind { true } else { false }
      body += isMapping ? "{" : "["
      open.append((isMapping, 0))
    case .mappingEnd, .sequenceEnd:
      let isMapping = open.removeLast().isMapping
      body += isMapping ? "}" : "]"
    case .scalar(let value, _):
      begin(event)
      body += "\""
      for scalar in value.unicodeScalars {
        switch scalar {
        case "\"", "\\": body += "\\" + String(scalar)
        case " "..."~": body.unicodeScalars.append(scalar)
        default: body += "\\U" + Hex.text(UInt64(scalar.value), bytes: 4)
        }
      }
      body += "\""
    case .alias(let name):
      begin(event)
      body += "*\(name) "
    }
  }

  /// What stands in front of a node.
  private mutating func begin(_ event: YAMLEvent) {
    if let collection = open.last {
      open[open.count - 1].count += 1
      let isKey = collection.count.isMultiple(of: 2)
      if collection.isMapping {
        body += isKey ? (collection.count > 0 ? ", ? " : "? ") : " : "
      } else if collection.count > 0 {
        body += ", "
      }
    }
    if let anchor = event.anchor { body += "&\(anchor) " }
    if event.tag == "!" {
      body += "! "
    } else if let tag = event.tag {
      body += "!t\(tags.count)!\(encoded(tag.unicodeScalars.suffix(1))) "
      tags.append(tag)
    }
  }

  private func encoded(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    scalars.flatMap { String($0).utf8 }.map { "%" + Hex.text([$0]) }.joined()
  }
}

/// An event without what a way of writing is.
private func plain(_ event: YAMLEvent) -> String {
  let kind: YAMLEvent.Kind =
    switch event.kind {
    case .documentStart: .documentStart(isExplicit: true)
    case .documentEnd: .documentEnd(isExplicit: true)
    case .mappingStart: .mappingStart(.flow)
    case .sequenceStart: .sequenceStart(.flow)
    case .scalar(let text, _): .scalar(text, .plain)
    case .streamStart, .streamEnd, .mappingEnd, .sequenceEnd, .alias: event.kind
    }
  return "\(kind) \(event.anchor ?? "") \(event.tag ?? "")"
}

private func checkOrder(_ events: [YAMLEvent], of data: [UInt8]) {
  var open: [Bool] = []
  var last = YAMLPosition(offset: 0, line: 1, column: 1)
  for event in events {
    for position in [event.start, event.end] {
      require(position.offset >= last.offset, "offsets grow")
      require(
        (position.line, position.column) >= (last.line, last.column), "lines and columns grow")
      last = position
    }
    switch event.kind {
    case .mappingStart: open.append(true)
    case .sequenceStart: open.append(false)
    case .mappingEnd: require(open.popLast() == true, "a mapping ends where one is open")
    case .sequenceEnd: require(open.popLast() == false, "a sequence ends where one is open")
    default: break
    }
  }
  require(open.isEmpty, "what begins ends")
  require(last.offset == data.count, "the end is the end")
}

func checkYAML(_ data: [UInt8]) {
  do throws(YAMLError) {
    let events = try YAMLReader.events(data)
    checkOrder(events, of: data)
    let free = try YAMLReader.events(data, flowIndentation: .free)
    require(free == events, "what is strictly right is right")
    let text = CanonicalYAML(events).text
    do throws(YAMLError) {
      let again = try YAMLReader.events(Array(text.utf8))
      require(again.map(plain) == events.map(plain), "what is written reads back: \(text)")
    } catch {
      require(false, "what is written is read: \(error): \(text)")
    }
  } catch {
    require(error.line >= 1 && error.column >= 1, "an error has a place")
    let lines = data.count { $0 == 0x0a || $0 == 0x0d } + 1
    require(error.line <= lines, "the place is in the file")
  }
  for schema in [YAMLSchema.core, .pyYAML] {
    guard
      let documents = try? YAMLDocument.read(
        data, schema: schema, flowIndentation: .free, maxExpansion: 1000)
    else { continue }
    for document in documents {
      _ = document.root.value(in: schema)
      require(document.root == document.root, "a tree is itself")
    }
  }
  let text = String(decoding: data, as: UTF8.self)
  _ = YAMLScalarValue.plain(text, in: .core)
  _ = YAMLScalarValue.plain(text, in: .pyYAML)
}
