import Books

/// Finds runs by what a person types of their ids.
enum ProposalSearch {
  /// - Throws: `UsageError` where no run, or more than one, begins with `id`.
  static func run(_ id: String, in book: ApprovalBook) throws -> StoredProposal {
    guard let proposal = try runIfAny(id, in: book) else {
      throw UsageError(
        "there is no recorded run '\(id.harmless)'",
        hint: "tieout corrections shows the newest; a run's id stands in its summary")
    }
    return proposal
  }

  /// - Returns: `nil` where no run begins with `id`.
  static func runIfAny(_ id: String, in book: ApprovalBook) throws -> StoredProposal? {
    // Any id begins with nothing, as an unset variable of a script is.
    guard !id.isEmpty else {
      throw UsageError("the id is empty", hint: "say which run; tieout runs lists them")
    }
    let found = try book.proposals(of: id, limit: 4)
    guard found.count <= 1 else {
      throw UsageError(
        "more than one run begins with '\(id.harmless)'",
        hint: "give more of the id: \(found.map(\.runID).joined(separator: ", "))")
    }
    return found.first
  }

  /// The break that an id, or that of one of its corrections, begins with.
  /// - Throws: `UsageError` where there is none, or more than one.
  static func found(_ id: String, in book: ApprovalBook) throws -> ApprovalBook.KnownBreak {
    let isDigits = !id.isEmpty && id.allSatisfy { $0.isHexDigit && $0.isASCII }
    let breaks = isDigits ? try book.breaks(of: id.lowercased(), limit: 4) : []
    guard breaks.count <= 1 else {
      throw UsageError(
        "more than one break or correction begins with '\(id)'",
        hint: "give more of the id: \(breaks.map(\.id).joined(separator: ", "))")
    }
    guard let found = breaks.first else {
      throw UsageError(
        "no recorded run has a break or a correction '\(id.harmless)'",
        hint: "ids stand in tieout corrections, breaks.csv and report.html")
    }
    return found
  }
}
