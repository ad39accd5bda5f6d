import ArgumentParser

/// The id of something on record, or the beginning of it. An empty one, such as an unset variable of
/// a script gives, would be the beginning of them all.
struct RecordID: ExpressibleByArgument {
  let text: String

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    text = argument
  }
}
