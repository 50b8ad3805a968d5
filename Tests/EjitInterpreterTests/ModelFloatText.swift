extension Model {
  /// Floating-point ops. Where a result is computed, NaN is the one that `fcanon` makes. `k`: choices in the order of
  /// their enums.
  static let floatText = #"""
    #include <math.h>
    #include <tgmath.h>
    static double wide(u64 x) { double d; memcpy(&d, &x, 8); return d; }
    static float narrow(u64 x) { float f; memcpy(&f, &x, 4); return f; }
    static u64 wideBits(double d) { u64 x; memcpy(&x, &d, 8); return d != d ? 0x7ff8000000000000 : x; }
    static u64 narrowBits(float f) { uint32_t x; memcpy(&x, &f, 4); return f != f ? 0x7fc00000 : x; }
    // `value` is said of a, b, c of both types.
    #define NUMBER(name, value) OP(name) { \
      if (w == 64) { double a = wide(i[0]), b = wide(i[1]), c = wide(i[2]); o[0] = wideBits(value); (void)b; (void)c; } \
      else { float a = narrow(i[0]), b = narrow(i[1]), c = narrow(i[2]); o[0] = narrowBits(value); (void)b; (void)c; } }
    static int signals(int w, u64 x) {
      return w == 64 ? isnan(wide(x)) && !bit(x, 51) : isnan(narrow(x)) && !bit(x, 22);
    }

    OP(fmov) { memcpy(o, i, w / 8); }
    OP(fneg) { memcpy(o, i, w / 8); *o += bit(i[0], w - 1) ? -one(w - 1) : one(w - 1); }
    OP(fabs) { memcpy(o, i, w / 8); if (bit(i[0], w - 1)) *o -= one(w - 1); }
    OP(fcopysign) { model_fabs(w, i, k, o); *o += (u64)bit(i[1], w - 1) << (w - 1); }
    NUMBER(fcanon, a)
    NUMBER(fadd, a + b)
    NUMBER(fsub, a - b)
    NUMBER(fmul, a * b)
    NUMBER(fdiv, a / b)
    NUMBER(fsqrt, sqrt(a))
    NUMBER(fma, fma(a, b, c))
    NUMBER(fms, fma(a, b, -c))
    NUMBER(fnma, fma(-a, b, c))
    NUMBER(fnms, fma(-a, b, -c))
    NUMBER(fmin, isnan(a) || isnan(b) ? NAN : a == b ? (signbit(a) ? a : b) : a < b ? a : b)
    NUMBER(fmax, isnan(a) || isnan(b) ? NAN : a == b ? (signbit(a) ? b : a) : a < b ? b : a)
    NUMBER(lesser, isnan(a) ? b : isnan(b) ? a : a == b ? (signbit(a) ? a : b) : a < b ? a : b)
    NUMBER(greater, isnan(a) ? b : isnan(b) ? a : a == b ? (signbit(a) ? b : a) : a < b ? b : a)
    #define QUIET(op) if (signals(w, i[0]) || signals(w, i[1])) model_fcanon(w, i + !signals(w, i[0]), k, o); \
      else op(w, i, k, o)
    OP(fminNum) { QUIET(model_lesser); }
    OP(fmaxNum) { QUIET(model_greater); }
    NUMBER(fround, k[0] == 0 ? floor(a) : k[0] == 1 ? ceil(a) : k[0] == 2 ? trunc(a) : k[0] == 3 ? rint(a) : round(a))

    static int relation(int c, double a, double b) {  // oeq one olt ole ogt oge ord ueq une ult ule ugt uge uno
      switch (c) {
        case 0: return a == b;
        case 1: return a < b || a > b;
        case 2: return a < b;
        case 3: return a <= b;
        case 4: return a > b;
        case 5: return a >= b;
        case 6: return a == a && b == b;
        case 7: return !(a < b || a > b);
        case 8: return a != b;
        case 9: return !(a >= b);
        case 10: return !(a > b);
        case 11: return !(a <= b);
        case 12: return !(a < b);
        default: return a != a || b != b;
      }
    }
    static double number(int w, u64 x) { return w == 64 ? wide(x) : (double)narrow(x); }
    #define RELATION relation(k[0], number(w, i[0]), number(w, i[1]))
    OP(fset) { o[0] = RELATION; }
    OP(fbranch) { o[1] = RELATION; }
    OP(fselect) { memcpy(o, i + (RELATION ? 2 : 3), w / 8); }
    OP(fminSelect) { memcpy(o, i + !(number(w, i[0]) < number(w, i[1])), w / 8); }
    OP(fmaxSelect) { memcpy(o, i + !(number(w, i[0]) > number(w, i[1])), w / 8); }

    // k[0]: f64, f32; k[1]: signed, unsigned. o[1]: does the unchecked form have no result?
    OP(ftoi) {
      double v = trunc(number(k[0] == 0 ? 64 : 32, i[0]));
      double low = k[1] ? 0 : -ldexp(1, w - 1), high = ldexp(1, k[1] ? w : w - 1);
      o[1] = !(v >= low && v < high);
      if (isnan(v)) o[0] = 0;
      else if (v < low) o[0] = k[1] ? 0 : one(w - 1);
      else if (v >= high) o[0] = z(w, k[1] ? ~(U)0 : one(w - 1) - 1);
      else o[0] = k[1] ? (u64)v : z(w, (U)(S)(int64_t)v);
    }
    OP(ftoiUnchecked) { model_ftoi(w, i, k, o); if (o[1]) o[0] = i[3]; }
    OP(itof) {
      if (k[0] == 0) o[0] = wideBits(k[1] ? (double)(u64)A : (double)(int64_t)SA);
      else o[0] = narrowBits(k[1] ? (float)(u64)A : (float)(int64_t)SA);
    }
    OP(fwiden) { o[0] = wideBits((double)narrow(i[0])); }
    OP(fnarrow) { o[0] = narrowBits((float)wide(i[0])); }
    OP(fwidenHalf) {
      int e = i[0] >> 10 & 31, m = i[0] & 1023;
      float value = e == 31 ? (m ? NAN : INFINITY) : e == 0 ? ldexp((float)m, -24) : ldexp((float)(1024 + m), e - 25);
      o[0] = narrowBits(bit(i[0], 15) ? -value : value);
    }
    OP(fnarrowHalf) {
      float x = narrow(i[0]), y = fabs(x);
      int e = y < 0x1p-14f ? -14 : ilogb(y);
      if (isnan(x)) o[0] = 0x7e00;
      else if (y >= 65520) o[0] = 0x7c00 | (u64)bit(i[0], 31) << 15;
      else o[0] = (u64)(e + 14) * 1024 + (u64)rint(ldexp((double)y, 10 - e)) | (u64)bit(i[0], 31) << 15;
    }
    """#
}
