extension Model {
  /// `i`: operands a, b, c, d. `k`: condition, count, length, shift or memory type. `o`: results.
  static let text = #"""
    #include <stdint.h>
    #include <string.h>
    typedef unsigned __int128 U;
    typedef __int128 S;
    typedef uint64_t u64;
    #define OP(name) void model_##name(int w, const u64 *i, const int *k, u64 *o)

    static U u(int w, u64 x) { return w == 64 ? (U)x : (U)(uint32_t)x; }
    static S s(int w, u64 x) { return w == 64 ? (S)(int64_t)x : (S)(int32_t)x; }
    static u64 z(int w, U x) { return w == 64 ? (u64)x : (u64)(uint32_t)x; }
    static int bit(u64 x, int n) { return (int)(x >> n & 1); }
    static u64 one(int n) { return (u64)1 << n; }
    #define A u(w, i[0])
    #define B u(w, i[1])
    #define SA s(w, i[0])
    #define SB s(w, i[1])

    OP(mov) { o[0] = z(w, A); }
    OP(add) { o[0] = z(w, A + B); }
    OP(sub) { o[0] = z(w, A - B); }
    OP(mul) { o[0] = z(w, A * B); }
    OP(and) { for (int n = 0; n < w; n++) if (bit(i[0], n) && bit(i[1], n)) o[0] |= one(n); }
    OP(or) { for (int n = 0; n < w; n++) if (bit(i[0], n) || bit(i[1], n)) o[0] |= one(n); }
    OP(xor) { for (int n = 0; n < w; n++) if (bit(i[0], n) != bit(i[1], n)) o[0] |= one(n); }
    OP(andn) { for (int n = 0; n < w; n++) if (bit(i[0], n) && !bit(i[1], n)) o[0] |= one(n); }
    OP(orn) { for (int n = 0; n < w; n++) if (bit(i[0], n) || !bit(i[1], n)) o[0] |= one(n); }
    OP(xnor) { for (int n = 0; n < w; n++) if (bit(i[0], n) == bit(i[1], n)) o[0] |= one(n); }
    OP(not) { for (int n = 0; n < w; n++) if (!bit(i[0], n)) o[0] |= one(n); }
    OP(neg) { o[0] = z(w, (U)-SA); }
    OP(abs) { o[0] = z(w, (U)(SA < 0 ? -SA : SA)); }
    OP(smin) { o[0] = z(w, (U)(SA < SB ? SA : SB)); }
    OP(smax) { o[0] = z(w, (U)(SA < SB ? SB : SA)); }
    OP(umin) { o[0] = z(w, A < B ? A : B); }
    OP(umax) { o[0] = z(w, A < B ? B : A); }
    OP(smulh) { o[0] = z(w, (U)((SA * SB) >> w)); }
    OP(umulh) { o[0] = z(w, (A * B) >> w); }
    OP(smulWide) { o[0] = z(w, (U)(SA * SB)); o[1] = z(w, (U)((SA * SB) >> w)); }
    OP(umulWide) { o[0] = z(w, A * B); o[1] = z(w, (A * B) >> w); }
    OP(madd) { o[0] = z(w, u(w, i[2]) + A * B); }
    OP(msub) { o[0] = z(w, u(w, i[2]) - A * B); }

    static u64 left(int w, u64 x, int n) {
      u64 r = 0;
      for (int m = n; m < w; m++) if (bit(x, m - n)) r |= one(m);
      return r;
    }
    static u64 right(int w, u64 x, int n, int fill) {
      u64 r = 0;
      for (int m = 0; m < w; m++) if (m + n < w ? bit(x, m + n) : fill) r |= one(m);
      return r;
    }
    static u64 turn(int w, u64 x, int n) {
      u64 r = 0;
      for (int m = 0; m < w; m++) if (bit(x, m)) r |= one((m + n) % w);
      return r;
    }
    static u64 shift(int w, int kind, u64 x, int n) {
      return kind == 0 ? left(w, x, n) : right(w, x, n, kind == 2 && bit(x, w - 1));
    }
    #define N (int)(i[1] % w)
    OP(shl) { o[0] = shift(w, 0, i[0], N); }
    OP(shr) { o[0] = shift(w, 1, i[0], N); }
    OP(sar) { o[0] = shift(w, 2, i[0], N); }
    OP(rotl) { o[0] = turn(w, i[0], N); }
    OP(rotr) { o[0] = turn(w, i[0], w - N); }
    OP(funnel) { o[0] = z(w, (A << w | B) >> (i[2] % w)); }
    OP(addShifted) { o[0] = z(w, A + shift(w, k[0], i[1], k[1])); }
    OP(subShifted) { o[0] = z(w, A - shift(w, k[0], i[1], k[1])); }
    OP(ubfx) { for (int n = 0; n < k[1]; n++) if (bit(i[0], k[0] + n)) o[0] |= one(n); }
    OP(sbfx) { for (int n = 0; n < w; n++) if (bit(i[0], k[0] + (n < k[1] ? n : k[1] - 1))) o[0] |= one(n); }
    OP(bfi) {
      for (int n = 0; n < w; n++)
        if (n >= k[0] && n < k[0] + k[1] ? bit(i[0], n - k[0]) : bit(i[3], n)) o[0] |= one(n);
    }
    OP(clz) { while (o[0] < (u64)w && !bit(i[0], w - 1 - (int)o[0])) o[0]++; }
    OP(ctz) { while (o[0] < (u64)w && !bit(i[0], (int)o[0])) o[0]++; }
    OP(cls) { while (o[0] < (u64)w - 1 && bit(i[0], w - 2 - (int)o[0]) == bit(i[0], w - 1)) o[0]++; }
    OP(bitrev) { for (int n = 0; n < w; n++) if (bit(i[0], n)) o[0] |= one(w - 1 - n); }
    OP(popcnt) { for (int n = 0; n < w; n++) o[0] += bit(i[0], n); }

    static u64 swap(u64 x, int bytes) {
      unsigned char from[8], to[8] = {0};
      memcpy(from, &x, 8);
      for (int n = 0; n < bytes; n++) to[n] = from[bytes - 1 - n];
      memcpy(&x, to, 8);
      return x;
    }
    static S sign(u64 x, int bits) { return bit(x, bits - 1) ? (S)(x & (one(bits) - 1)) - ((S)1 << bits)
                                                            : (S)(x & (one(bits) - 1)); }
    OP(bswap) { o[0] = swap(i[0], w / 8); }
    OP(bswap16) { o[0] = swap(i[0], 2); }
    OP(sbswap16) { o[0] = z(w, (U)sign(swap(i[0], 2), 16)); }
    OP(sbswap32) { o[0] = z(w, (U)sign(swap(i[0], 4), 32)); }
    OP(sext8) { o[0] = z(w, (U)sign(i[0], 8)); }
    OP(sext16) { o[0] = z(w, (U)sign(i[0], 16)); }
    OP(sext32) { o[0] = z(w, (U)sign(i[0], 32)); }
    OP(zext8) { o[0] = (unsigned char)i[0]; }
    OP(zext16) { o[0] = (uint16_t)i[0]; }
    OP(zext32) { o[0] = (uint32_t)i[0]; }
    OP(extended) {  // u8 u16 u32 u64 s8 s16 s32 s64
      int bits = 8 << (k[0] & 3);
      o[0] = bits == 64 ? i[0] : k[0] < 4 ? i[0] & (one(bits) - 1) : (u64)sign(i[0], bits);
    }
    OP(lea) { o[0] = z(w, (U)i[0] + ((U)i[1] << k[0]) + (U)(S)k[1]); }

    OP(leaUxtw) { o[0] = z(w, (U)i[0] + ((U)(uint32_t)i[1] << k[0]) + (U)(S)k[1]); }
    OP(leaSxtw) { o[0] = z(w, (U)i[0] + ((U)(S)(int32_t)i[1] << k[0]) + (U)(S)k[1]); }
    OP(swapped) {
      const u64 bytes[4] = {swap(i[0], 1 << (k[0] & 3))};
      model_extended(w, bytes, k, o);
    }

    // eq ne slt sle sgt sge ult ule ugt uge carry noCarry borrow noBorrow overflow noOverflow negative nonNegative
    static int compare(int c, S sa, S sb, U ua, U ub) {
      switch (c) {
        case 0: return sa == sb;
        case 1: return sa != sb;
        case 2: return sa < sb;
        case 3: return sa <= sb;
        case 4: return sa > sb;
        case 5: return sa >= sb;
        case 6: return ua < ub;
        case 7: return ua <= ub;
        case 8: return ua > ub;
        default: return ua >= ub;
      }
    }
    static int fits(int w, S x) { return x >= -((S)1 << (w - 1)) && x < (S)1 << (w - 1); }
    static int flag(int c, u64 r, int w, S exact, int carry, int borrow) {
      switch (c) {
        case 0: return r == 0;
        case 1: return r != 0;
        case 2: return exact < 0;
        case 3: return exact < 0 || r == 0;
        case 4: return exact >= 0 && r != 0;
        case 5: return exact >= 0;
        case 6: return borrow;
        case 7: return borrow || r == 0;
        case 8: return !borrow && r != 0;
        case 9: return !borrow;
        case 10: return carry;
        case 11: return !carry;
        case 12: return borrow;
        case 13: return !borrow;
        case 14: return !fits(w, exact);
        case 15: return fits(w, exact);
        case 16: return bit(r, w - 1);
        default: return !bit(r, w - 1);
      }
    }
    // o[1]: does condition k[0] hold afterwards?
    static void sum(int w, const u64 *i, const int *k, u64 *o, int c) {
      o[0] = z(w, A + B + c);
      o[1] = flag(k[0], o[0], w, SA + SB + c, (int)((A + B + c) >> w), 0);
    }
    static void difference(int w, const u64 *i, const int *k, u64 *o, int c) {
      o[0] = z(w, A - B - c);
      o[1] = flag(k[0], o[0], w, SA - SB - c, 0, A < B + c);
    }
    OP(addFlags) { sum(w, i, k, o, 0); }
    OP(adc) { sum(w, i, k, o, i[2] != 0); }
    OP(subFlags) { difference(w, i, k, o, 0); }
    OP(sbb) { difference(w, i, k, o, i[2] != 0); }
    OP(cmp) { o[1] = k[0] < 10 ? compare(k[0], SA, SB, A, B) : (difference(w, i, k, o, 0), o[1]); o[0] = 0; }
    OP(test) { o[1] = flag(k[0], z(w, A & B), w, 0, 0, 0); }
    OP(carryToBorrow) {  // of a + b, then what sbb makes of c - d
      o[0] = z(w, u(w, i[2]) - u(w, i[3]) - ((A + B) >> w));
    }
    OP(borrowToCarry) { o[0] = z(w, u(w, i[2]) + u(w, i[3]) + (A < B)); }  // of a - b, then c + d
    OP(addOverflow) { o[0] = z(w, A + B); o[1] = k[0] ? (A + B) >> w != 0 : !fits(w, SA + SB); }
    OP(subOverflow) { o[0] = z(w, A - B); o[1] = k[0] ? A < B : !fits(w, SA - SB); }
    OP(mulOverflow) { o[0] = z(w, A * B); o[1] = k[0] ? (A * B) >> w != 0 : !fits(w, SA * SB); }

    OP(ccmp) {  // after a comparison of a and c; condition ult, outcome k[1]
      const u64 known[2] = {k[1] == 2, k[1] == 0};
      model_cmp(w, A < u(w, i[2]) ? i : known, k, o);
    }

    OP(sdiv) { o[0] = SB == 0 ? 0 : z(w, (U)(SA / SB)); }
    OP(udiv) { o[0] = B == 0 ? 0 : z(w, A / B); }
    OP(srem) { o[0] = z(w, SB == 0 ? A : (U)(SA % SB)); }
    OP(urem) { o[0] = z(w, B == 0 ? A : A % B); }
    OP(sdivmod) { model_sdiv(w, i, k, o); model_srem(w, i, k, o + 1); }
    OP(udivmod) { model_udiv(w, i, k, o); model_urem(w, i, k, o + 1); }
    // o[1]: is there no result? Then the destination, i[3], stays.
    #define OR_NONE(none, value) o[1] = none; o[0] = o[1] ? i[3] : z(w, (U)(value))
    OP(sdivChecked) { OR_NONE(SB == 0 || !fits(w, SA / SB), SA / SB); }
    OP(udivChecked) { OR_NONE(B == 0, A / B); }
    OP(sremChecked) { OR_NONE(SB == 0, SA % SB); }
    OP(uremChecked) { OR_NONE(B == 0, A % B); }
    OP(sremUnchecked) { OR_NONE(SB == 0 || !fits(w, SA / SB), SA % SB); }
    #define C u(w, i[2])
    OP(udivWideChecked) { OR_NONE(C == 0 || (A << w | B) / C >> w != 0, (A << w | B) / C); }
    OP(udivWide) {
      model_udivWideChecked(w, i, k, o);
      o[1] = o[1] ? 0 : z(w, (A << w | B) % C);
    }

    #define HOLDS compare(k[0], SA, SB, A, B)
    OP(branch) { o[1] = HOLDS; }
    OP(branchTest) { o[1] = flag(k[0], z(w, A & B), w, 0, 0, 0); }
    OP(branchBit) { o[1] = bit(i[0], k[1]) == k[0]; }  // eq: 0, ne: 1
    OP(set) { o[0] = HOLDS; }
    OP(setMask) { o[0] = HOLDS ? z(w, ~(U)0) : 0; }
    OP(select) { o[0] = z(w, HOLDS ? i[2] : i[3]); }
    """#
}
