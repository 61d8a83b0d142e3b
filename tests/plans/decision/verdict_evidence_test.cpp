// Goal: whoever holds a package judges its verdict once more, and finds whatever was changed.
// Method: a plant of the judge's own tests through the records and back; one thing changed at a
// time.
#include "plans/decision/verdict_evidence.hpp"

#include <gmock/gmock.h>

#include "plans/documents/verdict_json.hpp"
#include "plans/text/json.hpp"
#include "tests/rules/compliance/cases.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;
using namespace rules::test;
using testing::HasSubstr;
namespace json = boost::json;

struct JudgedPlant {
    rules::Obligation owed = obligation(rules::LineStands{});
    rules::Evidence evidence = plant(normal_power, 24h);
    rules::JudgingParameters parameters{};

    [[nodiscard]] std::vector<json::value> records() const {
        const rules::JudgeInput input{owed,       evidence,  {kStart, kStart + 24h},
                                      parameters, kShanghai, std::nullopt};
        const json::value found = to_json(rules::judge(input).verdict.value(), kShanghai);
        const KeptText text = parameters_text(parameters);
        const EvidenceRecord record = evidence_record_of(evidence);
        const StoredJudgeInputs texts{judge_inputs_text(input, text, record), text.text,
                                      record.instruments.text};
        StoredReadings readings;
        for (const auto& meter : evidence.meters) readings.power.push_back(meter.series.readings);
        for (const auto& stack : evidence.stacks) readings.stacks.push_back(stack.readings);
        readings.passages = evidence.passages;
        json::object verdict = found.as_object();
        verdict["number"] = 17;
        return verdict_records(verdict, texts, to_text(found), readings);
    }
};

std::vector<EvidenceLink> links_of(const std::vector<json::value>& records) {
    VerdictEvidence check;
    for (const json::value& record : records) {
        // As a reader of the file has it.
        const auto read = parse_json(canonical_text(record), "record");
        EXPECT_TRUE(check.take(string_or(record, "kind"), *read));
    }
    return check.finish();
}

TEST(VerdictEvidence, TheVerdictIsComputedAgainFromTheRecords) {
    const auto links = links_of(JudgedPlant{}.records());
    ASSERT_EQ(links.size(), 1U);
    EXPECT_TRUE(links[0].holds) << links[0].why;
    EXPECT_THAT(links[0].what, HasSubstr("17"));
}

TEST(VerdictEvidence, AStackAndAGateAreReadBackToo) {
    JudgedPlant judged;
    judged.evidence = rules::Evidence{};
    rules::StackSeries stack{"O1", "L1", "nox", 60min, {}};
    for (auto end = kStart - days{8} + 1h; end <= kStart + 24h; end += 1h) {
        stack.readings.push_back({end, 60, 1e5 / 3});
    }
    stack.readings.back().flow_m3_per_h.reset();
    judged.evidence.stacks.push_back(stack);
    judged.evidence.passages = {{kStart + 12h, "豫A54321", "国四", "in", "普通货车"},
                                {kStart + 13h, "豫A12345", "国四", "in"}};
    judged.owed =
        obligation(rules::EmissionAtMost{"nox", 50.0, {}, false, 0}, rules::Action::kLimitEmission);
    const auto links = links_of(judged.records());
    ASSERT_EQ(links.size(), 1U);
    EXPECT_TRUE(links[0].holds) << links[0].why;
}

TEST(VerdictEvidence, AnyChangedReadingIsFound) {
    const auto records = JudgedPlant{}.records();
    int changes = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (string_or(records[i], "kind") != "readings") continue;
        auto changed = records;
        json::array& lines = changed[i].as_object()["lines"].as_array();
        if (lines.empty()) continue;  // the plant has no gate
        ++changes;
        lines[lines.size() / 2].as_array()[1] = 0.5;
        EXPECT_FALSE(links_of(changed)[0].holds);
        lines[lines.size() / 2] = "no line";
        EXPECT_FALSE(links_of(changed)[0].holds);
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(links_of(changed)[0].holds);
    }
    EXPECT_EQ(changes, 1);
}

TEST(VerdictEvidence, AVerdictThatItsInputsDoNotGiveIsFound) {
    auto records = JudgedPlant{}.records();
    records[0].as_object()["verdict"].as_object()["compliance"] = "compliant";
    EXPECT_FALSE(links_of(records)[0].holds);
    records = JudgedPlant{}.records();
    std::string found(records[1].as_object()["found"].as_string());
    found.replace(found.find("\"breach\""), 8, "\"compliant\"");
    records[1].as_object()["found"] = found;
    records[0].as_object()["verdict"].as_object()["compliance"] = "compliant";
    EXPECT_FALSE(links_of(records)[0].holds);
}

TEST(VerdictEvidence, WithoutInputsItSaysThatNothingWasComputed) {
    auto records = JudgedPlant{}.records();
    records.resize(1);
    const auto links = links_of(records);
    ASSERT_EQ(links.size(), 1U);
    EXPECT_TRUE(links[0].holds);
    EXPECT_THAT(links[0].why, HasSubstr("not computed again"));
    EXPECT_TRUE(VerdictEvidence{}.finish().empty());
}

TEST(VerdictEvidence, TwoVerdictsInOnePackageAreNone) {
    auto records = JudgedPlant{}.records();
    records.push_back(records[0]);
    EXPECT_FALSE(links_of(records)[0].holds);
}

}  // namespace
}  // namespace qk::plans
