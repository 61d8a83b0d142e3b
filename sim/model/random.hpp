// Randomness that is the same on every machine and in every order of use.
//
// A Random is SplitMix64, seeded from one number; the distributions of the standard library are
// left alone because each library draws them its own way. seed_of() derives independent seeds from
// a seed and a name or number, so that adding one more meter does not change the noise of all
// others. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace qk::sim {

class Random {
 public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next();
    double unit();                            // 0 inclusive to 1 exclusive
    double between(double low, double high);  // low inclusive to high exclusive
    int below(int count);                     // 0 to count - 1; count > 0
    bool chance(double probability);
    // Mean 0, standard deviation 1, never beyond ±6: the sum of twelve uniform draws.
    double normal();

 private:
    std::uint64_t state_;
};

[[nodiscard]] std::uint64_t seed_of(std::uint64_t seed, std::string_view name);
[[nodiscard]] std::uint64_t seed_of(std::uint64_t seed, std::int64_t number);

}  // namespace qk::sim
