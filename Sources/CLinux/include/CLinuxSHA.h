// CLinux: the blocks of SHA-256 and SHA-512.
// SPDX-License-Identifier: Apache-2.0
#ifndef CLINUX_SHA_H
#define CLINUX_SHA_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has instructions for SHA-256.
int clinux_sha256_is_quick(void);

/// Takes `count` blocks of 64 bytes into the state; with `may_be_quick` 0 by plain C.
void clinux_sha256(uint32_t state[8], const uint8_t *data, size_t count, int may_be_quick);

/// Takes `count` blocks of 128 bytes into the state.
void clinux_sha512(uint64_t state[8], const uint8_t *data, size_t count);

#endif
