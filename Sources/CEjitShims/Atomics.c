#include "CEjitShims.h"

// Atomic accesses for the reference machine, which knows only at run time how many bytes are meant.

uint64_t ejit_atomic_load(const void *address, size_t size) {
  switch (size) {
  case 1:
    return __atomic_load_n((const uint8_t *)address, __ATOMIC_SEQ_CST);
  case 2:
    return __atomic_load_n((const uint16_t *)address, __ATOMIC_SEQ_CST);
  case 4:
    return __atomic_load_n((const uint32_t *)address, __ATOMIC_SEQ_CST);
  default:
    return __atomic_load_n((const uint64_t *)address, __ATOMIC_SEQ_CST);
  }
}

void ejit_atomic_store(void *address, size_t size, uint64_t value) {
  switch (size) {
  case 1:
    return __atomic_store_n((uint8_t *)address, (uint8_t)value, __ATOMIC_SEQ_CST);
  case 2:
    return __atomic_store_n((uint16_t *)address, (uint16_t)value, __ATOMIC_SEQ_CST);
  case 4:
    return __atomic_store_n((uint32_t *)address, (uint32_t)value, __ATOMIC_SEQ_CST);
  default:
    return __atomic_store_n((uint64_t *)address, value, __ATOMIC_SEQ_CST);
  }
}

#define COMPARE_EXCHANGE(type)                                                                                        \
  {                                                                                                                  \
    type found = (type)*expected;                                                                                    \
    bool is_stored = __atomic_compare_exchange_n((type *)address, &found, (type)value, false, __ATOMIC_SEQ_CST,      \
                                                 __ATOMIC_SEQ_CST);                                                  \
    *expected = found;                                                                                               \
    return is_stored;                                                                                                \
  }

bool ejit_atomic_compare_exchange(void *address, size_t size, uint64_t *expected, uint64_t value) {
  switch (size) {
  case 1:
    COMPARE_EXCHANGE(uint8_t)
  case 2:
    COMPARE_EXCHANGE(uint16_t)
  case 4:
    COMPARE_EXCHANGE(uint32_t)
  default:
    COMPARE_EXCHANGE(uint64_t)
  }
}

// Every x86-64 processor but the first few has CMPXCHG16B; the compiler is told so for this function alone.
#if defined(__x86_64__)
__attribute__((target("cx16")))
#endif
bool ejit_atomic_compare_exchange_pair(
    void *address, uint64_t *low, uint64_t *high, uint64_t value_low, uint64_t value_high) {
  unsigned __int128 expected = (unsigned __int128)*high << 64 | *low;
  unsigned __int128 value = (unsigned __int128)value_high << 64 | value_low;
  unsigned __int128 found = __sync_val_compare_and_swap((unsigned __int128 *)address, expected, value);
  *low = (uint64_t)found;
  *high = (uint64_t)(found >> 64);
  return found == expected;
}
