import Accounting
import Billing
import Reconciliation

/// One case of a working paper: two books, what is said about them, and what must be found.
package struct Scenario: Sendable {
  package var title: String
  /// File and line of the case, for messages.
  package var place: String
  package var terms: Terms
  package var contents = BookContents()
  package var lostEventIDs: Set<String> = []
  package var lostEntryIDs: Set<String> = []
  package var expectations: [Expectation] = []
  package var groups: [ExpectedGroup] = []
  /// The clusters that lead the report, in its order.
  package var leads: [ExpectedCluster] = []
  /// Whether posting what is proposed leaves every group at zero.
  package var tiesOut = false

  /// The books as arrays read through the same door as a database.
  package var inMemory: InMemoryBooks {
    var books = InMemoryBooks(contents, zone: terms.zone)
    books.lostEventIDs = lostEventIDs
    books.lostEntryIDs = lostEntryIDs
    return books
  }

  /// Whether a database can hold these books: nothing in them is lost or unreadable.
  package var fitsADatabase: Bool {
    contents.setAside.isEmpty && lostEventIDs.isEmpty && lostEntryIDs.isEmpty
      && contents.prices == nil && contents.importedPrices == nil
  }

  /// A break that must be found, with all that is proposed for it.
  package struct Expectation: Sendable {
    package var code: BreakCode
    /// The request, the row, or the place of a group.
    package var subject: String
    /// What it adds to the variance of its own group.
    package var amount: Money?
    /// What it adds elsewhere, or says once more of its own group.
    package var shares: [(place: PlaceName, amount: Money)] = []
    package var corrections: [ExpectedCorrection] = []
    package var isHeld = false
    /// What it comes to beside the variance.
    package var measure: Measure?
    package var severity: Severity?
    package var line: Int
  }

  package struct ExpectedCorrection: Sendable {
    package var kind: EntryKind
    package var place: PlaceName?
    package var amount: Money
  }

  /// Its severity and its largest break are not looked at.
  package struct ExpectedCluster: Sendable {
    package var cluster: Cluster
    package var line: Int
  }

  package struct ExpectedGroup: Sendable {
    package var place: PlaceName
    package var figures: [(name: String, amount: Money)] = []
    package var lines: [BridgeLine: Money] = [:]
    package var line: Int
  }

  /// `acme/prod@2026-09@USD`, as much of it as is needed to tell it from others. `acme` is the tenant
  /// without deployment.
  package struct PlaceName: Hashable, Sendable, CustomStringConvertible {
    package var tenant: String
    package var deployment: String?
    package var period: AccountingPeriod?
    package var currency: Currency?

    package func matches(_ group: GroupKey) -> Bool {
      group.tenant == tenant && group.deployment == deployment
        && (period ?? group.period) == group.period
        && (currency ?? group.currency) == group.currency
    }

    package var description: String {
      (deployment.map { "\(tenant)/\($0)" } ?? tenant) + (period.map { "@\($0)" } ?? "")
        + (currency.map { "@\($0)" } ?? "")
    }
  }
}

/// What is wrong with a working paper, and where.
package struct ScenarioError: Error, CustomStringConvertible {
  package var place: String
  package var problem: String

  package var description: String { "\(place): \(problem)" }
}

extension BreakCode {
  /// Those with working papers of their own: all but those of audits whose relations a paper has no
  /// words for, which the systems' own books show.
  package static let withPapers = allCases.filter { !needsOwnBooks.contains($0) }

  private static let needsOwnBooks: Set<BreakCode> = [
    .meterMisallocation, .tierGap, .budgetOverrun, .missedDowngrade, .counterDrift, .rollupDrift,
    .providerGap,
  ]

  /// Those that the demo's books show; the others are shown by the books of the systems that know
  /// them.
  package static let ofTheDemo = withPapers.filter {
    ![.priceVariance, .unpricedUsage, .signalMisbilled].contains($0)
  }
}
