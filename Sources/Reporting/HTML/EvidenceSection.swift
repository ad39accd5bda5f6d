import Accounting
import Reconciliation

/// The breaks with what proves them, code by code in the order of the catalogue.
struct EvidenceSection {
  struct Chapter {
    let code: String
    let chapterNote: String
    let breakRows: [Row]
  }

  struct Row {
    let place: PlaceText
    let severity: String
    let severityMark: String
    let amount: String
    let amountKind: String
    let explanation: String
    let breakID: String
    let rows: [IDs]
    let firstSeen: String
    let disposition: String
  }

  /// The ids of one kind of row.
  struct IDs {
    let kind: String
    let ids: [String]
    let more: String
  }

  static let limit = 500
  static let idLimit = 8

  let chapters: [Chapter]
  let evidenceNote: String

  init(_ breaks: Spool<Break>, _ totals: BreakTotals) {
    let codes = totals.codes
    let counts = codes.map { totals.byCode[$0]?.count ?? 0 }
    let shares = fairShares(of: counts, limit: EvidenceSection.limit)
    var largest = Dictionary(
      uniqueKeysWithValues: zip(codes, shares.map { Largest<Break>($0) }))
    for found in breaks { largest[found.code]?.add(found, (found.stake, found.group.currency)) }
    chapters = codes.map { Chapter($0, largest[$0] ?? Largest(0)) }
    let shown = shares.reduce(0, +)
    evidenceNote =
      shown == totals.count
      ? ""
      : """
      \(AmountText.count(shown)) of \(AmountText.count(totals.count)) breaks, the largest of each \
      code; all are in breaks.csv.
      """
  }
}

extension EvidenceSection.Chapter {
  fileprivate init(_ code: BreakCode, _ largest: Largest<Break>) {
    self.code = code.rawValue
    let shown = largest.elements
    let amounts = AmountText.aligned(
      shown.map { found in
        found.measure.map(AmountText.signed)
          ?? AmountText.signed(found.amount, in: found.group.currency)
      })
    breakRows = zip(shown, amounts).map { EvidenceSection.Row($0, amount: $1) }
    chapterNote =
      shown.count == largest.count
      ? AmountText.count(largest.count)
      : "the \(shown.count) largest of \(AmountText.count(largest.count))"
  }
}

extension EvidenceSection.Row {
  fileprivate init(_ found: Break, amount: String) {
    place = PlaceText(found.group)
    severity = found.severity.rawValue
    severityMark = found.severity.mark
    self.amount = amount
    amountKind = ["under", "even", "over"][found.stake.sign + 1]
    explanation = clipped(found.explanation, to: 1000)
    breakID = clipped(found.id, to: 120)
    rows = [
      EvidenceSection.IDs("request", found.requestID.map { [$0] } ?? []),
      EvidenceSection.IDs("usage event", found.eventIDs),
      EvidenceSection.IDs("ledger entry", found.entryIDs),
    ].filter { !$0.ids.isEmpty }
    firstSeen = found.firstSeen.description
    disposition = found.disposition.rawValue
  }
}

extension EvidenceSection.IDs {
  fileprivate init(_ kind: String, _ ids: [String]) {
    let limit = EvidenceSection.idLimit
    self.kind = kind
    self.ids = ids.prefix(limit).map { clipped($0, to: 120) }
    more = ids.count > limit ? "and \(AmountText.count(ids.count - limit)) more" : ""
  }
}
