import Testing

@testable import Accounting

@Suite struct SortedSearchTests {
  /// Every length up to 20, with every number of elements before the division.
  @Test(arguments: 0...20)
  func dividesWhereTheFirstElementNoLongerComesBefore(count: Int) {
    for before in 0...count {
      let sorted = ArraySlice((0..<count + 3).map { $0 < before + 3 ? 0 : 1 }).dropFirst(3)
      #expect(sorted.division { $0 == 0 } == sorted.startIndex + before)
    }
  }
}
