extension RandomAccessCollection {
  /// Where a sorted collection divides: the first element that no longer comes before what is sought.
  /// - Parameter isBefore: true of a first part of the elements and of none after it.
  /// - Returns: `endIndex` where it is true of all.
  @inlinable package func division(where isBefore: (Element) -> Bool) -> Index {
    var low = startIndex
    var left = count
    while left > 0 {
      let half = left / 2
      let middle = index(low, offsetBy: half)
      if isBefore(self[middle]) {
        low = index(after: middle)
        left -= half + 1
      } else {
        left = half
      }
    }
    return low
  }
}
