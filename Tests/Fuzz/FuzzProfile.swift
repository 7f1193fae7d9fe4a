// Fuzz: profile files.
// SPDX-License-Identifier: Apache-2.0

/// A value written in the plainest way.
private func written(_ value: JSON) -> String {
  switch value {
  case .null: "null"
  case .bool(let bool): "\(bool)"
  case .number(let text): text
  case .string(let text): JSONWriter.quoted(text.utf8)
  case .array(let elements): "[" + elements.map(written).joined(separator: ",") + "]"
  case .object(let members):
    "{"
      + members.map { JSONWriter.quoted($0.name.utf8) + ":" + written($0.value) }
      .joined(separator: ",") + "}"
  }
}

func checkProfile(_ data: [UInt8]) {
  do throws(JSONError) {
    let value = try JSONReader.read(data)
    let again = try JSONReader.read(Array(written(value).utf8))
    require(again == value, "what is written reads back")
  } catch {
    require(error.line >= 1 && error.column >= 1, "an error has a place")
    require(error.line <= data.count { $0 == 0x0a } + 1, "the place is in the file")
  }
  // A profile that is taken is rendered, or refused with a sentence that names a file.
  let files = memoryFiles([
    "profiles/f.json": data, "profiles/b.json": Array(#"{"args":["b"]}"#.utf8), "configs/a": [],
    "configs/s/user-data": [], "images/x/y.iso": [],
  ])
  for occasion in [ScriptOccasion.byName, .installing, .settled(platform: nil)] {
    do throws(ScriptBuilder<Never>.Stop) {
      let builder = ScriptBuilder(files, base: Array("http://h".utf8), reportsByToken: true)
      _ = try builder.script(profile: Array("f".utf8), occasion)
    } catch {
      guard case .failed(let failure) = error else { continue }
      let isNamed = ["profiles/f.json", "profiles/b.json", "sshkeys/", "configs/"].contains {
        failure.sentence.hasPrefix($0)
      }
      require(isNamed, failure.sentence)
    }
  }
}
