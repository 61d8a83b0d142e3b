// Goal: the digest of a series names the readings and changes with each of them. Method: small
// series, one thing changed at a time.
#include "plans/decision/evidence_digest.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;
using rules::Instant;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr rules::Zone kZone = rules::kBeijingTime;
const Instant kBegin = rules::parse_instant("2026-12-01T00:00:00+08:00", kZone).value();

rules::Evidence evidence_at(const std::vector<Instant>& times) {
    rules::Evidence evidence;
    rules::MeterEvidence meter;
    meter.series.meter.id = "M1";
    for (const Instant at : times) meter.series.readings.push_back({at, 20.5, true});
    evidence.meters.push_back(std::move(meter));
    return evidence;
}

std::vector<Instant> every(minutes step, int count) {
    std::vector<Instant> times;
    for (int i = 1; i <= count; ++i) times.push_back(kBegin + i * step);
    return times;
}

SeriesDigest digest_of_meter(const rules::Evidence& evidence) {
    return digests_of(evidence).front();
}

TEST(EvidenceDigestTest, ARegularSeriesIsOneRunAndAGapBeginsAnother) {
    auto times = every(15min, 8);
    EXPECT_THAT(digest_of_meter(evidence_at(times)).runs,
                ElementsAre(ReadingRun{kBegin + 15min, 15min, 8}));
    times.erase(times.begin() + 3);
    const SeriesDigest digest = digest_of_meter(evidence_at(times));
    EXPECT_THAT(digest.runs, ElementsAre(ReadingRun{kBegin + 15min, 15min, 3},
                                         ReadingRun{kBegin + 75min, 15min, 4}));
    EXPECT_EQ(times_of(digest), times);
    EXPECT_EQ(digest.count, 7U);
    EXPECT_EQ(digest.first, times.front());
    EXPECT_EQ(digest.last, times.back());
}

TEST(EvidenceDigestTest, TheHashIsThatOfTheReadingsAsTheyAreDescribed) {
    const SeriesDigest digest = digest_of_meter(evidence_at({kBegin}));
    const std::string line =
        "[" + std::to_string(kBegin.time_since_epoch().count()) + ",20.5,true]\n";
    EXPECT_EQ(digest.sha256, sha256_hex(line));
    EXPECT_EQ(digest_of_meter(evidence_at({})).sha256, sha256_hex(""));
}

TEST(EvidenceDigestTest, OneReadingThatChangesChangesTheHash) {
    const rules::Evidence evidence = evidence_at(every(15min, 96));
    const std::string before = digest_of_meter(evidence).sha256;
    rules::Evidence changed = evidence;
    changed.meters[0].series.readings[50].kw = 20.500000000000004;
    EXPECT_NE(digest_of_meter(changed).sha256, before);
    changed = evidence;
    changed.meters[0].series.readings[50].valid = false;
    EXPECT_NE(digest_of_meter(changed).sha256, before);
    changed = evidence;
    changed.meters[0].series.readings[50].end += 1s;
    EXPECT_NE(digest_of_meter(changed).sha256, before);
    changed = evidence;
    changed.meters[0].series.readings.erase(changed.meters[0].series.readings.begin() + 50);
    EXPECT_NE(digest_of_meter(changed).sha256, before);
}

TEST(EvidenceDigestTest, StacksAndTheGateHaveDigestsOfTheirOwn) {
    rules::Evidence evidence = evidence_at({kBegin});
    rules::StackSeries stack;
    stack.outlet = "P1";
    stack.factor = "so2";
    stack.readings = {{kBegin, 12.5, std::nullopt, true}};
    evidence.stacks = {stack};
    evidence.passages = {{kBegin, "豫K12345", "国四", "in"}, {kBegin, "豫K54321", "国五", "in"}};
    const auto before = digests_of(evidence);
    ASSERT_EQ(before.size(), 3U);
    EXPECT_EQ(before[1].kind, SeriesKind::kStack);
    EXPECT_EQ(before[1].id + before[1].factor, "P1so2");
    EXPECT_EQ(before[2].kind, SeriesKind::kGate);
    EXPECT_THAT(times_of(before[2]), ElementsAre(kBegin, kBegin));
    evidence.stacks[0].readings[0].flow_m3_per_h = 0.0;
    evidence.passages[1].stage = "国四";
    const auto after = digests_of(evidence);
    EXPECT_EQ(after[0], before[0]);
    EXPECT_NE(after[1].sha256, before[1].sha256);
    EXPECT_NE(after[2].sha256, before[2].sha256);
    evidence.passages[1].kind = "危险品";
    EXPECT_NE(digests_of(evidence)[2].sha256, after[2].sha256);
}

TEST(EvidenceDigestTest, ASeriesOfTooManyPiecesHasItsEndsAloneAndIsHashedWhole) {
    std::vector<Instant> times;
    Instant at = kBegin;
    for (int i = 0; i < 1500; ++i) times.push_back(at += minutes{5 + i % 7});
    const rules::Evidence evidence = evidence_at(times);
    const SeriesDigest digest = digest_of_meter(evidence);
    EXPECT_THAT(digest.runs, IsEmpty());
    EXPECT_EQ(digest.count, times.size());
    EXPECT_EQ(digest.last, times.back());
    rules::Evidence changed = evidence;
    changed.meters[0].series.readings.back().kw = 0;
    EXPECT_NE(digest_of_meter(changed).sha256, digest.sha256);
}

TEST(EvidenceDigestTest, ItReadsBackAsItWas) {
    auto times = every(15min, 8);
    times.erase(times.begin() + 3);
    for (const SeriesDigest& digest : digests_of(evidence_at(times))) {
        const auto text = canonical_text(to_json(digest, kZone));
        rules::Faults faults;
        EXPECT_EQ(series_digest_from_json(parse_json(text, "d").value(), "d", "d", kZone, faults),
                  digest);
        EXPECT_THAT(faults, IsEmpty());
    }
}

TEST(EvidenceDigestTest, ARunThatIsNoneIsRefused) {
    const auto value =
        parse_json(R"({"kind":"power","id":"M1","count":1,"sha256":"x","runs":[[1,2,3]],)"
                   R"("first":"2026-12-01T00:00:00+08:00",)"
                   R"("last":"2026-12-01T00:00:00+08:00"})",
                   "d");
    rules::Faults faults;
    (void)series_digest_from_json(value.value(), "d", "d", kZone, faults);
    EXPECT_EQ(faults.size(), 1U);
}

}  // namespace
}  // namespace qk::plans
