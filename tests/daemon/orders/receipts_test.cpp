// Goal: what is told on the telephone corrects the record and never closes it to what is true
// later; a correction without a reason or of another state than that on record changes nothing.
// Method: calls of the service, and messages as the wire brings them.
#include "daemon/orders/receipts.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using std::chrono::minutes;

class ReceiptsTest : public ContextFixture {
 protected:
    ReceiptsTest() {
        Person officer;
        officer.id = "li.na";
        officer.roles = {Role::kDutyOfficer};
        officer.token_sha256 = token_hash("li.na");
        router_.set_people({officer});
        dispatcher_.add_routes(router_);
        transact([&](Session& db) {
            put_orders(db, {order_document("e1", 0.2, clock_.now())}, key_, rules::kBeijingTime,
                       clock_.now());
            return 0;
        });
    }

    ApiResponse call(const std::string& method, const std::string& target,
                     const std::string& body = "") {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.authorization = "Bearer li.na";
        request.remote = "10.0.0.7";
        return wait(router_.handle(std::move(request)));
    }
    int tell(const json::object& body) {
        return call("POST", "/api/v1/orders/e1/receipts", json::serialize(body)).status;
    }
    int correct(const char* wrong, const char* state, const char* note = "电话核实") {
        return tell({{"state", state}, {"by", "张"}, {"note", note}, {"corrects", wrong}});
    }
    // As the enterprise sends it, at a minute of its own clock.
    ReceiptEffect send(ReceiptState state, int minute, const std::string& sender = {}) {
        Receipt receipt;
        receipt.order = "w1/e1";
        receipt.revision = 1;
        receipt.state = state;
        receipt.at = kTestStart + minutes{minute};
        receipt.by = "厂";
        ReceiptOrigin origin;
        origin.enterprise = "e1";
        origin.arrived = clock_.now();
        origin.sender = sender;
        return transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    }
    std::string on_record() {
        const json::value order = json::parse(call("GET", "/api/v1/orders/e1").body);
        return std::string(order.at("receipt_state").as_string());
    }

    PlayedBus bus_;
    Dispatcher dispatcher_{context_, bus_};
    Router router_;
};

TEST_F(ReceiptsTest, AStateThatWasCorrectedAwayIsTakenWhenItIsTrue) {
    EXPECT_EQ(send(ReceiptState::kDone, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(correct("done", "executing"), 201);
    EXPECT_EQ(send(ReceiptState::kDone, 0), ReceiptEffect::kRepeat) << "the same message";
    EXPECT_EQ(on_record(), "executing");
    EXPECT_EQ(send(ReceiptState::kDone, 5), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kDone, 6), ReceiptEffect::kRepeat) << "it is on record";
    EXPECT_EQ(correct("done", "executing"), 201);
    EXPECT_EQ(tell({{"state", "done"}, {"by", "张"}}), 201) << "and so on the telephone";
    EXPECT_EQ(on_record(), "done");
}

TEST_F(ReceiptsTest, TheSenderThatTheBrokerProvesStandsInReceiptAndAudit) {
    const auto in_audit = [this] {
        return transact([](Session& db) {
            return db.one<std::string>(
                "SELECT detail FROM audit WHERE action = 'order.receipt' ORDER BY number DESC");
        });
    };
    EXPECT_EQ(send(ReceiptState::kReceived, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(in_audit().value_or("").find("\"sender\""), std::string::npos) << "a claim";
    EXPECT_EQ(send(ReceiptState::kAccepted, 1, "e1"), ReceiptEffect::kTaken);
    EXPECT_NE(in_audit().value_or("").find("\"sender\":\"e1\""), std::string::npos);
    const json::value list = json::parse(call("GET", "/api/v1/receipts").body);
    EXPECT_EQ(list.at("items").at(0).at("sender").as_string(), "e1");
    EXPECT_EQ(list.at("items").at(1).at("sender").as_string(), "");
}

TEST_F(ReceiptsTest, ACorrectionToAStateThatWasStoredBeforeIsListedWithItsNote) {
    EXPECT_EQ(send(ReceiptState::kExecuting, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kDone, 1), ReceiptEffect::kTaken);
    EXPECT_EQ(correct("done", "executing", "窑还在烧"), 201);
    const auto listed = json::parse(call("GET", "/api/v1/receipts").body).at("items").as_array();
    ASSERT_EQ(listed.size(), 3U);
    EXPECT_EQ(listed[0].at("state").as_string(), "executing");
    EXPECT_EQ(listed[0].at("note").as_string(), "窑还在烧");
    EXPECT_EQ(listed[2].at("state").as_string(), "executing");
    EXPECT_EQ(listed[2].at("by").as_string(), "厂") << "what was said first stays";
}

TEST_F(ReceiptsTest, OfMessagesThatChangeNothingOneOfEachStateIsKept) {
    EXPECT_EQ(send(ReceiptState::kDone, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kAccepted, 1), ReceiptEffect::kLate);
    for (int minute = 2; minute < 9; ++minute) {
        EXPECT_EQ(send(ReceiptState::kAccepted, minute), ReceiptEffect::kRepeat);
    }
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 2);
}

TEST_F(ReceiptsTest, AReceiptOfAFastClockCountsFromItsArrivalAndShowsTheDifference) {
    EXPECT_EQ(send(ReceiptState::kRefused, 3 * 24 * 60), ReceiptEffect::kTaken);
    const json::value order = json::parse(call("GET", "/api/v1/orders/e1").body);
    EXPECT_EQ(order.at("receipt_at").as_string(), rules::to_iso(kTestStart, rules::kBeijingTime));
    EXPECT_EQ(order.at("answers").at(0).at("stated_ahead_s").as_int64(), 3 * 24 * 3600);
}

TEST_F(ReceiptsTest, WhatContradictsTheRecordIsShownAndAskedAboutUntilAPersonHasSpoken) {
    const auto order = [this] { return json::parse(call("GET", "/api/v1/orders/e1").body); };
    const auto calls = [this] {
        return count(
            "SELECT count(*) FROM phone_list WHERE wanted = 'contradiction' AND done_at IS NULL");
    };
    EXPECT_EQ(send(ReceiptState::kDone, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kReceived, 1), ReceiptEffect::kLate) << "late, and no more";
    EXPECT_FALSE(order().at("contradicted").as_bool());
    EXPECT_EQ(send(ReceiptState::kRefused, 2), ReceiptEffect::kLate);
    EXPECT_TRUE(order().at("contradicted").as_bool());
    EXPECT_EQ(order().at("answers").at(0).at("contradicts").as_string(), "done");
    EXPECT_EQ(calls(), 1);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'receipt-contradicts'"), 1);
    EXPECT_EQ(correct("done", "executing"), 201);
    EXPECT_FALSE(order().at("contradicted").as_bool());
    EXPECT_EQ(calls(), 0);
}

TEST_F(ReceiptsTest, TheSameAnswerOfAnotherSenderIsKeptBesideAndUpToALimit) {
    EXPECT_EQ(send(ReceiptState::kRefused, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kRefused, 1, "e1"), ReceiptEffect::kRepeat);
    EXPECT_EQ(send(ReceiptState::kRefused, 2, "e1"), ReceiptEffect::kRepeat);
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 2) << "a claim, and its proof";
    EXPECT_EQ(count("SELECT count(*) FROM refusals"), 1) << "one case";
    for (int n = 0; n < 3 * kAnswersKept; ++n) {
        send(ReceiptState::kExecuting, 3, "x" + std::to_string(n));
    }
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), kAnswersKept);
}

TEST_F(ReceiptsTest, APersonOverrulesAnyStateAndWhatIsOverruledStays) {
    const auto overrule = [this](const char* seen, const char* state, const char* why = "冒名") {
        const json::object body{{"seen", seen}, {"state", state}, {"reason", why}};
        return call("POST", "/api/v1/orders/e1/overrule", json::serialize(body)).status;
    };
    EXPECT_EQ(send(ReceiptState::kReceived, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kDone, 1), ReceiptEffect::kTaken);
    EXPECT_EQ(overrule("executing", "none"), 409) << "another is on record";
    EXPECT_EQ(overrule("done", "done"), 409);
    EXPECT_EQ(overrule("done", "none", " "), 422) << "without a reason";
    EXPECT_EQ(overrule("done", "maybe"), 422);
    EXPECT_EQ(on_record(), "done");
    EXPECT_EQ(overrule("done", "none"), 201);
    EXPECT_EQ(on_record(), "none");
    const json::value order = json::parse(call("GET", "/api/v1/orders/e1").body);
    EXPECT_TRUE(order.at("receipt_at").is_null());
    const json::array& answers = order.at("answers").as_array();
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].at("recorded_by").as_string(), "li.na");
    EXPECT_EQ(answers[0].at("note").as_string(), "冒名");
    for (const std::size_t taken_back : {1U, 2U}) {
        EXPECT_EQ(answers[taken_back].at("overruled_by"), answers[0].at("number"));
    }
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE person = 'li.na' AND detail LIKE "
                    "'%\"corrects\":\"done\"%'"),
              1);
}

TEST_F(ReceiptsTest, WhatAPersonSaysOnceMoreAfterItWasTakenBackIsTaken) {
    const json::object said{{"state", "accepted"}, {"by", "张"}};
    const json::object back{{"seen", "accepted"}, {"state", "none"}, {"reason", "记错"}};
    EXPECT_EQ(tell(said), 201);
    EXPECT_EQ(call("POST", "/api/v1/orders/e1/overrule", json::serialize(back)).status, 201);
    EXPECT_EQ(tell(said), 201) << "in the same second";
    EXPECT_EQ(on_record(), "accepted");
}

TEST_F(ReceiptsTest, WhoWasTakenOffThePhoneListByAForgeryIsListedAgain) {
    const auto list = [this] {
        transact([&](Session& db) {
            return list_overdue(db, context_.config->limits.receipts, clock_.now());
        });
        return count(
            "SELECT count(*) FROM phone_list WHERE wanted = 'received' AND done_at IS NULL");
    };
    move_to(kTestStart + context_.config->limits.receipts.received);
    EXPECT_EQ(list(), 1);
    EXPECT_EQ(send(ReceiptState::kReceived, 0), ReceiptEffect::kTaken);
    EXPECT_EQ(list(), 0);
    const json::object body{{"seen", "received"}, {"state", "none"}, {"reason", "冒名"}};
    EXPECT_EQ(call("POST", "/api/v1/orders/e1/overrule", json::serialize(body)).status, 201);
    EXPECT_EQ(list(), 1);
}

TEST_F(ReceiptsTest, AWrongCorrectionIsRefusedWhateverItSays) {
    EXPECT_EQ(send(ReceiptState::kExecuting, 0), ReceiptEffect::kTaken);
    for (const char* state : {"received", "accepted", "executing", "done", "refused"}) {
        EXPECT_EQ(correct("none", state), 409) << state;
    }
    EXPECT_EQ(correct("executing", "executing"), 409) << "it corrects nothing";
    EXPECT_EQ(on_record(), "executing");
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 1);
}

TEST_F(ReceiptsTest, WhatNamesNoStateOrNoRevisionIsNotGuessed) {
    const auto with = [](const char* key, json::value said) {
        json::object body{{"state", "done"}, {"by", "张"}, {"note", "核实"}};
        body[key] = std::move(said);
        return body;
    };
    for (const char* said : {"5", "{}", "[]", "true", "null", R"("maybe")"}) {
        EXPECT_EQ(tell(with("corrects", json::parse(said))), 422) << said;
    }
    for (const char* said : {R"("1")", "1.5", "-1", "1e30", "{}", "null"}) {
        EXPECT_EQ(tell(with("revision", json::parse(said))), 422) << said;
    }
    EXPECT_EQ(on_record(), "none");
    EXPECT_EQ(tell(with("revision", 1)), 201);
}

TEST_F(ReceiptsTest, ANameOrAReasonOfBlanksIsNone) {
    EXPECT_EQ(send(ReceiptState::kRefused, 0), ReceiptEffect::kTaken);
    for (const char* blank : {"", " ", "\t", "\u00A0", "\u3000", " \u3000\u00A0 "}) {
        EXPECT_EQ(correct("refused", "executing", blank), 422) << blank;
        EXPECT_EQ(tell({{"state", "executing"}, {"by", blank}}), 422) << blank;
    }
    EXPECT_EQ(on_record(), "refused");
    EXPECT_EQ(correct("refused", "executing", "\u3000核实"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM receipts WHERE note = '核实'"), 1);
}

}  // namespace
}  // namespace qk::daemon
