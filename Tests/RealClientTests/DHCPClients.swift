// RealClientTests: machines that ask by DHCP, without the machines.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// What one kind of client is offered.
struct DHCPAnswer: Equatable, CustomStringConvertible {
  let file: String
  let nextServer: String
  let vendorClass: String

  var description: String { "\(file) from \(nextServer) as '\(vendorClass)'" }
}

/// Ten kinds of client on `eth0`, each of which broadcasts one DHCPDISCOVER.
enum DHCPClients {
  /// RFC 2131; options 60, 77, 93, 94 and 97 as RFC 4578 and UEFI 2.10 section 24 want them.
  private static let program = """
    import random, socket, struct, sys, time
    P, H = "PXEClient", "HTTPClient"
    clients = [("bios", 0, P, {}), ("efi-6", 6, P, {}), ("efi-7", 7, P, {}), ("efi-9", 9, P, {}),
      ("efi-10", 10, P, {}), ("efi-11", 11, P, {}), ("http-16", 16, H, {}), ("http-19", 19, H, {}),
      ("ipxe-175", 7, P, {175: bytes([0xb1, 1, 1])}), ("ipxe-77", 0, P, {77: b"iPXE"})]
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_BROADCAST, socket.SO_REUSEADDR):
      s.setsockopt(socket.SOL_SOCKET, option, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0\\0")
    s.bind(("", 68))
    ours = random.getrandbits(24)
    for number, (name, arch, vendor, more) in enumerate(clients):
      options = {53: b"\\1", 55: bytes([1, 3, 6, 43, 54, 60, 66, 67]), 93: struct.pack("!H", arch),
        60: b"%s:Arch:%05d:UNDI:003016" % (vendor.encode(), arch), 94: b"\\1\\3\\x10", 97: bytes(17), **more}
      s.sendto(struct.pack("!BBBBIHH", 1, 1, 6, 0, ours << 8 | number, 0, 0x8000) + bytes(16)
        + bytes([2, 0, 0, 0, 0, 5]).ljust(208, b"\\0") + b"\\x63\\x82\\x53\\x63"
        + b"".join(bytes([k, len(v)]) + v for k, v in options.items()) + b"\\xff", ("255.255.255.255", 67))
    left, end = len(clients), time.time() + 15
    while left and time.time() < end:
      s.settimeout(max(0.01, end - time.time()))
      try: packet = s.recv(2048)
      except socket.timeout: break
      number = struct.unpack("!I", packet[4:8])[0]
      if number >> 8 != ours: continue
      options, at = {}, 240
      while at < len(packet) and packet[at] != 255:
        if packet[at] == 0: at += 1; continue
        options[packet[at]] = packet[at + 2:at + 2 + packet[at + 1]]
        at += 2 + packet[at + 1]
      file = options.get(67, packet[108:236]).split(b"\\0")[0].decode()
      print("offer", clients[number & 255][0], file or "-", socket.inet_ntoa(packet[20:24]),
        options.get(60, b"-").decode())
      left -= 1

    """

  /// Asks from another host of the network.
  static func ask(in lab: Lab) throws -> [String: DHCPAnswer] {
    try lab.directory.write("clients.py", program)
    let result = try lab.runNextDoor(Tool.python.path, [lab.directory.path + "/clients.py"])
    var answers: [String: DHCPAnswer] = [:]
    for line in result.output.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 5, words[0] == "offer" else {
        throw ClientError(description: result.output)
      }
      answers[words[1]] = DHCPAnswer(file: words[2], nextServer: words[3], vendorClass: words[4])
    }
    return answers
  }

  /// Compares answers with what is wanted, which is all there is.
  static func expect(
    _ answers: [String: DHCPAnswer], _ files: [String: String], pxeClass: String = "-"
  ) {
    #expect(Set(answers.keys) == Set(files.keys))
    for (client, file) in files {
      // Firmware that boots from a URL wants its own word back, or does not take the answer.
      let vendorClass = client.hasPrefix("http") && file != "-" ? "HTTPClient" : pxeClass
      let wanted = DHCPAnswer(file: file, nextServer: Lab.server, vendorClass: vendorClass)
      #expect(answers[client] == wanted, "\(client)")
    }
  }
}
