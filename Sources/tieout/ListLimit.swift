import ArgumentParser

/// How many rows a table lists: 1 or more.
struct ListLimit: ExpressibleByArgument {
  let count: Int

  init(_ count: Int) {
    precondition(count > 0)
    self.count = count
  }

  init?(argument: String) {
    guard let count = Int(argument), count > 0 else { return nil }
    self.count = count
  }

  var defaultValueDescription: String { "\(count)" }
}
