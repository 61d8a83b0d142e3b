// Goal: an exported chain that was changed in any way is found to be changed. Method: a package of
// two keys, twelve entries and some heads; every kind of change by hand, and properties over single
// changes of any byte and any line.
#include "plans/evidence/evidence_file.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

SigningKey key_of(char letter) { return SigningKey::from_seed(std::string(32, letter)).value(); }
rules::Instant at(int hour) { return rules::Instant{} + std::chrono::hours(hour); }

std::vector<ChainEntry> chain(int count, const std::string& person = "li.na") {
    std::vector<ChainEntry> entries;
    std::string before(kNothingBefore);
    for (int i = 1; i <= count; ++i) {
        ChainEntry entry{i,    i * 3600,    person, "10.0.0.1", "warning.sign",
                         "W1", "{\"n\":1}", before, ""};
        entry.hash = hash_of(entry);
        before = entry.hash;
        entries.push_back(entry);
    }
    return entries;
}

struct Package {
    std::vector<ChainEntry> entries = chain(12);
    SigningKey first = key_of('a');
    SigningKey second = key_of('b');

    [[nodiscard]] AuditHead head(std::size_t number, const SigningKey& key) const {
        return sign_head(static_cast<std::int64_t>(number), entries[number - 1].hash,
                         at(static_cast<int>(number)), key);
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        EvidenceWriter writer;
        std::vector<std::string> out{writer.begin("许昌市", at(12))};
        out.push_back(
            writer.line(to_json(KeyRecord{first.public_key_hex(), at(0), at(5), std::nullopt})));
        out.push_back(writer.line(to_json(KeyRecord{second.public_key_hex(), at(5), std::nullopt,
                                                    succeed(first, second, at(5), "更换")})));
        out.push_back(writer.line(to_json(head(3, first))));
        out.push_back(writer.line(to_json(head(8, second))));
        out.push_back(writer.line(to_json(head(12, second))));
        for (const ChainEntry& entry : entries) out.push_back(writer.line(to_json(entry)));
        out.push_back(writer.end(second));
        return out;
    }
};

std::vector<EvidenceLink> check(const std::vector<std::string>& lines, const std::string& pinned,
                                const std::vector<AuditHead>& kept = {}) {
    EvidenceCheck check(pinned, kept);
    for (const std::string& line : lines) {
        if (!check.take(line)) return {{"package", false, "is none"}};
    }
    return check.finish();
}

bool holds(const std::vector<EvidenceLink>& links) {
    return std::ranges::all_of(links, &EvidenceLink::holds);
}

std::string pin() { return fingerprint_of(key_of('a').public_key_hex()); }

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
        lines.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return lines;
}

TEST(Evidence, AnUntouchedPackageHoldsWithAnyOfItsKeysPinned) {
    const Package package;
    for (const SigningKey& key : {package.first, package.second}) {
        const auto links = check(package.lines(), key.public_key_hex());
        for (const EvidenceLink& link : links) EXPECT_TRUE(link.holds) << link.what << link.why;
    }
    EXPECT_TRUE(holds(check(package.lines(), "")));
    EXPECT_FALSE(holds(check(package.lines(), key_of('x').public_key_hex())));
}

TEST(Evidence, APrivateSeedThatIsGivenForTheKeyIsNamedAsSuchAndNeverRepeated) {
    const Package package;
    const std::string seed(64, '6');  // of 'f', in hex: "66" and so on
    Package own;
    own.second = key_of('f');
    bool is_told = false;
    for (const EvidenceLink& link : check(own.lines(), seed)) {
        EXPECT_EQ((link.what + link.why).find(seed), std::string::npos);
        const bool is_it = link.why.find("private seed") != std::string::npos;
        EXPECT_TRUE(!is_it || !link.holds);
        EXPECT_TRUE(!is_it || link.why.find(fingerprint_of(own.second.public_key_hex())) !=
                                  std::string::npos);
        is_told = is_told || is_it;
    }
    EXPECT_TRUE(is_told);
    for (const EvidenceLink& link : check(package.lines(), seed)) {
        EXPECT_EQ(link.why.find("private seed"), std::string::npos) << "it is of another key";
    }
}

TEST(Evidence, AHeadKeptFromEarlierProvesARewriting) {
    const Package package;
    const AuditHead kept = package.head(6, package.second);
    EXPECT_TRUE(holds(check(package.lines(), pin(), {kept})));
    // Rewritten from the start by who holds the key: only the head kept elsewhere tells.
    Package rewritten;
    rewritten.entries = chain(12, "wang.fang");
    EXPECT_TRUE(holds(check(rewritten.lines(), pin())));
    EXPECT_FALSE(holds(check(rewritten.lines(), pin(), {kept})));
    // A head of an entry that is cut off, likewise.
    Package cut;
    cut.entries.resize(12);
    AuditHead later = sign_head(13, std::string(64, '1'), at(13), package.second);
    EXPECT_FALSE(holds(check(cut.lines(), pin(), {later})));
    // And a head that somebody else made proves nothing and is told.
    EXPECT_FALSE(holds(check(package.lines(), pin(), {package.head(6, key_of('x'))})));
}

TEST(Evidence, WhoRewritesItAllWithAnotherKeyIsFoundByThePinnedKey) {
    Package forged;
    forged.first = key_of('x');
    forged.second = key_of('y');
    forged.entries = chain(12, "wang.fang");
    EXPECT_FALSE(holds(check(forged.lines(), pin())));
    const auto links = check(forged.lines(), "");
    EXPECT_TRUE(holds(links));  // believed, and it is said that nothing was compared
    EXPECT_TRUE(std::ranges::any_of(links, [](const EvidenceLink& link) {
        return link.why.find("--key") != std::string::npos;
    }));
}

TEST(Evidence, AReplacedKeyMakesNoPackageOfAnEarlierDay) {
    // Who has stolen the first key, and what is published of the second, writes a short log anew.
    const auto made_by = [](const SigningKey& signer) {
        Package forged;
        forged.entries = chain(3, "wang.fang");
        EvidenceWriter writer;
        std::vector<std::string> lines{writer.begin("许昌市", at(4))};
        lines.push_back(writer.line(
            to_json(KeyRecord{forged.first.public_key_hex(), at(0), at(5), std::nullopt})));
        lines.push_back(
            writer.line(to_json(KeyRecord{forged.second.public_key_hex(), at(5), std::nullopt,
                                          succeed(forged.first, forged.second, at(5), "更换")})));
        lines.push_back(writer.line(to_json(forged.head(3, forged.first))));
        for (const ChainEntry& entry : forged.entries) lines.push_back(writer.line(to_json(entry)));
        lines.push_back(writer.end(signer));
        return check(lines, fingerprint_of(key_of('b').public_key_hex()));
    };
    const auto links = made_by(key_of('a'));
    EXPECT_EQ(std::ranges::count(links, false, &EvidenceLink::holds), 1);
    const auto broken = std::ranges::find(links, false, &EvidenceLink::holds);
    ASSERT_NE(broken, links.end());
    EXPECT_EQ(broken->what, "end of the package");
    EXPECT_EQ(broken->why, "is not signed by the last key of the package");
}

TEST(Evidence, AnEmptiedLogAndARecordedBreakAreBreaks) {
    const Package package;
    EvidenceWriter writer;
    std::vector<std::string> lines{writer.begin("许昌市", at(12))};
    lines.push_back(writer.line(
        to_json(KeyRecord{package.first.public_key_hex(), at(0), std::nullopt, std::nullopt})));
    lines.push_back(
        writer.line(to_json(sign_head(0, std::string(kNothingBefore), at(12), package.first))));
    lines.push_back(writer.end(package.first));
    EXPECT_FALSE(holds(check(lines, pin())));
    Package broken;
    broken.entries.back().action = kBreakAction;
    broken.entries.back().hash = hash_of(broken.entries.back());
    EXPECT_FALSE(holds(check(broken.lines(), pin())));
}

TEST(Evidence, AKindThatIsNotKnownIsNotPassedOver) {
    EvidenceWriter writer;
    const Package package;
    std::vector<std::string> lines{writer.begin("许昌市", at(12))};
    lines.push_back(writer.line(
        to_json(KeyRecord{package.first.public_key_hex(), at(0), std::nullopt, std::nullopt})));
    lines.push_back(writer.line(to_json(package.head(12, package.first))));
    for (const ChainEntry& entry : package.entries) lines.push_back(writer.line(to_json(entry)));
    lines.push_back(writer.line(boost::json::object{{"kind", "verdict"}}));
    lines.push_back(writer.end(package.first));
    const auto links = check(lines, pin());
    EXPECT_EQ(std::ranges::count(links, false, &EvidenceLink::holds), 1);
}

TEST(Evidence, AClockThatWasSetBackIsSaidAndBreaksNothing) {
    const Package package;
    EvidenceWriter writer;
    std::vector<std::string> lines{writer.begin("许昌市", at(12))};
    lines.push_back(writer.line(
        to_json(KeyRecord{package.first.public_key_hex(), at(0), std::nullopt, std::nullopt})));
    const auto head = [&package](std::size_t number, int hour) {
        return to_json(sign_head(static_cast<std::int64_t>(number),
                                 package.entries[number - 1].hash, at(hour), package.first));
    };
    lines.push_back(writer.line(head(8, 11)));
    lines.push_back(writer.line(head(12, 9)));
    for (const ChainEntry& entry : package.entries) lines.push_back(writer.line(to_json(entry)));
    lines.push_back(writer.end(package.first));
    const auto links = check(lines, pin());
    EXPECT_TRUE(holds(links));
    EXPECT_TRUE(std::ranges::any_of(links, [](const EvidenceLink& link) {
        return link.why.find("clock stood behind") != std::string::npos;
    }));
}

TEST(Evidence, WhatIsNoPackageIsNotChecked) {
    for (const std::string text : {"", "{}\n", "hello\n", "{\"kind\":\"audit\"}\n", "[1]\n"}) {
        EvidenceCheck check("", {});
        EXPECT_FALSE(check.take(text)) << text;
    }
}

RC_GTEST_PROP(EvidenceProperty, AnyByteChangedIsFound, ()) {
    std::string text;
    for (const std::string& line : Package().lines()) text += line;
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto other = *rc::gen::arbitrary<char>();
    RC_PRE(text[place] != other);
    text[place] = other;
    RC_ASSERT(!holds(check(lines_of(text), pin())));
}

RC_GTEST_PROP(EvidenceProperty, AnyLineRemovedDoubledOrMovedIsFound, ()) {
    std::vector<std::string> lines = Package().lines();
    const auto from = *rc::gen::inRange<std::size_t>(0, lines.size());
    const auto to = *rc::gen::inRange<std::size_t>(0, lines.size());
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(from));
            break;
        case 1: {
            const std::string copy = lines[from];
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(to), copy);
            break;
        }
        case 2:
            RC_PRE(from != to);
            std::swap(lines[from], lines[to]);
            break;
        case 3:
            lines.resize(from);
            RC_PRE(!lines.empty());
            break;
    }
    RC_ASSERT(!holds(check(lines, pin())));
}

RC_GTEST_PROP(EvidenceProperty, APieceCutOutOrPutInIsFound, ()) {
    std::string text;
    for (const std::string& line : Package().lines()) text += line;
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
    if (*rc::gen::arbitrary<bool>()) {
        text.erase(place, *rc::gen::inRange<std::size_t>(1, 400));
        RC_PRE(!text.empty());
    } else {
        text.insert(place, *rc::gen::nonEmpty<std::string>());
    }
    RC_ASSERT(!holds(check(lines_of(text), pin())));
}

}  // namespace
}  // namespace qk::plans
