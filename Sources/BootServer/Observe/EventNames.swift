// BootServer/Observe: what happens, by name.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What is asked for.
extension Event.Name {
  static let script = Event.Name("script")
  /// The end of a script that told a person of an error.
  static let failed = Event.Name("failed")
  static let config = Event.Name("config")
  /// A file of a NoCloud seed.
  static let seed = Event.Name("seed")
  /// An answer that was asked for by POST.
  static let answer = Event.Name("answer")
  static let key = Event.Name("key")
  static let health = Event.Name("health")
  static let options = Event.Name("options")
  /// A path that is nothing's.
  static let unknown = Event.Name("unknown")
}

/// What becomes of machines.
extension Event.Name {
  /// A machine is asked who it is.
  static let identify = Event.Name("identify")
  /// It told nothing that finds it.
  static let noIdentity = Event.Name("no-identity")
  static let held = Event.Name("held")
  static let localBoot = Event.Name("local-boot")
  static let report = Event.Name("report")
  static let machines = Event.Name("machines")
  /// A machine is in another state than before.
  static let machineState = Event.Name("machine-state")
  static let machineAPI = Event.Name("machine-api")
  /// Profiles to choose from.
  static let menu = Event.Name("menu")
  static let explain = Event.Name("explain")
  /// What a machine would get.
  static let preview = Event.Name("preview")
  /// What happened lately was asked for, or who listens has left.
  static let events = Event.Name("events")
  /// Numbers for Prometheus.
  static let metrics = Event.Name("metrics")
  /// The page, or a part of it.
  static let page = Event.Name("page")
  static let login = Event.Name("login")
  static let logout = Event.Name("logout")
  /// The versions of images were asked for.
  static let imageVersions = Event.Name("image-versions")
  static let doubts = Event.Name("doubts")
  static let state = Event.Name("state")
  static let stateTrust = Event.Name("state-trust")
  static let stateBackup = Event.Name("state-backup")
  static let discovery = Event.Name("discovery")
  static let mayu = Event.Name("mayu")
  static let stacki = Event.Name("stacki")
  /// A profile cannot be used.
  static let profile = Event.Name("profile")
  /// The state directory cannot be used.
  static let noMachines = Event.Name("no-machines")
  static let recordEdited = Event.Name("record-edited")
}

extension Event.Name {
  /// What people and monitors ask for to see how things are.
  static let looks: Set<Event.Name> = [
    .machines, .machineAPI, .boots, .events, .explain, .imageVersions, .page, .state, .doubts,
    .metrics, .health,
  ]
}

/// What the server does.
extension Event.Name {
  static let listening = Event.Name("listening")
  static let stopping = Event.Name("stopping")
  static let stopped = Event.Name("stopped")
  /// A folder of the data directory is not there.
  static let folderMissing = Event.Name("folder-missing")
  static let noSocket = Event.Name("no-socket")
  /// It listens, and nobody reaches it.
  static let notReady = Event.Name("not-ready")
  /// systemd could not be told.
  static let notify = Event.Name("notify")
  static let logDropped = Event.Name("log-dropped")
  /// The program of `--on-event` has ended, or does not keep up.
  static let onEvent = Event.Name("on-event")
  /// The trail cannot be written.
  static let noTrail = Event.Name("no-trail")
  static let trailAgain = Event.Name("trail-again")
  static let trailMended = Event.Name("trail-mended")
  static let trailBroken = Event.Name("trail-broken")
}
