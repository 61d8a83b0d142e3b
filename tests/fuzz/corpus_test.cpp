// The kept corpora through their harnesses: what once broke a parser, or breaks one of its kind,
// with every check.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#define X(name) extern "C" int qk_harness_##name(const std::uint8_t* data, std::size_t size);
#include "harnesses.inc"
#undef X

namespace qk {
namespace {

namespace fs = std::filesystem;

struct Harness {
    const char* name;
    int (*feed)(const std::uint8_t*, std::size_t);
};
const std::vector<Harness> kHarnesses{
#define X(name) {#name, qk_harness_##name},
#include "harnesses.inc"
#undef X
};

class Corpus : public testing::TestWithParam<Harness> {};

TEST_P(Corpus, IsReadOrRefused) {
    const fs::path folder = fs::path(QK_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    ASSERT_GE(files.size(), 3U) << folder;
    for (const fs::path& file : files) {
        SCOPED_TRACE(file.string());
        std::ifstream in(file, std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(in), {});
        // Whole, and cut short: a sender may stop anywhere.
        for (const std::size_t size : {bytes.size(), bytes.size() / 2, bytes.size() * 9 / 10}) {
            const std::vector<std::uint8_t> copy(bytes.begin(),
                                                 bytes.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_EQ(GetParam().feed(copy.data(), copy.size()), 0);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Of, Corpus, testing::ValuesIn(kHarnesses),
                         [](const auto& harness) { return std::string(harness.param.name); });

}  // namespace
}  // namespace qk
