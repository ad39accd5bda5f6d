/// Elements of any size, each of a request, by partition of the request's digest.
final class PartitionedList<Element: Spoolable> {
  private let file: PartitionedFile
  private var encoder = SpoolEncoder()

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  func isEmpty(_ partition: Int) -> Bool { file.count(partition) == 0 }

  func append(_ element: Element, of request: RequestDigest) throws {
    encoder.removeAll()
    element.encode(into: &encoder)
    try file.append(request, to: request.partition)
    try encoder.bytes.withUnsafeBytes { try file.append($0, to: request.partition) }
  }

  func forEach(
    in partition: Int, _ buffer: inout PartitionBuffer,
    _ body: (Element, RequestDigest) throws -> Void
  ) throws {
    try file.read(partition, &buffer) { bytes in
      var rest = NameReader(bytes)
      while let (request, encoded) = rest.next(after: RequestDigest.self) {
        var decoder = SpoolDecoder(encoded)
        try body(Element(from: &decoder), request)
      }
      return rest.read
    }
  }
}
