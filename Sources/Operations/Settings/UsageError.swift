/// A command line that cannot be meant: the flag and the form it expects.
package struct UsageError: UserFacingError, Hashable {
  package var message: String
  package var hint: String?
  package var exitStatus: ExitStatus { .usage }

  package init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
