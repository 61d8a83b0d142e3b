// Goal: one entry is proved by its path, and nothing else is. Method: the hashes printed with the
// tests of RFC 6962 implementations, every place of trees of every size, and changes of every part
// of a proof.
#include "plans/evidence/merkle.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

std::vector<std::string> entries_of(std::size_t count) {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i < count; ++i) entries.push_back(sha256_hex(std::to_string(i)));
    return entries;
}

// As the RFC says it, recursively.
std::string root_by_definition(const std::vector<std::string>& entries) {
    if (entries.empty()) return sha256_hex("");
    if (entries.size() == 1) {
        return sha256_hex(std::string(1, '\0') + *from_hex(entries[0], 32));
    }
    std::size_t left = 1;
    while (left * 2 < entries.size()) left *= 2;
    const auto middle = entries.begin() + static_cast<std::ptrdiff_t>(left);
    return sha256_hex(std::string(1, '\1') +
                      *from_hex(root_by_definition({entries.begin(), middle}), 32) +
                      *from_hex(root_by_definition({middle, entries.end()}), 32));
}

TEST(Merkle, TheRootIsThatOfTheDefinition) {
    for (std::size_t count = 0; count <= 40; ++count) {
        EXPECT_EQ(merkle_root(entries_of(count)), root_by_definition(entries_of(count))) << count;
    }
}

TEST(Merkle, NothingHasTheRootThatTheRfcPrints) {
    EXPECT_EQ(merkle_root({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Merkle, EachEntryIsProvedByItsPathAndByNoOtherPlace) {
    for (std::size_t count = 1; count <= 33; ++count) {
        const auto entries = entries_of(count);
        const std::string root = merkle_root(entries);
        const auto size = static_cast<std::int64_t>(count);
        for (std::size_t place = 0; place < count; ++place) {
            const auto path = merkle_path(entries, place);
            const auto at = static_cast<std::int64_t>(place);
            EXPECT_TRUE(leads_to_root(entries[place], at, size, path, root)) << place << count;
            for (std::int64_t other = -1; other <= size; ++other) {
                if (other == at) continue;
                EXPECT_FALSE(leads_to_root(entries[place], other, size, path, root));
            }
        }
    }
}

TEST(Merkle, AnAlteredProofDoesNotHold) {
    const auto entries = entries_of(21);
    const std::string root = merkle_root(entries);
    const auto path = merkle_path(entries, 13);
    ASSERT_TRUE(leads_to_root(entries[13], 13, 21, path, root));
    EXPECT_FALSE(leads_to_root(entries[12], 13, 21, path, root));
    EXPECT_FALSE(leads_to_root("", 13, 21, path, root));
    EXPECT_FALSE(leads_to_root(entries[13], 13, 21, path, merkle_root(entries_of(20))));
    auto longer = path;
    longer.push_back(entries[0]);
    EXPECT_FALSE(leads_to_root(entries[13], 13, 21, longer, root));
    auto shorter = path;
    shorter.pop_back();
    EXPECT_FALSE(leads_to_root(entries[13], 13, 21, shorter, root));
    for (std::size_t i = 0; i < path.size(); ++i) {
        auto other = path;
        other[i][5] = other[i][5] == 'a' ? 'b' : 'a';
        EXPECT_FALSE(leads_to_root(entries[13], 13, 21, other, root));
        other[i] = "no hash";
        EXPECT_FALSE(leads_to_root(entries[13], 13, 21, other, root));
    }
}

TEST(Merkle, AFrontierGoesOnFromItsText) {
    MerkleFrontier whole;
    MerkleFrontier again;
    for (const std::string& entry : entries_of(70)) {
        whole.add(entry);
        again = MerkleFrontier::from_text(again.text()).value();
        again.add(entry);
        EXPECT_EQ(again.root(), whole.root());
        EXPECT_EQ(again.size(), whole.size());
    }
    const std::string hash(64, 'a');
    for (const std::string& text :
         std::vector<std::string>{"", "x", "-1", "1", "1 ab", "2 " + hash + " x", "3 " + hash}) {
        EXPECT_FALSE(MerkleFrontier::from_text(text)) << text;
    }
}

RC_GTEST_PROP(Merkle, TheFrontierAndTheListHaveOneRoot, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 300);
    MerkleFrontier frontier;
    for (const std::string& entry : entries_of(count)) frontier.add(entry);
    RC_ASSERT(frontier.root() == root_by_definition(entries_of(count)));
}

}  // namespace
}  // namespace qk::plans
