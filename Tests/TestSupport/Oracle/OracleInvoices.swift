import Accounting
import Billing
import Reconciliation

/// What invoice lines are held against: one group, or all the tenant's groups that have no line.
private struct Invoiced {
  var subject: GroupKey
  var groups: [GroupKey]
}

extension Oracle {
  func invoiceFindings(
    _ groups: [GroupFinding], _ corrections: [CorrectionFinding], _ outcomes: [RequestOutcome]
  ) throws -> (breaks: [BreakFinding], corrections: [CorrectionFinding]) {
    var breaks: [BreakFinding] = []
    var memos: [CorrectionFinding] = []
    let subjects = Set(examinedLines.map(group))
    for invoiced in invoicedGroups(groups) {
      let concerned =
        invoiced.groups.contains(invoiced.subject)
        ? invoiced.groups : invoiced.groups + [invoiced.subject]
      let billed = try Money.sum(
        examinedLines.filter { group(of: $0) == invoiced.subject }.map(\.amount)
          + memoEntries.filter { entry in
            var place = pooled(GroupKey(of: entry))
            if !subjects.contains(place) { place.deployment = nil }
            return place == invoiced.subject
          }.map(\.amount))
      let posted = try Money.sum(
        groups.filter { invoiced.groups.contains($0.key) }.map(\.posted)
          + corrections.filter { invoiced.groups.contains($0.group) && !$0.isHeld }.map(\.amount))
      let difference = try round(posted, invoiced.subject) - billed
      let disposition = disposition(.invoiceUntied)
      if difference.isZero || disposition == .off { continue }
      breaks.append(
        BreakFinding(code: .invoiceUntied, group: invoiced.subject, disposition: disposition))
      guard disposition == .post || disposition == .review else { continue }
      var memo = correction(
        .invoiceUntied, difference > .zero ? .debitMemo : .creditMemo, at: invoiced.subject,
        request: nil, difference)
      memo.isHeld =
        disposition == .review || concerned.contains { isBlocked($0, outcomes, groups) }
      memos.append(memo)
    }
    return (breaks, memos)
  }

  private var examinedLines: [InvoiceLine] {
    invoiceLines.filter { line in
      line.status == "finalized" && line.kind == "llm_usage" && isWhole(group(of: line))
        && terms.places.admits(tenant: line.tenant, deployment: line.deployment)
    }
  }

  private var memoEntries: [LedgerEntry] {
    entries.filter {
      belonging(of: $0) == .group(.creditMemo) || belonging(of: $0) == .group(.debitMemo)
    }
  }

  private func group(of line: InvoiceLine) -> GroupKey {
    pooled(
      GroupKey(
        tenant: line.tenant, deployment: line.deployment, currency: line.currency,
        period: line.period))
  }

  private func invoicedGroups(_ groups: [GroupFinding]) -> [Invoiced] {
    let subjects = Set(examinedLines.map(group)).sorted()
    return subjects.map { subject in
      let others = groups.map(\.key).filter { key in
        key.tenant == subject.tenant && key.currency == subject.currency
          && key.period == subject.period && key.deployment != nil && !subjects.contains(key)
      }
      if subject.deployment != nil || others.isEmpty {
        return Invoiced(subject: subject, groups: [subject])
      }
      return Invoiced(subject: subject, groups: [subject] + others)
    }
  }
}
