// BootServer/CommandLine: every verb there is.
// SPDX-License-Identifier: Apache-2.0

extension Verb {
  /// The whole command line: help, docs and tests come from these rows.
  package static let table: [Verb] = basic + images + [makeData, page, print]

  /// All but those about images.
  private static let basic: [Verb] =
    [server] + machines + tools

  /// What needs no running server, and the operating systems.
  private static let tools: [Verb] = [
    Verb(
      "check", options: [.strict, .json] + LocalSources.options + Option.secrets,
      meaning: "finds what is wrong before a machine boots",
      examples: ["check", "check --data-dir /srv/boot --strict"],
      help: """
        Reads profiles, configs, templates, keys and the machines that are recorded.
        Prints a line for everything that is wrong, most grave first:

            FILE:LINE:COLUMN: error|warning: what is wrong, and what to do

        Each template is rendered for the machines whose profile names it, and for one
        that has everything. What comes out is read as its reader would read it. An
        error means that a machine would get no boot, or that a value is refused. "not
        checked" says what was not looked at, and why.

        Nothing is changed, and no server is needed. With --strict warnings count, too.
        """,
      statuses: ExitCode.allCases, run: CheckCommand.run),
    Verb(
      "doctor",
      options: [.logFile, .dhcp, .json, .serverURL, .tokenFile] + LocalSources.options,
      meaning: "finds what stands between the machines and the server",
      examples: [
        "doctor", "doctor --dhcp br0", "doctor --log /var/log/coreos-ipxe-server.log",
      ],
      help: """
        Reads the last 10,000 events of the running server, or a log, and looks at this
        host: the port, the base URL as machines ask it, disks, clock, programs, links.
        With --dhcp it asks for an address as four kinds of machine would, and takes
        none. Each fault comes with what was seen, and what to do:

            fault: KIND: what is wrong
                seen: how one sees it
                do:   what cures it

        Nothing is changed. What is wrong with files check finds. Of a journal say:
        journalctl -u UNIT -o cat | coreos-ipxe-server doctor --log -
        """,
      statuses: ExitCode.allCases, run: DoctorCommand.run),
    Verb(
      "boots", [.bootOrMachine], options: [.watch, .json] + Option.client,
      meaning: "what boots now, what stalled, what ended lately",
      examples: ["boots", "boots --watch", "boots node1"],
      help: """
        Prints a line for each boot: what stalled first, then what is under way, then
        what ended within the hour. STEP is what it fetches now: kernel, initrd, image,
        config. With ID it is the last boot of that machine, a line for each step, with
        sizes and rates. The server needs no agent for this: it sees what it sends.

        "(shared)" behind a name: another machine at the same address fetches the same
        files, and nobody can say which of the two it was.
        """,
      check: BootsCommand.check, run: BootsCommand.run),
    Verb(
      "explain", [.profileOrMachine],
      options: Option.identity + [.asState, .json] + LocalSources.options,
      meaning: "why a machine or a profile gets what it gets",
      examples: [
        "explain core", "explain node1", "explain --mac 52:54:00:55:1c:ee --platform efi",
        "explain node1 --as configured",
      ],
      help: """
        NAME is a profile's name, or a machine's ID, UUID, MAC, serial, host name or
        address. Prints the decision and its reason, the profiles that were looked at
        and why each did not get it, the kernel's whole command line with its length,
        what the machine fetches next and whether that is there, and the script.

        Reads the data and state directories, and changes nothing: no server is needed,
        and one that runs is only asked what its URLs begin with. Tokens are shown as
        TOKEN.
        """,
      check: ExplainCommand.check, run: ExplainCommand.run),
    Verb(
      "render", [.profileName],
      options: [.ofMachine] + Option.identity
        + [.asState, .configFile, .difference, .withToken] + LocalSources.options,
      meaning: "prints exactly what a machine would get",
      examples: [
        "render core", "render --machine node1",
        "render --mac 52:54:00:55:1c:ee --platform efi",
        "render --config web.ks --machine node1", "render --diff /srv/boot.new",
      ],
      help: """
        Prints the script of a profile, or of a machine that is recorded or described.
        With --config it is a file of configs/, rendered for it. A machine that is held
        gets nothing: the reason goes to standard error, and the status is 1.

        --diff compares what every profile and every recorded machine gets with what it
        would get from another data directory: 0 means the same, 1 that something
        differs, 2 that they cannot be compared.

        Reads the data and state directories, and changes nothing. Tokens are shown as
        TOKEN.
        """,
      check: RenderCommand.check, run: RenderCommand.run),
    Verb(
      "os", meaning: "shows the operating systems whose way of booting is known",
      examples: ["os list", "os show debian"],
      help: """
        Each is a preset: a profile that yours stands on by "os". What a preset says a
        profile of your own can say, too: save one in profiles/, change it, and name it
        as "base".
        """,
      run: nil),
    Verb(
      "os list", options: [.json],
      meaning: "all presets, with the folder and files each expects",
      examples: ["os list"],
      help: """
        ARCH and VERSION stand for what the profile says; without a version there is no
        such part in the folder. Where a * stands one file has to fit.
        """,
      run: OSCommand.list),
    Verb(
      "os show", [.preset], meaning: "one preset, as a profile",
      examples: ["os show debian"],
      help: """
        Prints JSON. Saved as profiles/mine.json it is a preset of your own: a profile
        with "base": "mine" stands on it.
        """,
      run: OSCommand.show),
  ]

  static let server = Verb(
    "", options: Option.server + [.version],
    meaning: "serves machines that boot with iPXE",
    examples: ["--data-dir /srv/boot --listen :4777"],
    help: """
      Answers iPXE's ?profile=NAME with a boot script made from profiles/NAME.json,
      and serves the images, configs and keys that the script names. A machine that
      asks for /boot.ipxe is asked who it is, gets the profile that is meant for it,
      and is installed once. DHCP and TFTP stay with dnsmasq.

      Every option is also an environment variable; the option wins.
      """,
    check: { (arguments) throws(UsageError) in
      let configuration = arguments.configuration
      guard !(configuration.expectsState && configuration.freshState) else {
        throw UsageError("--expect-state and --fresh-state contradict each other")
      }
    },
    run: BootServer.serve)
}
