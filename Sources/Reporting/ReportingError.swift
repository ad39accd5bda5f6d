/// A report that cannot be written, read, or trusted.
package struct ReportingError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The directory or the disk does not take it: exit status 73.
    case unwritable
    /// The file is no report of this schema: exit status 65.
    case unreadable
    /// tieout's own mistake, such as XML that breaks its own schema: exit status 70.
    case fault
  }

  package let kind: Kind
  /// What happened, and where.
  package let what: String
  /// What to do.
  package let hint: String

  package init(_ kind: Kind, _ what: String, hint: String) {
    self.kind = kind
    self.what = what
    self.hint = hint
  }
}

extension ReportingError: CustomStringConvertible {
  package var description: String { "\(what) (hint: \(hint))" }
}
