// What is known only from several frames: repeats, parts that are missing, who may speak on a line.
#include <gmock/gmock.h>

#include "plans/hj212/device_link.hpp"
#include "plans/hj212/part_watch.hpp"
#include "plans/hj212/repeats.hpp"
#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Frame reading(std::string_view time, std::string_view value) {
    return one(to_frame(upload("DataTime=" + std::string(time) +
                               ";a21026-Rtd=" + std::string(value) + ",a21026-Flag=N")));
}

Frame part(unsigned number, unsigned of) {
    return one(to_frame(upload(
        kArea, "Flag=7;PNUM=" + std::to_string(of) + ";PNO=" + std::to_string(number) + ";")));
}

TEST(Hj212Repeats, TheSameDataThirteenTimesIsOnceAndTwelveRepeats) {
    Repeats repeats;
    int count = 0;
    for (int i = 0; i < 13; ++i) {
        Frame frame = reading("20260110080000", "12.5");
        repeats.look(frame);
        EXPECT_EQ(frame.outcome, Outcome::kAccept);
        count += frame.has(Reason::kRepeat) ? 1 : 0;
    }
    EXPECT_EQ(count, 12);
}

TEST(Hj212Repeats, AnotherValueForTheSameTimeIsARevision) {
    Repeats repeats;
    Frame first = reading("20260110080000", "12.5");
    Frame other = reading("20260110080000", "13");
    Frame later = reading("20260110080100", "13");
    for (Frame* frame : {&first, &other, &later}) repeats.look(*frame);
    EXPECT_THAT(first.reasons, IsEmpty());
    EXPECT_THAT(other.reasons, ElementsAre(Reason::kRevision));
    EXPECT_EQ(other.outcome, Outcome::kAcceptWarn);
    EXPECT_DOUBLE_EQ(number_of(other, "a21026", "Rtd"), 13);
    EXPECT_THAT(later.reasons, IsEmpty());
}

TEST(Hj212Repeats, PartsOfOnePeriodAreNoRepeats) {
    Repeats repeats;
    Frame first = one(to_frame(upload("DataTime=20260110080000;a21026-Rtd=1")));
    Frame second = one(to_frame(upload("DataTime=20260110080000;a21002-Rtd=1")));
    repeats.look(first);
    repeats.look(second);
    EXPECT_FALSE(second.has(Reason::kRepeat));
}

TEST(Hj212Repeats, TheOldestAreForgottenFirst) {
    Repeats repeats(2);
    for (const std::string_view time : {"20260110080000", "20260110080100", "20260110080200"}) {
        Frame frame = reading(time, "1");
        repeats.look(frame);
    }
    EXPECT_EQ(repeats.size(), 2U);
    Frame newest = reading("20260110080200", "1");
    Frame oldest = reading("20260110080000", "1");
    repeats.look(newest);
    repeats.look(oldest);
    EXPECT_TRUE(newest.has(Reason::kRepeat));
    EXPECT_FALSE(oldest.has(Reason::kRepeat));
}

TEST(Hj212PartWatch, APeriodIsCompleteWhenAllItsPartsCameInAnyOrder) {
    PartWatch watch;
    const rules::Instant now = setting_of_test().now;
    for (const unsigned number : {3U, 1U, 3U, 2U}) watch.note(part(number, 3), now);
    EXPECT_THAT(watch.rest(), IsEmpty());
}

TEST(Hj212PartWatch, AfterATimeoutTheMissingPartsAreNamedOnce) {
    PartWatch watch;
    const rules::Instant now = setting_of_test().now;
    watch.note(part(2, 4), now);
    EXPECT_THAT(watch.overdue(now), IsEmpty());
    const auto overdue = watch.overdue(now + std::chrono::seconds{1});
    ASSERT_THAT(overdue, SizeIs(1));
    EXPECT_EQ(overdue[0].mn, kMn2017);
    EXPECT_EQ(overdue[0].parts, 4U);
    EXPECT_THAT(overdue[0].missing, ElementsAre(1U, 3U, 4U));
    EXPECT_THAT(watch.rest(), IsEmpty());
}

TEST(Hj212PartWatch, OverItsLimitTheOldestPeriodIsGivenUpAndTold) {
    PartWatch watch(1);
    const rules::Instant now = setting_of_test().now;
    watch.note(part(1, 3), now);
    watch.note(part(2, 3), now);
    EXPECT_THAT(watch.overdue(now - std::chrono::hours{1}), SizeIs(1));
}

TEST(Hj212DeviceLink, ManyDevicesOnOneLineAreForListedRelaysOnly) {
    const auto outcomes = [](bool is_relay) {
        DeviceLink link(is_relay);
        Frame first = reading("20260110080000", "1");
        Frame second = one(
            to_frame("ST=31;CN=2011;PW=1;MN=another;CP=&&DataTime=20260110080000;a21026-Rtd=1&&"));
        Frame third = reading("20260110080100", "1");
        for (Frame* frame : {&first, &second, &third}) link.look(*frame);
        EXPECT_EQ(second.has(Reason::kOtherDevice), !is_relay);
        return std::vector<Outcome>{first.outcome, second.outcome, third.outcome};
    };
    EXPECT_THAT(outcomes(true), ElementsAre(Outcome::kAccept, Outcome::kAccept, Outcome::kAccept));
    EXPECT_THAT(outcomes(false), ElementsAre(Outcome::kAccept, Outcome::kReject, Outcome::kAccept));
}

}  // namespace
}  // namespace qk::plans::hj212
