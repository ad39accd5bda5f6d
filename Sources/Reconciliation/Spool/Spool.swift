import Synchronization

/// A list that may be longer than memory is large. A short one is an array; a long one lies in a
/// scratch file without a name and is read back block by block. Which of the two it is shows
/// nowhere but in memory and time: equal lists are equal.
///
/// A spooled list never changes, and copies share it. Reading it from the first element to the
/// last is cheap; an element by itself costs the reading of its block.
package struct Spool<Element: Spoolable>: Sendable {
  enum Storage: Sendable {
    case memory([Element])
    case file(SpooledList<Element>)
  }

  private var storage: Storage

  init(_ storage: Storage) { self.storage = storage }

  package init(_ elements: some Sequence<Element>) { storage = .memory(Array(elements)) }

  /// Where another list goes that is made of this one.
  var scratch: Scratch {
    if case .file(let list) = storage { return Scratch(directory: list.directory) }
    // As many as memory holds already.
    return Scratch(memory: .max)
  }

  /// Whether it lies in a scratch file.
  package var isSpooled: Bool {
    if case .file = storage { return true }
    return false
  }
}

extension Spool: RandomAccessCollection {
  package var startIndex: Int { 0 }

  package var endIndex: Int {
    switch storage {
    case .memory(let elements): elements.count
    case .file(let list): list.count
    }
  }

  /// Setting an element of a spooled list brings all of it into memory: for short lists only.
  package subscript(position: Int) -> Element {
    get {
      switch storage {
      case .memory(let elements): elements[position]
      case .file(let list): list.element(at: position)
      }
    }
    set {
      var elements = Array(self)
      elements[position] = newValue
      storage = .memory(elements)
    }
  }

  package struct Iterator: IteratorProtocol {
    private let list: SpooledList<Element>?
    private var block: [Element]
    private var position = 0
    private var nextBlock = 0

    fileprivate init(_ storage: Storage) {
      switch storage {
      case .memory(let elements):
        list = nil
        block = elements
      case .file(let list):
        self.list = list
        block = []
      }
    }

    package mutating func next() -> Element? {
      if position == block.count {
        guard let list, nextBlock < list.blocks.count else { return nil }
        block = []
        block = list.elements(ofBlock: nextBlock)
        nextBlock += 1
        position = 0
      }
      defer { position += 1 }
      return block[position]
    }
  }

  package func makeIterator() -> Iterator { Iterator(storage) }
}

extension Spool {
  /// The first `limit` elements of a kind.
  package func first(_ limit: Int, where isWanted: (Element) -> Bool) -> [Element] {
    var wanted: [Element] = []
    for element in self where isWanted(element) {
      wanted.append(element)
      if wanted.count == limit { break }
    }
    return wanted
  }
}

extension Spool: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension Spool: Equatable where Element: Equatable {
  package static func == (left: Spool, right: Spool) -> Bool {
    left.count == right.count && left.elementsEqual(right)
  }
}

extension Spool: Hashable where Element: Hashable {
  package func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    hasher.combine(first)
    hasher.combine(last)
  }
}

/// The part of a scratch file that holds one list.
final class SpooledList<Element: Spoolable>: Sendable {
  /// Elements that were written together.
  struct Block {
    var firstIndex: Int
    var start: Int
    var byteCount: Int
  }

  let blocks: [Block]
  let count: Int
  private let file: ScratchFile
  var directory: String { file.directory }
  /// The block that an element was last taken from by itself.
  private let recent = Mutex<(block: Int, elements: [Element])>((-1, []))

  init(_ file: ScratchFile, blocks: [Block], count: Int) {
    self.file = file
    self.blocks = blocks
    self.count = count
  }

  func elements(ofBlock number: Int) -> [Element] {
    let block = blocks[number]
    let end = number + 1 < blocks.count ? blocks[number + 1].firstIndex : count
    return file.read(block.byteCount, at: block.start).withUnsafeBytes { bytes in
      var decoder = SpoolDecoder(bytes)
      return (block.firstIndex..<end).map { _ in Element(from: &decoder) }
    }
  }

  func element(at position: Int) -> Element {
    precondition((0..<count).contains(position), "index \(position) of \(count)")
    return recent.withLock { recent in
      let number = block(of: position)
      if recent.block != number { recent = (number, elements(ofBlock: number)) }
      return recent.elements[position - blocks[number].firstIndex]
    }
  }

  /// The last block that begins at or before `position`.
  private func block(of position: Int) -> Int {
    var low = 0
    var high = blocks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].firstIndex <= position { low = middle } else { high = middle }
    }
    return low
  }
}
