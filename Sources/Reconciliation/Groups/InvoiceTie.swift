import Accounting
import Billing

/// What was invoiced for a group beside what the group comes to.
package struct InvoiceTie: Hashable, Sendable {
  package let key: GroupKey
  /// The groups the lines stand for.
  package let covered: [GroupKey]
  package let lines: [InvoiceLine]
  /// Credit and debit memos.
  package let memos: EntryCensus
  /// Σ lines + Σ memos.
  package let invoiced: Money
  /// Posted, with the corrections that this run lets through, in whole minor units.
  package let comesTo: Money
  /// + invoiced too much, − too little.
  package let difference: Money

  package var invoiceIDs: [String] { Set(lines.map(\.invoiceID)).sorted() }

  package var memo: CorrectionDraft {
    CorrectionDraft(
      kind: difference.isNegative ? .debitMemo : .creditMemo, place: key, amount: -difference,
      subject: "invoice", earlierKeys: memos.earlierKeys)
  }
}

/// Lays invoice lines beside the groups they are for.
struct InvoiceBook {
  private let lines: [GroupKey: [InvoiceLine]]
  private let posted: [GroupKey: Money]
  /// The groups of each account, in order.
  private let accounts: [GroupKey.Account: [GroupKey]]
  private let memos: [GroupKey: EntryCensus]
  /// Where each account has memos, in order; there may be nothing else there.
  private let memoPlaces: [GroupKey.Account: [GroupKey]]
  private let proposed: [GroupKey: Money]
  private let terms: Terms

  /// - Parameters:
  ///   - memos: as `memos(among:_:)` tells them.
  ///   - proposed: Σ of the corrections that this run lets through, by group.
  init(
    lines: [InvoiceLine], groups: [GroupFacts], memos: [GroupKey: EntryCensus],
    proposed: [GroupKey: Money], pooling: Pooling, scope: Scope, terms: Terms
  ) {
    let examined = lines.filter {
      $0.kind == "llm_usage" && $0.status == "finalized" && scope.examinesWhole($0.place)
    }
    self.lines = Dictionary(grouping: examined) { pooling.group(of: $0.place) }
    posted = Dictionary(uniqueKeysWithValues: groups.map { ($0.key, $0.posted) })
    accounts = Dictionary(grouping: groups.map(\.key), by: \.account)
    self.memos = memos
    memoPlaces = Dictionary(grouping: memos.keys.sorted(), by: \.account)
    self.proposed = proposed
    self.terms = terms
  }

  /// Credit and debit memos by group, also where a group has nothing else and is not told of.
  static func memos(
    among totals: [GroupKey: GroupTotals], _ pooling: Pooling
  ) throws(MoneyError) -> [GroupKey: EntryCensus] {
    var memos: [GroupKey: EntryCensus] = [:]
    for (place, counted) in totals {
      for kind in [EntryKind.creditMemo, .debitMemo] {
        guard let census = counted.groupEntries[kind] else { continue }
        try memos[pooling.group(of: place), default: EntryCensus()].merge(census)
      }
    }
    return memos
  }

  func ties() throws(MoneyError) -> [InvoiceTie] {
    var ties: [InvoiceTie] = []
    for (key, own) in lines.sorted(by: { $0.key < $1.key }) {
      let covered = covered(by: key)
      var ofKey = EntryCensus()
      for place in memoPlaces[key.account] ?? [] where stands(key, for: place) {
        try ofKey.merge(memos[place] ?? EntryCensus())
      }
      let invoiced = try Money.sum(own.map(\.amount)) + ofKey.amount
      let comesTo = try comesTo(covered).rounded(to: key.currency, terms.rounding)
      ties.append(
        InvoiceTie(
          key: key, covered: covered, lines: own, memos: ofKey, invoiced: invoiced,
          comesTo: comesTo, difference: try invoiced - comesTo))
    }
    return ties
  }

  private func covered(by key: GroupKey) -> [GroupKey] {
    (accounts[key.account] ?? []).filter { stands(key, for: $0) }
  }

  /// A line without deployment stands for all groups of its tenant that have no line of their own.
  private func stands(_ key: GroupKey, for group: GroupKey) -> Bool {
    group == key || (key.deployment == nil && lines[group] == nil)
  }

  private func comesTo(_ groups: [GroupKey]) throws(MoneyError) -> Money {
    try Money.sum(groups.flatMap { [posted[$0] ?? .zero, proposed[$0] ?? .zero] })
  }
}

extension InvoiceLine {
  fileprivate var place: GroupKey {
    GroupKey(tenant: tenant, deployment: deployment, currency: currency, period: period)
  }
}
