// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target: Swift 6 mode comes with the tools version.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "tieout",
  products: [
    .executable(name: "tieout", targets: ["tieout"]),
    .library(name: "Billing", targets: ["Billing", "Accounting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "Accounting", swiftSettings: settings),
    .target(
      name: "Billing", dependencies: ["Accounting"], exclude: ["Billing.docc"],
      swiftSettings: settings),
    .target(
      name: "Reconciliation",
      dependencies: [
        "Accounting", "Billing", "CProcessor", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Books",
      dependencies: ["Accounting", "Billing", "CPostgres", "Reconciliation"],
      resources: [.copy("Adapters")],
      swiftSettings: settings),
    .target(
      name: "Reporting",
      dependencies: [
        "Accounting", "Billing", "CLibXML2", "Reconciliation",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("Resources/report.mustache"),
        .embedInCode("Resources/parts"),
        .embedInCode("Resources/report.css"),
        .embedInCode("Resources/tieout-report-1.xsd"),
      ],
      swiftSettings: settings),
    .target(
      name: "Operations",
      dependencies: [
        "Accounting", "Billing", "Books", "Reconciliation", "Reporting", "Yams",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "tieout",
      dependencies: [
        "Accounting", "CLinux", "Operations", "Reconciliation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Tieout.docc"],
      swiftSettings: settings),
    .testTarget(name: "AccountingTests", dependencies: ["Accounting"], swiftSettings: settings),
    .testTarget(
      name: "BillingTests",
      dependencies: ["Accounting", "Billing", "MeteredProvider", "Reconciliation", "TestSupport"],
      swiftSettings: settings),
    .target(
      name: "MeteredProvider", dependencies: ["Accounting", "Billing"],
      path: "Tests/Examples/MeteredProvider", swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: ["Accounting", "Billing", "Books", "Operations", "Reconciliation"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "ReconciliationTests",
      dependencies: ["Accounting", "Billing", "Reconciliation", "TestSupport"],
      exclude: ["Scenarios"], swiftSettings: settings),
    .testTarget(
      name: "BooksTests",
      dependencies: ["Accounting", "Billing", "Books", "Reconciliation", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting", "Reconciliation", "TestSupport"],
      exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "OperationsTests",
      dependencies: [
        "Accounting", "Books", "Operations", "Reconciliation", "Reporting", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "receive-and-drop", dependencies: ["CPostgres"], path: "Tests/Bench/ReceiveAndDrop",
      swiftSettings: settings),
    .executableTarget(
      name: "hotpaths", dependencies: ["Accounting", "Billing", "Books", "Reconciliation"],
      path: "Tests/Bench/HotPaths", exclude: ["baseline.txt"], swiftSettings: settings),
    .testTarget(
      name: "CommandTests", dependencies: ["Books", "Operations", "TestSupport", "tieout"],
      swiftSettings: settings),
  ]
)
