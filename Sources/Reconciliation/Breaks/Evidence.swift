/// The rows that prove a break, by their ids: all of them, or of very many the first.
package struct Evidence: Hashable, Sendable {
  /// As many ids as a person, or a cell of a spreadsheet, can take in.
  package static let idsListed = 1000

  package private(set) var ids: [String]
  package private(set) var count: Int

  /// - Parameter firstIDs: in order; at least `idsListed` of them where there are as many.
  init(firstIDs: [String], count: Int) {
    ids = Array(firstIDs.prefix(Evidence.idsListed))
    self.count = count
  }

  init(_ ids: [String] = []) { self.init(firstIDs: ids, count: ids.count) }

  static func + (left: Evidence, right: Evidence) -> Evidence {
    Evidence(firstIDs: left.ids + right.ids, count: left.count + right.count)
  }

  var isCut: Bool { ids.count < count }
}

/// As much of a long list as one sentence can tell.
struct Listing {
  /// Items told of a longer list.
  private static let told = 20

  private(set) var count = 0
  private var items: [String] = []

  /// - Parameter text: asked only of what is told.
  mutating func add(_ text: @autoclosure () -> String) {
    count += 1
    if items.count < Listing.told { items.append(text()) }
  }

  func joined(separator: String) -> String {
    let rest = count - items.count
    let all = rest > 0 ? items + ["and \(rest) more"] : items
    return all.joined(separator: separator)
  }
}
