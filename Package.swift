// swift-tools-version: 6.2
// The package: what imports what, as docs/design.md draws it.
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let tested: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let strict = tested + [.strictMemorySafety()]

let package = Package(
  name: "coreos-ipxe-server",
  products: [
    .executable(name: "coreos-ipxe-server", targets: ["coreos-ipxe-server"]),
    .executable(name: "boot-bench", targets: ["boot-bench"]),
  ],
  dependencies: [],
  targets: [
    .target(name: "CLinux"),
    .target(name: "Text", swiftSettings: strict),
    .target(name: "System", dependencies: ["CLinux", "Text"], swiftSettings: strict),
    .target(name: "HTTP", dependencies: ["System", "Text"], swiftSettings: strict),
    .target(
      name: "Boot", dependencies: ["Text"],
      resources: [.embedInCode("Presets/presets.json"), .embedInCode("Images/sources.json")],
      swiftSettings: strict),
    .target(
      name: "BootServer", dependencies: ["Text", "System", "HTTP", "Boot"],
      resources: [.embedInCode("Page/assets")], swiftSettings: strict),
    .executableTarget(
      name: "coreos-ipxe-server", dependencies: ["BootServer"], swiftSettings: strict),
    .executableTarget(
      name: "boot-bench", dependencies: ["System", "Text"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["CLinux"], path: "Tests/TestSupport",
      swiftSettings: tested),
    .testTarget(name: "TextTests", dependencies: ["Text"], swiftSettings: tested),
    .testTarget(
      name: "HTTPTests", dependencies: ["Text", "System", "HTTP", "TestSupport"],
      swiftSettings: tested),
    .testTarget(
      name: "BootTests", dependencies: ["Text", "Boot", "TestSupport"],
      exclude: ["Check/CloudConfig/Cases", "Check/Ignition/Cases"], swiftSettings: tested),
    .testTarget(
      name: "BootServerTests",
      dependencies: [
        "Text", "System", "HTTP", "Boot", "BootServer", "TestSupport", "coreos-ipxe-server",
      ],
      exclude: ["Golden"], swiftSettings: tested),
    .testTarget(
      name: "RealClientTests", dependencies: ["TestSupport", "coreos-ipxe-server"],
      swiftSettings: tested),
  ]
)
