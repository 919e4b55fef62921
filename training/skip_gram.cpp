// Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546), one thread, as word2vec.c does it:
// window drawn anew at each word, frequent words left out at random, negatives from counts^0.75, rate falling linearly.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {
struct Random {  // xorshift64*
  uint64_t state;
  uint64_t next() {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return state * 0x2545F4914F6CDD1DULL;
  }
  double uniform() { return (next() >> 11) * 0x1.0p-53; }
};
}  // namespace

extern "C" {
// ids: [length], -1 ends a paragraph. counts: [words]. in, out: [words][dims], `in` filled by the caller, `out` zero.
void train(const int32_t* ids, int64_t length, const int64_t* counts, int32_t words, int32_t dims, int32_t window, int32_t negatives,
           int32_t epochs, double sample, double rate, uint64_t seed, float* in, float* out) {
  Random random{seed * 0x9E3779B97F4A7C15ULL + 1};
  double total = 0, weight = 0;
  for (int32_t w = 0; w < words; w++) total += counts[w], weight += std::pow(counts[w], 0.75);
  std::vector<int32_t> table(1 << 24);
  double reached = 0;
  size_t at = 0;
  for (int32_t w = 0; w < words; w++) {
    reached += std::pow(counts[w], 0.75) / weight;
    for (; at < table.size() && at < reached * table.size(); at++) table[at] = w;
  }
  for (; at < table.size(); at++) table[at] = words - 1;
  std::vector<double> keep(words);
  for (int32_t w = 0; w < words; w++) {
    const double ratio = sample * total / counts[w];
    keep[w] = std::sqrt(ratio) + ratio;
  }
  std::vector<float> gradient(dims);
  std::vector<int32_t> line;
  for (int32_t epoch = 0; epoch < epochs; epoch++) {
    line.clear();
    for (int64_t i = 0; i < length; i++) {
      if (ids[i] >= 0) {
        if (keep[ids[i]] >= 1 || random.uniform() < keep[ids[i]]) line.push_back(ids[i]);
        continue;
      }
      const double done = (epoch + double(i) / length) / epochs;
      const float step = rate * std::fmax(1 - done, 1e-4);
      const int32_t n = line.size();
      for (int32_t c = 0; c < n; c++) {
        const int32_t reach = 1 + random.next() % window;
        for (int32_t o = std::max(0, c - reach); o <= std::min(n - 1, c + reach); o++) {
          if (o == c) continue;
          float* x = in + int64_t(line[o]) * dims;
          for (int32_t d = 0; d < dims; d++) gradient[d] = 0;
          for (int32_t k = 0; k <= negatives; k++) {
            const int32_t target = k == 0 ? line[c] : table[random.next() >> 40];
            if (k > 0 && target == line[c]) continue;
            float* y = out + int64_t(target) * dims;
            float score = 0;
            for (int32_t d = 0; d < dims; d++) score += x[d] * y[d];
            const float g = step * ((k == 0) - 1 / (1 + std::exp(-score)));
            for (int32_t d = 0; d < dims; d++) gradient[d] += g * y[d];
            for (int32_t d = 0; d < dims; d++) y[d] += g * x[d];
          }
          for (int32_t d = 0; d < dims; d++) x[d] += gradient[d];
        }
      }
      line.clear();
    }
    std::fprintf(stderr, "epoch %d of %d\n", epoch + 1, epochs);
  }
}
}
