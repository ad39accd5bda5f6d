import Accounting
import Reconciliation

/// The bridge of one currency: all groups together, as a figure and as a statement, and a small
/// figure for each of the largest variances.
struct BridgeSection {
  struct Row {
    let line: String
    let over: String
    let under: String
    let net: String
    let lineGroups: String
  }

  struct Card {
    let place: PlaceText
    let cardVariance: String
    let figure: BridgeFigure
  }

  static let cardLimit = 9

  let currencyCode: String
  let bridgeGroups: String
  let figure: BridgeFigure
  let statementDue: String
  let statement: [Row]
  let statementPosted: String
  let statementVariance: String
  let cards: [Card]
  let hasCards: Bool
  let leftOut: String
  let hasLeftOut: Bool

  init(_ total: CurrencyTotal, number: Int, of judgement: Judgement) throws {
    let currency = total.currency
    currencyCode = currency.code
    bridgeGroups = counted(total.groups, "group")
    figure = try BridgeFigure(
      id: "bridge-\(number)",
      title: "From due to posted, \(currency), \(bridgeGroups)", due: total.due,
      steps: total.lines.map { .init(label: $0.line.rawValue, amount: $0.net) },
      posted: total.posted, currency: currency, size: .large)
    statement = total.lines.map { Row($0, currency) }
    statementDue = AmountText.plain(total.due, in: currency)
    statementPosted = AmountText.plain(total.posted, in: currency)
    statementVariance = AmountText.signed(total.variance, in: currency)

    let differing = judgement.groups.filter {
      $0.key.currency == currency && !$0.variance.isZero
    }
    // A currency of one group has its bridge above.
    let limit = total.groups == 1 ? 0 : BridgeSection.cardLimit
    let shown = largestFirst(differing) { ($0.variance, currency) }.prefix(limit)
    cards = try shown.enumerated().map {
      try Card($1, id: "bridge-\(number)-\($0 + 1)")
    }
    hasCards = !cards.isEmpty
    hasLeftOut = differing.count > cards.count
    leftOut = """
      The \(counted(cards.count, "largest variance", "largest variances")) of \
      \(counted(differing.count, "group")) with one; the bridges of the others are in groups.csv.
      """
  }
}

extension BridgeSection.Row {
  fileprivate init(_ total: LineTotal, _ currency: Currency) {
    line = total.line.rawValue
    over = total.over.isZero ? "" : AmountText.signed(total.over, in: currency)
    under = total.under.isZero ? "" : AmountText.signed(total.under, in: currency)
    net = AmountText.signed(total.net, in: currency)
    lineGroups = AmountText.count(total.groups)
  }
}

extension BridgeSection.Card {
  fileprivate init(_ group: GroupResult, id: String) throws {
    let currency = group.key.currency
    place = PlaceText(group.key)
    cardVariance = AmountText.signed(group.variance, in: currency)
    figure = try BridgeFigure(
      id: id, title: "From due to posted, \(clipped(group.key.description))", due: group.due,
      steps: group.bridge.map { .init(label: $0.line.rawValue, amount: $0.amount) },
      posted: group.posted, currency: currency, size: .small)
  }
}
