// Fused operations for training on one CPU core. Each is one pass where PyTorch
// would make several trips through memory. Called through ctypes (see ops.py).
// Shapes: N tokens, D model width, E experts, F expert width, K experts per token,
// B sequences of T tokens, H query heads, G key/value heads, C head width.
#include <cblas.h>
#include <cmath>
#include <cstring>
#include <vector>
#include <algorithm>
#include "gemm_bf16.h"

typedef long long i64;

// C[m,n] (+)= op(A) op(B), row-major; exact floats (attention scores).
static inline void gemm(bool ta, bool tb, int m, int n, int k, float alpha, const float* a, int lda,
                        const float* b, int ldb, float beta, float* c, int ldc) {
  if (m == 0 || n == 0) return;
  cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k,
              alpha, a, lda, b, ldb, beta, c, ldc);
}

// The same for the large products, in bfloat16 where the CPU has it; beta is 0 or 1.
static inline void fast(bool ta, bool tb, int m, int n, int k, const float* a, int lda, const float* b, int ldb, float beta,
                        float* c, int ldc) {
  if (m == 0 || n == 0) return;
#ifdef __AVX512BF16__
  bf::gemm(ta, tb, m, n, k, 1, a, lda, b, ldb, beta != 0, c, ldc);
#else
  gemm(ta, tb, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
#endif
}

// e^x to 4e-6 of it for x up to 0, from 2^-126 up: of scores below their maximum. A vector of std::exp is a call.
static inline float power(float x) {
  float t = std::max(x * 1.44269504f, -126.0f), whole = std::nearbyint(t), f = t - whole;
  float p = f * (0.0555041087f + f * (0.00961812911f + f * (0.00133335581f + f * 0.000154035304f)));
  p = 1 + f * (0.693147181f + f * (0.240226507f + p));
  int bits = ((int)whole + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

// C[m,n] = beta C + alpha A op(B) of the optimiser: bfloat16 where that outweighs packing.
static inline void product(bool tb, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb, float beta,
                           float* c, int ldc) {
#ifdef __AVX512BF16__
  if (m >= 128) {
    for (int i = 0; beta != 0 && i < m; i++)
      for (int j = 0; j < n; j++) c[(size_t)i * ldc + j] *= beta;
    return bf::gemm(false, tb, m, n, k, alpha, a, lda, b, ldb, beta != 0, c, ldc);
  }
#endif
  gemm(false, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

// Normalise every head vector, scale by w, rotate by its position (NEOX: pairs i, i + C/2).
// x and y: [N, heads, C] with row strides xs and ys; tables [T, C/2]; r [N, heads]. Of the width that ships the compiler is told.
template <int C>
void headrope_fwd_of(const float* x, i64 xs, const float* w, const float* cs, const float* sn, float* y, i64 ys, float* r, i64 n,
                     int t, int heads, int width, float eps) {
  const int c = C ? C : width, h2 = c / 2;
  for (i64 i = 0; i < n; i++) {
    const float *co = cs + (i % t) * h2, *si = sn + (i % t) * h2;
    for (int h = 0; h < heads; h++) {
      const float* __restrict a = x + i * xs + h * c;
      float* __restrict o = y + i * ys + h * c;
      float s = 0;
      for (int j = 0; j < c; j++) s += a[j] * a[j];
      float q = 1.0f / std::sqrt(s / c + eps);
      r[i * heads + h] = q;
      for (int j = 0; j < h2; j++) {
        float u = a[j] * q * w[j], v = a[j + h2] * q * w[j + h2];
        o[j] = u * co[j] - v * si[j];
        o[j + h2] = v * co[j] + u * si[j];
      }
    }
  }
}

template <int C>
void headrope_bwd_of(const float* x, i64 xs, const float* w, const float* cs, const float* sn, const float* r, const float* dy, i64 ys,
                     float* dx, float* dw, i64 n, int t, int heads, int width) {
  const int c = C ? C : width, h2 = c / 2;
  float g[256];
  for (i64 i = 0; i < n; i++) {
    const float *co = cs + (i % t) * h2, *si = sn + (i % t) * h2;
    for (int h = 0; h < heads; h++) {
      const float *__restrict a = x + i * xs + h * c, *__restrict d = dy + i * ys + h * c;
      float* __restrict o = dx + i * xs + h * c;
      float q = r[i * heads + h], s = 0;
      for (int j = 0; j < h2; j++) {
        g[j] = d[j] * co[j] + d[j + h2] * si[j];
        g[j + h2] = d[j + h2] * co[j] - d[j] * si[j];
      }
      for (int j = 0; j < c; j++) s += g[j] * w[j] * a[j];
      float k = s * q * q * q / c;
      for (int j = 0; j < c; j++) {
        dw[j] += g[j] * a[j] * q;
        o[j] = g[j] * w[j] * q - k * a[j];
      }
    }
  }
}

extern "C" {

// y[N,O] = x[N,D] w[O,D]^T, and its way back.
void linear_fwd(const float* x, const float* w, float* y, i64 n, int d, int o) {
  fast(false, true, n, o, d, x, d, w, d, 0, y, o);
}

void linear_bwd(const float* x, const float* w, const float* dy, float* dx, float* dw, i64 n, int d, int o) {
  fast(false, false, n, d, o, dy, o, w, d, 0, dx, d);
  fast(true, false, o, d, n, dy, o, x, d, 0, dw, d);
}

// y = x / rms(x) * w; r keeps 1/rms for the way back.
void rmsnorm_fwd(const float* x, const float* w, float* y, float* r, i64 n, int d, float eps) {
  for (i64 i = 0; i < n; i++) {
    const float* xi = x + i * d;
    float* yi = y + i * d;
    float s = 0;
    for (int j = 0; j < d; j++) s += xi[j] * xi[j];
    float q = 1.0f / std::sqrt(s / d + eps);
    r[i] = q;
    for (int j = 0; j < d; j++) yi[j] = xi[j] * q * w[j];
  }
}

void rmsnorm_bwd(const float* x, const float* w, const float* r, const float* dy, float* dx, float* dw,
                 i64 n, int d) {
  for (i64 i = 0; i < n; i++) {
    const float *xi = x + i * d, *gi = dy + i * d;
    float* di = dx + i * d;
    float q = r[i], s = 0;
    for (int j = 0; j < d; j++) s += gi[j] * w[j] * xi[j];
    float c = s * q * q * q / d;
    for (int j = 0; j < d; j++) {
      dw[j] += gi[j] * xi[j] * q;
      di[j] = gi[j] * w[j] * q - c * xi[j];
    }
  }
}

void headrope_fwd(const float* x, i64 xs, const float* w, const float* cs, const float* sn, float* y, i64 ys, float* r, i64 n, int t,
                  int heads, int c, float eps) {
  (c == 32 ? headrope_fwd_of<32> : headrope_fwd_of<0>)(x, xs, w, cs, sn, y, ys, r, n, t, heads, c, eps);
}

void headrope_bwd(const float* x, i64 xs, const float* w, const float* cs, const float* sn, const float* r, const float* dy, i64 ys,
                  float* dx, float* dw, i64 n, int t, int heads, int c) {
  (c == 32 ? headrope_bwd_of<32> : headrope_bwd_of<0>)(x, xs, w, cs, sn, r, dy, ys, dx, dw, n, t, heads, c);
}

// Causal attention, one block of query rows at a time; only the row's log-sum-exp is kept.
// q, o: [B,T,H,C] with row stride qs, os; k, v: [B,T,G,C] with row strides ks, vs; lse [B,H,T].
static const int QB = 96;

void attention_fwd(const float* q, i64 qs, const float* k, i64 ks, const float* v, i64 vs, float* o, i64 os,
                   float* lse, int b, int t, int heads, int groups, int c) {
  std::vector<float> s((size_t)QB * t);
  float inv[QB];
  float scale = 1.0f / std::sqrt((float)c);
  for (int bi = 0; bi < b; bi++)
    for (int h = 0; h < heads; h++) {
      i64 base = (i64)bi * t;
      int g = h / (heads / groups);
      for (int i0 = 0; i0 < t; i0 += QB) {
        int m = std::min(QB, t - i0), n = i0 + m;
        gemm(false, true, m, n, c, scale, q + (base + i0) * qs + h * c, qs, k + base * ks + g * c, ks, 0, s.data(), n);
        for (int i = 0; i < m; i++) {
          float* p = s.data() + (i64)i * n;
          int len = i0 + i + 1;
          float mx = -1e30f, z = 0;
          for (int j = 0; j < len; j++) mx = std::max(mx, p[j]);
          for (int j = 0; j < len; j++) { p[j] = power(p[j] - mx); z += p[j]; }
          inv[i] = 1.0f / z;
          for (int j = len; j < n; j++) p[j] = 0;
          lse[((i64)bi * heads + h) * t + i0 + i] = mx + std::log(z);
        }
        fast(false, false, m, c, n, s.data(), n, v + base * vs + g * c, vs, 0, o + (base + i0) * os + h * c, os);
        for (int i = 0; i < m; i++)                  // scale 32 outputs a row, not up to T weights
          for (int j = 0; j < c; j++) o[(base + i0 + i) * os + h * c + j] *= inv[i];
      }
    }
}

// dq, dk, dv must start at zero for dk, dv (several query heads add to them).
void attention_bwd(const float* q, i64 qs, const float* k, i64 ks, const float* v, i64 vs, const float* o, i64 os,
                   const float* dout, const float* lse, float* dq, float* dk, float* dv, int b, int t, int heads,
                   int groups, int c) {
  std::vector<float> s((size_t)QB * t), d((size_t)QB * t);
  float scale = 1.0f / std::sqrt((float)c);
  for (int bi = 0; bi < b; bi++)
    for (int h = 0; h < heads; h++) {
      i64 base = (i64)bi * t;
      int g = h / (heads / groups);
      const float *kb = k + base * ks + g * c, *vb = v + base * vs + g * c;
      for (int i0 = 0; i0 < t; i0 += QB) {
        int m = std::min(QB, t - i0), n = i0 + m;
        const float *qb = q + (base + i0) * qs + h * c, *ob = o + (base + i0) * os + h * c,
                    *gb = dout + (base + i0) * os + h * c;
        gemm(false, true, m, n, c, scale, qb, qs, kb, ks, 0, s.data(), n);
        fast(false, true, m, n, c, gb, os, vb, vs, 0, d.data(), n);
        for (int i = 0; i < m; i++) {
          float *p = s.data() + (i64)i * n, *e = d.data() + (i64)i * n;
          int len = i0 + i + 1;
          float l = lse[((i64)bi * heads + h) * t + i0 + i], delta = 0;
          for (int j = 0; j < c; j++) delta += ob[i * os + j] * gb[i * os + j];
          for (int j = 0; j < len; j++) { p[j] = power(p[j] - l); e[j] = p[j] * (e[j] - delta) * scale; }
          for (int j = len; j < n; j++) p[j] = e[j] = 0;
        }
        fast(true, false, n, c, m, s.data(), n, gb, os, 1, dv + base * vs + g * c, vs);
        fast(false, false, m, c, n, d.data(), n, kb, ks, 0, dq + (base + i0) * qs + h * c, qs);
        fast(true, false, n, c, m, d.data(), n, qb, qs, 1, dk + base * ks + g * c, ks);
      }
    }
}

// Cross-entropy of the tied head; gradients are made at once, so the [N, V] logits never exist.
// h [N,D], e [V,D], target [N], weight [N]; loss [N]; dh [N,D]; de [V,D] is added to.
void head_loss(const float* h, const float* e, const i64* target, const float* weight, float* loss, float* dh,
               float* de, i64 n, int v, int d, int grad) {
  const int R = 384;
  std::vector<float> buf((size_t)R * v);
  for (i64 i0 = 0; i0 < n; i0 += R) {
    int m = (int)std::min<i64>(R, n - i0);
    fast(false, true, m, v, d, h + i0 * d, d, e, d, 0, buf.data(), v);
    for (int i = 0; i < m; i++) {
      float* p = buf.data() + (i64)i * v;
      float mx = -1e30f, z = 0;
      for (int j = 0; j < v; j++) mx = std::max(mx, p[j]);
      float pt = p[target[i0 + i]];
      for (int j = 0; j < v; j++) { p[j] = power(p[j] - mx); z += p[j]; }
      loss[i0 + i] = std::log(z) + mx - pt;
      float w = weight[i0 + i] / z;
      if (grad) for (int j = 0; j < v; j++) p[j] *= w;
      p[target[i0 + i]] -= weight[i0 + i];
    }
    if (!grad) continue;
    fast(false, false, m, d, v, buf.data(), v, e, d, 0, dh + i0 * d, d);
    fast(true, false, v, d, m, buf.data(), v, h + i0 * d, d, 1, de, d);
  }
}

// Mixture of experts: tokens are grouped by expert, each group is one small product.
// x,y [N,D]; idx,wt [N,K]; wgu [E,2F,D] (gate rows, then up rows); wd [E,D,F];
// kept: gu [N*K,2F] and order [N*K] (slot numbers grouped by expert), offs [E+1].
void moe_fwd(const float* x, const i64* idx, const float* wt, const float* wgu, const float* wd, float* y,
             float* gu, i64* order, i64* offs, i64 n, int d, int e, int f, int k) {
  std::fill(offs, offs + e + 1, 0);
  for (i64 i = 0; i < n * k; i++) offs[idx[i] + 1]++;
  for (int i = 0; i < e; i++) offs[i + 1] += offs[i];
  std::vector<i64> at(offs, offs + e);
  for (i64 i = 0; i < n * k; i++) order[at[idx[i]]++] = i;
  std::memset(y, 0, sizeof(float) * n * d);
  i64 most = 0;
  for (int i = 0; i < e; i++) most = std::max(most, offs[i + 1] - offs[i]);
  std::vector<float> xe(most * d), a(most * f);
  for (int ei = 0; ei < e; ei++) {
    i64 o = offs[ei], m = offs[ei + 1] - o;
    if (!m) continue;
    for (i64 i = 0; i < m; i++) std::memcpy(&xe[i * d], x + order[o + i] / k * d, sizeof(float) * d);
    float* p = gu + o * 2 * f;
    fast(false, true, m, 2 * f, d, xe.data(), d, wgu + (i64)ei * 2 * f * d, d, 0, p, 2 * f);
    for (i64 i = 0; i < m; i++) {
      float w = wt[order[o + i]];
      for (int j = 0; j < f; j++) {
        float g = p[i * 2 * f + j];
        a[i * f + j] = w * g / (1 + std::exp(-g)) * p[i * 2 * f + f + j];
      }
    }
    fast(false, true, m, d, f, a.data(), f, wd + (i64)ei * d * f, f, 0, xe.data(), d);
    for (i64 i = 0; i < m; i++) {
      float* yi = y + order[o + i] / k * d;
      for (int j = 0; j < d; j++) yi[j] += xe[i * d + j];
    }
  }
}

// dwgu and dwd are written whole; dx starts at zero here.
void moe_bwd(const float* x, const float* wt, const float* wgu, const float* wd, const float* gu, const i64* order,
             const i64* offs, const float* dy, float* dx, float* dwt, float* dwgu, float* dwd, i64 n, int d, int e,
             int f, int k) {
  std::memset(dx, 0, sizeof(float) * n * d);
  i64 most = 0;
  for (int i = 0; i < e; i++) most = std::max(most, offs[i + 1] - offs[i]);
  std::vector<float> xe(most * d), ge(most * d), a(most * f), da(most * f), dgu(most * 2 * f);
  for (int ei = 0; ei < e; ei++) {
    i64 o = offs[ei], m = offs[ei + 1] - o;
    float *gw = dwgu + (i64)ei * 2 * f * d, *gd = dwd + (i64)ei * d * f;
    if (!m) {
      std::memset(gw, 0, sizeof(float) * 2 * f * d);
      std::memset(gd, 0, sizeof(float) * d * f);
      continue;
    }
    for (i64 i = 0; i < m; i++) {
      i64 tok = order[o + i] / k;
      std::memcpy(&xe[i * d], x + tok * d, sizeof(float) * d);
      std::memcpy(&ge[i * d], dy + tok * d, sizeof(float) * d);
    }
    fast(false, false, m, f, d, ge.data(), d, wd + (i64)ei * d * f, f, 0, da.data(), f);
    const float* p = gu + o * 2 * f;
    for (i64 i = 0; i < m; i++) {
      float w = wt[order[o + i]], s = 0;
      for (int j = 0; j < f; j++) {
        float g = p[i * 2 * f + j], u = p[i * 2 * f + f + j], sg = 1 / (1 + std::exp(-g)), act = g * sg;
        float dj = da[i * f + j];
        s += dj * act * u;
        a[i * f + j] = w * act * u;
        dgu[i * 2 * f + j] = w * dj * u * sg * (1 + g * (1 - sg));
        dgu[i * 2 * f + f + j] = w * dj * act;
      }
      dwt[order[o + i]] = s;
    }
    fast(true, false, d, f, m, ge.data(), d, a.data(), f, 0, gd, f);
    fast(true, false, 2 * f, d, m, dgu.data(), 2 * f, xe.data(), d, 0, gw, d);
    fast(false, false, m, d, 2 * f, dgu.data(), 2 * f, wgu + (i64)ei * 2 * f * d, d, 0, ge.data(), d);
    for (i64 i = 0; i < m; i++) {
      float* di = dx + order[o + i] / k * d;
      for (int j = 0; j < d; j++) di[j] += ge[i * d + j];
    }
  }
}

// Newton-Schulz of Muon: each of `count` matrices [m,n], m <= n, becomes the nearest one with singular values near 1
// (muon.py has the same in PyTorch). Large products are in bfloat16 where the CPU has it, as Muon's usual form has them all.
void orthogonalise(float* x, i64 count, int m, int n, int steps, float a, float b, float c) {
  std::vector<float> s((size_t)m * m), t((size_t)m * m), y((size_t)m * n);
  for (i64 one = 0; one < count; one++, x += (size_t)m * n) {
    float square = 0;
    for (i64 i = 0; i < (i64)m * n; i++) square += x[i] * x[i];
    float scale = 1 / (std::sqrt(square) + 1e-7f);
    for (i64 i = 0; i < (i64)m * n; i++) x[i] *= scale;
    for (int step = 0; step < steps; step++) {
      product(true, m, m, n, 1, x, n, x, n, 0, s.data(), m);                            // s = x x^T
      std::copy(s.begin(), s.end(), t.begin());
      product(false, m, m, m, c, s.data(), m, s.data(), m, b, t.data(), m);             // t = b s + c s s
      std::memcpy(y.data(), x, sizeof(float) * m * n);
      product(false, m, n, m, 1, t.data(), m, y.data(), n, a, x, n);                    // x = a x + t x
    }
  }
}
}
