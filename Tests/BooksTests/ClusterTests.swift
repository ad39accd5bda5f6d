import Books
import Foundation
import TestSupport
import Testing

/// The throw-away server: there while it is wanted, gone without a trace.
@Suite struct ClusterTests {
  @Test func itGoesWhenTheWorkIsDone() async throws {
    let folder = try await TestCluster.another { folder, dsn in
      let session = try Connection("test", conninfo: dsn)
      #expect(try session.query("show listen_addresses").scalar == "")
      #expect(try session.query("show unix_socket_directories").scalar == folder)
      #expect(folder.utf8.count + "/.s.PGSQL.5432".utf8.count <= 107)
      return folder
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func itGoesWhenTheWorkFails() async throws {
    struct Failed: Error { var folder: String }
    do {
      _ = try await TestCluster.another { folder, _ in throw Failed(folder: folder) }
      Issue.record("nothing was thrown")
    } catch let failure as Failed {
      #expect(!FileManager.default.fileExists(atPath: failure.folder))
    }
  }

  @Test func itGoesWhenTheWorkIsCancelled() async throws {
    let (folders, said) = AsyncStream.makeStream(of: String.self)
    let work = Task {
      try await TestCluster.another { folder, _ in
        said.yield(folder)
        try await Task.sleep(for: .seconds(3600))
      }
    }
    var iterator = folders.makeAsyncIterator()
    let folder = try #require(await iterator.next())
    work.cancel()
    await #expect(throws: (any Error).self) { try await work.value }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
