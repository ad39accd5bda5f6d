import Reconciliation

/// Memory for the text of one uuid, lent until the next.
final class LentUUIDText {
  private let text = UnsafeMutableRawPointer.allocate(byteCount: UUIDText.length, alignment: 8)

  deinit { text.deallocate() }

  /// - Parameters:
  ///   - uuid: `nil` = NULL.
  ///   - book: `gateway` or `ledger`, for messages.
  func of(
    _ uuid: UnsafeRawBufferPointer?, _ book: String
  ) throws(BooksError) -> UnsafeRawBufferPointer? {
    guard let uuid else { return nil }
    guard uuid.count == UUIDText.width, let base = uuid.baseAddress else {
      throw CopyFormat.malformed(book)
    }
    UUIDText.write(base, to: text)
    return UnsafeRawBufferPointer(start: text, count: UUIDText.length)
  }
}
