// C functions that checks have a machine call: each says what it got and whether the stack was aligned.
#pragma once
#include <stdint.h>

/// Addresses of functions of twelve arguments: the sum of (number of the argument, from 1) · argument, as a double.
/// A letter for each argument: i is int64_t, d is double.
uintptr_t vm_callee_iiiiiiiiiiii(void);
uintptr_t vm_callee_dddddddddddd(void);
uintptr_t vm_callee_idididididid(void);
uintptr_t vm_callee_dddddddddiii(void);
uintptr_t vm_callee_iiiiiiiddddd(void);
/// A text: minus its length, as int32_t.
uintptr_t vm_callee_count(void);

/// The address of the C library's `snprintf`.
uintptr_t vm_callee_snprintf(void);

/// How many calls of the functions above there were, and how many of them with a stack that is not aligned to 16 bytes.
int64_t vm_callee_calls(void);
int64_t vm_callee_misaligned(void);
