import Accounting
import Reconciliation

extension ReportFields {
  static let rollForward: [Field<RollForward.Row>] =
    [
      Field("tenant_id") { .text($0.key.tenant) },
      Field("currency") { .word($0.key.currency) },
      Field("code") { .text($0.key.code.rawValue) },
    ] + sum("opening") { $0.opening } + sum("new") { $0.new } + sum("corrected") { $0.corrected }
    + sum("rejected") { $0.rejected } + sum("gone") { $0.gone }
    + sum("reclassified") { $0.reclassified } + [
      Field("changed_amount") { .amount($0.changed, $0.key.currency) }
    ] + sum("closing") { $0.closing } + [
      Field("ages") { row in
        .records(
          AgeBucket.allCases.compactMap { bucket in
            row.ages[bucket].map { named(bucket, $0, row.key.currency) }
          }, each: "age")
      }
    ]

  private static func sum(
    _ name: String, _ value: @escaping @Sendable (RollForward.Row) -> RollForward.Sum
  ) -> [Field<RollForward.Row>] {
    [
      Field("\(name)_count") { .count(value($0).count) },
      Field("\(name)_amount") { .amount(value($0).amount, $0.key.currency) },
    ]
  }

  private static func named(
    _ bucket: AgeBucket, _ sum: RollForward.Sum, _ currency: Currency
  ) -> [NamedValue] {
    [
      NamedValue("days", .text(bucket.rawValue)), NamedValue("count", .count(sum.count)),
      NamedValue("amount", .amount(sum.amount, currency)),
    ]
  }
}

/// A row of a roll-forward, as report.json stores it.
struct StoredRollForwardRow: Decodable {
  struct Age: Decodable {
    let days, amount: String
    let count: Int
  }

  let tenantId, currency, code: String
  let openingCount, newCount, correctedCount, rejectedCount, goneCount: Int
  let reclassifiedCount, closingCount: Int
  let openingAmount, newAmount, correctedAmount, rejectedAmount, goneAmount: String
  let reclassifiedAmount, changedAmount, closingAmount: String
  let ages: [Age]

  enum CodingKeys: String, CodingKey {
    case currency, code, ages
    case tenantId = "tenant_id"
    case openingCount = "opening_count"
    case openingAmount = "opening_amount"
    case newCount = "new_count"
    case newAmount = "new_amount"
    case correctedCount = "corrected_count"
    case correctedAmount = "corrected_amount"
    case rejectedCount = "rejected_count"
    case rejectedAmount = "rejected_amount"
    case goneCount = "gone_count"
    case goneAmount = "gone_amount"
    case reclassifiedCount = "reclassified_count"
    case reclassifiedAmount = "reclassified_amount"
    case changedAmount = "changed_amount"
    case closingCount = "closing_count"
    case closingAmount = "closing_amount"
  }

  var row: RollForward.Row {
    get throws {
      var row = RollForward.Row(
        key: RollForward.Key(
          tenant: tenantId,
          currency: try anyCurrency(currency),
          code: try breakCode(code)))
      row.opening = try sum(openingCount, openingAmount)
      row.new = try sum(newCount, newAmount)
      row.corrected = try sum(correctedCount, correctedAmount)
      row.rejected = try sum(rejectedCount, rejectedAmount)
      row.gone = try sum(goneCount, goneAmount)
      row.reclassified = try sum(reclassifiedCount, reclassifiedAmount)
      row.changed = try parsedMoney(changedAmount)
      row.closing = try sum(closingCount, closingAmount)
      for age in ages {
        let bucket = try parsed(age.days, "an age") { AgeBucket(rawValue: $0) }
        row.ages[bucket] = try sum(age.count, age.amount)
      }
      return row
    }
  }

  private func sum(_ count: Int, _ amount: String) throws -> RollForward.Sum {
    RollForward.Sum(count: count, amount: try parsedMoney(amount))
  }
}
