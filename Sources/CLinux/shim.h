// What Swift's own module of the C library leaves out.
#if defined(__linux__)
#include <linux/sched.h>
#include <malloc.h>
#endif
