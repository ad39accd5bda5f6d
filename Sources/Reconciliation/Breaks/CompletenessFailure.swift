extension BreakRule {
  static let completenessFailure = BreakRule(
    code: .completenessFailure, severity: .stop,
    meaning: "The rows or the hash total that were pulled differ from the source's own.",
    remedy: "none: run again, and look at the adapter's SELECT if it happens twice",
    disposition: .report,
    judge: .pull { pulls, book in
      pulls.filter { $0.pulled != $0.source }.map { pull in
        Finding(
          subject: pull.relation.rawValue, place: .wholeRun(book.terms),
          explanation: """
            Pulled \(pull.pulled.rows) rows of \(pull.relation.rawValue) with a total of \
            \(pull.pulled.amount); the source counts \(pull.source.rows) rows and \
            \(pull.source.amount).
            """)
      }
    })
}
