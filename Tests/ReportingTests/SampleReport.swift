import Accounting
import Reconciliation

/// A small report made by hand: three currencies, every break code, and names that other formats
/// would trip over.
enum SampleReport {
  static let report = RunReport(
    run: header(.breaks),
    judgement: Judgement(
      controls: Controls(
        usageRows: 12_345, usageCharge: money("98765.432109876543210987"), ledgerRows: 12_001,
        ledgerAmount: money("98800.43"), cleanRequests: 12_300, brokenRequests: 27,
        setAsideRows: 1,
        notExamined: [
          NotExamined(check: "invoice-untied", why: "relation invoice_line not provisioned"),
          NotExamined(check: "provider-gap", why: "relation provider_bill not provisioned"),
        ]),
      groups: groups, breaks: breaks, corrections: corrections, clusters: clusters))

  /// A run that found nothing at all.
  static let empty = RunReport(
    run: header(.tiedOut),
    judgement: Judgement(controls: Controls(), groups: [], breaks: [], corrections: []))

  static func header(_ status: RunStatus) -> RunHeader {
    RunHeader(
      id: "month-end-2026-10-1f0c2a9b", job: "month-end", range: DayRange(october),
      timezone: "Europe/Berlin", asOf: instant("2026-11-02T06:00:00.250000Z"), posted: true,
      status: status, configDigest: "sha256:" + String(repeating: "0123456789abcdef", count: 4),
      version: "1.0.0")
  }

  // Text that is harmless where it comes from.
  static let formula = "=HYPERLINK(\"http://example.com\",\"pay\")"
  static let markup = "<script>alert('x')</script> & \"co\""
  static let sql = "Robert'); DROP TABLE ledger.entry;--"
  static let xml = "]]></tenant_id><!-- &amp; <![CDATA["
  /// A quote and an angle bracket that carry accents, and so are other characters than plain ones.
  static let accented = "\"\u{301} onmouseover=1 <\u{338}b"
  static let controlCharacters = String(
    String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0 as UInt32) }))
  static let noncharacters = "\u{7F}\u{85}\u{FFFE}\u{FFFF}\u{2028}\u{202E}\u{1F980}"

  static let acme = key("acme", "chat", "USD")
  static let pooled = key("acme", nil, "USD")
  static let tokyo = key(markup, "tokyo", "JPY")
  static let kuwait = key(sql, formula, "KWD", "2026-09")

  static let groups = [
    group(
      kuwait, policy: "pass_through", recorded: "1.2345", due: "1.235", posted: "1.000",
      bridge: [(.unbilled, "-0.235")], blockedBy: [.invalidEvent, .policyGap]),
    group(
      tokyo, policy: "mixed", isWholePeriod: false, recorded: "120000.5", due: "120001",
      posted: "120500", bridge: [(.doubleBilled, "800"), (.unbilled, "-301")]),
    group(
      pooled, policy: "plan_inclusive", recorded: "75", due: "100", posted: "74.99",
      bridge: [(.trueUp, "-25.01")]),
    group(
      acme, policy: nil, recorded: "-0.000000000000000001", due: "0.00", posted: "13.75",
      bridge: BridgeLine.allCases.enumerated().map { index, line in
        (line, ["3.50", "2.25", "0.75", "-1.00", "-2.00", "4.00", "-1.25"][index % 7])
      }),
  ]

  static let breaks = BreakCode.allCases.enumerated().map { index, code in
    let place = [acme, pooled, tokyo, kuwait][index % 4]
    let amount = money(["12.34", "-5", "0", "-0.001"][index % 4])
    let other = key("acme", "batch", place.currency.code, "2026-09")
    return Break(
      id: "\(code.rawValue)-\(index)", code: code,
      severity: [.error, .warning, .info, .stop][index % 4], group: place,
      requestID: index % 5 == 0 ? nil : ["req-\(index)", xml, formula][index % 3],
      eventIDs: index % 3 == 0 ? [] : (0..<index).map { "event-\($0)" },
      entryIDs: index % 4 == 0 ? [controlCharacters, "@entry"] : ["entry-\(index)"],
      amount: amount,
      shares: [
        GroupShare(group: place, amount: amount), GroupShare(group: other, amount: -amount),
      ],
      explanation: [
        markup, controlCharacters + noncharacters, xml, accented, "a,b;c\r\n\"d\"", "",
      ][
        index % 6],
      firstSeen: instant("2026-10-05T12:00:00Z"),
      disposition: Disposition.allCases[index % 4])
  }

  static let clusters = [
    Cluster(
      code: .doubleBilled, severity: .error, currency: iso("JPY"), tenant: markup,
      deployment: "tokyo", model: formula, priceVersion: xml, from: instant("2026-10-05T10:00:00Z"),
      to: instant("2026-10-05T13:00:00Z"), breaks: 1200, amount: money("120500"),
      largestBreakID: "double-billed-6"),
    Cluster(
      code: .unbilled, severity: .error, currency: iso("USD"), tenant: "acme",
      model: controlCharacters, from: instant("2026-10-05T10:00:00Z"),
      to: instant("2026-10-19T11:00:00Z"), breaks: 2, amount: money("-0.235"),
      largestBreakID: "unbilled-7"),
    Cluster(
      code: .policyGap, severity: .warning, currency: iso("KWD"), breaks: 1, amount: .zero,
      largestBreakID: "policy-gap-21", isRest: true),
  ]

  static let corrections = [
    correction(0, .reversal, acme, "-12.34", .posted, reverses: "entry-6"),
    correction(1, .trueUp, pooled, "25.01", .proposed),
    correction(
      2, .adjustment, tokyo, "-500", .held, reverses: sql,
      heldBecause: "the limit of 100 entries is reached"),
    correction(3, .other("-2+3+cmd|' /C calc'!A0"), kuwait, "0.235", .held, heldBecause: ""),
    inUnits,
  ]

  /// What a meter gives back to a user of the tenant.
  private static let inUnits: Correction = {
    let group = GroupKey(
      tenant: "acme", deployment: nil, currency: Currency.none, period: october)
    var made = correction(
      4, .adjustment, group, "0", .held, reverses: "entry-9",
      heldBecause: Correction.waitsForApproval)
    made.code = .meterMisallocation
    made.tenant = formula
    made.deployment = nil
    made.units = UnitPosting(
      account: "meter:\(markup)", quantity: money("-1234.5"), unit: "token")
    return made
  }()

  private static func correction(
    _ number: Int, _ kind: EntryKind, _ group: GroupKey, _ amount: String,
    _ status: Correction.Status, reverses: String? = nil, heldBecause: String? = nil
  ) -> Correction {
    Correction(
      id: "000000000000000\(number)", breakID: "unbilled-\(number)", code: .unbilled, kind: kind,
      tenant: group.tenant, deployment: group.deployment ?? "chat", currency: group.currency,
      period: november, servicePeriod: number == 1 ? november : group.period,
      requestID: number == 1 ? nil : "@req-\(number)", reversesEntryID: reverses,
      amount: money(amount), idempotencyKey: "\(number)" + String(repeating: "ab", count: 31),
      status: status, heldBecause: heldBecause, group: group)
  }

  private static func group(
    _ key: GroupKey, policy: String?, isWholePeriod: Bool = true, recorded: String, due: String,
    posted: String, bridge: [(BridgeLine, String)], blockedBy: [BreakCode] = []
  ) -> GroupResult {
    let total = bridge.map { money($0.1).units }.reduce(0, +)
    return GroupResult(
      key: key, policy: policy, isWholePeriod: isWholePeriod, requests: 27,
      recorded: money(recorded), due: money(due), posted: money(posted), variance: steps(total),
      sumOfRounded: money("12.36"), roundedSum: money("12.35"), roundingDrift: money("0.01"),
      roundingBound: money("0.135"),
      bridge: bridge.map { BridgeStep(line: $0, amount: money($1)) }, blockedBy: blockedBy)
  }
}

/// Reports by name, so that a test's log names them and does not print them.
enum Sample: String, CaseIterable {
  case handMade, empty, busy

  var report: RunReport {
    switch self {
    case .handMade: SampleReport.report
    case .empty: SampleReport.empty
    case .busy: BusyReport.report(groups: 30, breaks: 200)
    }
  }
}

let october = period("2026-10")
let november = period("2026-11")

func key(
  _ tenant: String, _ deployment: String?, _ currency: String, _ month: String = "2026-10"
) -> GroupKey {
  GroupKey(
    tenant: tenant, deployment: deployment, currency: iso(currency), period: period(month))
}

// What a test writes by hand is right, or the test is wrong.

func money(_ text: String) -> Money {
  guard let money = try? Money(text) else { preconditionFailure("not money: \(text)") }
  return money
}

func steps(_ units: Int128) -> Money {
  guard let money = try? Money(units: units) else { preconditionFailure("not money: \(units)") }
  return money
}

func period(_ text: String) -> AccountingPeriod {
  guard let period = AccountingPeriod(text) else { preconditionFailure("no period: \(text)") }
  return period
}

func instant(_ text: String) -> Instant {
  guard let instant = Instant(text) else { preconditionFailure("no instant: \(text)") }
  return instant
}

func iso(_ code: String) -> Currency {
  guard let currency = Currency(code) else { preconditionFailure("no currency: \(code)") }
  return currency
}
