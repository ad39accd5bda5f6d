extension Sequence {
  /// The elements in arrays of `size`, the last one shorter: each is made when its turn comes.
  func batches(of size: Int) -> some Sequence<[Element]> {
    sequence(state: makeIterator()) { elements in
      var batch: [Element] = []
      while batch.count < size, let element = elements.next() { batch.append(element) }
      return batch.isEmpty ? nil : batch
    }
  }
}
