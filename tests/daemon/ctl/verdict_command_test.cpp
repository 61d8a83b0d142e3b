// Goal: `qingkongctl verdict check` tells by its exit code whether stored verdicts hold, and says
// what it was not told. Method: the command as a person types it, on a database that the service of
// the judge filled.
#include <gmock/gmock.h>

#include "daemon/compliance/verify_service.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

using namespace std::chrono;
using daemon::kMonday;
using rules::Instant;
using testing::HasSubstr;

class VerdictCommand : public testing::Test {
 protected:
    VerdictCommand() {
        const auto work = [](Instant end) {
            return rules::hour_of_day(end - 1s, rules::kBeijingTime) >= 6 ? 300.0 : 21.0;
        };
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday + 24h, work);
        }
        bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 6h);
        daemon::VerifyService service(bureau_.context());
        bureau_.clock().step(kMonday + 24h);
        bureau_.run(service.tick());
    }
    Answer check(const Arguments& more) {
        return type_command(
            words_of({"verdict", "check", "--database", bureau_.file(), "--format", "json"}, more));
    }
    static std::int64_t count(const Answer& answer, const char* what) {
        return static_cast<std::int64_t>(
            plans::number_or(plans::parse_json(answer.out, "answer").value(), what, -1));
    }
    void exec(const char* sql) {
        bureau_.with_store([&](daemon::Session& db) { return db.exec(sql); });
    }

    daemon::SmallBureau bureau_{daemon::StoreMode::kOwnThread};
};

TEST_F(VerdictCommand, AllHoldWhileNothingWasChanged) {
    const Answer answer = check({"--all"});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    EXPECT_EQ(count(answer, "equal"), 2);
    EXPECT_EQ(count(answer, "differs"), 0);
}

TEST_F(VerdictCommand, OneThatDiffersIsShownWithWhatDiffersAndExitsOne) {
    exec("UPDATE readings SET kw = 20 WHERE meter = 'M2'");
    const Answer answer = check({"--all"});
    EXPECT_EQ(answer.code, kNegative);
    EXPECT_EQ(count(answer, "equal"), 1);
    EXPECT_EQ(count(answer, "differs"), 1);
    EXPECT_THAT(answer.out, HasSubstr("readings: power M2"));
}

TEST_F(VerdictCommand, InputsThatWereDeletedAreAFinding) {
    exec("DELETE FROM verdict_inputs WHERE verdict = 2");
    const Answer answer = check({"--all"});
    EXPECT_EQ(answer.code, kNegative);
    EXPECT_EQ(count(answer, "equal"), 1);
    EXPECT_EQ(count(answer, "inputs_gone"), 1);
    EXPECT_EQ(count(answer, "no_inputs"), 0);
    EXPECT_THAT(answer.out, HasSubstr("\"result\":\"inputs_gone\""));
}

TEST_F(VerdictCommand, OlderOnesWithoutInputsAreNamedAndNotCalledEqual) {
    exec("DELETE FROM verdict_inputs");
    exec("UPDATE verdicts_without_inputs SET last = 2");
    const Answer all = check({"--all"});
    EXPECT_EQ(all.code, kHolds);
    EXPECT_EQ(count(all, "equal"), 0);
    EXPECT_EQ(count(all, "no_inputs"), 2);
    EXPECT_THAT(all.out, HasSubstr("\"no_inputs_numbers\":[1,2]"));
    EXPECT_THAT(all.err, HasSubstr("1-2"));
    EXPECT_EQ(check({"--all", "--strict"}).code, kNegative);
    const Answer named = check({"1"});
    EXPECT_EQ(named.code, kNegative);
    EXPECT_THAT(named.out, HasSubstr("no_inputs"));
}

TEST_F(VerdictCommand, NumbersOrAllMustBeGivenAndNotBoth) {
    EXPECT_EQ(check({}).code, kBadUsage);
    EXPECT_EQ(check({"1", "--all"}).code, kBadUsage);
    EXPECT_EQ(check({"one"}).code, kBadUsage);
    EXPECT_EQ(check({"1", "2"}).code, kHolds);
    EXPECT_EQ(check({"4711"}).code, kBadUsage);
}

}  // namespace
}  // namespace qk::ctl
