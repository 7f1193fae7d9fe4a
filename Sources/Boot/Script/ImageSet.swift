// Boot/Script: which files a machine boots.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The URLs of a profile's kernel, initrds and root file system; they may hold `${base-url}`.
struct ImageSet {
  /// What `${base-url}` is set to.
  let base: [UInt8]
  let kernel: [UInt8]
  let initrds: [[UInt8]]
  let rootfs: [UInt8]?

  init(_ inputs: ScriptInputs) throws(BootError) {
    let profile = inputs.profile
    try Self.checkArchitecture(inputs)
    base = try Self.base(inputs)
    let own = try Self.ownFiles(inputs)
    if profile.kernel.isEmpty {
      guard let file = own.kernel else {
        throw inputs.wrong("kernel", "is needed where \"os\" is \"generic\"")
      }
      kernel = file
    } else {
      kernel = try Self.url(of: profile.kernel, key: "kernel", inputs)
    }
    var initrds: [[UInt8]] = []
    for initrd in profile.initrd ?? [] {
      initrds.append(try Self.url(of: initrd, key: "initrd", inputs))
    }
    self.initrds = profile.initrd == nil ? own.initrds : initrds
    if profile.rootfs.isEmpty {
      rootfs = own.rootfs
    } else {
      guard profile.os == .fedoraCoreOS else {
        let os = profile.os.rawValue
        throw inputs.wrong(
          "rootfs", "means nothing to \"os\": \"\(os)\"; remove it, or use \"args\"")
      }
      rootfs = try Self.url(of: profile.rootfs, key: "rootfs", inputs)
    }
  }

  /// The directory below `images/` that holds a profile's files; `nil` where they come from
  /// elsewhere or have no directory of their own.
  static func directory(_ profile: Profile) -> String? {
    guard profile.imageBaseURL.isEmpty, !profile.version.isEmpty else { return nil }
    switch profile.os {
    case .coreos: return "\(profile.architecture)/\(profile.version)"
    case .flatcar, .fedoraCoreOS:
      return "\(profile.os.rawValue)/\(profile.architecture)/\(profile.version)"
    case .generic: return nil
    }
  }

  private static func checkArchitecture(_ inputs: ScriptInputs) throws(BootError) {
    let profile = inputs.profile
    let known = profile.os.architectures
    guard known.contains(profile.architecture) else {
      throw inputs.wrong(
        "arch",
        "must be one of \(known.joined(separator: ", ")) for \(profile.os.rawValue),"
          + " but is \"\(profile.arch)\"")
    }
  }

  private static func base(_ inputs: ScriptInputs) throws(BootError) -> [UInt8] {
    let profile = inputs.profile
    if !profile.imageBaseURL.isEmpty {
      guard profile.imageBaseURL.contains("://") || profile.imageBaseURL.hasPrefix("${") else {
        throw inputs.wrong("image_base_url", "must be a URL such as http://HOST/PATH")
      }
      let url =
        profile.imageBaseURL.hasSuffix("/")
        ? String(profile.imageBaseURL.dropLast()) : profile.imageBaseURL
      return try checkedURL(url, key: "image_base_url", inputs)
    }
    let images = inputs.base + Array("/images".utf8)
    switch profile.os {
    case .coreos: return images + Array("/\(profile.architecture)/${coreos-version}".utf8)
    case .flatcar, .fedoraCoreOS:
      let path = "/\(profile.os.rawValue)/\(profile.architecture)/${coreos-version}"
      return images + Array(path.utf8)
    case .generic: return images
    }
  }

  private static func ownFiles(
    _ inputs: ScriptInputs
  ) throws(BootError) -> (kernel: [UInt8]?, initrds: [[UInt8]], rootfs: [UInt8]?) {
    let profile = inputs.profile
    func file(_ name: String) -> [UInt8] { Array("${base-url}/\(name)".utf8) }
    switch profile.os {
    case .coreos, .flatcar:
      let name = "\(profile.os.rawValue)_production_pxe"
      return (file(name + ".vmlinuz"), [file(name + "_image.cpio.gz")], nil)
    case .fedoraCoreOS:
      let isOwn = profile.kernel.isEmpty || profile.initrd == nil || profile.rootfs.isEmpty
      guard !isOwn || !profile.version.isEmpty else {
        throw inputs.wrong("version", "is needed: the names of Fedora CoreOS's files hold it")
      }
      guard ScriptText.fault(in: profile.version.utf8) == nil, !profile.version.contains(" ") else {
        throw inputs.wrong("version", "is part of file names, and holds what those cannot")
      }
      let names = FedoraNames(
        version: profile.version, architecture: profile.architecture, present: inputs.imageNames)
      return (file(names.kernel), [file(names.initramfs)], file(names.rootfs))
    case .generic: return (nil, [], nil)
    }
  }

  /// A path beneath `/images/`, or a full URL as it is.
  private static func url(
    of value: String, key: String, _ inputs: ScriptInputs
  ) throws(BootError) -> [UInt8] {
    if value.contains("://") { return try checkedURL(value, key: key, inputs) }
    guard RelativePath(name: value.utf8) != nil else {
      throw inputs.wrong(
        key, "must name a file below images/ or be a full URL, but holds \"\(value)\"")
    }
    _ = try inputs.checked(key, value, before: "/")
    let path = Array(ScriptText.urlPath(value).utf8)
    return inputs.base + Array("/images/".utf8) + path
  }

  private static func checkedURL(
    _ value: String, key: String, _ inputs: ScriptInputs
  ) throws(BootError) -> [UInt8] {
    guard !value.utf8.contains(0x20) else {
      throw inputs.wrong(key, "holds a blank, which iPXE would end the URL at; write %20")
    }
    guard !value.hasPrefix("-") else { throw inputs.wrong(key, "begins like an option") }
    return try inputs.checked(key, value)
  }
}
