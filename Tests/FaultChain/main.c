// What does not happen at a fault site reaches whoever handled the signal before. Each check is a process of its own,
// because handlers are installed once and some checks end in death.

#define _GNU_SOURCE 1

#include "CEjitShims.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// Ends of a child. A death by signal N is -N.
enum { FINE = 10, WRONG = 11, PLAIN = 12, DETAILED = 13 };

static volatile char *nowhere;
static char *code;
static void *guard;

static void map_code(const void *bytes, size_t count, size_t site_end, size_t recovery) {
  size_t page = ejit_page_size();
  void *pages, *closed;
  if (ejit_map_read_write(page, &pages) != 0 || ejit_reserve(page, &closed) != 0) _exit(WRONG);
  memcpy(pages, bytes, count);
  if (ejit_protect_read_execute(pages, page) != 0) _exit(WRONG);
  ejit_synchronize_code(pages, pages, count);
  nowhere = closed;
  code = pages;
  ejit_fault_site site = {0, (uint32_t)site_end, (uint32_t)recovery, 7};
  if (ejit_guard_code((uintptr_t)pages, count, &site, 1, &guard) != 0) _exit(WRONG);
}

// A site that goes round for ever; its recovery returns.
static void guard_loop(void) {
#if defined(__x86_64__)
  static const unsigned char loop[] = {0xeb, 0xfe, 0xc3};  // jmp .; retq
  map_code(loop, sizeof loop, 2, 2);
#else
  static const uint32_t loop[] = {0x14000000, 0xd65f03c0};  // b .; ret
  map_code(loop, sizeof loop, 4, 4);
#endif
}

static void run_loop(void) { ((void (*)(void))(uintptr_t)code)(); }

static void install(int signal, void *handler, int flags, int masked) {
  struct sigaction action = {.sa_flags = flags};
  if (flags & SA_SIGINFO) action.sa_sigaction = (void (*)(int, siginfo_t *, void *))(uintptr_t)handler;
  else action.sa_handler = (void (*)(int))(uintptr_t)handler;
  if (sigemptyset(&action.sa_mask) != 0 || (masked && sigaddset(&action.sa_mask, masked) != 0)) _exit(WRONG);
  if (sigaction(signal, &action, NULL) != 0) _exit(WRONG);
}

static void plain(int signal) { _exit(signal == SIGSEGV ? PLAIN : WRONG); }

static void detailed(int signal, siginfo_t *information, void *context) {
  _exit(signal == SIGSEGV && context && information->si_addr == nowhere ? DETAILED : WRONG);
}

static int is_blocked(int signal) {
  sigset_t mask;
  if (sigprocmask(SIG_BLOCK, NULL, &mask) != 0) _exit(WRONG);
  return sigismember(&mask, signal);
}

static void masked(int signal) { _exit(is_blocked(signal) && is_blocked(SIGUSR1) ? FINE : WRONG); }
static void nested(int signal) { _exit(!is_blocked(signal) && is_blocked(SIGUSR1) ? FINE : WRONG); }
static void returning(int signal) { (void)signal; }

static char stack[1 << 16];

static void on_own_stack(int signal) {
  const char *frame = __builtin_frame_address(0);
  (void)signal;
  _exit(frame >= stack && frame < stack + sizeof stack ? FINE : WRONG);
}

static void use_own_stack(void) {
  stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
  if (sigaltstack(&own, NULL) != 0) _exit(WRONG);
}

// The parent gets the signal while it runs code of a site.
static void send_from_a_child(int signal) {
  pid_t parent = getpid(), child = fork();
  if (child != 0) return;
  usleep(100000);
  _exit(kill(parent, signal) != 0);
}

static void fault(void) { *nowhere = 1; }

static void reach_plain(void) { install(SIGSEGV, plain, 0, 0), guard_loop(), fault(); }
static void reach_detailed(void) { install(SIGSEGV, detailed, SA_SIGINFO, 0), guard_loop(), fault(); }
static void die_by_default(void) { install(SIGSEGV, SIG_DFL, 0, 0), guard_loop(), fault(); }
static void die_though_ignored(void) { install(SIGSEGV, SIG_IGN, 0, 0), guard_loop(), fault(); }
static void block_what_it_wants(void) { install(SIGSEGV, masked, 0, SIGUSR1), guard_loop(), fault(); }
static void leave_open_what_it_wants(void) { install(SIGSEGV, nested, SA_NODEFER, SIGUSR1), guard_loop(), fault(); }
static void call_once(void) { install(SIGSEGV, returning, SA_RESETHAND, 0), guard_loop(), fault(); }
static void reach_own_stack(void) {
  use_own_stack(), install(SIGSEGV, on_own_stack, SA_ONSTACK, 0), guard_loop(), fault();
}

// A trap has been executed when its signal comes.
static void die_by_trap(void) {
  install(SIGTRAP, SIG_DFL, 0, 0), guard_loop();
#if defined(__x86_64__)
  __asm__ volatile("int3");
#else
  __asm__ volatile("brk #1");
#endif
}

static void die_by_unknown_instruction(void) {
  install(SIGILL, SIG_DFL, 0, 0), guard_loop();
#if defined(__x86_64__)
  __asm__ volatile("ud2");
#else
  __asm__ volatile("udf #1");
#endif
}

static void die_when_sent(void) { install(SIGSEGV, SIG_DFL, 0, 0), guard_loop(), raise(SIGSEGV); }
static void ignore_when_sent(void) {
  install(SIGSEGV, SIG_IGN, 0, 0), guard_loop(), raise(SIGSEGV);
  _exit(FINE);
}
static void reach_when_sent(void) {
  install(SIGSEGV, plain, 0, 0), guard_loop(), send_from_a_child(SIGSEGV), run_loop();
}

// Without the guard a site is like any other place.
static void reach_after_unguarding(void) {
#if defined(__x86_64__)
  static const unsigned char store[] = {0x44, 0x88, 0x0f, 0xc3};  // movb %r9b, (%rdi); retq
  map_code(store, sizeof store, 3, 3);
#else
  static const uint32_t store[] = {0x39000009, 0xd65f03c0};  // strb w9, [x0]; ret
  map_code(store, sizeof store, 4, 4);
#endif
  void (*function)(volatile char *) = (void (*)(volatile char *))(uintptr_t)code;
  function(nowhere);
  ejit_fault last = ejit_last_fault();
  if (last.site != 7 || last.kind != EJIT_FAULT_MEMORY || last.address != (uintptr_t)nowhere) _exit(WRONG);
  ejit_unguard_code(guard);
  function(nowhere);
}

typedef struct {
  const char *name;
  void (*body)(void);
  int end;
} Check;

static const Check checks[] = {
    {"a handler without details", reach_plain, PLAIN},
    {"a handler with details", reach_detailed, DETAILED},
    {"no handler", die_by_default, -SIGSEGV},
    {"an ignored signal, but a fault", die_though_ignored, -SIGSEGV},
    {"a handler's mask", block_what_it_wants, FINE},
    {"a handler that may be interrupted by itself", leave_open_what_it_wants, FINE},
    {"a handler for one signal only", call_once, -SIGSEGV},
    {"a stack for handlers", reach_own_stack, FINE},
    {"a trap", die_by_trap, -SIGTRAP},
    {"an instruction that does not exist", die_by_unknown_instruction, -SIGILL},
    {"a signal that was sent", die_when_sent, -SIGSEGV},
    {"a signal that was sent and is ignored", ignore_when_sent, FINE},
    {"a signal that was sent to code of a site", reach_when_sent, PLAIN},
    {"a guard that is gone", reach_after_unguarding, -SIGSEGV},
};

static int end_of(const Check *check) {
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    check->body();
    _exit(WRONG);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child) abort();
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int main(void) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return 1;
  // Whatever the runtime of a language or a sanitizer put there.
  for (int signal = SIGILL; signal <= SIGSEGV; signal++)
    if (signal != SIGKILL) install(signal, SIG_DFL, 0, 0);
  int passed = 0, failed = 0;
  for (size_t index = 0; index < sizeof checks / sizeof *checks; index++) {
    int end = end_of(&checks[index]);
    if (end == checks[index].end) passed++;
    else failed++, printf("%s: %d instead of %d\n", checks[index].name, end, checks[index].end);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
