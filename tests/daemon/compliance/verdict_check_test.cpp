// Goal: verdicts of a running judge are the same when they are computed again out of the database,
// and what was changed behind its back is named. Method: two kilns, one of which goes on working;
// rows changed by hand.
#include "daemon/compliance/verdict_check.hpp"

#include <gmock/gmock.h>

#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;
using rules::Instant;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

double work(Instant end) {
    const int hour = rules::hour_of_day(end - 1s, rules::kBeijingTime);
    return hour >= 6 && hour < 22 ? 300 : 21;
}
double stand(Instant) { return 21; }

class VerdictCheckTest : public testing::Test {
 protected:
    VerdictCheckTest() {
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 6h);
        bureau_.put_readings("M1", kMonday, kMonday + 52h, stand);
        bureau_.put_readings("M2", kMonday, kMonday + 52h, work);
    }
    void tick_at(Instant now) {
        bureau_.clock().step(now);
        bureau_.run(service_.tick());
    }
    std::vector<StoredVerdict> verdicts() {
        VerdictQuery query;
        query.all_versions = true;
        return bureau_.with_store(
            [&](Session& db) { return list_verdicts(db, query, rules::kBeijingTime); });
    }
    std::int64_t number_of(const std::string& enterprise, int version = 1) {
        for (const StoredVerdict& verdict : verdicts()) {
            if (verdict.enterprise == enterprise && verdict.version == version)
                return verdict.number;
        }
        return 0;
    }
    CheckedVerdict checked(std::int64_t number) {
        return bureau_.with_store([&](Session& db) { return check_verdict(db, number).value(); });
    }
    void exec(const std::string& sql) {
        bureau_.with_store([&](Session& db) { return db.exec(sql); });
    }
    std::vector<CheckedVerdict> checked_in_the_file() {
        std::vector<CheckedVerdict> all;
        const auto done = check_verdicts(bureau_.file(), {},
                                         [&](const CheckedVerdict& one) { all.push_back(one); });
        EXPECT_TRUE(done) << rules::to_text(done.error());
        return all;
    }

    SmallBureau bureau_{StoreMode::kOwnThread};
    VerifyService service_{bureau_.context()};
};

TEST_F(VerdictCheckTest, EveryVersionIsTheSameWhenItIsComputedAgain) {
    tick_at(kMonday + 24h);
    tick_at(kMonday + 30h);
    tick_at(kMonday + 51h);
    const auto all = checked_in_the_file();
    ASSERT_EQ(all.size(), verdicts().size());
    ASSERT_GE(all.size(), 4U) << "open and final ones of both";
    for (const CheckedVerdict& one : all) {
        EXPECT_EQ(one.agreement, VerdictAgreement::kEqual) << one.number;
        EXPECT_THAT(one.differences, IsEmpty()) << one.number;
    }
}

TEST_F(VerdictCheckTest, WhatAnOpenVersionWasExtendedByIsSaidNotToBeComputed) {
    tick_at(kMonday + 24h);
    EXPECT_FALSE(checked(number_of("E1")).is_extended);
    tick_at(kMonday + 30h);
    const CheckedVerdict extended = checked(number_of("E1"));
    EXPECT_TRUE(extended.is_extended);
    EXPECT_EQ(extended.judged_at, kMonday + 24h);
    EXPECT_EQ(extended.agreement, VerdictAgreement::kEqual);
    tick_at(kMonday + 51h);
    EXPECT_FALSE(checked(number_of("E1", 2)).is_extended) << "the final one";
}

TEST_F(VerdictCheckTest, AReadingThatWasChangedIsNamed) {
    tick_at(kMonday + 24h);
    exec("UPDATE readings SET kw = 20 WHERE meter = 'M2' AND t_end > " +
         std::to_string(seconds_of(kMonday)));
    const CheckedVerdict changed = checked(number_of("E2"));
    EXPECT_EQ(changed.agreement, VerdictAgreement::kDiffers);
    EXPECT_THAT(changed.differences, Contains(HasSubstr("readings: power M2")));
    EXPECT_THAT(changed.differences, Contains("compliance: \"breach\" -> \"compliant\""));
    EXPECT_EQ(checked(number_of("E1")).agreement, VerdictAgreement::kEqual);
}

TEST_F(VerdictCheckTest, AReadingThatCameLaterChangesNothing) {
    exec("DELETE FROM readings WHERE meter = 'M1' AND t_end = " +
         std::to_string(seconds_of(kMonday + 9h)));
    tick_at(kMonday + 24h);
    bureau_.put_readings("M1", kMonday + 9h - 15min, kMonday + 9h, work);
    EXPECT_EQ(checked(number_of("E1")).agreement, VerdictAgreement::kEqual);
}

TEST_F(VerdictCheckTest, AVerdictThatWasWrittenOverIsNamed) {
    tick_at(kMonday + 24h);
    exec(
        "UPDATE verdicts SET compliance = 'compliant', body = replace(body, '\"breach\"', "
        "'\"compliant\"')");
    const CheckedVerdict forged = checked(number_of("E2"));
    EXPECT_EQ(forged.agreement, VerdictAgreement::kDiffers);
    EXPECT_THAT(forged.differences, Contains("verdicts.compliance: breach -> compliant"));
    EXPECT_THAT(forged.differences,
                Contains("verdicts.body: compliance: \"breach\" -> \"compliant\""));
}

TEST_F(VerdictCheckTest, AParameterThatWasChangedIsNamedByItsText) {
    tick_at(kMonday + 24h);
    exec(
        "UPDATE judge_texts SET text = replace(text, '\"breach_after_minutes\":60', "
        "'\"breach_after_minutes\":600')");
    const CheckedVerdict forged = checked(number_of("E2"));
    EXPECT_EQ(forged.agreement, VerdictAgreement::kDiffers);
    EXPECT_THAT(forged.differences, ElementsAre(HasSubstr("verdict_inputs.parameters")));
}

TEST_F(VerdictCheckTest, InputsThatWereDeletedAreGoneAndNotTakenForOlderThanTheirKeeping) {
    tick_at(kMonday + 24h);
    exec("DELETE FROM verdict_inputs WHERE verdict = " + std::to_string(number_of("E2")));
    EXPECT_EQ(checked(number_of("E2")).agreement, VerdictAgreement::kInputsGone);
    EXPECT_EQ(checked(number_of("E1")).agreement, VerdictAgreement::kEqual);
    exec("DELETE FROM verdict_inputs");
    for (const CheckedVerdict& one : checked_in_the_file()) {
        EXPECT_EQ(one.agreement, VerdictAgreement::kInputsGone) << one.number;
    }
    exec("DROP TABLE verdicts_without_inputs");
    EXPECT_EQ(checked_in_the_file().at(0).agreement, VerdictAgreement::kInputsGone)
        << "a note that is gone excuses nothing";
    exec("DROP TABLE verdict_inputs");
    EXPECT_EQ(checked_in_the_file().at(0).agreement, VerdictAgreement::kInputsGone);
}

TEST_F(VerdictCheckTest, AVerdictOfBeforeInputsWereKeptIsNeverCalledEqual) {
    tick_at(kMonday + 24h);
    exec("DELETE FROM verdict_inputs");
    // As the upgrade finds and notes it.
    exec("UPDATE verdicts_without_inputs SET last = (SELECT max(number) FROM verdicts)");
    const auto all = checked_in_the_file();
    ASSERT_EQ(all.size(), 2U);
    for (const CheckedVerdict& one : all) EXPECT_EQ(one.agreement, VerdictAgreement::kNoInputs);
    exec("DROP TABLE verdicts_without_inputs");
    exec("DELETE FROM schema_steps WHERE number = 175");
    EXPECT_EQ(checked_in_the_file().at(0).agreement, VerdictAgreement::kNoInputs)
        << "a database of before the note";
    exec("DROP TABLE verdict_inputs");
    EXPECT_EQ(checked_in_the_file().at(0).agreement, VerdictAgreement::kNoInputs)
        << "an old database";
}

TEST_F(VerdictCheckTest, InstrumentsAndParametersAreKeptOncePerContent) {
    tick_at(kMonday + 24h);
    tick_at(kMonday + 51h);
    const auto count = [&](const std::string& sql) {
        return bureau_.with_store([&](Session& db) { return db.count(sql); });
    };
    EXPECT_EQ(count("SELECT count(*) FROM judge_texts"), 3) << "two plants and the parameters";
    EXPECT_EQ(count("SELECT count(*) FROM verdict_inputs"), count("SELECT count(*) FROM verdicts"));
}

TEST_F(VerdictCheckTest, ANumberThatIsNoVerdictIsRefused) {
    const auto none = check_verdicts(bureau_.file(), {4711}, [](const CheckedVerdict&) { FAIL(); });
    ASSERT_FALSE(none);
    EXPECT_THAT(rules::to_text(none.error()), HasSubstr("4711"));
}

TEST(VerdictCheckFileTest, WhatIsNoDatabaseOfOursIsRefusedWithWhatWouldBeRight) {
    const Scratch scratch;
    const std::string text =
        scratch.write("notes.txt", "no database at all, but long enough to be read");
    const std::string missing = scratch.file("missing.db");
    Session empty(scratch.file("empty.db"), SessionUse::kWrite);
    empty.script("CREATE TABLE notes(text TEXT)");
    for (const std::string& file : {text, missing, scratch.file("empty.db")}) {
        const auto refused = check_verdicts(file, {}, [](const CheckedVerdict&) { FAIL(); });
        ASSERT_FALSE(refused) << file;
        EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("qingkongd")) << file;
    }
    EXPECT_FALSE(std::filesystem::exists(missing)) << "nothing is made";
}

}  // namespace
}  // namespace qk::daemon
