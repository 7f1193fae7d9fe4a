// BootServer/Handlers: etcd's discovery.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Makes tokens at `/etcd/new`, and sends members with a token on to the etcd.
struct DiscoveryHandler {
  let machines: MachineService
  let base: RequestBase

  /// Sends a member with a token on to the etcd.
  func redirect(_ request: Request, _ path: ArraySlice<UInt8>) -> Outcome {
    guard let discovery = machines.discovery else { return .respond(Self.missing) }
    let rest = path.dropFirst("/etcd/".utf8.count)
    let segments = rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPlain = { (byte: UInt8) in ASCII.isAlphanumeric(byte) || "-_.".utf8.contains(byte) }
    guard let token = segments.first, EtcdToken.isValid(token),
      segments.dropFirst().allSatisfy({
        $0.allSatisfy(isPlain) && !$0.isEmpty && !$0.starts(with: "..".utf8)
      })
    else {
      return .respond(Self.noted(.line(.notFound, "this is no discovery token's URL")))
    }
    let query = request.head.query.map { "?" + String(decoding: $0, as: UTF8.self) } ?? ""
    var response = Response.line(
      .temporaryRedirect, "the etcd at \(discovery.etcd) knows this token")
    response.add(
      "Location", discovery.location(of: String(decoding: rest, as: UTF8.self)) + query)
    return .respond(Self.noted(response))
  }

  /// Makes a token.
  func make(_ request: Request) -> Outcome {
    guard let discovery = machines.discovery else { return .respond(Self.missing) }
    var size = discovery.size
    if let text = MachineParameters(request.head).size {
      guard let number = ASCII.number(text), (1...1000).contains(number) else {
        return .respond(Self.noted(.line(.badRequest, "size must be a number from 1 to 1000")))
      }
      size = number
    }
    let url = base.url(request)
    let wanted = size
    return machines.chore("etcd-new") {
      do throws(EtcdDiscovery.Failure) {
        let token = try discovery.makeToken(size: wanted)
        return Self.noted(Response(.ok, text: "\(url)/etcd/\(token)"))
      } catch {
        return Self.noted(.retryLater(seconds: 10, LogText.oneLine(error.description)))
      }
    }
  }

  /// Gets a machine the token of its cluster, making the token if need be.
  func giveToken(to id: MachineID, _ request: Request) -> Outcome {
    guard let discovery = machines.discovery else { return .respond(Self.missing) }
    guard request.head.method != .head else {
      return .respond(
        Self.noted(.retryLater(seconds: 1, "a discovery token is made when the config is fetched")))
    }
    let (machines, who) = (machines, request.who)
    let register = machines.register
    return .work { done in
      let finish: @Sendable (MachineJob.Outcome) -> Void = { outcome in
        switch outcome {
        case .success: done(.handleAgain)
        case .failure(let error): done(.respond(error.response(.discovery)))
        }
      }
      register.submit(.giveCluster(nil, to: id, who: who)) { outcome in
        guard case .success(let reply) = outcome, reply.entry == nil else { return finish(outcome) }
        machines.chores.submit(.chore("etcd")) {
          // Another machine of the cluster may have come first.
          if register.snapshot.clusters[reply.cluster] != nil {
            return register.submit(.giveCluster(nil, to: id, who: who), finish)
          }
          do throws(EtcdDiscovery.Failure) {
            let token = try discovery.makeToken(size: discovery.size)
            register.submit(.giveCluster(token, to: id, who: who), finish)
          } catch {
            done(.respond(Self.noted(.retryLater(seconds: 10, LogText.oneLine(error.description)))))
          }
        }
      }
    }
  }

  static var missing: Response {
    noted(
      .line(
        .notImplemented,
        "this server has no etcd to keep discovery tokens in; start it with --etcd URL"))
  }

  private static func noted(_ response: Response) -> Response {
    var response = response
    response.event = Event(.discovery)
    return response
  }
}
