#include "plans/response/rotation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdint>

#include "plans/packs/local_decisions.hpp"

namespace qk::plans {
namespace {

// FNV-1a: the same on every machine and in every version.
std::uint64_t hash_of(std::string_view id) {
    constexpr std::uint64_t kStart = 14'695'981'039'346'656'037U;
    constexpr std::uint64_t kPrime = 1'099'511'628'211U;
    std::uint64_t hash = kStart;
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    return hash ^ (hash >> 32);
}

}  // namespace

int batch_of(const Enterprise& enterprise, int batches) {
    assert(batches > 0);
    const int recorded = batch_number(enterprise.batch);
    if (recorded >= 1 && recorded <= batches) return recorded - 1;
    return static_cast<int>(hash_of(enterprise.id) % static_cast<std::uint64_t>(batches));
}

int batch_of(const Enterprise& enterprise, std::span<const Line> lines, const Line& line,
             int batches) {
    const auto before = std::ranges::count_if(
        lines, [&line](const Line& other) { return other.id.text() < line.id.text(); });
    return static_cast<int>((batch_of(enterprise, batches) + before) % batches);
}

std::string batch_name(const Enterprise& enterprise, int batch, int batches) {
    const int recorded = batch_number(enterprise.batch);
    if (recorded >= 1 && recorded <= batches && recorded - 1 == batch) return enterprise.batch;
    return fmt::format("第{}批", batch + 1);
}

int turn_in_round(int batch, int first_batch, int batches) {
    assert(batches > 0);
    const int ahead = (first_batch - 1) % batches;
    return (batch - ahead + batches) % batches;
}

}  // namespace qk::plans
