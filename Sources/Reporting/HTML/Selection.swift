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
  _ limit: Int, of elements: [Element], by amount: (Element) -> (Money, Currency)
) -> [Element] {
  guard elements.count > limit else { return elements }
  return bySize(elements, amount).prefix(limit).sorted { $0.offset < $1.offset }.map(\.element)
}

/// The elements, largest magnitude first.
func largestFirst<Element>(
  _ elements: [Element], by amount: (Element) -> (Money, Currency)
) -> [Element] {
  bySize(elements, amount).map(\.element)
}

private func bySize<Element>(
  _ elements: [Element], _ amount: (Element) -> (Money, Currency)
) -> [(offset: Int, element: Element)] {
  let sizes = elements.map { element -> (whole: UInt128, rest: UInt128) in
    let (money, currency) = amount(element)
    let (quotient, remainder) = money.units.magnitude.quotientAndRemainder(
      dividingBy: currency.unitsPerMinor.magnitude)
    return (quotient, remainder)
  }
  return elements.enumerated().sorted { left, right in
    let (leftSize, rightSize) = (sizes[left.offset], sizes[right.offset])
    return leftSize == rightSize ? left.offset < right.offset : leftSize > rightSize
  }.map { (offset: $0.offset, element: $0.element) }
}
