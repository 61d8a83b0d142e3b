#include "daemon/api/contract.hpp"

#include <gmock/gmock.h>

#include "daemon/api/operations/accounts.hpp"
#include "daemon/api/operations/orders.hpp"
#include "daemon/api/operations/system.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;

constexpr const char* kCommon =
    R"({"paths":{},"components":{"schemas":{"Thing":{"type":"string"}}}})";
constexpr const char* kThings = R"({"paths":{"/things":{
    "get":{"operationId":"listThings","responses":{"200":{"$ref":"common.json#/components/schemas/Thing"}}},
    "post":{"operationId":"makeThing","x-changes-nothing":true,"x-secret-answer":true,"security":[{"bearer":[]}],"responses":{},
            "requestBody":{"required":true,"x-body-bytes-max":77,"content":{"text/csv":{},"application/json":{}}}}}}})";

std::string refusal(std::vector<embedded::File> files) {
    const auto merged = Contract::merge(files);
    return merged ? "" : rules::to_text(merged.error());
}

TEST(Contract, IsMergedFromFilesAndReferencesLeadIntoTheWhole) {
    const std::vector<embedded::File> files{{"common.json", kCommon}, {"things.json", kThings}};
    const auto merged = Contract::merge(files);
    ASSERT_TRUE(merged) << rules::to_text(merged.error());
    EXPECT_THAT(plans::to_text(merged->document()),
                HasSubstr(R"({"$ref":"#/components/schemas/Thing"})"));
    const Operation* list = merged->find("listThings");
    ASSERT_NE(list, nullptr);
    EXPECT_EQ(list->method, "GET");
    EXPECT_EQ(list->pattern, "/things");
    EXPECT_TRUE(list->is_open);
    EXPECT_EQ(list->body, BodyNeed::kNone);
    const Operation* make = merged->find("makeThing");
    ASSERT_NE(make, nullptr);
    EXPECT_FALSE(make->is_open);
    EXPECT_TRUE(make->changes_nothing);
    EXPECT_TRUE(make->tells_secret);
    EXPECT_FALSE(list->tells_secret);
    EXPECT_EQ(make->body, BodyNeed::kRequired);
    EXPECT_EQ(make->body_bytes_max, 77U);
    EXPECT_THAT(make->media, testing::ElementsAre("text/csv", "application/json"));
    EXPECT_EQ(merged->find("nothing"), nullptr);
}

TEST(Contract, WhatIsGivenTwiceOrLeadsNowhereIsRefused) {
    EXPECT_EQ(refusal({{"common.json", kCommon}, {"things.json", kThings}}), "");
    EXPECT_THAT(refusal({{"things.json", kThings}}),
                HasSubstr("#/components/schemas/Thing does not exist"));
    EXPECT_THAT(refusal({{"common.json", kCommon}, {"again.json", kCommon}}),
                HasSubstr("again.json:1:1: Thing is given twice"));
    EXPECT_THAT(refusal({{"common.json", kCommon},
                         {"a.json", R"({"paths":{"/a":{"get":{"operationId":"a"}}}})"},
                         {"b.json", R"({"paths":{"/b":{"get":{"operationId":"a"}}}})"}}),
                HasSubstr("a is given twice"));
    EXPECT_THAT(refusal({{"broken.json", "{"}}), HasSubstr("broken.json:1:"));
}

TEST(Contract, OfThisProgramHasTheOperationsOfEachSubject) {
    for (const OperationId id : {operation::kOpenSession, operation::kListOrders,
                                 operation::kShowHealth, operation::kSignChange}) {
        EXPECT_NE(contract().find(id.text()), nullptr) << id.text();
    }
    EXPECT_EQ(contract().find("openNothing"), nullptr);
}

}  // namespace
}  // namespace qk::daemon
