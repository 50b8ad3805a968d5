// Every system call, lock, thread, file, process and clock that the libraries and tools need, as plain functions.
//
// Constants and structures of the operating system stay in the .c file: an Embedded Swift build sees this header
// without an operating system, while the .c file is compiled for the real one.
//
// Unless a comment says otherwise a function returns 0 or a positive result when it worked and a negative errno
// when it did not. On Windows errors of the system are translated to the nearest errno.

#ifndef CEJITSHIMS_H
#define CEJITSHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Memory. Addresses and sizes are multiples of the page size, sizes are in bytes and not 0 (else -EINVAL).

/// Bytes of a page; a power of two.
size_t ejit_page_size(void);

/// Maps zeroed pages, readable and writable, for this process only.
int ejit_map_read_write(size_t size, void **address);

/// Reserves addresses. Nothing can be read, written or executed there before `ejit_protect_…` says so.
int ejit_reserve(size_t size, void **address);

/// Reserves pages for `ejit_jit_write_enable` (Darwin's MAP_JIT); -ENOTSUP elsewhere.
int ejit_map_jit(size_t size, void **address);

/// Lets the calling thread write (1) or execute (0) all MAP_JIT pages of the process; -ENOTSUP where there are none.
int ejit_jit_write_enable(int writable);

int ejit_protect_read_write(void *address, size_t size);
int ejit_protect_read_execute(void *address, size_t size);
int ejit_protect_none(void *address, size_t size);
int ejit_unmap(void *address, size_t size);

/// The call that `ejit_map_dual` reports in `*call`.
enum { EJIT_CALL_MAP = 0, EJIT_CALL_PROTECT = 1, EJIT_CALL_UNMAP = 2, EJIT_CALL_CREATE = 3, EJIT_CALL_RESIZE = 4 };

/// Maps the same zeroed pages twice: readable and writable at `*writable`, readable and executable at `*executable`.
/// A page that cannot be accessed lies before and after each view. After a failure nothing is mapped and `*call`
/// says which call failed. The pages are shared with children of a fork, which see what the parent writes.
int ejit_map_dual(size_t size, void **writable, void **executable, int *call);

/// Unmaps both views of `ejit_map_dual`, with the pages around them.
int ejit_unmap_dual(size_t size, void *writable, void *executable);

/// Makes bytes that were written at `writable` the ones that are executed at `executable`; the two are equal
/// when there is one mapping. Nothing to do on x86-64, whose instruction fetch is coherent with stores.
void ejit_synchronize_code(void *writable, void *executable, size_t count);

/// Discards what the calling thread has fetched but not executed: ISB on AArch64, nothing on x86-64.
void ejit_instruction_barrier(void);

/// One store of 8 bytes: other threads see all of it or nothing. The address is a multiple of 8.
void ejit_store_64(void *address, uint64_t value);

/// Atomic accesses of `size` bytes, 1, 2, 4 or 8, at a multiple of `size`, sequentially consistent. Values are in the low
/// bytes; those that are loaded are zero-extended.
uint64_t ejit_atomic_load(const void *address, size_t size);
void ejit_atomic_store(void *address, size_t size, uint64_t value);
/// Whether the low bytes of `*expected` were found and `value` stored; `*expected` is what was found.
bool ejit_atomic_compare_exchange(void *address, size_t size, uint64_t *expected, uint64_t value);
/// The same of 16 bytes at a multiple of 16: the low and the high word.
bool ejit_atomic_compare_exchange_pair(
    void *address, uint64_t *low, uint64_t *high, uint64_t value_low, uint64_t value_high);

/// Zeroed memory that `ejit_free` releases; NULL when there is not enough. `size` is not 0.
void *ejit_allocate(size_t size);

/// Bytes that malloc has given out and that were not freed (glibc), 0 where unknown.
size_t ejit_heap_in_use(void);

// MARK: Locks and threads.

/// Storage of a lock. It must not move between init and destroy.
typedef struct ejit_mutex { uint64_t storage[10]; } ejit_mutex;

int ejit_mutex_init(ejit_mutex *mutex);
/// Locking and unlocking fail only when misused (unlocking what is not locked); the process is then aborted.
void ejit_mutex_lock(ejit_mutex *mutex);
void ejit_mutex_unlock(ejit_mutex *mutex);
void ejit_mutex_destroy(ejit_mutex *mutex);

/// Runs `body(context)` on a new thread, which must be joined exactly once.
int ejit_thread_start(void (*body)(void *context), void *context, uintptr_t *thread);
/// The same on a stack of at least `stack_size` bytes, which take memory when they are touched.
int ejit_thread_start_with_stack(void (*body)(void *context), void *context, size_t stack_size, uintptr_t *thread);
int ejit_thread_join(uintptr_t thread);
void ejit_thread_yield(void);

// MARK: Faults.

/// Bytes of code that may fault: from `start` to before `end`, and where execution continues if they do. Offsets from
/// the start of the code.
typedef struct ejit_fault_site { uint32_t start, end, recovery, id; } ejit_fault_site;

/// Guards `count` bytes of code at `address`: after a fault at a site execution continues at its recovery, as if
/// nothing else had happened. Sites are sorted and do not overlap, and all lies in the code, else -EINVAL; -EEXIST when
/// other guarded code overlaps. `*guard` is for `ejit_unguard_code`. The first call installs handlers for SIGSEGV,
/// SIGBUS, SIGILL, SIGTRAP and SIGFPE, which pass everything else on to those installed before.
int ejit_guard_code(uintptr_t address, size_t count, const ejit_fault_site *sites, size_t site_count, void **guard);
/// On return no handler uses the guard any more. NULL guards nothing.
void ejit_unguard_code(void *guard);

/// SIGSEGV and SIGBUS, SIGILL and SIGTRAP, SIGFPE.
enum { EJIT_FAULT_NONE = 0, EJIT_FAULT_MEMORY = 1, EJIT_FAULT_TRAP = 2, EJIT_FAULT_ARITHMETIC = 3 };

/// A fault at a site. `address` is the one that was accessed (0 where the processor does not tell), for other kinds
/// that of the instruction.
typedef struct ejit_fault {
  uintptr_t address;
  uint32_t site, kind;
} ejit_fault;

/// The last one of the calling thread; its kind is EJIT_FAULT_NONE when there was none.
ejit_fault ejit_last_fault(void);

// MARK: Clocks, in nanoseconds; 0 when the clock is missing.

uint64_t ejit_monotonic_nanoseconds(void);
uint64_t ejit_thread_cpu_nanoseconds(void);

// MARK: Processor.

/// EAX, EBX, ECX, EDX of CPUID; zeros beyond the highest leaf and on other processors.
void ejit_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4]);

/// XCR[index]; 0 without OSXSAVE and on other processors.
uint64_t ejit_xgetbv(uint32_t index);

/// AT_HWCAP and AT_HWCAP2 of the auxiliary vector; 0 where there is none.
uint64_t ejit_hwcap(void);
uint64_t ejit_hwcap2(void);

// MARK: Host calls and symbols.

/// Calls a C function with every argument register set: `integers` (6 of them on x86-64 SysV, 8 on AArch64), all
/// 8 of `floats` and 16 words on the stack. Stores both integer and both float result registers. Works for variadic
/// functions too where their arguments travel like others (x86-64 SysV, AArch64 Linux). -ENOSYS for other ABIs.
int ejit_call(uintptr_t function, const uint64_t integers[8], const double floats[8], const uint64_t stack[16],
              uint64_t integer_results[2], double float_results[2]);

/// Address of a symbol of this process, or NULL. Always NULL in a static executable.
void *ejit_symbol(const char *name);
/// Handle of a shared library that stays loaded, or NULL. Always NULL in a static executable.
void *ejit_open_library(const char *path);
void *ejit_library_symbol(void *library, const char *name);

// MARK: Files. Paths are NUL-terminated.

/// Reads everything into memory that `ejit_free` releases (also when it is empty), and returns its size.
/// Works for pipes. -EISDIR for directories.
int64_t ejit_read_file(const char *path, uint8_t **bytes);
void ejit_free(void *memory);

/// Creates or replaces a file; `mode` is 0644 or 0755 as seen before the umask, and is set on existing files too.
int ejit_write_file(const char *path, const void *bytes, size_t count, int mode);

/// Writes all bytes to an open descriptor (1: standard output, 2: standard error).
int ejit_write_all(int descriptor, const void *bytes, size_t count);

/// Creates an empty file with a fresh name that starts with `prefix` in $TMPDIR or /tmp. Returns the length of the
/// path stored in `path`, -ERANGE when `capacity` (with NUL) is too small for it.
int ejit_create_temporary(const char *prefix, char *path, size_t capacity);
int ejit_remove_file(const char *path);

/// Calls `each` with every name except . and .. in no particular order; returns how many.
int64_t ejit_list_directory(const char *path, void (*each)(void *context, const char *name), void *context);

/// 1 for a directory, 0 for anything else that exists.
int ejit_is_directory(const char *path);

// MARK: Processes.

/// Runs `arguments` (ended by NULL; the first is looked up in PATH) with empty standard input and collects standard
/// output, and standard error too if `capture_errors` is not 0 (else it is inherited). Returns 0 when the child ended:
/// then either `*signal` is not 0, or `*exit_code` is its status. Returns -ETIMEDOUT when `timeout_seconds` passed
/// and the child was killed (0: no limit). In both cases `*output` holds what was read and `ejit_free` releases it;
/// after other errors (such as -ENOENT) it is NULL.
int ejit_run(const char *const *arguments, int capture_errors, unsigned timeout_seconds, int *exit_code,
             int *signal, uint8_t **output, size_t *output_count);

/// Path of a program as the shell finds it. Returns its length, -ENOENT, or -ERANGE when `capacity` (with NUL) is
/// too small.
int ejit_find_executable(const char *name, char *path, size_t capacity);

/// Value of an environment variable, or NULL.
const char *ejit_environment(const char *name);
/// The number of this process.
uint64_t ejit_process_id(void);
/// Ends the process at once with this status.
void ejit_exit(int status) __attribute__((noreturn));

// MARK: Numbers.

/// Parses a number as the C locale writes it (decimal or hexadecimal, inf, nan), rounded to nearest. All `count`
/// bytes must belong to it, without spaces: else -EINVAL. -ERANGE when it is too large for a double.
int ejit_parse_double(const char *text, size_t count, double *value);

// MARK: Loads that compilers leave as they are

/// A word by itself. Compilers join loads of neighbours; joined they wait until stores of the single words, if these
/// were just made, have reached the cache.
static inline uint64_t ejit_load_alone(const uint64_t *word) { return *(const volatile uint64_t *)word; }

/// A byte, anew. Compilers make one jump through a table out of comparisons of one value; those of several stay
/// comparisons, which processors predict better.
static inline uint8_t ejit_load_anew(const uint8_t *byte) { return *(const volatile uint8_t *)byte; }

#ifdef __cplusplus
}
#endif

#endif
