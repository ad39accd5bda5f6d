import Books

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A throw-away server with the contract's relations, on an address of its own, that lets nobody in
/// over TCP but by TLS; with a certificate for `books.test` and the authority that signed it.
package struct TLSServer: Sendable {
  /// The server's folder: `ca.crt` is the authority's certificate, `other.crt` that of another.
  package let folder: String
  private let address: String
  /// Of the superuser, past TLS: by the server's unix socket.
  package let socketDSN: String

  package func dsn(host: String = "books.test", authority: String = "ca.crt") -> String {
    "host=\(host) hostaddr=\(address) port=5432 user=postgres dbname=postgres"
      + " sslmode=verify-full sslrootcert='\(folder)/\(authority)'"
  }

  package static func with<Value>(
    _ body: (TLSServer) async throws -> Value
  ) async throws -> Value {
    try await TestCluster.another { folder, dsn in
      // Any address of the loopback network is this machine: one that no other server listens on.
      let process = getpid()
      let address = "127.\(process >> 16 & 63 + 64).\(process >> 8 & 255).\(process & 255)"
      do {
        let session = try Connection("server", conninfo: dsn)
        let script = try session.literal(script(folder, address))
        try session.execute("copy (select 1) to program \(script)")
      }
      try restarted(dsn).execute(ContractSchema.sql)
      return try await body(TLSServer(folder: folder, address: address, socketDSN: dsn))
    }
  }

  /// The server itself runs it, as the account that its files must belong to. A restart is the only
  /// way to make it listen, and has to outlive it.
  private static func script(_ folder: String, _ address: String) -> String {
    """
    set -e
    exec 2>>'\(folder)/log'
    cd '\(folder)'
    umask 077
    key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
    for name in ca other; do
      openssl req -x509 $key -days 2 -subj "/CN=tieout test $name" -keyout $name.key -out $name.crt
    done
    openssl req -new $key -subj /CN=books.test -keyout server.key -out server.csr
    echo subjectAltName=DNS:books.test >server.ext
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \\
      -extfile server.ext -out server.crt
    printf '%s all all %s trust\\n' local '' hostssl all >data/pg_hba.conf
    cat >>data/postgresql.conf <<END
    listen_addresses = '\(address)'
    ssl = on
    ssl_cert_file = '\(folder)/server.crt'
    ssl_key_file = '\(folder)/server.key'
    END
    chmod 711 .
    chmod 644 ca.crt other.crt
    bin=$(dirname "$(readlink /proc/$PPID/exe)")
    setsid "$bin/pg_ctl" -D data -l log -m fast -w -t 60 restart >/dev/null 2>&1 </dev/null &
    """
  }

  /// Connects once the server has come back, with its new settings.
  private static func restarted(_ dsn: String) throws -> Connection {
    let patience = Patience(attempts: 300, pauses: [.milliseconds(100)])
    for _ in 0..<300 {
      if let session = try? Connection("server", conninfo: dsn, patience: patience),
        (try? session.query("show ssl").scalar) == "on"
      {
        return session
      }
      Patience.sleepOnThread(.milliseconds(100))
    }
    throw BooksError(.unavailable, "the server did not come back", hint: "look at its log")
  }
}
