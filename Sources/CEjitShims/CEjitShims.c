// The operating systems behind CEjitShims.h. Order: memory, code synchronisation, locks and threads, clocks,
// processor, host calls, symbols, files, processes, numbers.
//
// Run on Linux (x86-64, and AArch64 in an emulator). The variants for Darwin, FreeBSD and Windows were written from
// the documentation of those systems and have not been run.

#if !defined(_WIN32)
#define _GNU_SOURCE 1
#endif

#include "CEjitShims.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#if defined(__linux__)
#include <malloc.h>
#include <sys/auxv.h>
#elif defined(__FreeBSD__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <libkern/OSCacheControl.h>
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <xlocale.h>
#endif

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// MARK: - Memory: Unix

#if !defined(_WIN32)

size_t ejit_page_size(void) {
  long size = sysconf(_SC_PAGESIZE);
  return size > 0 ? (size_t)size : 4096;
}

static int map_pages(size_t size, int protection, int flags, int descriptor, void **address) {
  *address = NULL;
  if (size == 0 || size % ejit_page_size() != 0) return -EINVAL;
  void *mapped = mmap(NULL, size, protection, flags, descriptor, 0);
  if (mapped == MAP_FAILED) return -errno;
  *address = mapped;
  return 0;
}

static int protect(void *address, size_t size, int protection) {
  return mprotect(address, size, protection) == 0 ? 0 : -errno;
}

int ejit_map_read_write(size_t size, void **address) {
  return map_pages(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, address);
}

int ejit_reserve(size_t size, void **address) {
#if defined(MAP_NORESERVE)
  return map_pages(size, PROT_NONE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, address);
#else
  return map_pages(size, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, address);
#endif
}

int ejit_protect_read_write(void *address, size_t size) { return protect(address, size, PROT_READ | PROT_WRITE); }
int ejit_protect_read_execute(void *address, size_t size) { return protect(address, size, PROT_READ | PROT_EXEC); }
int ejit_protect_none(void *address, size_t size) { return protect(address, size, PROT_NONE); }
int ejit_unmap(void *address, size_t size) { return munmap(address, size) == 0 ? 0 : -errno; }

int ejit_map_jit(size_t size, void **address) {
#if defined(__APPLE__) && defined(MAP_JIT)
  // Darwin wants all three protections here and then, per thread, grants either writing or executing.
  return map_pages(size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANON | MAP_JIT, -1, address);
#else
  (void)size;
  *address = NULL;
  return -ENOTSUP;
#endif
}

int ejit_jit_write_enable(int writable) {
#if defined(__APPLE__) && defined(__aarch64__)
  if (!pthread_jit_write_protect_supported_np()) return -ENOTSUP;
  pthread_jit_write_protect_np(!writable);
  return 0;
#else
  (void)writable;
  return -ENOTSUP;
#endif
}

#if defined(__linux__) || defined(__FreeBSD__)

// A file in memory, without a name.
static int create_shared_memory(void) {
#if defined(__linux__)
#if !defined(MFD_NOEXEC_SEAL)
#define MFD_NOEXEC_SEAL 8U  // Linux 6.3: the file itself cannot be run as a program; mapping it is not affected
#endif
  int descriptor = memfd_create("ejit", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (descriptor < 0 && errno == EINVAL) descriptor = memfd_create("ejit", MFD_CLOEXEC | MFD_ALLOW_SEALING);
#else
  int descriptor = shm_open(SHM_ANON, O_RDWR | O_CLOEXEC, 0600);
#endif
  return descriptor >= 0 ? descriptor : -errno;
}

// Once the writable view exists: no other one can be made, and the executable view can never become one.
// Systems before Linux 5.1 do not know this seal; everything else works without it.
static int seal_shared_memory(int descriptor) {
#if defined(__linux__)
#if !defined(F_SEAL_FUTURE_WRITE)
#define F_SEAL_FUTURE_WRITE 0x10
#endif
  if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE) == 0) return 0;
  if (errno == EINVAL && fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0) return 0;
  return -errno;
#else
  (void)descriptor;
  return 0;
#endif
}

// All of the file without access, then the pages between the first and the last with `protection`.
static int map_view(int descriptor, size_t size, int protection, void **view, int *call) {
  size_t page = ejit_page_size();
  void *whole;
  *call = EJIT_CALL_MAP;
  int result = map_pages(size + 2 * page, PROT_NONE, MAP_SHARED, descriptor, &whole);
  if (result != 0) return result;
  *call = EJIT_CALL_PROTECT;
  result = protect((char *)whole + page, size, protection);
  if (result == 0) {
    *view = (char *)whole + page;
  } else if (munmap(whole, size + 2 * page) != 0) {
    *call = EJIT_CALL_UNMAP;
    result = -errno;
  }
  return result;
}

static int unmap_view(size_t size, void *view) {
  size_t page = ejit_page_size();
  return ejit_unmap((char *)view - page, size + 2 * page);
}

static int map_both_views(int descriptor, size_t size, void **writable, void **executable, int *call) {
  *call = EJIT_CALL_RESIZE;
  if (ftruncate(descriptor, (off_t)(size + 2 * ejit_page_size())) != 0) return -errno;
  int result = map_view(descriptor, size, PROT_READ | PROT_WRITE, writable, call);
  if (result != 0) return result;
  *call = EJIT_CALL_RESIZE;
  result = seal_shared_memory(descriptor);
  if (result == 0) result = map_view(descriptor, size, PROT_READ | PROT_EXEC, executable, call);
  if (result != 0) {
    (void)unmap_view(size, *writable);  // the first error is the one to report
    *writable = NULL;
  }
  return result;
}

// Also gives the file itself, which the caller closes.
static int map_dual(size_t size, void **writable, void **executable, int *call, int *descriptor) {
  *writable = *executable = NULL;
  *call = EJIT_CALL_MAP;
  size_t page = ejit_page_size();
  if (size == 0 || size % page != 0) return -EINVAL;
  if (size > PTRDIFF_MAX - 2 * page) return -ENOMEM;
  *call = EJIT_CALL_CREATE;
  *descriptor = create_shared_memory();
  if (*descriptor < 0) return *descriptor;
  int result = map_both_views(*descriptor, size, writable, executable, call);
  if (result != 0) (void)close(*descriptor);
  return result;
}

#if defined(__linux__) && defined(__aarch64__)
static int keep_for_emulator(void *executable, int descriptor);
static void forget_for_emulator(void *executable);
#else
static int keep_for_emulator(void *executable, int descriptor) { return (void)executable, (void)descriptor, 0; }
static void forget_for_emulator(void *executable) { (void)executable; }
#endif

int ejit_map_dual(size_t size, void **writable, void **executable, int *call) {
  int descriptor;
  int result = map_dual(size, writable, executable, call, &descriptor);
  if (result != 0) return result;
  // The mappings keep the file alive. Linux closes the descriptor even when close() reports an error.
  if (!keep_for_emulator(*executable, descriptor)) (void)close(descriptor);
  return 0;
}

int ejit_unmap_dual(size_t size, void *writable, void *executable) {
  forget_for_emulator(executable);
  int first = unmap_view(size, writable);
  int second = unmap_view(size, executable);
  return first != 0 ? first : second;
}

#elif defined(__APPLE__)

// Private pages and a second name for them. Refused for processes with a hardened runtime: use MAP_JIT there.
int ejit_map_dual(size_t size, void **writable, void **executable, int *call) {
  *writable = *executable = NULL;
  *call = EJIT_CALL_MAP;
  size_t page = ejit_page_size();
  if (size > PTRDIFF_MAX - 2 * page) return -ENOMEM;
  void *first;
  int result = ejit_reserve(size + 2 * page, &first);
  if (result != 0) return result;
  mach_vm_address_t second = 0;
  vm_prot_t current, maximum;
  *call = EJIT_CALL_PROTECT;
  result = protect((char *)first + page, size, PROT_READ | PROT_WRITE);
  if (result == 0) {
    *call = EJIT_CALL_CREATE;
    kern_return_t status =
        mach_vm_remap(mach_task_self(), &second, size + 2 * page, 0, VM_FLAGS_ANYWHERE, mach_task_self(),
                      (mach_vm_address_t)(uintptr_t)first, FALSE, &current, &maximum, VM_INHERIT_NONE);
    result = status == KERN_SUCCESS ? 0 : status == KERN_NO_SPACE ? -ENOMEM : -EACCES;
  }
  if (result == 0) {
    *call = EJIT_CALL_PROTECT;
    result = protect((char *)(uintptr_t)second + page, size, PROT_READ | PROT_EXEC);
    if (result != 0) (void)munmap((void *)(uintptr_t)second, size + 2 * page);
  }
  if (result != 0) {
    (void)munmap(first, size + 2 * page);
    return result;
  }
  *writable = (char *)first + page;
  *executable = (char *)(uintptr_t)second + page;
  return 0;
}

int ejit_unmap_dual(size_t size, void *writable, void *executable) {
  size_t page = ejit_page_size();
  int first = ejit_unmap((char *)writable - page, size + 2 * page);
  int second = ejit_unmap((char *)executable - page, size + 2 * page);
  return first != 0 ? first : second;
}

#endif
#endif  // !_WIN32

// MARK: - Memory: Windows

#if defined(_WIN32)

static int windows_error(void) {
  switch (GetLastError()) {
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_COMMITMENT_LIMIT: return -ENOMEM;
    case ERROR_ACCESS_DENIED:
    case ERROR_DYNAMIC_CODE_BLOCKED: return -EACCES;
    case ERROR_INVALID_PARAMETER:
    case ERROR_INVALID_ADDRESS: return -EINVAL;
    default: return -EIO;
  }
}

size_t ejit_page_size(void) {
  SYSTEM_INFO information;
  GetSystemInfo(&information);
  return information.dwPageSize;
}

static int allocate(size_t size, DWORD kind, DWORD protection, void **address) {
  *address = NULL;
  if (size == 0 || size % ejit_page_size() != 0) return -EINVAL;
  *address = VirtualAlloc(NULL, size, kind, protection);
  return *address ? 0 : windows_error();
}

static int protect(void *address, size_t size, DWORD protection) {
  DWORD before;
  return VirtualProtect(address, size, protection, &before) ? 0 : windows_error();
}

int ejit_map_read_write(size_t size, void **address) {
  return allocate(size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE, address);
}
int ejit_reserve(size_t size, void **address) { return allocate(size, MEM_RESERVE, PAGE_NOACCESS, address); }
int ejit_protect_read_write(void *address, size_t size) {
  // Commits what was only reserved; changes the protection of what was committed.
  return VirtualAlloc(address, size, MEM_COMMIT, PAGE_READWRITE) ? 0 : windows_error();
}
int ejit_protect_read_execute(void *address, size_t size) { return protect(address, size, PAGE_EXECUTE_READ); }
int ejit_protect_none(void *address, size_t size) { return protect(address, size, PAGE_NOACCESS); }
int ejit_unmap(void *address, size_t size) {
  (void)size;
  return VirtualFree(address, 0, MEM_RELEASE) ? 0 : windows_error();
}
int ejit_map_jit(size_t size, void **address) {
  (void)size;
  *address = NULL;
  return -ENOTSUP;
}
int ejit_jit_write_enable(int writable) {
  (void)writable;
  return -ENOTSUP;
}

// A view of the whole section, whose first and last page are then closed.
static int map_view(HANDLE section, size_t size, DWORD access, void **view, int *call) {
  size_t page = ejit_page_size();
  *call = EJIT_CALL_MAP;
  char *whole = MapViewOfFile(section, access, 0, 0, size + 2 * page);
  if (!whole) return windows_error();
  *call = EJIT_CALL_PROTECT;
  int result = protect(whole, page, PAGE_NOACCESS);
  if (result == 0) result = protect(whole + page + size, page, PAGE_NOACCESS);
  if (result != 0) {
    (void)UnmapViewOfFile(whole);
    return result;
  }
  *view = whole + page;
  return 0;
}

int ejit_map_dual(size_t size, void **writable, void **executable, int *call) {
  *writable = *executable = NULL;
  *call = EJIT_CALL_MAP;
  size_t page = ejit_page_size();
  if (size == 0 || size % page != 0) return -EINVAL;
  if (size > PTRDIFF_MAX - 2 * page) return -ENOMEM;
  uint64_t whole = size + 2 * page;
  *call = EJIT_CALL_CREATE;
  // The section must allow all three accesses; each view gets two of them.
  HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_EXECUTE_READWRITE, (DWORD)(whole >> 32),
                                      (DWORD)whole, NULL);
  if (!section) return windows_error();
  int result = map_view(section, size, FILE_MAP_READ | FILE_MAP_WRITE, writable, call);
  if (result == 0) {
    result = map_view(section, size, FILE_MAP_READ | FILE_MAP_EXECUTE, executable, call);
    if (result != 0) (void)UnmapViewOfFile((char *)*writable - page);
  }
  if (result != 0) *writable = *executable = NULL;
  (void)CloseHandle(section);
  return result;
}

int ejit_unmap_dual(size_t size, void *writable, void *executable) {
  (void)size;
  size_t page = ejit_page_size();
  int first = UnmapViewOfFile((char *)writable - page) ? 0 : windows_error();
  int second = UnmapViewOfFile((char *)executable - page) ? 0 : windows_error();
  return first != 0 ? first : second;
}

#endif

// MARK: - Code synchronisation

#if defined(__aarch64__) && !defined(_WIN32) && !defined(__APPLE__)

// Arm ARM B2.4.4 and D7.5: data caches behave as physically tagged, so cleaning by the writable alias reaches the
// point of unification for both. Instruction caches may be virtually indexed, and IC IVAU is only sure to hit
// the address that is fetched: the executable alias.
static void synchronize_caches(uintptr_t writable, uintptr_t executable, size_t count) {
  uint64_t type;
  __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
  uintptr_t data_line = (uintptr_t)4 << ((type >> 16) & 15), code_line = (uintptr_t)4 << (type & 15);
  if (!((type >> 28) & 1)) {  // IDC: cleaning is not needed
    for (uintptr_t line = writable & -data_line; line < writable + count; line += data_line)
      __asm__ volatile("dc cvau, %0" : : "r"(line) : "memory");
  }
  __asm__ volatile("dsb ish" : : : "memory");
  if (!((type >> 29) & 1)) {  // DIC: invalidating is not needed
    for (uintptr_t line = executable & -code_line; line < executable + count; line += code_line)
      __asm__ volatile("ic ivau, %0" : : "r"(line) : "memory");
  }
  __asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

#if defined(__linux__)

// QEMU before 8.1 ignores IC IVAU when it runs a single process, so that code written through an alias never runs
// where older code ran. There, and only there, the files of dual mappings are kept: mapping pages of the file over
// themselves makes the emulator forget what it translated, and other threads can go on executing meanwhile.
typedef struct KeptFile {
  struct KeptFile *next;
  uintptr_t executable;
  int descriptor;
} KeptFile;

static KeptFile *kept_files;
static pthread_mutex_t kept_files_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t emulator_tried = PTHREAD_ONCE_INIT;
static int emulator_is_blind;

// Runs a function that returns 0, then writes and runs one that returns 1.
static void try_emulator(void) {
  size_t page = ejit_page_size();
  void *writable, *executable;
  int call, descriptor;
  if (map_dual(page, &writable, &executable, &call, &descriptor) != 0) return;
  (void)close(descriptor);
  uint32_t value = 0;
  for (uint32_t expected = 0; expected < 2; expected++) {
    uint32_t code[2] = {0x52800000 | expected << 5, 0xD65F03C0};  // mov w0, #expected; ret
    memcpy(writable, code, sizeof code);
    synchronize_caches((uintptr_t)writable, (uintptr_t)executable, sizeof code);
    value = ((uint32_t(*)(void))(uintptr_t)executable)();
  }
  (void)unmap_view(page, writable);
  (void)unmap_view(page, executable);
  emulator_is_blind = value != 1;
}

static int keep_for_emulator(void *executable, int descriptor) {
  if (pthread_once(&emulator_tried, try_emulator) != 0 || !emulator_is_blind) return 0;
  KeptFile *file = malloc(sizeof *file);
  if (!file) return 0;
  pthread_mutex_lock(&kept_files_lock);
  *file = (KeptFile){kept_files, (uintptr_t)executable, descriptor};
  kept_files = file;
  pthread_mutex_unlock(&kept_files_lock);
  return 1;
}

static void forget_for_emulator(void *executable) {
  if (!emulator_is_blind) return;
  pthread_mutex_lock(&kept_files_lock);
  for (KeptFile **link = &kept_files; *link; link = &(*link)->next) {
    if ((*link)->executable != (uintptr_t)executable) continue;
    KeptFile *file = *link;
    *link = file->next;
    (void)close(file->descriptor);
    free(file);
    break;
  }
  pthread_mutex_unlock(&kept_files_lock);
}

// Finds the mapping with the highest start below the code: reservations do not overlap.
static void retranslate(uintptr_t code, size_t count) {
  pthread_mutex_lock(&kept_files_lock);
  KeptFile *found = NULL;
  for (KeptFile *file = kept_files; file; file = file->next)
    if (file->executable <= code && (!found || found->executable < file->executable)) found = file;
  uintptr_t page = ejit_page_size(), first = code & -page;
  size_t size = ((code + count + page - 1) & -page) - first;
  // The file begins with the page before the view. Old code would run if this failed.
  if (!found || mmap((void *)first, size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, found->descriptor,
                     (off_t)(first - found->executable + page)) == MAP_FAILED)
    abort();
  pthread_mutex_unlock(&kept_files_lock);
}

#endif
#endif

void ejit_synchronize_code(void *writable, void *executable, size_t count) {
#if defined(_WIN32)
  (void)writable;
  (void)FlushInstructionCache(GetCurrentProcess(), executable, count);
#elif defined(__APPLE__)
  sys_dcache_flush(writable, count);
  sys_icache_invalidate(executable, count);
#elif defined(__aarch64__)
  synchronize_caches((uintptr_t)writable, (uintptr_t)executable, count);
#if defined(__linux__)
  if (writable != executable && emulator_is_blind) retranslate((uintptr_t)executable, count);
#endif
#else
  (void)writable;
  __builtin___clear_cache((char *)executable, (char *)executable + count);
#endif
}

void ejit_instruction_barrier(void) {
#if defined(__aarch64__)
  __asm__ volatile("isb" : : : "memory");
#endif
}

void ejit_store_64(void *address, uint64_t value) { __atomic_store_n((uint64_t *)address, value, __ATOMIC_RELEASE); }

size_t ejit_heap_in_use(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 information = mallinfo2();
  return information.uordblks + information.hblkhd;
#else
  return 0;
#endif
}

// MARK: - Locks and threads

typedef struct {
  void (*body)(void *);
  void *context;
} ThreadStart;

#if defined(_WIN32)

_Static_assert(sizeof(SRWLOCK) <= sizeof(ejit_mutex), "a lock fits its storage");
int ejit_mutex_init(ejit_mutex *mutex) {
  InitializeSRWLock((SRWLOCK *)mutex);
  return 0;
}
void ejit_mutex_lock(ejit_mutex *mutex) { AcquireSRWLockExclusive((SRWLOCK *)mutex); }
void ejit_mutex_unlock(ejit_mutex *mutex) { ReleaseSRWLockExclusive((SRWLOCK *)mutex); }
void ejit_mutex_destroy(ejit_mutex *mutex) { (void)mutex; }

static DWORD WINAPI thread_main(LPVOID argument) {
  ThreadStart start = *(ThreadStart *)argument;
  free(argument);
  start.body(start.context);
  return 0;
}

int ejit_thread_start(void (*body)(void *), void *context, uintptr_t *thread) {
  return ejit_thread_start_with_stack(body, context, 0, thread);
}

int ejit_thread_start_with_stack(void (*body)(void *), void *context, size_t stack_size, uintptr_t *thread) {
  ThreadStart *start = malloc(sizeof *start);
  if (!start) return -ENOMEM;
  *start = (ThreadStart){body, context};
  HANDLE handle = CreateThread(NULL, stack_size, thread_main, start, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
  if (!handle) {
    free(start);
    return -EAGAIN;
  }
  *thread = (uintptr_t)handle;
  return 0;
}

int ejit_thread_join(uintptr_t thread) {
  if (WaitForSingleObject((HANDLE)thread, INFINITE) != WAIT_OBJECT_0) return -EINVAL;
  return CloseHandle((HANDLE)thread) ? 0 : -EINVAL;
}

void ejit_thread_yield(void) { (void)SwitchToThread(); }

#else

_Static_assert(sizeof(pthread_mutex_t) <= sizeof(ejit_mutex), "a lock fits its storage");
_Static_assert(sizeof(pthread_t) <= sizeof(uintptr_t), "a thread fits its handle");

static pthread_mutex_t *native(ejit_mutex *mutex) { return (pthread_mutex_t *)(void *)mutex->storage; }

int ejit_mutex_init(ejit_mutex *mutex) { return -pthread_mutex_init(native(mutex), NULL); }
void ejit_mutex_lock(ejit_mutex *mutex) {
  if (pthread_mutex_lock(native(mutex)) != 0) abort();
}
void ejit_mutex_unlock(ejit_mutex *mutex) {
  if (pthread_mutex_unlock(native(mutex)) != 0) abort();
}
void ejit_mutex_destroy(ejit_mutex *mutex) {
  if (pthread_mutex_destroy(native(mutex)) != 0) abort();
}

static void *thread_main(void *argument) {
  ThreadStart start = *(ThreadStart *)argument;
  free(argument);
  start.body(start.context);
  return NULL;
}

int ejit_thread_start(void (*body)(void *), void *context, uintptr_t *thread) {
  return ejit_thread_start_with_stack(body, context, 0, thread);
}

int ejit_thread_start_with_stack(void (*body)(void *), void *context, size_t stack_size, uintptr_t *thread) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return -error;
  if (stack_size != 0) error = pthread_attr_setstacksize(&attributes, stack_size);
  ThreadStart *start = error == 0 ? malloc(sizeof *start) : NULL;
  if (!start) {
    pthread_attr_destroy(&attributes);
    return error == 0 ? -ENOMEM : -error;
  }
  *start = (ThreadStart){body, context};
  pthread_t created;
  error = pthread_create(&created, &attributes, thread_main, start);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    free(start);
    return -error;
  }
  *thread = (uintptr_t)created;
  return 0;
}

int ejit_thread_join(uintptr_t thread) { return -pthread_join((pthread_t)thread, NULL); }
void ejit_thread_yield(void) { (void)sched_yield(); }  // never fails on Linux, and only a hint elsewhere

#endif

// MARK: - Clocks

#if defined(_WIN32)

uint64_t ejit_monotonic_nanoseconds(void) {
  LARGE_INTEGER frequency, now;
  if (!QueryPerformanceFrequency(&frequency) || !QueryPerformanceCounter(&now)) return 0;
  uint64_t ticks = (uint64_t)now.QuadPart, second = (uint64_t)frequency.QuadPart;
  return ticks / second * 1000000000 + ticks % second * 1000000000 / second;
}

uint64_t ejit_thread_cpu_nanoseconds(void) {
  FILETIME created, ended, kernel, user;
  if (!GetThreadTimes(GetCurrentThread(), &created, &ended, &kernel, &user)) return 0;
  uint64_t kernel_time = (uint64_t)kernel.dwHighDateTime << 32 | kernel.dwLowDateTime;
  uint64_t user_time = (uint64_t)user.dwHighDateTime << 32 | user.dwLowDateTime;
  return (kernel_time + user_time) * 100;
}

#else

static uint64_t clock_nanoseconds(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t ejit_monotonic_nanoseconds(void) { return clock_nanoseconds(CLOCK_MONOTONIC); }
uint64_t ejit_thread_cpu_nanoseconds(void) { return clock_nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

#endif

// MARK: - Processor

void ejit_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4]) {
  registers[0] = registers[1] = registers[2] = registers[3] = 0;
#if defined(__x86_64__)
  // __get_cpuid_count answers 0 and leaves the registers alone beyond the highest leaf.
  (void)__get_cpuid_count(leaf, subleaf, &registers[0], &registers[1], &registers[2], &registers[3]);
#else
  (void)leaf, (void)subleaf;
#endif
}

uint64_t ejit_xgetbv(uint32_t index) {
#if defined(__x86_64__)
  uint32_t registers[4], low, high;
  ejit_cpuid(1, 0, registers);
  if (!(registers[2] >> 27 & 1)) return 0;  // OSXSAVE
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(index));
  return (uint64_t)high << 32 | low;
#else
  (void)index;
  return 0;
#endif
}

#if defined(__linux__)
uint64_t ejit_hwcap(void) { return getauxval(AT_HWCAP); }
uint64_t ejit_hwcap2(void) { return getauxval(AT_HWCAP2); }
#elif defined(__FreeBSD__)
static uint64_t auxiliary(int key) {
  unsigned long value = 0;
  return elf_aux_info(key, &value, sizeof value) == 0 ? value : 0;
}
uint64_t ejit_hwcap(void) { return auxiliary(AT_HWCAP); }
uint64_t ejit_hwcap2(void) { return auxiliary(AT_HWCAP2); }
#else
uint64_t ejit_hwcap(void) { return 0; }
uint64_t ejit_hwcap2(void) { return 0; }
#endif

// MARK: - Host calls. In assembly because no C type returns all four result registers, or sets AL for variadics.

#if defined(__x86_64__) && !defined(_WIN32)

__attribute__((naked)) int ejit_call(uintptr_t function, const uint64_t integers[8], const double floats[8],
                                     const uint64_t stack[16], uint64_t integer_results[2],
                                     double float_results[2]) {
  __asm__(
      "pushq %rbp\n\t"
      ".cfi_def_cfa_offset 16\n\t"
      ".cfi_offset %rbp, -16\n\t"
      "movq %rsp, %rbp\n\t"
      ".cfi_def_cfa_register %rbp\n\t"
      "pushq %rbx\n\t"
      ".cfi_offset %rbx, -24\n\t"
      "pushq %r12\n\t"
      ".cfi_offset %r12, -32\n\t"
      "subq $128, %rsp\n\t"
      "movq %r8, %rbx\n\t"
      "movq %r9, %r12\n\t"
      "movq %rdi, %r11\n\t"
      "movl $16, %eax\n"
      "1:\n\t"
      "movq -8(%rcx,%rax,8), %r10\n\t"
      "movq %r10, -8(%rsp,%rax,8)\n\t"
      "decl %eax\n\t"
      "jnz 1b\n\t"
      "movsd (%rdx), %xmm0\n\t"
      "movsd 8(%rdx), %xmm1\n\t"
      "movsd 16(%rdx), %xmm2\n\t"
      "movsd 24(%rdx), %xmm3\n\t"
      "movsd 32(%rdx), %xmm4\n\t"
      "movsd 40(%rdx), %xmm5\n\t"
      "movsd 48(%rdx), %xmm6\n\t"
      "movsd 56(%rdx), %xmm7\n\t"
      "movq (%rsi), %rdi\n\t"
      "movq 16(%rsi), %rdx\n\t"
      "movq 24(%rsi), %rcx\n\t"
      "movq 32(%rsi), %r8\n\t"
      "movq 40(%rsi), %r9\n\t"
      "movq 8(%rsi), %rsi\n\t"
      "movl $8, %eax\n\t"
      "callq *%r11\n\t"
      "movq %rax, (%rbx)\n\t"
      "movq %rdx, 8(%rbx)\n\t"
      "movsd %xmm0, (%r12)\n\t"
      "movsd %xmm1, 8(%r12)\n\t"
      "xorl %eax, %eax\n\t"
      "leaq -16(%rbp), %rsp\n\t"
      "popq %r12\n\t"
      "popq %rbx\n\t"
      "popq %rbp\n\t"
      ".cfi_def_cfa %rsp, 8\n\t"
      "retq");
}

#elif defined(__aarch64__) && !defined(_WIN32)

__attribute__((naked)) int ejit_call(uintptr_t function, const uint64_t integers[8], const double floats[8],
                                     const uint64_t stack[16], uint64_t integer_results[2],
                                     double float_results[2]) {
  __asm__(
      "stp x29, x30, [sp, #-32]!\n\t"
      ".cfi_def_cfa_offset 32\n\t"
      ".cfi_offset x29, -32\n\t"
      ".cfi_offset x30, -24\n\t"
      "mov x29, sp\n\t"
      ".cfi_def_cfa_register x29\n\t"
      "stp x19, x20, [sp, #16]\n\t"
      ".cfi_offset x19, -16\n\t"
      ".cfi_offset x20, -8\n\t"
      "mov x19, x4\n\t"
      "mov x20, x5\n\t"
      "mov x16, x0\n\t"
      "mov x17, x1\n\t"
      "sub sp, sp, #128\n\t"
      "ldp q0, q1, [x3]\n\t"
      "stp q0, q1, [sp]\n\t"
      "ldp q0, q1, [x3, #32]\n\t"
      "stp q0, q1, [sp, #32]\n\t"
      "ldp q0, q1, [x3, #64]\n\t"
      "stp q0, q1, [sp, #64]\n\t"
      "ldp q0, q1, [x3, #96]\n\t"
      "stp q0, q1, [sp, #96]\n\t"
      "ldp d0, d1, [x2]\n\t"
      "ldp d2, d3, [x2, #16]\n\t"
      "ldp d4, d5, [x2, #32]\n\t"
      "ldp d6, d7, [x2, #48]\n\t"
      "ldp x0, x1, [x17]\n\t"
      "ldp x2, x3, [x17, #16]\n\t"
      "ldp x4, x5, [x17, #32]\n\t"
      "ldp x6, x7, [x17, #48]\n\t"
      "blr x16\n\t"
      "stp x0, x1, [x19]\n\t"
      "stp d0, d1, [x20]\n\t"
      "mov w0, #0\n\t"
      "mov sp, x29\n\t"
      ".cfi_def_cfa_register sp\n\t"
      "ldp x19, x20, [sp, #16]\n\t"
      "ldp x29, x30, [sp], #32\n\t"
      ".cfi_def_cfa_offset 0\n\t"
      "ret");
}

#else

int ejit_call(uintptr_t function, const uint64_t integers[8], const double floats[8], const uint64_t stack[16],
              uint64_t integer_results[2], double float_results[2]) {
  (void)function, (void)integers, (void)floats, (void)stack, (void)integer_results, (void)float_results;
  return -ENOSYS;
}

#endif

// MARK: - Symbols

#if defined(_WIN32)

void *ejit_symbol(const char *name) { return (void *)GetProcAddress(GetModuleHandleW(NULL), name); }
void *ejit_open_library(const char *path) { return (void *)LoadLibraryA(path); }
void *ejit_library_symbol(void *library, const char *name) { return (void *)GetProcAddress(library, name); }

#else

#if defined(__linux__)
// A weak reference does not pull dlopen out of a static libc, where it could not work: it is NULL there.
#pragma weak dlopen
#pragma weak dlsym
#define EJIT_HAS_LOADER (dlopen != NULL && dlsym != NULL)
#else
#define EJIT_HAS_LOADER 1
#endif

void *ejit_symbol(const char *name) { return EJIT_HAS_LOADER ? dlsym(RTLD_DEFAULT, name) : NULL; }
void *ejit_open_library(const char *path) { return EJIT_HAS_LOADER ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL; }
void *ejit_library_symbol(void *library, const char *name) {
  return EJIT_HAS_LOADER && library ? dlsym(library, name) : NULL;
}

#endif

// MARK: - Files

void *ejit_allocate(size_t size) { return calloc(1, size); }
void ejit_free(void *memory) { free(memory); }
const char *ejit_environment(const char *name) { return getenv(name); }
void ejit_exit(int status) { _Exit(status); }
#if defined(_WIN32)
uint64_t ejit_process_id(void) { return GetCurrentProcessId(); }
#else
uint64_t ejit_process_id(void) { return (uint64_t)getpid(); }
#endif
int ejit_remove_file(const char *path) { return remove(path) == 0 ? 0 : -errno; }

#if !defined(_WIN32)

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} Bytes;

// Makes room for at least `room` more bytes.
static int make_room(Bytes *buffer, size_t room) {
  if (buffer->capacity - buffer->count >= room) return 0;
  size_t capacity = buffer->capacity ? buffer->capacity * 2 : 4096;
  if (capacity - buffer->count < room) capacity = buffer->count + room;
  uint8_t *grown = realloc(buffer->bytes, capacity);
  if (!grown) return -ENOMEM;
  buffer->bytes = grown;
  buffer->capacity = capacity;
  return 0;
}

// One read: 1 when there may be more, 0 at the end.
static int read_some(int descriptor, Bytes *buffer) {
  int result = make_room(buffer, 4096);
  if (result != 0) return result;
  ssize_t count;
  do count = read(descriptor, buffer->bytes + buffer->count, buffer->capacity - buffer->count);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  buffer->count += (size_t)count;
  return count > 0;
}

int64_t ejit_read_file(const char *path, uint8_t **bytes) {
  *bytes = NULL;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  Bytes buffer = {0};
  struct stat status;
  int result = fstat(descriptor, &status) == 0 ? 0 : -errno;
  if (result == 0 && S_ISDIR(status.st_mode)) result = -EISDIR;
  // The size is a hint only: pipes and /proc say 0. The extra byte finds the end without growing.
  if (result == 0) result = make_room(&buffer, (size_t)(status.st_size > 0 ? status.st_size : 0) + 4097);
  if (result == 0) {
    do result = read_some(descriptor, &buffer);
    while (result > 0);
  }
  (void)close(descriptor);  // nothing was written, so nothing can be lost
  if (result != 0) {
    free(buffer.bytes);
    return result;
  }
  *bytes = buffer.bytes;
  return (int64_t)buffer.count;
}

int ejit_write_all(int descriptor, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t written = write(descriptor, next, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return -errno;
    next += written;
    count -= (size_t)written;
  }
  return 0;
}

int ejit_write_file(const char *path, const void *bytes, size_t count, int mode) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
  if (descriptor < 0) return -errno;
  struct stat status;
  int result = fstat(descriptor, &status) == 0 ? 0 : -errno;
  // A file that was there keeps its mode when opened. Devices and pipes are left alone.
  if (result == 0 && S_ISREG(status.st_mode) && (status.st_mode & 0111) != ((mode_t)mode & 0111))
    result = fchmod(descriptor, (mode_t)mode) == 0 ? 0 : -errno;
  if (result == 0) result = ejit_write_all(descriptor, bytes, count);
  if (close(descriptor) != 0 && result == 0) result = -errno;  // a full disk may show only here
  return result;
}

int ejit_create_temporary(const char *prefix, char *path, size_t capacity) {
  const char *folder = getenv("TMPDIR");
  if (!folder || !*folder) folder = "/tmp";
  int length = snprintf(path, capacity, "%s/%sXXXXXX", folder, prefix);
  if (length < 0) return -EINVAL;
  if ((size_t)length >= capacity) return -ERANGE;
  int descriptor = mkstemp(path);
  if (descriptor < 0) return -errno;
  return close(descriptor) == 0 ? length : -errno;
}

int64_t ejit_list_directory(const char *path, void (*each)(void *, const char *), void *context) {
  DIR *folder = opendir(path);
  if (!folder) return -errno;
  int64_t count = 0;
  struct dirent *entry;
  while (errno = 0, (entry = readdir(folder)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    each(context, entry->d_name);
    count++;
  }
  int error = errno;
  if (closedir(folder) != 0 && error == 0) error = errno;
  return error == 0 ? count : -error;
}

int ejit_is_directory(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? S_ISDIR(status.st_mode) : -errno;
}

// MARK: - Processes

extern char **environ;

static int spawn(const char *const *arguments, int capture_errors, int output, pid_t *child) {
  posix_spawn_file_actions_t actions;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return -error;
  error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (error == 0 && capture_errors) error = posix_spawn_file_actions_adddup2(&actions, output, 2);
  if (error == 0)
    error = posix_spawnp(child, arguments[0], &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
  int cleanup = posix_spawn_file_actions_destroy(&actions);
  return -(error != 0 ? error : cleanup);
}

// 1 when the child has ended (and is reaped), 0 while it runs.
static int has_ended(pid_t child, int *status) {
  pid_t ended;
  do ended = waitpid(child, status, WNOHANG);
  while (ended < 0 && errno == EINTR);
  return ended < 0 ? -errno : ended == child;
}

static int kill_and_reap(pid_t child, int *status) {
  if (kill(child, SIGKILL) != 0 && errno != ESRCH) return -errno;
  while (waitpid(child, status, 0) < 0)
    if (errno != EINTR) return -errno;
  return -ETIMEDOUT;
}

// Reads until the child has ended and its output is drained. Waits in slices, because the end of the child does not
// wake poll() when a grandchild holds the pipe, and because a child may close its output and go on running.
static int collect(pid_t child, int descriptor, uint64_t deadline, Bytes *buffer, int *status) {
  int ended = 0, open = 1, slice = 1;
  for (;;) {
    struct pollfd waiting = {.fd = open ? descriptor : -1, .events = POLLIN};
    int ready = poll(&waiting, 1, ended ? 0 : slice);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return -errno;
    if (ready > 0) {
      int more = read_some(descriptor, buffer);
      if (more < 0) return more;
      open = more;
      slice = 1;
    } else {
      if (ended) return 0;
      slice = slice < 16 ? slice * 2 : 20;
    }
    if (!ended && (ended = has_ended(child, status)) < 0) return ended;
    if (ended && !open) return 0;
    if (ejit_monotonic_nanoseconds() > deadline) return ended ? 0 : kill_and_reap(child, status);
  }
}

int ejit_run(const char *const *arguments, int capture_errors, unsigned timeout_seconds, int *exit_code,
             int *signal, uint8_t **output, size_t *output_count) {
  *exit_code = *signal = 0;
  *output = NULL;
  *output_count = 0;
  int ends[2];
#if defined(__APPLE__)
  if (pipe(ends) != 0) return -errno;
  if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0) return -errno;
#else
  if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
#endif
  pid_t child = 0;
  int result = spawn(arguments, capture_errors, ends[1], &child);
  (void)close(ends[1]);
  Bytes buffer = {0};
  int status = 0;
  if (result == 0) {
    uint64_t limit = (uint64_t)timeout_seconds * 1000000000;
    uint64_t deadline = limit ? ejit_monotonic_nanoseconds() + limit : UINT64_MAX;
    result = collect(child, ends[0], deadline, &buffer, &status);
    if (result != 0 && result != -ETIMEDOUT) (void)kill_and_reap(child, &status);
    if (result == 0 || result == -ETIMEDOUT) {
      int room = make_room(&buffer, 1);  // so that there is memory to free even without output
      if (room != 0) result = room;
    }
  }
  (void)close(ends[0]);
  if (result != 0 && result != -ETIMEDOUT) {
    free(buffer.bytes);
    return result;
  }
  *output = buffer.bytes;
  *output_count = buffer.count;
  if (WIFSIGNALED(status)) *signal = WTERMSIG(status);
  else *exit_code = WEXITSTATUS(status);
  return result;
}

static int is_program(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

// The result of ejit_find_executable for one candidate; -ENOENT when it is not a program.
static int candidate(const char *folder, size_t folder_length, const char *name, char *path, size_t capacity) {
  char buffer[PATH_MAX];
  const char *slash = folder_length ? "/" : "";
  int length = snprintf(buffer, sizeof buffer, "%.*s%s%s", (int)folder_length, folder, slash, name);
  if (length < 0 || (size_t)length >= sizeof buffer || !is_program(buffer)) return -ENOENT;
  if ((size_t)length >= capacity) return -ERANGE;
  memcpy(path, buffer, (size_t)length + 1);
  return length;
}

int ejit_find_executable(const char *name, char *path, size_t capacity) {
  if (!*name) return -ENOENT;
  if (strchr(name, '/')) return candidate("", 0, name, path, capacity);
  const char *folders = getenv("PATH");
  if (!folders) folders = "/usr/bin:/bin";
  for (;;) {
    size_t length = strcspn(folders, ":");
    if (length <= INT_MAX) {
      int result = candidate(length ? folders : ".", length ? length : 1, name, path, capacity);
      if (result != -ENOENT) return result;
    }
    if (!folders[length]) return -ENOENT;
    folders += length + 1;
  }
}

#else  // Windows: the command line tools do not run there yet, the libraries do.

int64_t ejit_read_file(const char *path, uint8_t **bytes) {
  (void)path;
  *bytes = NULL;
  return -ENOSYS;
}
int ejit_write_all(int descriptor, const void *bytes, size_t count) {
  return (void)descriptor, (void)bytes, (void)count, -ENOSYS;
}
int ejit_write_file(const char *path, const void *bytes, size_t count, int mode) {
  return (void)path, (void)bytes, (void)count, (void)mode, -ENOSYS;
}
int ejit_create_temporary(const char *prefix, char *path, size_t capacity) {
  return (void)prefix, (void)path, (void)capacity, -ENOSYS;
}
int64_t ejit_list_directory(const char *path, void (*each)(void *, const char *), void *context) {
  return (void)path, (void)each, (void)context, -ENOSYS;
}
int ejit_is_directory(const char *path) { return (void)path, -ENOSYS; }
int ejit_run(const char *const *arguments, int capture_errors, unsigned timeout_seconds, int *exit_code,
             int *signal, uint8_t **output, size_t *output_count) {
  (void)arguments, (void)capture_errors, (void)timeout_seconds;
  *exit_code = *signal = 0;
  *output = NULL;
  *output_count = 0;
  return -ENOSYS;
}
int ejit_find_executable(const char *name, char *path, size_t capacity) {
  return (void)name, (void)path, (void)capacity, -ENOENT;
}

#endif

// MARK: - Numbers

static double parse_in_c_locale(const char *text, char **end) {
#if defined(_WIN32)
  static _locale_t c_locale;
  if (!c_locale) c_locale = _create_locale(LC_ALL, "C");  // a race leaks one locale, no more
  return _strtod_l(text, end, c_locale);
#else
  locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!c_locale) return strtod(text, end);
  double value = strtod_l(text, end, c_locale);
  int error = errno;
  freelocale(c_locale);
  errno = error;
  return value;
#endif
}

int ejit_parse_double(const char *text, size_t count, double *value) {
  char small[64], *copy = small, *end;
  // strtod skips white space and stops at a NUL; neither belongs to a number.
  if (count == 0 || (unsigned char)text[0] <= ' ' || memchr(text, 0, count)) return -EINVAL;
  if (count >= sizeof small && !(copy = malloc(count + 1))) return -ENOMEM;
  memcpy(copy, text, count);
  copy[count] = 0;
  errno = 0;
  double parsed = parse_in_c_locale(copy, &end);
  int result = end != copy + count ? -EINVAL : 0;
  // ERANGE is also set for results that are subnormal or 0, which are right.
  if (result == 0 && errno == ERANGE && (parsed > 1 || parsed < -1)) result = -ERANGE;
  if (copy != small) free(copy);
  if (result == 0) *value = parsed;
  return result;
}
