import Accounting
import Billing

/// What was invoiced for a group beside what the group comes to.
package struct InvoiceTie: Hashable, Sendable {
  package let key: GroupKey
  /// The groups the lines stand for.
  package let covered: [GroupKey]
  package let lines: [InvoiceLine]
  /// Credit and debit memos, in posting order.
  package let memos: [LedgerEntry]
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
      subject: "invoice", earlierKeys: Set(memos.compactMap(\.idempotencyKey)))
  }
}

/// Lays invoice lines beside the groups they are for.
struct InvoiceBook {
  let lines: [InvoiceLine]
  let groups: [GroupFacts]
  let groupEntries: [GroupEntry]
  let corrections: [Correction]
  let pooling: Pooling
  let scope: Scope
  let terms: Terms

  func ties() throws(MoneyError) -> [InvoiceTie] {
    let byGroup = Dictionary(grouping: examinedLines, by: group)
    let memos = Dictionary(
      grouping: groupEntries.filter { $0.kind == .creditMemo || $0.kind == .debitMemo }
    ) { pooling.group(of: GroupKey(of: $0.entry)) }
    var ties: [InvoiceTie] = []
    for key in byGroup.keys.sorted() {
      let covered = covered(by: key, withOwnLines: Set(byGroup.keys))
      let own = byGroup[key] ?? []
      let entries = Set(covered + [key]).flatMap { memos[$0] ?? [] }.map(\.entry)
        .sorted(by: LedgerEntry.inPostingOrder)
      let invoiced = try Money.sum(own.map(\.amount) + entries.map(\.amount))
      let comesTo = try comesTo(covered, in: key.currency)
      ties.append(
        InvoiceTie(
          key: key, covered: covered, lines: own, memos: entries, invoiced: invoiced,
          comesTo: comesTo,
          difference: try invoiced - comesTo))
    }
    return ties
  }

  private var examinedLines: [InvoiceLine] {
    lines.filter {
      $0.kind == "llm_usage" && $0.status == "finalized" && scope.examinesWhole(place(of: $0))
    }
  }

  private func place(of line: InvoiceLine) -> GroupKey {
    GroupKey(
      tenant: line.tenant, deployment: line.deployment, currency: line.currency,
      period: line.period)
  }

  private func group(of line: InvoiceLine) -> GroupKey { pooling.group(of: place(of: line)) }

  /// A line without deployment stands for all groups of its tenant that have no line of their own.
  private func covered(by key: GroupKey, withOwnLines others: Set<GroupKey>) -> [GroupKey] {
    let keys = groups.map(\.key)
    guard key.deployment == nil else { return keys.filter { $0 == key } }
    return keys.filter {
      $0.tenant == key.tenant && $0.currency == key.currency && $0.period == key.period
        && ($0 == key || !others.contains($0))
    }
  }

  private func comesTo(
    _ keys: [GroupKey], in currency: Currency
  ) throws(MoneyError) -> Money {
    let wanted = Set(keys)
    var total = try Money.sum(groups.filter { wanted.contains($0.key) }.map(\.posted))
    for correction in corrections
    where correction.status == .proposed && wanted.contains(correction.group) {
      try total += correction.amount
    }
    return try total.rounded(to: currency, terms.rounding)
  }
}
