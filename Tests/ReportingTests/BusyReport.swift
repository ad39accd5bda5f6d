import Accounting
import Reconciliation

/// A report of any size that looks like a real month: a long tail of tenants, three currencies and
/// breaks of all codes. Equal arguments give equal reports.
struct BusyReport {
  private var state: UInt64 = 20_261_031
  private static let currencies = ["USD", "USD", "EUR", "JPY"].map { iso($0) }
  private static let lines: [BreakCode: BridgeLine] = [
    .doubleBilled: .doubleBilled, .unbilled: .unbilled, .amountMismatch: .amount,
    .misposted: .misposted, .cutOffError: .cutOff, .nonbillableCharge: .notChargeable,
    .unsupportedCharge: .unsupported, .roundingDrift: .rounding, .trueUpDue: .trueUp,
    .inTransit: .inTransit,
  ]

  static func report(groups: Int, breaks: Int) -> RunReport {
    var maker = BusyReport()
    let keys = (0..<groups).map { index in
      GroupKey(
        tenant: "tenant-\(100 + index / 3)", deployment: ["chat", "search", "batch"][index % 3],
        currency: currencies[index / 3 % 4], period: october)
    }
    let found = (0..<breaks).map { maker.makeBreak($0, in: keys[maker.next(groups)]) }
    let byGroup = Dictionary(grouping: found, by: \.group)
    let results = keys.map { maker.makeGroup($0, byGroup[$0] ?? []) }
    let corrections = found.filter { $0.disposition == .post || $0.disposition == .review }
      .enumerated().map { index, found in maker.makeCorrection(index, of: found) }
    return RunReport(
      run: SampleReport.header(.held),
      judgement: Judgement(
        controls: Controls(
          usageRows: 301_204, usageCharge: money("1284133.0471"), ledgerRows: 300_911,
          ledgerAmount: money("1284207.62"), cleanRequests: 300_211, brokenRequests: breaks,
          setAsideRows: 3,
          notExamined: [
            NotExamined(check: "provider-gap", why: "relation provider_bill not provisioned")
          ]), groups: results, breaks: found, corrections: corrections))
  }

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  private mutating func makeBreak(_ index: Int, in group: GroupKey) -> Break {
    let code = BusyReport.lines.keys.sorted()[next(BusyReport.lines.count)]
    let minor = Int64(next(400) * next(40) + 1)
    let isUnder = [.unbilled, .inTransit, .trueUpDue].contains(code) || next(4) == 0
    let amount = Money(minorUnits: isUnder ? -minor : minor, of: group.currency)
    let isTransit = code == .inTransit
    return Break(
      id: "\(code.rawValue)-\(4_000_000_007 + index * 7919)", code: code,
      severity: isTransit ? .info : code == .unsupportedCharge ? .warning : .error, group: group,
      requestID: "req-\(800_000 + index)", eventIDs: ["evt-\(900_000 + index)"],
      entryIDs: isTransit ? [] : ["ent-\(700_000 + index)", "ent-\(700_001 + index)"],
      amount: amount, shares: [GroupShare(group: group, amount: amount)],
      explanation: """
        request req-\(800_000 + index) has 2 live usage entries; the first, ent-\(700_000 + index), \
        stands, the rest comes to \(amount.text(in: group.currency)) \(group.currency)
        """,
      firstSeen: instant("2026-10-0\(1 + index % 9)T09:30:00Z"),
      disposition: isTransit ? .report : code == .unsupportedCharge ? .review : .post)
  }

  private mutating func makeGroup(_ key: GroupKey, _ breaks: [Break]) -> GroupResult {
    let bridge = BridgeLine.allCases.compactMap { line -> BridgeStep? in
      let amounts = breaks.filter { BusyReport.lines[$0.code] == line }.map(\.amount.units)
      let total = amounts.reduce(0, +)
      return total == 0 ? nil : BridgeStep(line: line, amount: steps(total))
    }
    let variance = steps(bridge.map(\.amount.units).reduce(0, +))
    let due = Money(minorUnits: Int64(next(9000) * next(900)), of: key.currency)
    return GroupResult(
      key: key, policy: ["pass_through", "flat_percent", "fixed_per_token"][next(3)],
      isWholePeriod: true, requests: next(20_000),
      recorded: steps(due.units + Int128(next(4000)) * 1_000_000_000_000), due: due,
      posted: steps(due.units + variance.units), variance: variance, sumOfRounded: due,
      roundedSum: due, roundingDrift: .zero, roundingBound: steps(due.units / 1000),
      bridge: bridge, blockedBy: next(40) == 0 ? [.invalidEvent] : [])
  }

  private mutating func makeCorrection(_ index: Int, of found: Break) -> Correction {
    let key = String(repeating: "\(1_000_000_007 + index * 104_729)", count: 6).prefix(64)
    let isHeld = found.disposition == .review || next(20) == 0
    return Correction(
      id: String(key.prefix(16)), breakID: found.id, code: found.code,
      kind: found.amount.isNegative ? .usage : .reversal, tenant: found.group.tenant,
      deployment: found.group.deployment, currency: found.group.currency,
      period: next(9) == 0 ? november : october, servicePeriod: october,
      requestID: found.requestID, reversesEntryID: found.entryIDs.last, amount: -found.amount,
      idempotencyKey: String(key), status: isHeld ? .held : .posted,
      heldBecause: isHeld ? "unsupported charges wait for approval" : nil, group: found.group)
  }
}
