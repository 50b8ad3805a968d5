// Counts heap allocations of the process that links this: its malloc stands before the C library's.
// For benchmarks and tests only; no library of the package uses it.
#ifndef C_MALLOC_COUNT_H
#define C_MALLOC_COUNT_H
#include <stdint.h>

// Allocations of the calling thread since it began: malloc, calloc, realloc and the aligned forms.
// Always 0 under a sanitizer and without glibc.
uint64_t malloc_count(void);

#endif
