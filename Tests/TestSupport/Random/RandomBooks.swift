import Accounting
import Billing
import Reconciliation

/// Small books with any number of faults planted at random, on top of each other too. The same
/// seed always gives the same books.
package struct RandomBooks: Sendable {
  package let seed: UInt64
  package var contents: BookContents
  package var terms: Terms

  /// - Parameter hasUnreadableRows: whether rows may be set aside by the source itself. Such rows
  ///   exist only in memory; everything else can be loaded into a database.
  package init(seed: UInt64, hasUnreadableRows: Bool = true) throws {
    self.seed = seed
    var author = BookAuthor(seed: seed)
    author.writePolicies()
    author.enrichPlans(seed: seed)
    try author.writeUsage()
    try author.writeLedger()
    try author.writeGroupEntries()
    try author.writePeriodCharges()
    try author.writeInvoices()
    author.writeClosings()
    if hasUnreadableRows { author.spoilRows() }
    contents = author.books
    terms = author.terms
  }

  package var inMemory: InMemoryBooks { InMemoryBooks(contents, zone: terms.zone) }
}

/// Makes up one set of books.
struct BookAuthor {
  var random: SplitMix64
  var books = BookContents()
  var terms: Terms
  /// Removed ones included: no id comes twice.
  var entriesMade = 0
  /// The months that the range touches, with one on either side.
  let months: [AccountingPeriod]
  let tenants: [String]
  let deployments: [String: [String?]]
  let currencies: [String: [Currency]]

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    let first = BookAuthor.period(2026, random.pick([1, 3, 6, 10, 12]))
    let last = random.chance(15) ? first.next : first
    months =
      last == first
      ? [first.previous, first, first.next] : [first.previous, first, last, last.next]
    tenants = Array(["acme", "bolt", "crux", "dyne"].prefix(random.number(2...4)))
    var deployments: [String: [String?]] = [:]
    var currencies: [String: [Currency]] = [:]
    for tenant in tenants {
      deployments[tenant] = random.pick([
        [nil], ["prod"], ["prod", "test"], [nil, "prod", "test"],
      ])
      let main = random.pick(BookAuthor.allCurrencies)
      currencies[tenant] =
        random.chance(80) ? [main] : [main, random.pick(BookAuthor.allCurrencies)]
    }
    self.deployments = deployments
    self.currencies = currencies
    terms = BookAuthor.terms(from: first, to: last, tenants, using: &random)
  }

  static let allCurrencies = ["USD", "JPY", "KWD"].map(currency)

  static func currency(_ code: String) -> Currency {
    guard let currency = Currency(code) else { preconditionFailure("\(code) is a currency") }
    return currency
  }

  static func period(_ year: Int, _ month: Int) -> AccountingPeriod {
    guard let period = AccountingPeriod(year: year, month: month) else {
      preconditionFailure("\(year)-\(month) is a month")
    }
    return period
  }

  // MARK: Picking

  mutating func place() -> (tenant: String, deployment: String?, currency: Currency) {
    let tenant = random.pick(tenants)
    return (
      tenant, random.pick(deployments[tenant] ?? [nil]), random.pick(currencies[tenant] ?? [])
    )
  }

  /// Mostly one of the range's own months.
  mutating func month() -> AccountingPeriod {
    random.chance(80) ? random.pick(Array(months.dropFirst().dropLast())) : random.pick(months)
  }

  /// A moment of the month, often close to one of its edges.
  mutating func moment(in month: AccountingPeriod) -> Instant {
    let range = DayRange(month).instants(in: terms.zone)
    let length = Int(range.upperBound.seconds(since: range.lowerBound))
    let seconds =
      random.chance(15)
      ? random.pick([0, 1, 3, length - 2, length - 1])
      : random.chance(50)
        ? random.number(1...20) * 86_400 + random.number(0...9)
        : random.number(0...length - 1)
    return range.lowerBound.adding(seconds: Int64(seconds))
  }

  func amount(_ minor: Int, _ currency: Currency) throws -> Money {
    try amount(minor, 0, currency)
  }

  /// So many minor units and so many thousandths of one.
  func amount(_ minor: Int, _ thousandths: Int, _ currency: Currency) throws -> Money {
    let steps = currency.unitsPerMinor / 1000 * Int128(minor * 1000 + thousandths)
    return try Money(units: steps)
  }
}
