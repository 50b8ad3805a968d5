// Faults in guarded code: which instructions may fault, and where execution continues when one does.
//
// The handlers run inside of signals, so they take no lock, allocate nothing and wait for nobody: they read a sorted
// table that never changes while it is published. Whoever changes it publishes another one, and uses the old one
// again when no handler can be reading it any more.
//
// Run on Linux (x86-64, and AArch64 in an emulator). The variants for Darwin, FreeBSD and Windows were written from
// the documentation of those systems and have not been run.

#if !defined(_WIN32)
#define _GNU_SOURCE 1
#endif

#include "CEjitShims.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>
#endif

// MARK: - Regions

typedef struct {
  uintptr_t start;
  size_t count;  // bytes
  size_t site_count;
  ejit_fault_site sites[];
} Region;

// Sorted by start; no two overlap.
typedef struct {
  size_t count;
  Region *regions[];
} Table;

// What handlers read (NULL: nothing was ever guarded), and another one of the same capacity, which nobody reads.
static Table *published, *spare;
static size_t capacity;

// How many regions start at or before `address`.
static size_t regions_up_to(const Table *table, uintptr_t address) {
  size_t low = 0, high = table ? table->count : 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (table->regions[middle]->start <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

static const ejit_fault_site *site_at(const Region *region, uintptr_t offset) {
  size_t low = 0, high = region->site_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (region->sites[middle].end <= offset) low = middle + 1;
    else high = middle;
  }
  return low < region->site_count && region->sites[low].start <= offset ? &region->sites[low] : NULL;
}

// MARK: - Readers

// Handlers that are reading a table, counted where `phase` said when they began.
static size_t readers[2];
static unsigned phase;

#if defined(__ELF__)
// Part of the thread from its start: the first access of other models may allocate.
__attribute__((tls_model("initial-exec")))
#endif
static _Thread_local ejit_fault last_fault;

ejit_fault ejit_last_fault(void) { return last_fault; }

// Where to continue after a fault of the instruction at `pc`, which is then the last one of this thread; 0 if that is
// not a site.
static uintptr_t recovery_of(uintptr_t pc, uint32_t kind, uintptr_t address) {
  uintptr_t recovery = 0;
  size_t *count = &readers[__atomic_load_n(&phase, __ATOMIC_RELAXED)];
  __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST);
  const Table *table = __atomic_load_n(&published, __ATOMIC_SEQ_CST);
  size_t index = regions_up_to(table, pc);
  if (index > 0) {
    const Region *region = table->regions[index - 1];
    const ejit_fault_site *site = site_at(region, pc - region->start);
    if (site) {
      recovery = region->start + site->recovery;
      last_fault = (ejit_fault){address, site->id, kind};
    }
  }
  __atomic_fetch_sub(count, 1, __ATOMIC_SEQ_CST);
  return recovery;
}

// MARK: - Writers

#if defined(_WIN32)
static SRWLOCK writers = SRWLOCK_INIT;
static void lock(void) { AcquireSRWLockExclusive(&writers); }
static void unlock(void) { ReleaseSRWLockExclusive(&writers); }
#else
static pthread_mutex_t writers = PTHREAD_MUTEX_INITIALIZER;
static void lock(void) {
  if (pthread_mutex_lock(&writers) != 0) abort();
}
static void unlock(void) {
  if (pthread_mutex_unlock(&writers) != 0) abort();
}
#endif

// Returns when nobody reads the table before any more.
//
// Who still reads it was counted before `table` was published, in one of the two counts; so it has gone when each count
// was 0 once. Those who come meanwhile are counted in the other one, so that none is waited for without end.
static void publish(Table *table) {
  __atomic_store_n(&published, table, __ATOMIC_SEQ_CST);
  for (int round = 0; round < 2; round++) {
    unsigned old = __atomic_load_n(&phase, __ATOMIC_RELAXED);
    __atomic_store_n(&phase, 1 - old, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&readers[old], __ATOMIC_SEQ_CST) != 0) ejit_thread_yield();
  }
}

// Afterwards both tables can hold one region more. Removing one needs no memory, so it cannot fail.
static int make_room(void) {
  size_t count = published ? published->count : 0;
  if (count < capacity) return 0;
  size_t larger = count < 8 ? 16 : count * 2, size = sizeof(Table) + larger * sizeof(Region *);
  Table *first = malloc(size), *second = malloc(size);
  if (!first || !second) {
    free(first);
    free(second);
    return -ENOMEM;
  }
  first->count = count;
  if (count) memcpy(first->regions, published->regions, count * sizeof(Region *));
  Table *before = published;
  publish(first);
  free(before);
  free(spare);
  spare = second;
  capacity = larger;
  return 0;
}

// Publishes `kept` regions of the table, then `region` unless it is NULL, then those from `rest` on.
static void replace(size_t kept, Region *region, size_t rest) {
  Table *before = published, *after = spare;
  size_t count = before->count - rest;
  memcpy(after->regions, before->regions, kept * sizeof(Region *));
  if (region) after->regions[kept++] = region;
  memcpy(after->regions + kept, before->regions + rest, count * sizeof(Region *));
  after->count = kept + count;
  publish(after);
  spare = before;
}

static int insert(Region *region) {
  size_t index = regions_up_to(published, region->start);
  if (index > 0) {
    const Region *before = published->regions[index - 1];
    if (region->start - before->start < before->count) return -EEXIST;
  }
  if (published && index < published->count && published->regions[index]->start - region->start < region->count)
    return -EEXIST;
  int result = make_room();
  if (result == 0) replace(index, region, index);
  return result;
}

static int install_handlers(void);

static int are_sites(const ejit_fault_site *sites, size_t site_count, size_t count) {
  uint32_t end = 0;
  for (size_t index = 0; index < site_count; index++) {
    ejit_fault_site site = sites[index];
    if (site.start < end || site.end <= site.start || site.end > count || site.recovery >= count) return 0;
    end = site.end;
  }
  return 1;
}

int ejit_guard_code(uintptr_t address, size_t count, const ejit_fault_site *sites, size_t site_count, void **guard) {
  *guard = NULL;
  if (count > UINTPTR_MAX - address || !are_sites(sites, site_count, count)) return -EINVAL;
  if (site_count == 0) return 0;
  Region *region = malloc(sizeof *region + site_count * sizeof *sites);
  if (!region) return -ENOMEM;
  *region = (Region){.start = address, .count = count, .site_count = site_count};
  memcpy(region->sites, sites, site_count * sizeof *sites);
  lock();
  int result = install_handlers();
  if (result == 0) result = insert(region);
  unlock();
  if (result == 0) *guard = region;
  else free(region);
  return result;
}

void ejit_unguard_code(void *guard) {
  if (!guard) return;
  Region *region = guard;
  lock();
  size_t end = regions_up_to(published, region->start);
  replace(end - 1, NULL, end);
  unlock();
  free(region);
}

// MARK: - Handlers: Unix

#if !defined(_WIN32)

#if defined(__linux__) && defined(__x86_64__)
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.gregs[REG_RIP])
#elif defined(__linux__) && defined(__aarch64__)
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.pc)
#elif defined(__APPLE__) && defined(__x86_64__)
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext->__ss.__rip)
#elif defined(__APPLE__) && defined(__aarch64__)
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext->__ss.__pc)
#elif defined(__FreeBSD__) && defined(__x86_64__)
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.mc_rip)
#elif defined(__FreeBSD__) && defined(__aarch64__)
#define PROGRAM_COUNTER(context) ((context)->uc_mcontext.mc_gpregs.gp_elr)
#else
#error "Where does this system keep the program counter of a signal?"
#endif

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };

// What was installed before, for each of `signals`.
static struct sigaction previous[SIGNAL_COUNT];

static size_t index_of(int signal) {
  size_t index = 0;
  while (signals[index] != signal) index++;
  return index;
}

static uint32_t kind_of(int signal) {
  switch (signal) {
    case SIGSEGV:
    case SIGBUS: return EJIT_FAULT_MEMORY;
    case SIGFPE: return EJIT_FAULT_ARITHMETIC;
    default: return EJIT_FAULT_TRAP;
  }
}

// Whether an instruction of this thread caused the signal, and nobody sent it.
static int is_fault(const siginfo_t *information) {
#if defined(__linux__)
  return information->si_code > 0;
#else
  return information->si_code < SI_USER;
#endif
}

// Whether the instruction at the program counter caused it: not a debugger that steps or watches, and not memory that
// broke elsewhere.
static int is_own(int signal, const siginfo_t *information) {
#if defined(__linux__)
  if (signal == SIGTRAP) return information->si_code == TRAP_BRKPT || information->si_code == SI_KERNEL;
  return signal != SIGBUS || information->si_code != BUS_MCEERR_AO;
#else
  return signal != SIGTRAP || information->si_code != TRAP_TRACE;
#endif
}

static int recover(int signal, const siginfo_t *information, ucontext_t *context) {
  if (!is_fault(information) || !is_own(signal, information)) return 0;
  uintptr_t pc = (uintptr_t)PROGRAM_COUNTER(context);
#if defined(__x86_64__)
  if (signal == SIGTRAP) pc -= 1;  // INT3 is a trap: the counter is behind it. SDM vol. 3, §6.15, Breakpoint Exception
#endif
  uint32_t kind = kind_of(signal);
  uintptr_t recovery = recovery_of(pc, kind, kind == EJIT_FAULT_MEMORY ? (uintptr_t)information->si_addr : pc);
  if (!recovery) return 0;
  PROGRAM_COUNTER(context) = recovery;
  return 1;
}

// What the system would have done. A fault comes again when the handler returns, with all that is known about it;
// a signal that was sent does not, and neither does a trap, which has been executed.
static void do_default(int signal, const siginfo_t *information) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  if (sigemptyset(&action.sa_mask) != 0 || sigaction(signal, &action, NULL) != 0) abort();
  if ((!is_fault(information) || signal == SIGTRAP) && raise(signal) != 0) abort();
}

static void pass_on(int signal, siginfo_t *information, void *context) {
  struct sigaction *kept = &previous[index_of(signal)], action = *kept;
  // Nobody can ignore a fault.
  if (action.sa_handler == SIG_IGN && !is_fault(information)) return;
  if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return do_default(signal, information);
  if (action.sa_flags & SA_RESETHAND) kept->sa_handler = SIG_DFL;
  if (action.sa_flags & SA_NODEFER) {
    sigset_t own;
    if (sigemptyset(&own) != 0 || sigaddset(&own, signal) != 0) abort();
    if (pthread_sigmask(SIG_UNBLOCK, &own, NULL) != 0) abort();
  }
  if (pthread_sigmask(SIG_BLOCK, &action.sa_mask, NULL) != 0) abort();  // returning from the signal undoes it
  if (action.sa_flags & SA_SIGINFO) action.sa_sigaction(signal, information, context);
  else action.sa_handler(signal);
}

static void handle(int signal, siginfo_t *information, void *context) {
  int error = errno;
  if (!recover(signal, information, context)) pass_on(signal, information, context);
  errno = error;
}

static int install_handlers(void) {
  static size_t installed;
  for (; installed < SIGNAL_COUNT; installed++) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    if (sigemptyset(&action.sa_mask) != 0) return -errno;
    // Known before the new one can need it.
    if (sigaction(signals[installed], NULL, &previous[installed]) != 0) return -errno;
    if (sigaction(signals[installed], &action, NULL) != 0) return -errno;
  }
  return 0;
}

// MARK: - Handlers: Windows

#else

static uint32_t kind_of(DWORD code) {
  switch (code) {
    case EXCEPTION_ACCESS_VIOLATION:
    case EXCEPTION_IN_PAGE_ERROR:
    case EXCEPTION_DATATYPE_MISALIGNMENT: return EJIT_FAULT_MEMORY;
    case EXCEPTION_ILLEGAL_INSTRUCTION:
    case EXCEPTION_PRIV_INSTRUCTION:
    case EXCEPTION_BREAKPOINT: return EJIT_FAULT_TRAP;
    case EXCEPTION_INT_DIVIDE_BY_ZERO:
    case EXCEPTION_INT_OVERFLOW: return EJIT_FAULT_ARITHMETIC;
    default: return EJIT_FAULT_NONE;
  }
}

static LONG CALLBACK handle(EXCEPTION_POINTERS *exception) {
  const EXCEPTION_RECORD *record = exception->ExceptionRecord;
  uint32_t kind = kind_of(record->ExceptionCode);
  if (kind == EJIT_FAULT_NONE) return EXCEPTION_CONTINUE_SEARCH;
  // Of a breakpoint this is the instruction itself, too.
  uintptr_t pc = (uintptr_t)record->ExceptionAddress;
  int has_address = kind == EJIT_FAULT_MEMORY && record->NumberParameters > 1;
  uintptr_t recovery = recovery_of(pc, kind, has_address ? record->ExceptionInformation[1] : pc);
  if (!recovery) return EXCEPTION_CONTINUE_SEARCH;
#if defined(_M_ARM64) || defined(__aarch64__)
  exception->ContextRecord->Pc = recovery;
#else
  exception->ContextRecord->Rip = recovery;
#endif
  return EXCEPTION_CONTINUE_EXECUTION;
}

static int install_handlers(void) {
  static int installed;
  if (!installed && !AddVectoredExceptionHandler(1, handle)) return -ENOMEM;
  installed = 1;
  return 0;
}

#endif
