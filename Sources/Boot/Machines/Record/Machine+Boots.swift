// Boot/Machines/Record: what a boot tells of a machine that is known.
// SPDX-License-Identifier: Apache-2.0

extension Machine {
  /// Whether a boot may put names into the record: before it is in use, and not while it runs from
  /// memory.
  package var takesNamesFromBoots: Bool {
    switch state {
    case .unknown, .configured, .installing: !isInUse
    case .installed, .running: false
    }
  }

  /// Notes what a boot tells: names that were absent while the record takes them, afterwards beside
  /// the record.
  ///
  /// A name that is there stays, whatever a request says; so does a host name that a person set.
  ///
  /// - Parameter isAnothers: whether a name is not to be noted here, as another machine has it.
  package mutating func note(_ boot: BootIdentity, isAnothers: (HardwareName) -> Bool) {
    if takesNamesFromBoots {
      addNames(of: boot, isAnothers)
    } else if isInUse, let list = differences(from: boot).added(to: told) {
      told = list
    }
    if let name = boot.hostname, hostname == nil || isHostnameTold {
      hostname = name
      isHostnameTold = true
    }
    ip = boot.ip ?? ip
    arch = boot.arch ?? arch
    platform = boot.platform ?? platform
  }

  private mutating func addNames(of boot: BootIdentity, _ isAnothers: (HardwareName) -> Bool) {
    if let found = boot.uuid, usableUUID == nil, !isAnothers(.uuid(found)) { uuid = found }
    if let mac = boot.mac, !macs.contains(mac), macs.count < Self.maxMACs, !isAnothers(.mac(mac)) {
      macs.append(mac)
    }
    if let text = boot.serial, serial == nil, !isAnothers(.serial(text.lowercased())) {
      serial = text
    }
    asset = asset ?? boot.asset
  }

  /// The names of a boot that the record has not.
  package func differences(from boot: BootIdentity) -> ToldNames {
    ToldNames(
      uuid: boot.uuid == uuid ? nil : boot.uuid,
      mac: boot.mac.flatMap { macs.contains($0) ? nil : $0 },
      serial: boot.serial?.lowercased() == serial?.lowercased() ? nil : boot.serial,
      asset: boot.asset?.lowercased() == asset?.lowercased() ? nil : boot.asset)
  }

  /// Whether a boot tells what ``note(_:isAnothers:)`` would keep; cheap, for every boot asks.
  package func wouldNote(_ boot: BootIdentity) -> Bool {
    func differs(_ kept: String?, _ told: String?) -> Bool { told != nil && kept != told }
    if hostname == nil || isHostnameTold, differs(hostname, boot.hostname) { return true }
    if differs(ip, boot.ip) || differs(arch, boot.arch) || differs(platform, boot.platform) {
      return true
    }
    if takesNamesFromBoots {
      return boot.uuid != nil && usableUUID == nil
        || boot.mac.map { !macs.contains($0) && macs.count < Self.maxMACs } ?? false
        || boot.serial != nil && serial == nil || boot.asset != nil && asset == nil
    }
    return isInUse && differences(from: boot).added(to: told) != nil
  }

  /// A person has decided on names of a kind: what boots told of that kind goes.
  mutating func forgetTold(_ key: String) {
    for index in told.indices {
      switch key {
      case "uuid": told[index].uuid = nil
      case "macs": told[index].mac = nil
      case "serial": told[index].serial = nil
      case "asset": told[index].asset = nil
      default: break
      }
    }
    told.removeAll(where: \.isEmpty)
  }
}
