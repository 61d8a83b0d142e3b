#include "sim/model/random.hpp"

#include <cassert>

namespace qk::sim {
namespace {

std::uint64_t scramble(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;

}  // namespace

std::uint64_t Random::next() { return scramble(state_ += kGolden); }

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::between(double low, double high) { return low + (high - low) * unit(); }

int Random::below(int count) {
    assert(count > 0);
    return static_cast<int>(unit() * count);
}

bool Random::chance(double probability) { return unit() < probability; }

double Random::normal() {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += unit();
    return sum;
}

std::uint64_t seed_of(std::uint64_t seed, std::string_view name) {
    std::uint64_t hash = 0xCBF29CE484222325ULL ^ scramble(seed + kGolden);
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return scramble(hash);
}

std::uint64_t seed_of(std::uint64_t seed, std::int64_t number) {
    return scramble(scramble(seed + kGolden) ^ static_cast<std::uint64_t>(number) * kGolden);
}

}  // namespace qk::sim
