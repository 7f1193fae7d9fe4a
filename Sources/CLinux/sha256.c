// CLinux: SHA-256's blocks (FIPS 180-4, section 6.2.2), by the processor's instructions where it has them.
// SPDX-License-Identifier: Apache-2.0
#include "CLinuxSHA.h"

#include <string.h>

// The first 32 bits of the fractions of the first 64 primes' cube roots.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static void plain(uint32_t state[8], const uint8_t *data, size_t count) {
  for (; count > 0; count--, data += 64) {
    uint32_t words[64];
    for (int t = 0; t < 16; t++) {
      uint32_t word;
      memcpy(&word, data + 4 * t, 4);
      words[t] = __builtin_bswap32(word);
    }
    for (int t = 16; t < 64; t++) {
      uint32_t near = words[t - 2], far = words[t - 15];
      words[t] = (turn(near, 17) ^ turn(near, 19) ^ near >> 10) + words[t - 7] +
                 (turn(far, 7) ^ turn(far, 18) ^ far >> 3) + words[t - 16];
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 64; t++) {
      uint32_t first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) +
                       constants[t] + words[t];
      uint32_t second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int is_able(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}

__attribute__((target("sha,sse4.1,ssse3"))) static void quick(
    uint32_t state[8], const uint8_t *data, size_t count) {
  const __m128i reversed = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  // The instructions want the state as two words of four: A B E F and C D G H, A in the highest place.
  __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
  for (; count > 0; count--, data += 64) {
    __m128i words[4], abef_before = abef, cdgh_before = cdgh;
    for (int i = 0; i < 4; i++)
      words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)data + i), reversed);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      __m128i w = words[i & 3];
      __m128i sum = _mm_add_epi32(w, _mm_load_si128((const __m128i *)constants + i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      if (i >= 12) continue;
      // Four words of the schedule; each is made of the one 16, 15, 7 and 2 places before it.
      __m128i last = words[(i + 3) & 3], seventh = _mm_alignr_epi8(last, words[(i + 2) & 3], 4);
      __m128i begun = _mm_add_epi32(_mm_sha256msg1_epu32(w, words[(i + 1) & 3]), seventh);
      words[i & 3] = _mm_sha256msg2_epu32(begun, last);
    }
    abef = _mm_add_epi32(abef, abef_before), cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#elif defined(__aarch64__)
#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>

static int is_able(void) { return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0; }

__attribute__((target("sha2"))) static void quick(
    uint32_t state[8], const uint8_t *data, size_t count) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; count > 0; count--, data += 64) {
    uint32x4_t words[4], abcd_before = abcd, efgh_before = efgh;
    for (int i = 0; i < 4; i++)
      words[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      uint32x4_t w = words[i & 3], sum = vaddq_u32(w, vld1q_u32(constants + 4 * i)), old = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, old, sum);
      if (i < 12)
        words[i & 3] = vsha256su1q_u32(
            vsha256su0q_u32(w, words[(i + 1) & 3]), words[(i + 2) & 3], words[(i + 3) & 3]);
    }
    abcd = vaddq_u32(abcd, abcd_before), efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd), vst1q_u32(state + 4, efgh);
}

#else
static int is_able(void) { return 0; }
static void quick(uint32_t state[8], const uint8_t *data, size_t count) { plain(state, data, count); }
#endif

int clinux_sha256_is_quick(void) {
  // Asked once: in a virtual machine the question may cost as much as a thousand blocks.
  static _Atomic int answer = -1;
  if (answer < 0) answer = is_able();
  return answer;
}

void clinux_sha256(uint32_t state[8], const uint8_t *data, size_t count, int may_be_quick) {
  (may_be_quick && clinux_sha256_is_quick() ? quick : plain)(state, data, count);
}
