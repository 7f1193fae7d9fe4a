// RealClientTests: the command line, and a machine's disk.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension Lab {
  /// Performs `machines ...` of the built program on this lab's server.
  ///
  /// - Returns: what it prints.
  @discardableResult
  func command(_ arguments: [String]) throws -> String { try perform("machines", arguments) }

  /// Performs a verb of the built program on this lab's data directory.
  ///
  /// - Returns: what it prints.
  @discardableResult
  func perform(_ verb: String, _ arguments: [String]) throws -> String {
    let result = try Program.run(
      Program.built("coreos-ipxe-server"), [verb] + arguments + ["--data-dir", directory.path])
    try #require(
      result.status == 0, "\(verb) \(arguments.joined(separator: " ")): \(result.output)")
    return result.output
  }

  /// Starts nginx at port 8080 of the server's address: one process, which ends when it is killed.
  ///
  /// - Parameter folder: of this lab's directory, its document root.
  func startNginx(serving folder: String) throws {
    let path = directory.path
    try directory.write("nginx/logs/", "")
    try directory.write(
      "nginx/nginx.conf",
      """
      daemon off; master_process off; user root; pid \(path)/nginx/pid; error_log stderr;
      events {}
      http {
        access_log off; client_body_temp_path \(path)/nginx/b; proxy_temp_path \(path)/nginx/p;
        fastcgi_temp_path \(path)/nginx/f; scgi_temp_path \(path)/nginx/s; uwsgi_temp_path \(path)/nginx/u;
        server { listen \(Self.server):8080; root \(path)/\(folder); }
      }
      """)
    _ = try start(Tool.nginx.path, ["-p", path + "/nginx", "-c", path + "/nginx/nginx.conf"])
  }

  /// What is on a machine's disk.
  func contents(of machine: Machine) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: try #require(machine.disk)))
  }

  func monitor(of machine: Machine) -> String { directory.path + "/monitor-\(machine.mac)" }

  /// Presses keys on a machine's keyboard, by QEMU's names: `up`, `ret`.
  func press(_ keys: [String], on machine: Machine) throws {
    let monitor = try RawClient(socket: monitor(of: machine))
    for key in keys {
      try monitor.send("sendkey \(key)\n")
      usleep(300_000)
    }
  }
}
