// BootServerTests/Model: everything that can happen.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// One thing that happens, as a value: a history of them can be repeated, and shortened.
indirect enum ModelAction: Sendable {
  // Boards.
  case board(Int, uuid: Int?, cards: [Int], serial: Int?)
  case firmware(Int, uuid: Int?)
  case serial(Int, Int?)
  case swapCards(Int, Int, Int, Int)
  /// It runs the installer's script that it got.
  case run(Int)
  /// It loses the script that it got, before it has run it.
  case losePower(Int)

  /// Requests that come at the same time: decided in one batch.
  case requests([ModelRequest])
  /// A person reads why a board is held, and does what it says.
  case hint(Saying)
  case trust
  case clock(Int)
  case localPolicy(Bool)
  case profile(String, ModelProfile)

  /// Somebody does something to the files.
  case hand(HandAct)
  case backup(Int)
  /// The whole directory becomes what it was; the server may be running meanwhile.
  case restore(Int, isRunning: Bool)
  /// The directory is empty, as an unmounted disk leaves it.
  case empty(isRunning: Bool)

  // The server.
  case tick
  case writeFiles
  case checkpoint
  /// Requests come in the middle of it, at the step with this number.
  case checkpointWith(Int, [ModelRequest])
  case start
  case stop
  case kill
  case powerCut(ModelPower)
  /// The power goes in the middle, at the step with this number.
  case cutDuring(ModelAction, at: Int, ModelPower)
  /// The next steps of a kind fail.
  case fault(ModelFault, times: Int)
  case heal
  /// Everything is mended and everyone idle: fresh boards are served.
  case settle
}

/// One request.
enum ModelRequest: Sendable {
  case boot(Saying)
  /// Somebody forges a boot; numbers as ``BootIdentity/init(uuid:mac:serial:host:address:)``.
  case stranger(uuid: Int?, mac: Int?, serial: Int?)
  case report(Int, MachineState)
  /// Somebody who forged a boot reports with the token that he got.
  case strangerReports(MachineState)
  /// A person says something of what has this name.
  case say(String, PersonsWord)
  /// A person decides that a machine is the one that it is in doubt with.
  case same(MachineID)
  case allOneToOne
}

enum PersonsWord: Sendable {
  case claim(String)
  case state(MachineState)
  case profile(String?)
  case takeOver(String, MachineState)
  case put(String)
  /// `nil`: it stays.
  case names(uuid: Int?, macs: [Int]?, serial: Int?)
  /// The record is read and sent back.
  case putBack
  case hostname(Int)
  case remove
}

/// What somebody does to a record's file.
enum HandAct: Sendable {
  case edit(MachineID, HandChange, HandRevision, inPlace: Bool)
  case open(MachineID)
  /// What was opened is changed, and saved now.
  case save(MachineID, HandChange)
  case copy(MachineID, to: MachineID, fixesID: Bool)
  case rename(MachineID, to: MachineID)
  /// As `ID.JSON`, in capital letters.
  case misname(MachineID)
  case delete(MachineID)
  /// What was deleted is put back.
  case putBack(MachineID)
  case cutShort(MachineID)
  case restoreFile(Int, MachineID)
  case removeAside(MachineID)
}

enum HandChange: Sendable {
  case nothing
  case state(MachineState)
  case profile(String)
  case uuid(Int)
  case macs([Int])
  case hostname(Int)
}

enum HandRevision: Sendable {
  case same, lower, none
}

/// What becomes of what was not flushed.
struct ModelPower: Sendable {
  enum Loss: Sendable, CaseIterable { case all, none, some, prefix }
  let loss: Loss
  let seed: Int
}

enum ModelFault: Sendable, CaseIterable {
  case journalWrite, journalFlush, journalCut, recordWrite, recordFlush, folderFlush, marker
  case fullDisk, readOnly, reading, known
}

/// How a profile's file is.
enum ModelProfile: Sendable, Equatable {
  case takes(Int?)
  case broken
  case missing
}
