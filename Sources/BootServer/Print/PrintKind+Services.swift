// BootServer/Print: how the server runs, and what stands in front of it.
// SPDX-License-Identifier: Apache-2.0

extension PrintKind {
  static let services: [PrintKind] = [
    PrintKind(name: "systemd", meaning: "a service and its socket", make: SystemdUnits.files),
    PrintKind(name: "nginx", meaning: "TLS and a cache in front of it", make: FrontFiles.nginx),
    PrintKind(name: "haproxy", meaning: "the same, by HAProxy", make: FrontFiles.haproxy),
    PrintKind(
      name: "container", meaning: "a Containerfile and the line that runs it",
      make: ContainerFiles.files),
    PrintKind(
      name: "completion", parts: ["bash", "zsh"], meaning: "what a shell offers at <TAB>",
      make: { (facts) throws(UsageError) in
        [facts.arguments.operands.last == "zsh" ? Completion.zsh : Completion.bash]
      }),
    PrintKind(
      name: "prometheus", parts: ["config", "rules"], meaning: "what scrapes it, and alerts",
      make: PrometheusFiles.files),
    PrintKind(name: "man", meaning: "the manual page", make: ManualPage.files),
  ]
}
