// BootServer/Handlers: the menu of profiles.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Answers `/menu.ipxe`: the profiles that have a `menu`, in the order of their `priority` and names.
struct MenuHandler {
  let machines: MachineService
  let base: RequestBase

  func respond(_ request: Request) -> Outcome {
    var otherwise: MenuScript.Otherwise?
    var parameters = QueryParameters(request.head.query ?? [])
    while let (name, value) = parameters.nextRaw() {
      guard name.elementsEqual("then".utf8) else { continue }
      otherwise = MenuScript.Otherwise(rawValue: String(decoding: value, as: UTF8.self))
    }
    let (machines, base, after) = (machines, base.of(request), otherwise)
    let local = machines.localBoot
    return machines.chore("menu") {
      let items = machines.profiles.current.menu
      var response = Response(.ok)
      response.add("Content-Type", ContentType.text)
      response.body = [
        .bytes(MenuScript.render(items, otherwise: after, local: local, base: base))
      ]
      response.event = Event(.menu)
      return response
    }
  }
}
