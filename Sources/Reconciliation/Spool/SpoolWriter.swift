/// Builds a list in the order in which its elements come.
package struct SpoolWriter<Element: Spoolable> {
  private let scratch: Scratch
  private let blockSize: Int
  private var waiting: [Element] = []
  private var weight = 0
  private var file: ScratchFile?
  private var encoder = SpoolEncoder()
  private var blocks: [SpooledList<Element>.Block] = []
  private var firstOfBlock = 0
  private var count = 0

  package init(in scratch: Scratch) {
    self.scratch = scratch
    blockSize = 32 << 10
  }

  /// A list that goes to `file` at once.
  init(to file: ScratchFile, blockSize: Int) {
    scratch = Scratch()
    self.blockSize = blockSize
    self.file = file
  }

  package mutating func append(_ element: Element) throws(ScratchError) {
    guard let file else {
      waiting.append(element)
      weight += element.weight
      if weight > scratch.memory { try spool() }
      return
    }
    element.encode(into: &encoder)
    count += 1
    if encoder.bytes.count >= blockSize { try endBlock(file) }
  }

  package consuming func finish() throws(ScratchError) -> Spool<Element> {
    guard let file else { return Spool(waiting) }
    if !encoder.bytes.isEmpty { try endBlock(file) }
    return Spool(.file(SpooledList(file, blocks: blocks, count: count)))
  }

  private mutating func spool() throws(ScratchError) {
    file = try ScratchFile(in: scratch)
    let elements = waiting
    waiting = []
    for element in elements { try append(element) }
  }

  private mutating func endBlock(_ file: ScratchFile) throws(ScratchError) {
    let start = try file.append(encoder.bytes)
    blocks.append(
      SpooledList.Block(firstIndex: firstOfBlock, start: start, byteCount: encoder.bytes.count))
    encoder.removeAll()
    firstOfBlock = count
  }
}

extension Spool {
  /// The same list with its elements changed one by one.
  package func changed(
    in scratch: Scratch, _ change: (Element) throws -> Element
  ) throws -> Spool {
    var writer = SpoolWriter<Element>(in: scratch)
    for element in self { try writer.append(change(element)) }
    return try writer.finish()
  }
}

/// Builds a list in an order of its own: sorts what memory holds, and merges the sorted runs.
package struct SpoolSorter<Element: Spoolable> {
  /// Runs merged at once, and the bytes of each that are in memory meanwhile.
  private static var fanIn: Int { 128 }
  private static var blockSize: Int { 8 << 10 }

  private let scratch: Scratch
  private let areInOrder: (Element, Element) -> Bool
  private var waiting: [Element] = []
  private var weight = 0
  private var file: ScratchFile?
  private var runs: [Spool<Element>] = []

  /// - Parameter areInOrder: whether the first comes before the second. Elements of which neither
  ///   does keep the order in which they came.
  package init(in scratch: Scratch, by areInOrder: @escaping (Element, Element) -> Bool) {
    self.scratch = scratch
    self.areInOrder = areInOrder
  }

  package mutating func append(_ element: Element) throws(ScratchError) {
    waiting.append(element)
    weight += element.weight
    if weight > scratch.memory { try endRun() }
  }

  package consuming func finish() throws(ScratchError) -> Spool<Element> {
    guard !runs.isEmpty else {
      waiting.sort(by: areInOrder)
      return Spool(waiting)
    }
    if !waiting.isEmpty { try endRun() }
    while runs.count > Self.fanIn {
      // Neighbours only, so that equal elements stay in order.
      var longer: [Spool<Element>] = []
      for start in stride(from: 0, to: runs.count, by: Self.fanIn) {
        let some = runs[start..<min(start + Self.fanIn, runs.count)]
        longer.append(try merge(some, to: run()))
      }
      runs = longer
    }
    return try merge(runs[...], to: SpoolWriter(to: ScratchFile(in: scratch), blockSize: 32 << 10))
  }

  private mutating func endRun() throws(ScratchError) {
    waiting.sort(by: areInOrder)
    var writer = try run()
    for element in waiting { try writer.append(element) }
    runs.append(try writer.finish())
    waiting.removeAll(keepingCapacity: true)
    weight = 0
  }

  private mutating func run() throws(ScratchError) -> SpoolWriter<Element> {
    if let file { return SpoolWriter(to: file, blockSize: Self.blockSize) }
    let file = try ScratchFile(in: scratch)
    self.file = file
    return SpoolWriter(to: file, blockSize: Self.blockSize)
  }

  private func merge(
    _ runs: ArraySlice<Spool<Element>>, to writer: consuming SpoolWriter<Element>
  ) throws(ScratchError) -> Spool<Element> {
    var merge = Merge(runs, by: areInOrder)
    while let element = merge.next() { try writer.append(element) }
    return try writer.finish()
  }
}

/// Several sorted lists read as one.
private struct Merge<Element: Spoolable>: IteratorProtocol {
  private struct Source {
    var head: Element
    var rest: Spool<Element>.Iterator
  }

  /// In the order of the lists, by which equal elements go.
  private var sources: [Source] = []
  /// Of the sources that are left, the one with the next element on top. Elements are large, and
  /// stay where they are.
  private var heap: [Int] = []
  private let areInOrder: (Element, Element) -> Bool

  init(_ lists: ArraySlice<Spool<Element>>, by areInOrder: @escaping (Element, Element) -> Bool) {
    self.areInOrder = areInOrder
    for list in lists {
      var rest = list.makeIterator()
      if let head = rest.next() { sources.append(Source(head: head, rest: rest)) }
    }
    heap = Array(sources.indices)
    for index in heap.indices.reversed() { sink(index) }
  }

  mutating func next() -> Element? {
    guard let top = heap.first else { return nil }
    let first = sources[top].head
    if let head = sources[top].rest.next() {
      sources[top].head = head
    } else {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    if !heap.isEmpty { sink(0) }
    return first
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in 2 * index + 1...2 * index + 2
      where child < heap.count && comesBefore(heap[child], heap[least]) { least = child }
      guard least != index else { return }
      heap.swapAt(index, least)
      index = least
    }
  }

  private func comesBefore(_ left: Int, _ right: Int) -> Bool {
    if areInOrder(sources[left].head, sources[right].head) { return true }
    return left < right && !areInOrder(sources[right].head, sources[left].head)
  }
}
