#ifndef CPROCESSOR_PREFETCH_H
#define CPROCESSOR_PREFETCH_H

/// Asks for the memory at an address, without waiting for it to come.
static inline void prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }

#endif
