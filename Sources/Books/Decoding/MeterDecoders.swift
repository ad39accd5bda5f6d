import Accounting
import Billing
import Reconciliation

/// Rows of `meter`.
struct MeterDecoder {
  private var reader = FieldReader(.meter)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<Meter> {
    try reader.start(row)
    let slug = reader.text()
    let kind = reader.word(Meter.Kind.self)
    let aggregation = reader.word(Meter.Aggregation.self)
    let unit = reader.optionalText().flatMap { $0.isEmpty ? nil : $0 }
    let creditCost = try reader.optionalAmount()
    let category = reader.optionalText()
    let period = reader.meterPeriod()
    let rolloverCap = try reader.optionalAmount()
    let isActive = try reader.boolean()

    guard reader.problem == nil, let kind, let aggregation else {
      return .setAside(
        SetAsideRow(
          relation: .meter, rowID: slug, tenant: "", problem: reader.problem ?? "incomplete"))
    }
    return .row(
      Meter(
        slug: slug, kind: kind, aggregation: aggregation, unit: unit, creditCost: creditCost,
        category: category, period: period, rolloverCap: rolloverCap, isActive: isActive))
  }
}

/// Rows of `allowance`.
struct AllowanceDecoder {
  private var reader = FieldReader(.allowance)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<Allowance> {
    try reader.start(row)
    let allowanceID = reader.text()
    let tenant = reader.text()
    let user = reader.optionalText()
    let account = reader.text()
    let unit = reader.text()
    if unit.isEmpty { reader.note("unit is empty") }
    let kind = reader.word(Allowance.Kind.self)
    _ = reader.next()  // credit_type: no rule asks what credits were given for
    let amount = try reader.optionalAmount()
    let threshold = try reader.optionalAmount()
    _ = reader.next()  // period: a limit's is its meter's, a budget's the day
    let startsAt = try reader.optionalBeginning()
    let endsAt = try reader.end()

    guard reader.problem == nil, let kind else {
      return .setAside(
        SetAsideRow(
          relation: .allowance, rowID: allowanceID, tenant: tenant,
          problem: reader.problem ?? "incomplete"))
    }
    return .row(
      Allowance(
        allowanceID: allowanceID, tenant: tenant, user: user, account: account, unit: unit,
        kind: kind, amount: amount, threshold: threshold, startsAt: startsAt, endsAt: endsAt))
  }
}

/// Rows of `entry` that are of a meter, a pool or credits.
struct MeterEntryDecoder {
  private var reader: FieldReader
  private var accounts: [String: MeterAccount] = [:]

  /// What is read of them.
  static let columns: [ContractColumn] = [
    .id("entry_id"), .text("tenant_id"), .text("account"), .text("kind"), .id("request_id"),
    .amount("quantity"), .time("posted_at"), .id("reverses_entry_id"), .text("idempotency_key"),
    .judged("corrected_month", as: correctedMonth),
  ]

  /// Of what answers a break of meters, the month of the usage it rights.
  private static let correctedMonth = """
    case when \(isCorrection) then date_trunc('month', coalesce(service_period, period))::date end
    """

  static let isCorrection = """
    (kind = 'adjustment' and reason = '\(BreakCode.meterMisallocation.rawValue)'
      and coalesce(request_id::text, reverses_entry_id::text) is not null)
    """

  /// - Parameter uuids: the id columns of type uuid.
  init(uuids: Set<String>) {
    reader = FieldReader(.entry, columns: MeterEntryDecoder.columns, uuids: uuids)
  }

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<MeterEntry> {
    try reader.start(row)
    let entryID = try reader.id()
    let entity = reader.text()
    let accountText = reader.text()
    let kind = EntryKind(reader.text())
    let requestID = try reader.optionalID()
    let quantity = try reader.amount()
    let postedAt = try reader.time()
    let reverses = try reader.optionalID()
    let key = reader.optionalText()
    let correctedMonth = try reader.optionalPeriod()

    let account = accounts[accountText] ?? MeterAccount(accountText)
    accounts[accountText] = account
    guard reader.problem == nil, let account, let quantity, let postedAt else {
      return .setAside(
        SetAsideRow(
          relation: .ledgerEntry, rowID: entryID, requestID: requestID, tenant: entity,
          problem: reader.problem ?? "account '\(accountText)' is no meter, pool or credits"))
    }
    return .row(
      MeterEntry(
        entryID: entryID, entity: entity, account: account, kind: kind, requestID: requestID,
        amount: quantity, postedAt: postedAt, reversesEntryID: reverses, idempotencyKey: key,
        correctedMonth: correctedMonth))
  }
}

extension FieldReader {
  /// `nil` with a problem noted for a word that the contract does not know.
  fileprivate mutating func word<Word: RawRepresentable>(_: Word.Type) -> Word?
  where Word.RawValue == String {
    let text = text()
    let word = Word(rawValue: text)
    if word == nil { note("\(name) '\(text)' is no word of the contract") }
    return word
  }

  /// Months, days and microseconds, with blanks between them.
  fileprivate mutating func meterPeriod() -> MeterPeriod? {
    guard let text = optionalText() else { return nil }
    let parts = text.split(separator: " ")
    guard parts.count == 3, let months = Int(parts[0]), let days = Int(parts[1]),
      let microseconds = Int64(parts[2]),
      let period = MeterPeriod(months: months, days: days, microseconds: microseconds)
    else {
      note("\(name) is no length of time above zero and below 1,000 years")
      return nil
    }
    return period
  }
}
