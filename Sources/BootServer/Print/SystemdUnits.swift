// BootServer/Print: systemd's units.
// SPDX-License-Identifier: Apache-2.0

/// `print systemd`: a service that may do little, and the socket that it serves.
struct SystemdUnits {
  static let name = "coreos-ipxe-server"
  private static let folder = "/etc/systemd/system"
  private static let state = "/var/lib/\(name)"
  /// Below `/var/lib`, which the service cannot write: for the marker of a lost state directory.
  private static let marker = "\(name)-marker"

  private let facts: PrintFacts
  private let dataDirectory: String
  private let stateDirectory: String

  private init(_ facts: PrintFacts) {
    self.facts = facts
    dataDirectory = PrintFacts.absolute(facts.configuration.dataDirectory)
    stateDirectory = facts.configuration.stateDirectoryOption.map(PrintFacts.absolute) ?? Self.state
  }

  static func files(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let units = SystemdUnits(facts)
    let stream = try facts.listenStream()
    let local = try facts.local("systemd")
    let host = local.host.contains(":") ? "[\(local.host)]" : local.host
    return [
      PrintedFile(
        path: "\(folder)/\(name).service", comment: .hash,
        about: [
          "Serves machines that boot with iPXE, as a user that may only read.",
          "Where: \(folder)/; then: systemctl daemon-reload && systemctl enable --now \(name)",
          "See that it works: curl http://\(host):\(local.port)/; journalctl -u \(name)",
        ],
        body: units.before + units.service),
      PrintedFile(
        path: "\(folder)/\(name).socket", comment: .hash,
        about: [
          "The port of \(name), which systemd holds: a restart refuses nobody.",
          "Where: \(folder)/, beside the service, which starts and needs it.",
          "See that it works: systemctl list-sockets; to stop both, name both to systemctl stop",
        ],
        body: units.socket(stream)),
    ]
  }

  /// What has to be done first.
  private var before: String {
    var lines: [String] = []
    if facts.installedProgram != facts.program() {
      lines.append("First: install \(facts.program()) \(PrintFacts.installedProgram)")
    }
    if !written.isEmpty {
      lines += [
        "First: useradd --system \(Self.name), for a user of the moment owns nothing;",
        "       chown -R \(Self.name) \(written.joined(separator: " "))",
      ]
    }
    return lines.map { "# \($0)\n" }.joined()
  }

  private func socket(_ stream: String) -> String {
    """

    [Unit]
    Description=Port of \(Self.name)

    [Socket]
    ListenStream=\(stream)
    # The address may come up later.
    FreeBind=yes
    Backlog=4096

    [Install]
    WantedBy=sockets.target

    """
  }

  private var service: String {
    """

    [Unit]
    Description=Boot scripts and images for machines that boot with iPXE
    Requires=\(Self.name).socket
    After=\(Self.name).socket network-online.target
    Wants=network-online.target
    RequiresMountsFor=\(mounts)

    [Service]
    Type=notify
    DynamicUser=yes
    User=\(Self.name)
    \(settings)
    Restart=on-failure
    TimeoutStopSec=40
    LimitNOFILE=20000
    RuntimeDirectory=\(Self.name)

    \(Self.hardening)
    \(rest)

    [Install]
    WantedBy=multi-user.target
    Also=\(Self.name).socket

    """
  }

  /// Its command line, and what that needs.
  private var settings: String {
    var lines: [String] = []
    if facts.configuration.stateDirectoryOption == nil {
      lines.append("Environment=COREOS_IPXE_SERVER_STATE_DIR=\(Self.state)")
    }
    lines += ["# More variables.", "EnvironmentFile=-/etc/\(Self.name)/env"]
    var words = [facts.installedProgram]
    // Of the socket that it is passed the server need not be told.
    for option in facts.given where option.flag != "--listen" {
      guard let path = option.value, let token = Self.tokens[option.flag] else {
        words += option.words
        continue
      }
      lines.append("LoadCredential=\(token):\(path.replacing("%", with: "%%"))")
      words += [option.flag, "\u{1}/\(token)"]
    }
    let line = words.map { Self.quoted($0).replacing("\u{1}", with: "%d") }
    lines.append("ExecStart=\(line.joined(separator: " "))")
    let below = Self.below("/var/lib/", stateDirectory).map { [$0.replacing("%", with: "%%")] }
    lines += [
      "# Records, and apart from them a note by which lost records are noticed.",
      "StateDirectory=\(((below ?? []) + [Self.marker]).joined(separator: " "))",
      "StateDirectoryMode=0700",
    ]
    return lines.joined(separator: "\n")
  }

  private static let tokens = [
    "--api-token-file": "api-token", "--answer-token-file": "answer-token",
  ]

  /// What depends on the directories.
  private var rest: String {
    let read = [dataDirectory] + facts.configuration.alsoServed
    let homes = ["/home/", "/root/", "/run/user/"]
    let isIn = { (folders: [String], path: String) in folders.contains { path.hasPrefix($0) } }
    let isHidden = { isIn(homes + ["/tmp/", "/var/tmp/"], $0) }
    let rows = [
      ("BindReadOnlyPaths", read.filter(isHidden)), ("BindPaths", written.filter(isHidden)),
      ("ReadWritePaths", written.filter { !isHidden($0) }),
    ]
    let isHome = (read + written).contains { isIn(homes, $0) }
    let paths = rows.filter { !$0.1.isEmpty }.map { "\($0)=\(Self.list($1))" }
    // A server that fetches looks whether the fetches of others still run, and others read them.
    let fetches = facts.configuration.updates.seconds > 0
    return
      (["ProtectHome=\(isHome ? "tmpfs" : "yes")"] + paths
      + (fetches ? [] : ["ProtectProc=invisible", "UMask=0077"])).joined(separator: "\n")
  }

  /// Directories that it writes and systemd does not make.
  private var written: [String] {
    let state = Self.below("/var/lib/", stateDirectory) == nil ? [stateDirectory] : []
    return state + (facts.configuration.updates.seconds == 0 ? [] : [dataDirectory + "/images"])
  }

  private var mounts: String {
    Self.list([dataDirectory] + facts.configuration.alsoServed + [stateDirectory])
  }

  private static func list(_ paths: [String]) -> String {
    paths.map { quoted($0, isCommand: false) }.joined(separator: " ")
  }

  private static func below(_ folder: String, _ path: String) -> String? {
    path.hasPrefix(folder) && path.count > folder.count
      ? String(path.dropFirst(folder.count)) : nil
  }

  /// A word as systemd.syntax(7) quotes it; `%` begins a specifier and, in commands, `$` a variable.
  private static func quoted(_ word: String, isCommand: Bool = true) -> String {
    var text = word.replacing("%", with: "%%")
    if isCommand { text = text.replacing("$", with: "$$") }
    let isPlain = !text.isEmpty && !text.contains { " \t\n\"'\\;".contains($0) }
    if isPlain { return text }
    text = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(text.replacing("\n", with: "\\n").replacing("\t", with: "\\t"))\""
  }

  private static let hardening = """
    NoNewPrivileges=yes
    CapabilityBoundingSet=
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    PrivateDevices=yes
    PrivateTmp=yes
    PrivateUsers=yes
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHostname=yes
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    ProtectSystem=strict
    RemoveIPC=yes
    # Netlink tells which addresses this host has.
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@privileged
    SystemCallErrorNumber=EPERM
    """
}
