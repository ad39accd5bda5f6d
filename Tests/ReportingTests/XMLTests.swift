import Foundation
import Reconciliation
import Testing

@testable import Reporting

@Suite struct XMLTests {
  @Test(arguments: Sample.allCases)
  func reportsAreValid(sample: Sample) throws {
    let xml = try XMLReport.bytes(of: sample.report)
    try ReportSchema().validate(xml)
    try XMLTests.xmllint(xml)
  }

  @Test(arguments: ["tied-out", "breaks", "held"])
  func everyStatusIsInTheSchema(status: String) throws {
    let status = try #require(RunStatus(rawValue: status))
    var report = SampleReport.empty
    report.run = SampleReport.header(status)
    _ = try XMLReport.bytes(of: report)
  }

  /// What PostgreSQL text may hold, and XML may not.
  @Test func illFormedCharactersAreReplaced() throws {
    for value in Array(0..<0x20) + [0x7F, 0x85, 0x2028, 0xFFFE, 0xFFFF, 0x1FFFE] as [UInt32] {
      let scalar = try #require(Unicode.Scalar(value))
      var report = SampleReport.empty
      report.run.job = "a\(scalar)b"
      let xml = try XMLReport.bytes(of: report)
      let isKept = [0x09, 0x0A, 0x0D, 0x7F, 0x85, 0x2028, 0x1FFFE].contains(value)
      let text = value == 0x0D ? "a&#13;b" : isKept ? "a\(scalar)b" : "a\u{FFFD}b"
      #expect(XMLTests.contains(xml, "<job>\(text)</job>"), "U+\(String(value, radix: 16))")
    }
  }

  @Test func elementsAreTheFieldsOfTheJSON() throws {
    let xml = String(decoding: try XMLReport.bytes(of: SampleReport.report), as: UTF8.self)
    let elements = Set(xml.matches(of: /<([a-z_]+)[ >\/]/).map { String($0.1) })
    let json = try JSONSerialization.jsonObject(
      with: Data(JSONReport.bytes(of: SampleReport.report)))
    let items: Set = [
      "report", "cluster", "break", "correction", "item", "step", "share", "event_id", "entry_id",
    ]
    // "group" is a record of its own too, and so is "code".
    #expect(elements.subtracting(items) == XMLTests.names(in: json))
  }

  @Test(arguments: [
    ("<code>in-transit</code>", "<code>lost</code>"),
    ("<line>set aside</line>", "<line>plug</line>"),
    ("<severity>stop</severity>", "<severity>bad</severity>"),
    ("<disposition>review</disposition>", "<disposition>maybe</disposition>"),
    ("<status>proposed</status>", "<status>done</status>"),
    ("<rest>true</rest>", "<rest>perhaps</rest>"),
    ("<breaks>1200</breaks>", "<breaks>-1</breaks>"),
    ("<to>2026-10-05T13:00:00Z</to>", "<to>2026-10-05</to>"),
    ("<posted>74.99</posted>", "<posted>7.499e1</posted>"),
    ("<posted>74.99</posted>", "<posted>+74.99</posted>"),
    ("<posted>74.99</posted>", "<posted>74,99</posted>"),
    ("<posted>74.99</posted>", "<posted></posted>"),
    ("<posted>74.99</posted>", ""),
    ("<currency>USD</currency>", "<currency>usd</currency>"),
    ("<period>2026-10</period>", "<period>2026-13</period>"),
    ("<from>2026-10-01</from>", "<from>2026-02-30</from>"),
    ("<schema>tieout-report-1</schema>", "<schema>tieout-report-2</schema>"),
    ("<config_digest>sha256:", "<config_digest>md5:"),
    ("</report>", "<extra/></report>"),
    ("</report>", ""),
    ("<job>month-end", "<job>\u{1}"),
    ("<job>month-end", "<job>\u{FFFE}"),
    ("<job>month-end", "<job>&nbsp;"),
  ])
  func theSchemaIsStrict(old: String, new: String) throws {
    let xml = String(decoding: try XMLReport.bytes(of: SampleReport.report), as: UTF8.self)
    try #require(xml.contains(old))
    let damaged = Array(xml.replacing(old, with: new, maxReplacements: 1).utf8)
    let error = #expect(throws: ReportingError.self) { try ReportSchema().validate(damaged) }
    #expect(error?.kind == .fault)
    #expect(error?.what.contains("line ") == true)
    #expect(error?.description.contains("\n") == false)
  }

  /// The XSD lists what Swift lists, no more and no less.
  @Test func cataloguesAgree() {
    let xsd = String(decoding: PackageResources.tieout_report_1_xsd, as: UTF8.self)
    #expect(XMLTests.enumeration("break_code", in: xsd) == BreakCode.allCases.map(\.rawValue))
    #expect(XMLTests.enumeration("bridge_line", in: xsd) == BridgeLine.allCases.map(\.rawValue))
    #expect(XMLTests.enumeration("disposition", in: xsd) == Disposition.allCases.map(\.rawValue))
    #expect(
      XMLTests.enumeration("severity", in: xsd)
        == [Severity.stop, .error, .warning, .info].map(\.rawValue))
    #expect(
      XMLTests.enumeration("correction_status", in: xsd)
        == [Correction.Status.proposed, .posted, .held].map(\.rawValue))
    #expect(
      XMLTests.enumeration("run_status", in: xsd)
        == [RunStatus.tiedOut, .breaks, .held].map(\.rawValue))
  }

  @Test func aNameOfTenMegabytesIsCarried() throws {
    var report = SampleReport.report
    report.judgement.breaks[0].explanation = String(repeating: "m<", count: 6_000_000)
    let xml = try XMLReport.bytes(of: report)
    #expect(xml.count > 12_000_000)
  }

  private static func enumeration(_ type: String, in xsd: String) -> [String] {
    let start = "<xs:simpleType name=\"\(type)\">"
    guard let from = xsd.range(of: start)?.upperBound,
      let to = xsd[from...].range(of: "</xs:simpleType>")?.lowerBound
    else { return [] }
    return xsd[from..<to].matches(of: /<xs:enumeration value="([^"]*)"/).map { String($0.1) }
  }

  private static func names(in json: Any) -> Set<String> {
    if let object = json as? [String: Any] {
      return object.values.reduce(Set(object.keys)) { $0.union(names(in: $1)) }
    }
    guard let array = json as? [Any] else { return [] }
    return array.reduce([]) { $0.union(names(in: $1)) }
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    Data(bytes).range(of: Data(text.utf8)) != nil
  }

  /// The same judgement by another program, where it is installed.
  private static func xmllint(_ xml: [UInt8]) throws {
    let program = "/usr/bin/xmllint"
    guard FileManager.default.isExecutableFile(atPath: program) else { return }
    try withTemporaryDirectory { directory in
      let report = "\(directory)/report.xml"
      let schema = "\(directory)/tieout-report-1.xsd"
      try Data(xml).write(to: URL(filePath: report))
      try Data(PackageResources.tieout_report_1_xsd).write(to: URL(filePath: schema))
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = ["--noout", "--nonet", "--schema", schema, report]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }
}

func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: "tieout-\(UUID())")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  try body(directory.path())
}
