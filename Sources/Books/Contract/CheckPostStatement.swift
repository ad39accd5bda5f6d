import Accounting
import Reconciliation

/// What `tieout check` does to know that the ledger, or an adapter's `post.sql`, can be relied on: it
/// posts trial entries in a transaction that is taken back, each of them twice.
extension PostgresBooks {
  /// Describes `post.sql` on the server; nothing is run.
  func examinePostStatement() throws(BooksError) -> Finding {
    let adapter = ledger.adapter
    guard let statement = adapter.posting else { return .ledgerTakesNoEntries(adapter.name) }
    let file = "\(adapter.name)/post.sql"
    do throws(BooksError) {
      try PostStatement(statement, file: file, on: ledger.connection).plan()
      return Finding(.ok, "\(file) can be posted with")
    } catch {
      guard error.category == .configuration else { throw error }
      guard error.sqlState == "42501" else { return Finding(error) }
      return Finding(
        .fault, "\(file): \(try ledger.connection.role()) lacks a right: \(error.what)",
        hint: "have the ledger's owner grant what the statement needs")
    }
  }

  /// As a run sees it, and whether the ledger's table, or a statement of one's own, keeps its word.
  func checkPosting() throws(BooksError) -> [Finding] {
    var findings = try examinePosting()
    guard ledger.adapter.isNative || ledger.adapter.canPost else {
      // No fault for a run that only proposes.
      return findings.map { Finding(.advice, $0.what, hint: $0.hint) }
    }
    if findings.allSatisfy(\.ok) { findings.append(try tryPosting()) }
    return findings
  }

  /// Posts trial entries twice each, reads them back, and takes everything back.
  private func tryPosting() throws(BooksError) -> Finding {
    let session = ledger.connection
    let words = TrialWords(ledger.adapter)
    let file = words.place
    try session.execute("begin isolation level read committed, read write")
    defer { session.rollBack() }
    do {
      let writer = try EntryWriter(self)
      let trials = try TrialEntries(of: self)
      for trial in trials.entries {
        try session.execute("savepoint trial")
        if let fault = try fault(of: trial, writer) {
          return Finding(.fault, "\(file): \(fault.what)", hint: fault.hint)
        }
        try session.execute("rollback to savepoint trial")
      }
      return Finding(
        .ok, "\(file) \(words.adds) an entry once, and it reads back as posted (taken back)")
    } catch {
      guard let error = error as? BooksError else {
        preconditionFailure("only BooksError is thrown here: \(error)")
      }
      if error.category == .unavailable || error.category == .conflict { throw error }
      // Rows behind foreign keys, closed months: the ledger knows more than a trial entry can.
      return Finding(
        .advice, "\(file): a trial entry was refused, so it is not proved: \(error.what)",
        hint: words.ofRefused)
    }
  }

  private func fault(
    of trial: LedgerEntry, _ writer: EntryWriter
  ) throws -> (what: String, hint: String)? {
    let key = trial.idempotencyKey ?? ""
    let added = try writer.add([trial], runID: "tieout-check", postedAt: nil)
    try ledger.connection.execute("set constraints all immediate")
    let words = TrialWords(ledger.adapter)
    guard added == 1 else {
      return (
        "it does not add the entry that it is given (\(trial.kind.text)), or does not tell",
        words.ofNotAdded
      )
    }
    let held = try entries(underKeys: [key])[key]
    guard let held else {
      return (
        "what it adds (\(trial.kind.text)) is not returned by \(ledger.adapter.name(of: .entry))",
        words.ofNotReturned
          + ", with its idempotency_key, account llm_usage and a finite posted_at"
      )
    }
    guard writer.isAlike(held, trial) else {
      return (
        "what it adds (\(trial.kind.text)) reads back as another entry: "
          + trial.differences(from: held).joined(separator: ", "),
        words.ofAltered
      )
    }
    let again = try writer.add([trial], runID: "tieout-check", postedAt: nil)
    guard again == 0 else {
      return (
        "an entry posted twice is added twice",
        "put a unique index on what holds $11, the idempotency key, and insert on conflict do "
          + "nothing"
      )
    }
    return nil
  }
}

/// What is tried, and what to look at where it fails: the contract's own table, or `post.sql`.
private struct TrialWords {
  let place: String
  let adds: String
  let ofRefused: String
  let ofNotAdded: String
  let ofNotReturned: String
  let ofAltered: String

  init(_ adapter: Adapter) {
    if adapter.isNative {
      place = "ledger.entry"
      adds = "takes"
      ofRefused =
        "see that each column beside the contract's has a default, and that texts of any length fit"
      ofNotAdded = "see which trigger or rule of the table keeps it out"
      ofNotReturned = "see the table's defaults and triggers: it must be there"
      ofAltered = "see the types of the table's columns, and its triggers"
    } else {
      place = "\(adapter.name)/post.sql"
      adds = "adds"
      ofRefused =
        "see that it inserts on conflict do nothing, and that entry.sql returns what it added"
      ofNotAdded = "it must affect or return one row for each entry that it adds"
      ofNotReturned = "have entry.sql return it"
      ofAltered = "see that each parameter reaches the column that entry.sql returns it from"
    }
  }
}

/// Entries that could stand in the ledger, made after one that does.
private struct TrialEntries {
  let entries: [LedgerEntry]

  init(of books: PostgresBooks) throws {
    let now = try books.ledger.connection.query("select txid_current(), current_date::text")
    let number = now.text(0, 0) ?? ""
    let like = try TrialEntries.anyEntry(of: books)
    let closed = Set((try books.closedPeriods() ?? []).map(\.period))
    func open(_ period: AccountingPeriod) -> AccountingPeriod {
      closed.contains(period) ? open(period.next) : period
    }
    guard let currency = like?.currency ?? Currency("USD"),
      let period = (like?.serviceMonth ?? CivilDate(now.text(0, 1) ?? "")?.period).map(open)
    else { preconditionFailure("the dollar and today are known") }
    let cent = Money(minorUnits: 1, of: currency)
    func entry(_ kind: EntryKind, _ amount: Money) -> LedgerEntry {
      let key = "tieout-check-\(number)-\(kind.text)"
      return LedgerEntry(
        entryID: key, tenant: like?.tenant ?? "tieout-check", deployment: like?.deployment,
        kind: kind, amount: amount, currency: currency, period: period,
        postedAt: Instant(microseconds: 0), idempotencyKey: key, reason: "amount-mismatch")
    }
    var ofRequest = entry(.adjustment, cent)
    ofRequest.requestID = like?.requestID
    var reversal = entry(.reversal, -cent)
    reversal.requestID = like?.requestID
    reversal.reversesEntryID = like?.entryID
    // Of the group as a whole, for a month before the one it is booked in.
    var ofGroup = entry(.rounding, cent)
    ofGroup.servicePeriod = ofGroup.period
    ofGroup.period = open(ofGroup.period.next)
    entries = like == nil ? [ofRequest, ofGroup] : [ofRequest, reversal, ofGroup]
  }

  private static func anyEntry(of books: PostgresBooks) throws -> LedgerEntry? {
    var decoder = EntryDecoder(uuids: books.ledger.uuids(.entry))
    var found: LedgerEntry?
    let select = books.ledger.requiredSelect(.entry)
    let columns = Relation.entry.columnsRead.map(\.selected).joined(separator: ", ")
    try books.ledger.connection.copyOut(
      """
      copy (select \(columns) from (\(select)
      ) r where account = 'llm_usage' and kind = 'usage' limit 1) to stdout (format binary)
      """
    ) { row in if case .row(let entry) = try decoder.decode(row) { found = entry } }
    return found
  }
}

extension LedgerEntry {
  /// The fields in which `held` is another entry, as `column is …, not …`.
  fileprivate func differences(from held: LedgerEntry) -> [String] {
    let fields: [(String, (LedgerEntry) -> String)] = [
      ("tenant_id", \.tenant), ("deployment_id", { $0.deployment ?? "NULL" }),
      ("kind", \.kind.text), ("request_id", { $0.requestID ?? "NULL" }),
      ("amount", { $0.amount.description }), ("currency", \.currency.code),
      ("period", \.period.description), ("service_period", \.serviceMonth.description),
      ("reverses_entry_id", { $0.reversesEntryID ?? "NULL" }),
    ]
    return fields.compactMap { name, text in
      text(self) == text(held) ? nil : "\(name) is \(text(held)), not \(text(self))"
    }
  }
}
