#include "plans/casework/site_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace qk::plans {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

const rules::Zone kZone = rules::kBeijingTime;
const rules::Instant kNow = *rules::parse_instant("2026-12-01T12:00:00+08:00", kZone);

json::object body() {
    json::object checklist;
    for (const CheckItem& item : check_items()) {
        if (!item.is_optional) checklist[item.id] = json::object{{"result", "ok"}};
    }
    return {{"at", "2026-12-01T10:00:00+08:00"},
            {"persons", json::array{"李", "赵"}},
            {"checklist", checklist},
            {"files", json::array{2, 1, 2}},
            {"note", "窑在烧"}};
}
CaseFileFacts photo(std::int64_t number) {
    return {number, true, kNow - 2h, PhotoPosition{113.8, 34.0, "wgs84"}};
}
bool refused(const json::object& one) { return !read_site_check(one, kNow, kZone); }

TEST(SiteCheck, AWholeOneIsRead) {
    const auto check = read_site_check(body(), kNow, kZone);
    ASSERT_TRUE(check);
    EXPECT_THAT(check->persons, SizeIs(2));
    EXPECT_EQ(check->files, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(check->at, kNow - 2h);
}

TEST(SiteCheck, EachItemThatIsNotOptionalNeedsAnAnswer) {
    for (const CheckItem& item : check_items()) {
        json::object one = body();
        one["checklist"].as_object().erase(item.id);
        EXPECT_EQ(refused(one), !item.is_optional) << item.id;
    }
}

TEST(SiteCheck, WhatIsWrongOrDoesNotApplyNeedsAWord) {
    for (const char* result : {"not_ok", "not_applicable"}) {
        json::object one = body();
        one["checklist"].as_object()["listed"] = json::object{{"result", result}};
        EXPECT_TRUE(refused(one));
        one["checklist"].as_object()["listed"] = json::object{{"result", result}, {"note", "无"}};
        EXPECT_FALSE(refused(one));
    }
    json::object one = body();
    one["checklist"].as_object()["listed"] = json::object{{"result", "maybe"}};
    EXPECT_TRUE(refused(one));
    one = body();
    one["checklist"].as_object()["other"] = json::object{{"result", "ok"}};
    EXPECT_TRUE(refused(one));
}

TEST(SiteCheck, NobodyOnSiteOrAnotherTimeIsRefused) {
    json::object one = body();
    one["persons"] = json::array{" "};
    EXPECT_TRUE(refused(one));
    one = body();
    one["at"] = "2026-12-01T12:10:00+08:00";
    EXPECT_FALSE(refused(one));
    one["at"] = "2026-12-01T12:10:01+08:00";
    EXPECT_TRUE(refused(one));
    one["at"] = "2026-11-24T12:00:00+08:00";
    EXPECT_FALSE(refused(one));
    one["at"] = "2026-11-24T11:59:59+08:00";
    EXPECT_TRUE(refused(one));
}

TEST(SiteCheck, ALeadNeedsAPhotoWithTimeAndPlace) {
    const SiteCheck check = read_site_check(body(), kNow, kZone).value();
    CaseFileFacts paper{2, false, std::nullopt, std::nullopt};
    EXPECT_THAT(photo_faults(check, {photo(1), paper}, false), IsEmpty());
    CaseFileFacts bare = photo(1);
    bare.position.reset();
    EXPECT_THAT(photo_faults(check, {bare, paper}, false), SizeIs(1));
    EXPECT_THAT(photo_faults(check, {bare, paper}, true), IsEmpty()) << "a meter needs none";
    CaseFileFacts old = photo(1);
    old.taken_at = check.at - 24h;
    EXPECT_THAT(photo_faults(check, {old, paper}, false), IsEmpty());
    old.taken_at = check.at - 24h - 1s;
    EXPECT_THAT(photo_faults(check, {old, paper}, false), SizeIs(1));
    EXPECT_THAT(photo_faults(check, {photo(1)}, false), SizeIs(1)) << "file 2 is not of the case";
}

}  // namespace
}  // namespace qk::plans
