// Goal: a report of how an order is carried out is kept as it was meant, or refused; nothing of it
// is passed over. Method: calls through the router, by the account of an enterprise.
#include "daemon/enterprise/order_report_routes.hpp"

#include <gmock/gmock.h>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class OrderReportRoutesTest : public ContextFixture {
 protected:
    OrderReportRoutesTest() {
        add_order_report_routes(router_, context_);
        Person plant;
        plant.id = "e1";
        plant.name = "甲厂";
        plant.roles = {Role::kAddressee};
        plant.token_sha256 = token_hash("e1");
        router_.set_people({plant});
    }
    ApiResponse report(const json::object& more) {
        json::object body{{"revision", 1}, {"by", "王工"}, {"note", "已停"}};
        for (const auto& [key, value] : more) body[key] = value;
        ApiRequest request;
        request.method = "POST";
        request.target = "/api/v1/own/reports";
        request.authorization = "Bearer e1";
        request.body = plans::to_text(body);
        return wait(router_.handle(std::move(request)));
    }

    Router router_;
};

TEST_F(OrderReportRoutesTest, WhatIsNoListOfPhotosIsRefusedAndNotPassedOver) {
    for (const json::value& wrong :
         {json::value("1"), json::value(json::object{}), json::value(json::array{1, "2"}),
          json::value(json::array{1.5}), json::value(json::array{nullptr})}) {
        const ApiResponse answer = report({{"photos", wrong}});
        EXPECT_EQ(answer.status, 422) << plans::to_text(wrong);
        EXPECT_THAT(answer.body, HasSubstr("photos"));
    }
}

TEST_F(OrderReportRoutesTest, ALineIsOneOfTheEnterprise) {
    const ApiResponse answer = report({{"line", "L9"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, HasSubstr("is no line of yours"));
}

TEST_F(OrderReportRoutesTest, OneThatIsSoundIsOfAnOrderThatWasIssued) {
    for (const json::object& sound :
         {json::object{}, json::object{{"line", "L1"}}, json::object{{"photos", json::array{}}},
          json::object{{"photos", json::array{1, 2}}}, json::object{{"photos", nullptr}}}) {
        const ApiResponse answer = report(sound);
        EXPECT_EQ(answer.status, 409) << answer.body;
        EXPECT_THAT(answer.body, HasSubstr("no such revision"));
    }
}

}  // namespace
}  // namespace qk::daemon
