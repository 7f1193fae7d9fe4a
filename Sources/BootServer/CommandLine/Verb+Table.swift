// BootServer/CommandLine: every verb there is.
// SPDX-License-Identifier: Apache-2.0

extension Verb {
  /// The whole command line: help, docs and tests come from these rows.
  package static let table: [Verb] = basic + images + [makeData, print]

  /// All but those about images.
  private static let basic: [Verb] = [
    server,
    Verb(
      "machines", options: [.json] + Option.client,
      meaning: "shows and changes the machines of a running server",
      examples: ["machines list", "machines claim 52:54:00:55:1c:ee --profile core"],
      help: """
        ID is a machine's ID, UUID, MAC, serial, asset tag, host name or address, as
        long as it names one machine.

        The server's socket is for its own user and root: put sudo in front where that
        is somebody else. Needs curl.
        """,
      run: nil),
    Verb(
      "machines list", options: [.json] + Option.client,
      meaning: "all machines, who waits and why",
      examples: ["machines list"],
      help: """
        Prints a line for each machine. HELD says why a machine gets no script, in one
        word; below the table stands a sentence for each. An installer that was served
        twice without a report is named there too. What is wrong with the server's state
        goes to standard error, as does the number of machines in doubt.
        """,
      run: MachinesCommand.list),
    Verb(
      "machines show", [.machine], options: [.json] + Option.client,
      meaning: "one machine, a line for each key",
      examples: ["machines show 52:54:00:55:1c:ee"],
      help: """
        held.says is why it gets no script. failedTries counts how often its installer
        was served since it last reported. told is what its boots say and its record
        does not: for a machine in use that changes nothing.
        """,
      run: MachinesCommand.show),
    Verb(
      "machines claim", [.machine], requires: [.profile],
      options: [.expect, .json] + Option.client,
      meaning: "gives a machine a profile",
      examples: [
        "machines claim 52:54:00:55:1c:ee --profile core",
        "machines claim 52:54:00:55:1c:ef --profile core --expect",
      ],
      help: """
        A new machine becomes configured: where the profile installs, it is installed at
        its next network boot, over its disk. A machine that is installed or running
        keeps booting its disk.

        A machine that was never seen is refused. With --expect its record is made now,
        and it gets the profile at its first boot; ID is then its UUID or a MAC.
        """,
      check: MachinesCommand.checkClaim, run: MachinesCommand.claim),
    Verb(
      "machines set", [.machine, .changes], options: [.json] + Option.client,
      meaning: "changes what is noted of a machine",
      examples: [
        "machines set node1 state=configured",
        "machines set node1 metadata.role=db hostname=db1",
        "machines set node1 metadata.role=",
      ],
      help: """
        KEY is state, profile, hostname, serial, asset, uuid, etcdToken or
        metadata.NAME. An empty value takes it away. Values are text: metadata.n=3
        notes the text "3", which a template puts in quotes; the API can note numbers.

        state=configured installs the machine again at its next network boot, over its
        disk. profile= takes the profile away: the machine is matched like a new one.
        """,
      check: MachinesCommand.checkSet, run: MachinesCommand.set),
    Verb(
      "machines remove", [.machine], options: [.json] + Option.client,
      meaning: "forgets a machine",
      examples: ["machines remove 52:54:00:55:1c:ee"],
      help: """
        When it boots from the network again it is a new machine: a profile that matches
        it installs it again, over its disk. There is no way back but a backup.
        """,
      run: MachinesCommand.remove),
    Verb(
      "machines watch", options: [.json] + Option.client,
      meaning: "all machines, then every change as it happens",
      examples: ["machines watch"],
      help: """
        Prints the list, then a line for each machine that comes, goes or changes, until
        it is interrupted. A server that restarts is waited for.
        """,
      run: MachinesCommand.watch),
    Verb(
      "machines audit", [.machine], options: [.json] + Option.client,
      meaning: "what happened to a machine, the latest first",
      examples: ["machines audit 52:54:00:55:1c:ee"],
      help: """
        Prints the machine's trail: when, what changed, by whom and why. Also of a
        machine that was removed, by its ID. The server needs git for it.
        """,
      run: MachinesCommand.audit),
    Verb(
      "machines doubts", [.machines], options: [.same, .allOneToOne, .json] + Option.client,
      meaning: "machines that may be known ones under new names",
      examples: [
        "machines doubts",
        "machines doubts --same 4c4c4544-0031-3010-8034-b7c04f4b4c31",
        "machines doubts --all-one-to-one",
      ],
      help: """
        After new firmware or a new board a machine may come with a UUID that nobody
        knows, and with a MAC or serial of a machine in use. It gets no installer until
        you say which it is. Prints both, what they share, and the commands that decide.

        --same with IDs from the column NEW: each is its OLD one, whose record learns
        the new names and keeps its profile and state. --all-one-to-one decides all
        pairs of one OLD and one NEW at once; look at the list first.
        """,
      check: MachinesCommand.checkDoubts, run: MachinesCommand.doubts),
    Verb(
      "machines state", options: [.json] + Option.client,
      meaning: "how the server's state directory is",
      examples: ["machines state"],
      help: """
        careful is why new machines get no installer at present. behind counts records
        that are safe in the journal and not yet in their own files. problem is why
        nothing can be written.
        """,
      run: StateCommand.show),
    Verb(
      "machines trust-state", options: Option.client,
      meaning: "says that the state directory is the right one",
      examples: ["machines trust-state"],
      help: """
        A server whose state directory is empty, older than it should be or another one
        is careful: new machines get no installer, for a machine in use could be among
        them. Look at the list first: machines that are missing there would be installed
        again. This command ends it.
        """,
      run: StateCommand.trust),
    Verb(
      "machines verify", [.directory], options: [.settle, .json, .dataDirectory, .stateDirectory],
      meaning: "checks a state directory without a server",
      examples: ["machines verify /var/lib/coreos-ipxe-server"],
      help: """
        Reads the format, journals, records and tokens, and prints a line for everything
        that is wrong: damaged records, names that two machines have, slots given twice.
        Without DIR it is that of --state-dir or --data-dir, else that of a server set
        up as the docs say.

        --settle also writes what a crash left in journals into the records' files, for
        an older version to take over. Stop the server first.
        """,
      statuses: ExitCode.allCases, run: VerifyCommand.run),
    Verb(
      "machines backup", [.file], options: Option.client,
      meaning: "copies the state directory as it is at one moment",
      examples: [
        "machines backup /var/backups/machines.tar",
        "machines backup - | ssh backup 'cat > machines.tar'",
      ],
      help: """
        FILE is written beside its place and renamed when it is whole; its mode is 0600,
        as it holds the machines' tokens. A FILE that is there is replaced.
        """,
      run: BackupCommand.run),
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
        and one that runs is not disturbed. Tokens are shown as TOKEN.
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
