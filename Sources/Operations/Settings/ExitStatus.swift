import Accounting
import Books
import Reconciliation
import Reporting

/// What the program's exit status tells scripts. The numbers are a contract: add, never change.
package enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Tied out, or all that was asked is done.
  case done = 0
  /// Breaks above materiality remain open.
  case breaksRemain = 1
  /// Corrections wait for approval or were stopped by a limit.
  case correctionsHeld = 3
  case usage = 64
  /// Data that cannot be judged or taken in: the pull is not complete, or a file was read and refused.
  case incompleteData = 65
  case databaseUnavailable = 69
  case internalError = 70
  case reportNotWritten = 73
  /// Another run holds the lock, or a conflict that is worth a retry.
  case conflict = 75
  case configuration = 78
}

extension ExitStatus {
  init(_ category: BooksError.Category) {
    self =
      switch category {
      case .unavailable: .databaseUnavailable
      case .conflict: .conflict
      case .configuration: .configuration
      case .data: .incompleteData
      }
  }

  init(_ kind: ReportingError.Kind) {
    self =
      switch kind {
      case .unwritable: .reportNotWritten
      case .unreadable: .incompleteData
      case .fault: .internalError
      }
  }
}

/// An error that a user can cause or mend. It reads as one line: what and where, then what to do.
package protocol UserFacingError: Error, CustomStringConvertible {
  var exitStatus: ExitStatus { get }
  /// What is wrong and where. No full stop, no secrets.
  var message: String { get }
  /// What to do about it.
  var hint: String? { get }
}

extension UserFacingError {
  package var description: String {
    hint.map { "\(message); hint: \($0)" } ?? message
  }
}

/// An error as the program's edge shows it.
package struct Complaint: Hashable, Sendable {
  package var status: ExitStatus
  package var message: String
  package var hint: String?

  /// Whatever is not made for users is an internal error and says so.
  package init(_ error: any Error) {
    if let error = error as? any UserFacingError {
      status = error.exitStatus
      message = error.message
      hint = error.hint
    } else if let error = error as? BooksError {
      status = ExitStatus(error.category)
      message = error.what
      hint = error.hint
    } else if let error = error as? ReportingError {
      status = ExitStatus(error.kind)
      message = error.what
      hint = error.hint
    } else if let error = error as? ScratchError {
      // What does not fit there would not fit into a report either.
      status = .reportNotWritten
      message = error.what
      hint = error.hint
    } else if case .overflow? = error as? MoneyError {
      // Only rows that no business has can come to as much.
      status = .incompleteData
      message = "\(error)"
      hint = "look for impossible amounts: the largest of either book, by `order by abs(…) desc`"
    } else {
      status = .internalError
      message = "internal error: \(error)"
      hint = "nothing was posted; please report this line with the command that led to it"
    }
  }

  /// One line, whatever the message was made of.
  package var line: String {
    let text = hint.map { "error: \(message); hint: \($0)" } ?? "error: \(message)"
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension NamesAlike: UserFacingError {
  package var exitStatus: ExitStatus { .incompleteData }
}
