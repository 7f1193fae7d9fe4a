// boot-bench: how the yardstick is set up.
// SPDX-License-Identifier: Apache-2.0

import System

/// A configuration for Debian's nginx that serves files as fast as it can.
enum NginxConfiguration {
  static let program = "/usr/sbin/nginx"

  /// - Parameters:
  ///   - accessLog: the file requests are logged to; `nil`: nowhere.
  ///   - descriptors: what a worker may open.
  static func text(
    directory: String, root: String, port: UInt16, accessLog: String?, descriptors: Int
  ) -> String {
    let log = accessLog.map { "\($0) combined buffer=64k" } ?? "off"
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "  \($0)_temp_path \(directory)/temp_\($0);" }.joined(separator: "\n")
    return """
      daemon off;
      worker_processes \(Thread.processors);
      worker_rlimit_nofile \(descriptors);
      pid \(directory)/nginx-\(port).pid;
      events { worker_connections \(min(20000, descriptors)); }
      http {
        default_type text/plain;
        sendfile on;
        tcp_nopush on;
        access_log \(log);
        keepalive_timeout 600s;
        keepalive_requests 1000000000;
      \(temporary)
        server {
          listen 127.0.0.1:\(port) backlog=4096;
          root \(root);
        }
      }

      """
  }
}
