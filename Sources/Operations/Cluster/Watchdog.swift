import Books
import Subprocess

/// The shell that keeps a throw-away server, and outlives the program that wanted it.
enum Watchdog {
  /// Arguments: the folder of the server's programs, then the folders to try for the cluster.
  static let script = """
    bin=$1
    shift
    for base in "$@"; do
      folder=$(mktemp -d "$base/tieout.XXXXXX" 2>/dev/null) && break
    done
    if [ -z "$folder" ]; then
      echo "no folder can be made in $*"
      exit 1
    fi
    clean_up() {
      trap '' HUP INT TERM PIPE
      "$bin/pg_ctl" -D "$folder/data" -m immediate stop
      cd / && rm -rf "$folder"
    }
    trap 'clean_up >/dev/null 2>&1' EXIT
    trap 'exit 1' HUP INT TERM PIPE
    fail() {
      tail -n 3 "$folder/log"
      exit 1
    }
    cd "$folder"
    "$bin/initdb" -D data -U postgres -A trust -E UTF8 --no-locale --no-sync >log 2>&1 || fail
    cat >>data/postgresql.conf <<END
    listen_addresses = ''
    port = 5432
    unix_socket_directories = '$folder'
    unix_socket_permissions = 0700
    max_connections = 64
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    wal_level = minimal
    max_wal_senders = 0
    autovacuum = off
    max_parallel_workers_per_gather = 0
    timezone = 'UTC'
    END
    "$bin/pg_ctl" -D data -l log -w -t 60 start >/dev/null 2>&1 </dev/null || fail
    echo "ready $folder"
    read -r line
    exit 0
    """

  /// The command to start the shell with.
  ///
  /// PostgreSQL refuses to run as root, so root hands over to another account first. A program does
  /// that, not Subprocess's own options: changing the user between fork and exec takes a lock of
  /// the C library, which another thread may have held at the fork; the child then hangs for good.
  static func command(_ arguments: [String]) throws(BooksError) -> [String] {
    let shell = ["/bin/sh", "-c", script, "tieout-watchdog"] + arguments
    guard Host.isRoot else { return shell }
    guard let account = ["postgres", "nobody"].compactMap(Host.account).first else {
      throw BooksError(
        .configuration, "PostgreSQL does not run as root, and there is no account postgres",
        hint: "run as another user, or: useradd --system postgres")
    }
    let changers = [
      ["setpriv", "--reuid=\(account.user)", "--regid=\(account.group)", "--clear-groups"],
      ["runuser", "-u", account.name, "--"],
    ]
    for changer in changers {
      for folder in ["/usr/bin", "/bin", "/usr/sbin", "/sbin"] {
        let program = "\(folder)/\(changer[0])"
        if Host.isProgram(program) { return [program] + changer.dropFirst() + shell }
      }
    }
    throw BooksError(
      .configuration, "PostgreSQL does not run as root, and there is no setpriv to hand over with",
      hint: "run as another user, or: apt-get install util-linux")
  }

  /// A session of its own keeps Ctrl-C away from it.
  static var options: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(30))]
    return options
  }
}
