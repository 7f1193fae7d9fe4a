// BootServer/CommandLine: the verbs about machines.
// SPDX-License-Identifier: Apache-2.0

extension Verb {
  /// `machines` and all that stands behind it.
  static let machines: [Verb] = listing + changing + serving

  /// What shows machines.
  private static let listing: [Verb] = [
    Verb(
      "machines", options: [.json] + Option.client,
      meaning: "shows and changes the machines of a running server",
      examples: ["machines list", "machines claim 52:54:00:55:1c:ee --profile core"],
      help: """
        ID is a machine's ID, UUID, MAC, serial, asset tag, host name or address, as
        long as it names one machine. The first 4 characters or more of an ID do, too,
        where no other ID begins with them; not with --yes.

        The server's socket is for its own user and root: put sudo in front where that
        is somebody else. Needs curl.
        """,
      run: nil),
    Verb(
      "machines list",
      options: [.wide, .columns, .inState, .withProfile, .held, .json] + Option.client,
      meaning: "all machines, who waits and why",
      examples: ["machines list", "machines list --held", "machines list --state installing"],
      help: """
        Prints a line for each machine: its host name or else its ID, its MAC, profile,
        state and when it was last seen. Behind the state stands in brackets why a
        machine gets no script; below the table stands a sentence for each. An installer
        that was served twice without a report is named there too.

        On a terminal the table is as wide as that, and what is too long ends in "...".
        Into a pipe or a file it goes whole. What is wrong with the server's state goes
        to standard error, as does the number of machines in doubt.
        """,
      check: MachinesCommand.checkList, run: MachinesCommand.list),
    Verb(
      "machines show", [.eachMachine], options: [.json] + Option.client,
      meaning: "one machine, a line for each key",
      examples: ["machines show 52:54:00:55:1c:ee"],
      help: """
        held.says is why it gets no script. failedTries counts how often its installer
        was served since it last reported. told is what its boots say and its record
        does not: for a machine in use that changes nothing.
        """,
      run: MachinesCommand.show),
    Verb(
      "machines watch", options: [.json] + Option.client,
      meaning: "all machines, then every change as it happens",
      examples: ["machines watch"],
      help: """
        Prints the list, then the time (UTC) and what changed for each machine that
        comes, goes or changes, until it is interrupted. On a terminal long lines go on
        below. A server that restarts is waited for, and what changed meanwhile is
        printed then.
        """,
      run: MachinesCommand.watch),
    Verb(
      "machines audit", [.machine], options: [.json] + Option.client,
      meaning: "what happened to a machine, the latest first",
      examples: ["machines audit 52:54:00:55:1c:ee"],
      help: """
        Prints the machine's trail: when, what changed, by whom and why. Also of a
        machine that was removed, by its ID. On a terminal long texts go on below. The
        server needs git for it.
        """,
      run: MachinesCommand.audit),
  ]

  /// What changes machines.
  private static let changing: [Verb] = [
    Verb(
      "machines claim", [.eachMachine], requires: [.profile],
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
        machines expect does the same.
        """,
      check: MachinesCommand.checkClaim, run: MachinesCommand.claim),
    Verb(
      "machines expect", [.eachMAC], requires: [.profile], options: [.json] + Option.client,
      meaning: "gives a profile to a machine not seen yet",
      examples: ["machines expect 52:54:00:55:1c:ef --profile core"],
      help: """
        Makes the machine's record now. It gets the profile at its first network boot;
        where the profile installs, that goes over its disk. A UUID will do for a MAC.
        """,
      check: MachinesCommand.checkExpect, run: MachinesCommand.expect),
    Verb(
      "machines set", [.machine, .changes], options: [.json] + Option.client,
      meaning: "changes what is noted of a machine",
      examples: [
        "machines set node1 state=configured",
        "machines set node1 metadata.slot=3 hostname=db1",
        "machines set node1 metadata.role=",
      ],
      help: """
        KEY is state, profile, hostname, serial, asset, uuid, etcdToken or
        metadata.NAME. An empty value takes it away. Values are text. In metadata what
        JSON takes for a number is one, and keeps its digits: 3, 1.10, 1e5. For the text
        put JSON's quotes around it: 'metadata.n="3"'.

        state=configured installs the machine again at its next network boot, over its
        disk, as machines reinstall does. profile= takes the profile away, as machines
        release does. What such a change leads to is said on standard error.
        """,
      check: MachinesCommand.checkSet, run: MachinesCommand.set),
    Verb(
      "machines reinstall", [.eachMachine], options: [.yes, .json] + Option.client,
      meaning: "installs a machine again at its next boot",
      examples: ["machines reinstall node1", "machines reinstall node1 node2 --yes"],
      help: """
        The machine becomes configured: its profile is installed over its disk when it
        boots from the network again. One that is installed or running is asked about
        first. Without a terminal to ask on, --yes has to be there.
        """,
      run: MachinesCommand.reinstall),
    Verb(
      "machines release", [.eachMachine], options: [.yes, .json] + Option.client,
      meaning: "takes a machine's profile away",
      examples: ["machines release node1", "machines release node1 --yes"],
      help: """
        The machine is matched like a new one at its next network boot: a profile that
        takes it installs it over its disk. One that is installed or running is asked
        about first. Without a terminal to ask on, --yes has to be there.
        """,
      run: MachinesCommand.release),
    Verb(
      "machines remove", [.eachMachine], options: [.yes, .json] + Option.client,
      meaning: "forgets a machine",
      examples: ["machines remove 52:54:00:55:1c:ee"],
      help: """
        When it boots from the network again it is a new machine: a profile that matches
        it installs it again, over its disk. There is no way back but a backup.

        On a terminal, one that is installed or running is asked about first; --yes does
        not ask. Elsewhere it is forgotten at once.
        """,
      run: MachinesCommand.remove),
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
  ]

  /// The server's state.
  private static let serving: [Verb] = [
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
      "machines trust-state", options: [.json] + Option.client,
      meaning: "says that the state directory is the right one",
      examples: ["machines trust-state"],
      help: """
        A server whose state directory is empty, older than it should be or another one
        is careful: new machines get no installer, for a machine in use could be among
        them. Look at the list first: machines that are missing there would be installed
        again. This command ends it. With --json it prints the state as it is then.
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
      "machines backup", [.file], options: [.json] + Option.client,
      meaning: "copies the state directory at one moment",
      examples: [
        "machines backup /var/backups/machines.tar",
        "machines backup - | ssh backup 'cat > machines.tar'",
      ],
      help: """
        FILE is written beside its place and renamed when it is whole; its mode is 0600,
        as it holds the machines' tokens. A FILE that is there is replaced. --json says
        of a FILE where it is and how many bytes it has.
        """,
      run: BackupCommand.run),
  ]
}
