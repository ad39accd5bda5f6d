import Reconciliation

/// Memory for the texts of the uuids of one batch of rows, lent until the next batch.
final class LentUUIDText {
  private let texts = UnsafeMutableRawPointer.allocate(
    byteCount: FirstPass.batch * UUIDText.length, alignment: 8)
  private var next = 0

  deinit { texts.deallocate() }

  /// - Parameters:
  ///   - uuid: of no memory for NULL.
  ///   - book: `gateway` or `ledger`, for messages.
  func of(
    _ uuid: UnsafeRawBufferPointer, _ book: String
  ) throws(BooksError) -> UnsafeRawBufferPointer {
    guard let base = uuid.baseAddress else { return uuid }
    guard uuid.count == UUIDText.width else { throw CopyFormat.malformed(book) }
    let text = texts + next * UUIDText.length
    next = (next + 1) % FirstPass.batch
    UUIDText.write(base, to: text)
    return UnsafeRawBufferPointer(start: text, count: UUIDText.length)
  }
}
