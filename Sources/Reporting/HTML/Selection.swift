import Accounting

/// How many of each kind to show so that `limit` in all are shown and no kind crowds out another:
/// all of the small kinds, an equal part of the large ones.
func fairShares(of counts: [Int], limit: Int) -> [Int] {
  var shares = counts.map { _ in 0 }
  var left = limit
  let smallestFirst = counts.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
  for (position, index) in smallestFirst.enumerated() {
    shares[index] = min(counts[index], left / (counts.count - position))
    left -= shares[index]
  }
  return shares
}

/// The `limit` elements of largest magnitude, in their own order. Magnitudes of different
/// currencies are compared in minor units.
func largest<Element>(
  _ limit: Int, of elements: some Sequence<Element>, by amount: (Element) -> (Money, Currency)
) -> [Element] {
  var largest = Largest<Element>(limit)
  for element in elements { largest.add(element, amount(element)) }
  return largest.elements
}

/// The elements, largest magnitude first.
func largestFirst<Element>(
  _ elements: [Element], by amount: (Element) -> (Money, Currency)
) -> [Element] {
  var largest = Largest<Element>(elements.count)
  for element in elements { largest.add(element, amount(element)) }
  return largest.bySize
}

/// Keeps the elements of largest magnitude of all that come, however many.
struct Largest<Element> {
  private struct Candidate {
    let element: Element
    let offset: Int
    let wholeMinor: UInt128
    let rest: UInt128

    /// Larger ones first; of equal ones, the one that came first.
    static func isLarger(_ left: Candidate, _ right: Candidate) -> Bool {
      if left.wholeMinor != right.wholeMinor { return left.wholeMinor > right.wholeMinor }
      return left.rest == right.rest ? left.offset < right.offset : left.rest > right.rest
    }
  }

  private let limit: Int
  private var candidates: [Candidate] = []
  private(set) var count = 0

  init(_ limit: Int) { self.limit = limit }

  mutating func add(_ element: Element, _ amount: (Money, Currency)) {
    let (whole, rest) = amount.0.units.magnitude.quotientAndRemainder(
      dividingBy: amount.1.unitsPerMinor.magnitude)
    candidates.append(
      Candidate(element: element, offset: count, wholeMinor: whole, rest: rest))
    count += 1
    if candidates.count >= 2 * limit + 16 { candidates = chosen }
  }

  private var chosen: [Candidate] {
    Array(candidates.sorted(by: Candidate.isLarger).prefix(limit))
  }

  /// The largest, in the order in which they came.
  var elements: [Element] { chosen.sorted { $0.offset < $1.offset }.map(\.element) }

  /// The largest, in the order of their size.
  var bySize: [Element] { chosen.map(\.element) }
}
