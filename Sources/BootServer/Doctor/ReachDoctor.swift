// BootServer/Doctor: whether machines reach what scripts name.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// Asks the base URL as machines would: GET, HEAD and a range, and never by TLS where they cannot.
struct ReachDoctor {
  /// What scripts' URLs begin with.
  let base: String
  /// Below the data directory: a file to ask a range of; `nil` where there is none.
  let image: String?

  struct Answer: Equatable {
    let status: Int
    var fields: [String: String] = [:]
  }

  /// Everything that is wrong.
  func findings(now: Int) -> [Diagnosis] {
    let get: Answer
    do throws(CommandError) {
      get = try ask(["GET", base + "/healthz"])
    } catch {
      return [
        .fault(
          "base-url", "\(base) cannot be reached from here", seen: error.description,
          cure:
            "is the server running; is that address one of this host's; does a firewall stand between"
        )
      ]
    }
    var found = Self.redirect(get, base)
    if found.isEmpty, get.status != 200 {
      found.append(
        .fault(
          "base-url", "something else than this server answers at \(base)",
          seen: "GET \(base)/healthz is \(get.status)",
          cure: "mend --base-url, or what the proxy in front does with \(base)/"))
    }
    if !found.isEmpty { return found }
    found = Self.clock(get, now: now)
    if let head = try? ask(["HEAD", base + "/healthz"]), head.status != 200 {
      found.append(
        .fault(
          "base-url", "HEAD does not work at \(base), and installers ask by it first",
          seen: "HEAD \(base)/healthz is \(head.status)",
          cure: "let the proxy in front pass HEAD on"))
    }
    guard let image else {
      return found + [
        .note("base-url", "not checked: ranges: there is no file in images/ to ask for")
      ]
    }
    let path = String(decoding: PercentCoding.encodedPath(Array(image.utf8)[...]), as: UTF8.self)
    if let part = try? ask(["GET", "\(base)/\(path)", "-r", "0-0"]), part.status != 206 {
      found.append(
        .fault(
          "base-url", "ranges do not work at \(base), so what stops half-way begins anew",
          seen: "GET /\(image) with Range is \(part.status)",
          cure: "let the proxy in front pass Range on, and let it change nothing of /images/"))
    }
    return found
  }

  /// Old ROMs speak no TLS, and some follow no redirect.
  static func redirect(_ answer: Answer, _ base: String) -> [Diagnosis] {
    guard (300..<400).contains(answer.status) else { return [] }
    let target = answer.fields["location"] ?? "elsewhere"
    let isTLS = target.lowercased().hasPrefix("https://") && !base.hasPrefix("https://")
    return [
      .fault(
        "base-url",
        isTLS
          ? "\(base) sends machines up to TLS, which most iPXE ROMs do not speak"
          : "\(base) sends machines elsewhere",
        seen: "\(answer.status) to \(target)",
        cure:
          "let the proxy in front serve plain HTTP for machines, or name the target with --base-url"
      )
    ]
  }

  /// Whoever answers has a clock, too.
  static func clock(_ answer: Answer, now: Int) -> [Diagnosis] {
    guard let text = answer.fields["date"], let there = HTTPDate.parse(Array(text.utf8)),
      abs(there - now) > 60
    else { return [] }
    return [
      .fault(
        "clock", "this host's clock and the server's are \(abs(there - now)) s apart",
        seen: "Date: \(text)", cure: "let chrony or systemd-timesyncd keep both")
    ]
  }

  /// - Parameter words: the method, the URL, and more for curl.
  private func ask(_ words: [String]) throws(CommandError) -> Answer {
    let method = words[0] == "HEAD" ? ["--head"] : []
    let ended: Child.Ended
    do throws(Child.Failure) {
      ended = try Child("curl", seconds: 15).run(
        [
          "--disable", "--silent", "--show-error", "--globoff", "--max-time", "5", "--noproxy", "*",
          "--user-agent", "coreos-ipxe-server", "--output", "/dev/null", "--dump-header", "-",
        ] + method + words.dropFirst(2) + [words[1]])
    } catch {
      throw CommandError(error.description)
    }
    guard let answer = Self.answer(ended.output) else {
      throw CommandError(
        LogText.oneLine(ended.complaint.split(whereSeparator: \.isNewline).joined(separator: " ")))
    }
    return answer
  }

  /// The last head that curl shows.
  static func answer(_ bytes: [UInt8]) -> Answer? {
    var answer: Answer?
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      if line.hasPrefix("HTTP/") {
        let words = line.split(separator: " ")
        answer = words.count > 1 ? Int(words[1]).map { Answer(status: $0) } : nil
      } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        answer?.fields[line[..<colon].lowercased()] = String(value)
      }
    }
    return answer
  }
}
