// HTTP/Server: where connections come from.
// SPDX-License-Identifier: Apache-2.0

import System

/// Where to listen.
package enum ListenSource: Sendable {
  /// `bothFamilies`: an IPv6 wildcard takes IPv4 clients too.
  case address(SocketAddress, bothFamilies: Bool)
  /// Sockets that systemd made, shared by all loops.
  case inherited([SharedListener])
}
