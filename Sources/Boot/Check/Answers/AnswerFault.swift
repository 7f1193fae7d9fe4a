// Boot/Check/Answers: where a reader gives up.
// SPDX-License-Identifier: Apache-2.0

/// The first place where a text is not what it should be; nothing behind it is read.
struct AnswerFault: Error {
  /// In bytes.
  let offset: Int
  let sentence: String
  var severity = Finding.Severity.error
}
