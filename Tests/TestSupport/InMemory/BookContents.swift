import Accounting
import Billing
import Reconciliation

/// Both books as plain arrays: what a scenario, a random book and the oracle work on.
package struct BookContents: Hashable, Sendable {
  package var usage: [UsageEvent] = []
  package var entries: [LedgerEntry] = []
  /// Rows of any relation that the source cannot make sense of.
  package var setAside: [SetAsideRow] = []
  /// `nil` where the relation is not provisioned.
  package var policies: [ChargePolicy]?
  package var periodCharges: [PeriodCharge]?
  package var invoiceLines: [InvoiceLine]?
  package var closedPeriods: [ClosedPeriod]?
  package var meters: [Meter]?
  package var allowances: [Allowance]?
  package var meterEntries: [MeterEntry]?
  /// The gateway's price books, and imported ones.
  package var prices: PriceRows?
  package var importedPrices: PriceRows?

  package init() {}

  /// Appends corrections as the ledger would hold them.
  package mutating func post(_ corrections: [Correction], at instant: Instant) {
    let posted = corrections.map { $0.entry(postedAt: instant) }
    entries += posted.filter { $0.units == nil }
    meterEntries?.append(contentsOf: posted.compactMap { MeterEntry($0) })
  }

  package func setAside(of relation: SetAsideRow.Relation) -> [SetAsideRow] {
    setAside.filter { $0.relation == relation }
  }

  /// The same rows with other ids of their requests.
  package func renamingRequests(_ name: (String) -> String) -> BookContents {
    var books = self
    for index in usage.indices { books.usage[index].requestID = name(usage[index].requestID) }
    for index in entries.indices {
      books.entries[index].requestID = entries[index].requestID.map(name)
    }
    for index in setAside.indices {
      books.setAside[index].requestID = setAside[index].requestID.map(name)
    }
    return books
  }

  /// The same rows in another order.
  package func shuffled(using generator: inout SplitMix64) -> BookContents {
    var books = self
    books.usage.shuffle(using: &generator)
    books.entries.shuffle(using: &generator)
    books.setAside.shuffle(using: &generator)
    books.policies?.shuffle(using: &generator)
    books.periodCharges?.shuffle(using: &generator)
    books.invoiceLines?.shuffle(using: &generator)
    books.closedPeriods?.shuffle(using: &generator)
    return books
  }
}
