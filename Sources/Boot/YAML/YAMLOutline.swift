// Boot/YAML: where things stand in a text.
// SPDX-License-Identifier: Apache-2.0

/// Where things stand in a text, for who puts more into it and leaves all else as it is.
struct YAMLOutline {
  /// In their order, without lines, columns and texts, as far as their entry has a byte 0xff; a mapping
  /// that shows only behind its first key has no start.
  let events: [YAMLEvent]
  /// In their order, each from its `#` to its line's end.
  let comments: [Range<Int>]
  /// What is wrong behind ``readEnd``; `nil` where all has been read.
  let error: YAMLError?
  /// Up to where all is read.
  let readEnd: Int

  /// Reads as far as it can.
  ///
  /// - Parameter bytes: the byte 0xff is a letter, and where something is to be put in.
  init(_ bytes: [UInt8]) {
    // cloud-init's reader does not ask how far brackets are indented.
    var reader = YAMLReader(bytes: bytes, flowIndentation: .free, keepsTexts: false)
    do throws(YAMLError) {
      // To the reader it is the text's end.
      if let zero = bytes.firstIndex(of: 0) {
        throw reader.error("the control character U+0000 is not allowed", at: zero)
      }
      try reader.stream()
      error = nil
    } catch {
      self.error = error
    }
    events = reader.events
    comments = reader.comments
    readEnd = reader.mark.position
  }
}
