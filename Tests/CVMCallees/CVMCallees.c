#include "CVMCallees.h"

#include <stdio.h>

static int64_t calls, misaligned;
int64_t vm_callee_calls(void) { return calls; }
int64_t vm_callee_misaligned(void) { return misaligned; }

// The compiler gives the variable its place by what it believes of the stack; the address passes through the assembler,
// so that nobody computes the remainder from that belief.
#define NOTE_ALIGNMENT()                                                                                               \
  do {                                                                                                                 \
    _Alignas(16) char local[16];                                                                                       \
    uintptr_t address = (uintptr_t)local;                                                                              \
    __asm__ volatile("" : "+r"(address) : : "memory");                                                                 \
    calls += 1;                                                                                                        \
    misaligned += address % 16 != 0;                                                                                   \
  } while (0)

typedef int64_t i;
typedef double d;

#define CALLEE(A, B, C, D, E, F, G, H, I, J, K, L)                                                                     \
  static double callee_##A##B##C##D##E##F##G##H##I##J##K##L(A a1, B a2, C a3, D a4, E a5, F a6, G a7, H a8, I a9,      \
                                                            J a10, K a11, L a12) {                                     \
    NOTE_ALIGNMENT();                                                                                                  \
    return (double)a1 + 2 * (double)a2 + 3 * (double)a3 + 4 * (double)a4 + 5 * (double)a5 + 6 * (double)a6             \
        + 7 * (double)a7 + 8 * (double)a8 + 9 * (double)a9 + 10 * (double)a10 + 11 * (double)a11 + 12 * (double)a12;   \
  }                                                                                                                    \
  uintptr_t vm_callee_##A##B##C##D##E##F##G##H##I##J##K##L(void) {                                                     \
    return (uintptr_t)&callee_##A##B##C##D##E##F##G##H##I##J##K##L;                                                    \
  }

CALLEE(i, i, i, i, i, i, i, i, i, i, i, i)
CALLEE(d, d, d, d, d, d, d, d, d, d, d, d)
CALLEE(i, d, i, d, i, d, i, d, i, d, i, d)
CALLEE(d, d, d, d, d, d, d, d, d, i, i, i)
CALLEE(i, i, i, i, i, i, i, d, d, d, d, d)

static int32_t count(const char *text) {
  NOTE_ALIGNMENT();
  int32_t result = 0;
  while (text[result]) result++;
  return -result;
}
uintptr_t vm_callee_count(void) { return (uintptr_t)&count; }

uintptr_t vm_callee_snprintf(void) { return (uintptr_t)&snprintf; }
