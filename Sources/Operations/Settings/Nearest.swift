/// What somebody most likely meant to write.
package enum Nearest {
  /// The candidate with the fewest typing errors, ties going to the alphabet; `nil` where none is
  /// near enough to be meant.
  package static func match(_ word: String, in candidates: some Sequence<String>) -> String? {
    let limit = max(2, word.count / 3)
    let typed = Array(word.lowercased())
    let ranked = candidates.map { (errors: errors(typed, Array($0.lowercased())), word: $0) }
    let best = ranked.min { ($0.errors, $0.word) < ($1.errors, $1.word) }
    guard let best, best.errors <= limit, best.errors < max(word.count, 2) else { return nil }
    return best.word
  }

  /// `did you mean 'x'?`, or all there is to choose from where nothing is near.
  package static func hint(_ word: String, in candidates: [String]) -> String {
    if let match = match(word, in: candidates) { return "did you mean '\(match)'?" }
    return "one of \(candidates.joined(separator: ", "))"
  }

  /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the
  /// other.
  private static func errors(_ left: [Character], _ right: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforePrevious[column - 1] + 1)
        }
        current.append(best)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
