/// A file that was read, and of which nothing was taken in: what is in it will not do. A file that is
/// not there is a `UsageError`.
package struct FileRefused: UserFacingError, Hashable {
  package var message: String
  package var hint: String?
  package var exitStatus: ExitStatus { .incompleteData }

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
