#if canImport(Glibc)
  import CLinux
  import Glibc
#endif

/// What is asked of the operating system before anything else runs. Where it is refused, a run takes
/// more time or memory and gives the same result.
enum ProcessSettings {
  static func apply() {
    #if canImport(Glibc)
      openStandardDescriptors()
      becomeBatchJob()
      giveBackLargeBlocks()
    #endif
  }

  #if canImport(Glibc)
    /// Whoever starts a job may have closed them. What is opened next would then take their numbers,
    /// and what is meant for people would be written there.
    private static func openStandardDescriptors() {
      for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
        // The lowest number that is free.
        _ = open("/dev/null", O_RDWR)
      }
    }

    /// A batch job has its share of the processors, but does not interrupt others each time it wakes.
    /// Where the server runs on the same machine, both are done sooner.
    private static func becomeBatchJob() {
      var parameter = sched_param()
      _ = sched_setscheduler(0, SCHED_BATCH, &parameter)
    }

    /// Left to itself, the allocator keeps larger and larger blocks for later once one of them has
    /// been freed, and the peak grows by what nobody uses.
    private static func giveBackLargeBlocks() {
      _ = mallopt(M_MMAP_THRESHOLD, 1 << 17)
    }
  #endif
}
