// coreos-ipxe-server: the program's entry.
// SPDX-License-Identifier: Apache-2.0

import BootServer

BootServer.main(arguments: Array(CommandLine.arguments.dropFirst()))
