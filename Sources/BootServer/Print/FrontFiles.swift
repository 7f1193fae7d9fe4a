// BootServer/Print: proxies in front of the server.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Option {
  static let certificate = Option(
    "--certificate", "FILE", meaning: "for TLS in front: the certificate chain, PEM")
  static let certificateKey = Option(
    "--certificate-key", "FILE", meaning: "for TLS in front: the certificate's key, PEM")
}

/// `print nginx` and `print haproxy`: TLS where the base URL says https, and a cache of images.
struct FrontFiles {
  /// `https://boot.example`.
  private let base: String
  /// The name or address of the base URL.
  private let host: String
  private let port: Int
  /// Below which the base URL has the server; empty, or begins with a slash.
  private let path: String
  /// Where the proxy finds the server: `127.0.0.1:4777`.
  private let server: String
  /// Whom the server has to trust: the proxy, as the server sees it.
  private let proxy: String
  private let listensOn: String?
  private let certificate: String?
  private let key: String?

  private var isTLS: Bool { certificate != nil }

  /// - Parameter needsKey: the key is not looked for in the certificate's file.
  private init(_ kind: String, _ facts: PrintFacts, needsKey: Bool) throws(UsageError) {
    guard facts.configuration.base != nil else {
      throw UsageError(
        "print \(kind) needs --base-url URL, by which machines ask the proxy:"
          + " --base-url https://boot.example")
    }
    base = try facts.base()
    host = try facts.host()
    let authority = try facts.authority()
    let isTLS = base.lowercased().hasPrefix("https://")
    path = String(base.dropFirst(isTLS ? 8 : 7).dropFirst(authority.count))
    let written = authority.split(separator: "]").last?.split(separator: ":").last ?? ""
    port = authority.hasSuffix(":\(written)") ? Int(written) ?? 80 : isTLS ? 443 : 80
    certificate = isTLS ? facts.arguments[.certificate].map(PrintFacts.absolute) : nil
    key = isTLS ? facts.arguments[.certificateKey].map(PrintFacts.absolute) : nil
    if isTLS, certificate == nil || needsKey && key == nil {
      let missing: Option = certificate == nil ? .certificate : .certificateKey
      throw UsageError("print \(kind) needs \(missing.usage) for \(base)")
    }
    let local = try facts.local(kind)
    guard local.port != port else {
      throw UsageError(
        "the proxy and the server cannot both have port \(port): say another of the server's"
          + " with --listen, as in --listen 127.0.0.1:\(port == 4777 ? 4778 : 4777)")
    }
    server = (local.host.contains(":") ? "[\(local.host)]" : local.host) + ":\(local.port)"
    // The proxy is where the base URL leads, unless that is a name, or an address of this host.
    let isHere = BaseURL.isLoopback("http://\(server)") || facts.prefix(host) != nil
    proxy = isHere || !PrintFacts.isAddress(host) ? local.host : host
    listensOn = facts.arguments.has(Option.listen) ? "--listen \(facts.configuration.listen)" : nil
  }

  /// What the server has to be told.
  private var start: String {
    let words = [listensOn, "--base-url \(base)", "--trusted-proxies \(proxy)"].compactMap { $0 }
    return "# Start the server with: \(words.joined(separator: " "))\n"
      + "# With a proxy in each rack leave --base-url out, and name all of them as trusted.\n"
  }

  private func file(
    _ program: String, _ place: String, then: String, _ body: String
  ) -> PrintedFile {
    let what = isTLS ? "TLS and a cache of images" : "a cache of images"
    return PrintedFile(
      path: place, comment: .hash,
      about: [
        "\(program): \(what) in front of coreos-ipxe-server. Scripts are never kept.",
        "Where: \(place); then: \(then)",
        "See that it works: curl \(base)/profiles/",
      ], body: start + body)
  }
}

extension FrontFiles {
  static func nginx(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let front = try FrontFiles("nginx", facts, needsKey: true)
    let place = "/etc/nginx/conf.d/coreos-ipxe-server.conf"
    return [
      front.file("nginx", place, then: "nginx -t && systemctl reload nginx", front.nginx)
    ]
  }

  private var nginx: String {
    let tls = isTLS ? " ssl" : ""
    let files =
      isTLS
      ? """
        ssl_certificate \(Self.nginxWord(certificate ?? ""));
        ssl_certificate_key \(Self.nginxWord(key ?? ""));

      """ : ""
    // With a path behind proxy_pass nginx takes the location's off.
    let rest = path.isEmpty ? "" : "/"
    return """

      proxy_cache_path /var/cache/coreos-ipxe-server keys_zone=coreos_ipxe_server:1m
        max_size=20g inactive=7d use_temp_path=off;

      upstream coreos_ipxe_server {
        server \(server);
        keepalive 16;
      }

      server {
        listen \(port)\(tls);
        listen [::]:\(port)\(tls);
        server_name \(host.contains(":") ? "[\(host)]" : host);
      \(files)
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        # With the port, which $host lacks.
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        # By TLS the page's cookie is Secure.
        proxy_set_header X-Forwarded-Proto $scheme;

        location \(path)/ {
          proxy_pass http://coreos_ipxe_server\(rest);
        }

        # Each answer's Cache-Control says how long it may be kept.
        location \(path)/images/ {
          proxy_pass http://coreos_ipxe_server\(path.isEmpty ? "" : "/images/");
          proxy_cache coreos_ipxe_server;
          proxy_cache_revalidate on;
          # A rack that asks at once is one request to the server.
          proxy_cache_lock on;
          add_header X-Cache-Status $upstream_cache_status;
        }
      }

      """
  }

  private static func nginxWord(_ text: String) -> String {
    let isPlain = !text.contains { " \t\n\"'\\;{}$#".contains($0) }
    if isPlain { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension FrontFiles {
  static func haproxy(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let front = try FrontFiles("haproxy", facts, needsKey: false)
    let place = "/etc/haproxy/haproxy.cfg"
    return [
      front.file(
        "HAProxy", place, then: "haproxy -c -f \(place) && systemctl reload haproxy", front.haproxy)
    ]
  }

  private var haproxy: String {
    let tls = certificate.map { " ssl crt \(Self.haproxyWord($0))" } ?? ""
    let note =
      isTLS ? "  # The key is in the same file, or beside it with .key behind its name.\n" : ""
    let strip =
      path.isEmpty ? "" : "  http-request replace-path ^\(Self.pattern(path))/?(.*) /\\1\n"
    return """

      global
        user haproxy
        group haproxy

      defaults
        mode http
        timeout connect 5s
        timeout client 5m
        timeout server 5m

      # Megabytes in all, in memory from the start; bytes for one image, larger ones pass by.
      cache images
        total-max-size 512
        max-object-size 268435456

      frontend machines
      \(note)  bind :\(port)\(tls)
        # Of its own, so that an IPv4 client is not named as ::ffff:192.0.2.7.
        bind :::\(port) v6only\(tls)
        option forwardfor
        # By TLS the page's cookie is Secure.
        http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
      \(strip)  # Of an image that is kept a part would be answered whole.
        http-request cache-use images if { path_beg /images/ } !{ req.hdr(Range) -m found }
        http-request set-var(txn.path) path
        http-response cache-store images if { var(txn.path) -m beg /images/ }
        default_backend servers

      backend servers
        option httpchk OPTIONS /
        server one \(server) check

      """
  }

  private static func haproxyWord(_ text: String) -> String {
    var result = ""
    for character in text {
      if " \\\"'#$".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  /// A path of a base URL as a regular expression.
  private static func pattern(_ path: String) -> String {
    path.replacing(".", with: "[.]").replacing("+", with: "[+]")
  }
}
