/// The frame of a binary COPY.
enum CopyFormat {
  private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]

  /// What follows the header, which travels with the first row: signature, flags, extension.
  static func afterHeader(
    _ bytes: UnsafeRawBufferPointer, of book: String
  ) throws(BooksError) -> UnsafeRawBufferPointer {
    guard bytes.count >= 19, bytes.starts(with: signature) else { throw malformed(book) }
    let extra = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 15, as: UInt32.self)))
    guard bytes.count >= 19 + extra else { throw malformed(book) }
    return UnsafeRawBufferPointer(rebasing: bytes[(19 + extra)...])
  }

  static func malformed(_ book: String) -> BooksError {
    BooksError(
      .data, "\(book): the server's binary COPY cannot be read",
      hint: "check that nothing but PostgreSQL 13 or later answers at this address")
  }
}
