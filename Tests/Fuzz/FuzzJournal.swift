// Fuzz: journals, as they were written and as a disk may give them back.
// SPDX-License-Identifier: Apache-2.0

private let directory = "0123456789abcdef0123456789abcdef"

func checkJournal(_ data: [UInt8]) {
  let raw = JournalReader.read(data, id: directory, number: 1)
  require(raw.length <= data.count, "what is good is there")
  for batch in raw.batches { readsBack(batch) }
  if let batch = batch(Array(data.prefix(200))) { readsBack(batch) }
  spoiled(data)
  let source = JournalReplay.Source(number: 1, bytes: data)
  let replay = JournalReplay([source], id: directory, settled: nil)
  let abandoned = raw.header?.abandoned ?? []
  require(
    replay.batches == raw.batches.filter { !abandoned.contains($0.number) },
    "one journal says what it says")
}

/// A batch with the input in all its places.
private func batch(_ data: [UInt8]) -> JournalBatch? {
  guard let id = MachineID("52-54-00-00-00-01"), data.count > 4 else { return nil }
  let text = String(decoding: data, as: UTF8.self)
  var machine = Machine(id: id, firstSeen: Timestamp(seconds: Int(data[0]) << 20))
  machine.serial = text
  machine.others = [JSON.Member("x\(text)", .array([.string(text), .null]))]
  var batch = JournalBatch(number: 1 + Int(data[1]))
  batch.changes = [
    JournalBatch.Change(
      id: id, replaces: [Digest(data)], text: Array(machine.fileText.utf8)),
    JournalBatch.Change(id: id),
  ]
  batch.tokens = [JournalBatch.TokenLine(id: id, generation: Int(data[2]), token: text)]
  batch.clusters = [text: text]
  batch.notes = [.string(text)]
  return batch
}

private func readsBack(_ batch: JournalBatch) {
  let header = JournalHeader(id: directory, number: 1, after: 0)
  let bytes = JournalEncoder.line(header) + JournalEncoder.line(batch, salt: header.salt)
  let content = JournalReader.read(bytes, id: directory, number: 1)
  require(content.header == header, "a header reads back")
  require(content.batches == [batch], "a batch reads back")
  require(content.ending == .clean && content.length == bytes.count, "a journal is whole")
}

private let batches = (1...3).map { number in
  var batch = JournalBatch(number: number)
  batch.notes = [.number(String(number))]
  return batch
}

private let journal: [UInt8] = {
  let header = JournalHeader(id: directory, number: 1, after: 0)
  return JournalEncoder.line(header)
    + batches.flatMap { JournalEncoder.line($0, salt: header.salt) }
}()

/// Whatever happens to a journal, what is read of it was written, in order, from the first on.
private func spoiled(_ data: [UInt8]) {
  guard data.count >= 4 else { return }
  var bytes = journal
  let whole = bytes.count
  let place = (Int(data[0]) << 8 | Int(data[1])) % bytes.count
  switch data[2] % 3 {
  case 0: bytes.removeLast(place)
  case 1: bytes[place] ^= data[3] | 1
  default: bytes.replaceSubrange(place..., with: data[4...])
  }
  let content = JournalReader.read(bytes, id: directory, number: 1)
  require(batches.starts(with: content.batches), "nothing is read that was not written")
  let isAll = content.batches.count == batches.count
  require(isAll || content.ending != .clean || content.length == bytes.count, "the rest is told of")
  require(content.length <= whole, "no more is good than was written")
}
