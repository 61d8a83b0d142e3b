// Goal: a refusal waits for a named person's answer, is escalated when none comes, and each answer
// changes exactly what it says. Method: calls of the service, and messages as the wire brings them.
#include "daemon/orders/refusals.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/orders/receipts.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using std::chrono::minutes;

class RefusalsTest : public ContextFixture {
 protected:
    RefusalsTest() {
        router_.set_people({person("li.na", Role::kDutyOfficer), person("wang", Role::kApprover)});
        dispatcher_.add_routes(router_);
        put(0.5);
    }
    static Person person(const std::string& id, Role role) {
        Person made;
        made.id = id;
        made.roles = {role};
        made.token_sha256 = token_hash(id);
        return made;
    }
    void put(double ratio) {
        transact([&](Session& db) {
            put_orders(db, {order_document("e1", ratio, kTestStart)}, key_, rules::kBeijingTime,
                       clock_.now());
            return 0;
        });
    }
    ApiResponse call(const char* who, const std::string& method, const std::string& target,
                     const std::string& body = "") {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.authorization = std::string("Bearer ") + who;
        request.remote = "10.0.0.7";
        return wait(router_.handle(std::move(request)));
    }
    int answer(const char* who, const char* act, json::object body = {{"reason", "高炉不能停"}}) {
        return call(who, "POST", std::string("/api/v1/orders/e1/refusal/") + act,
                    json::serialize(body))
            .status;
    }
    ReceiptEffect send(ReceiptState state, const std::string& note = {}) {
        Receipt receipt;
        receipt.order = "w1/e1";
        receipt.revision = shown().at("revision").as_int64();
        receipt.state = state;
        receipt.at = clock_.now();
        receipt.by = "厂";
        receipt.note = note;
        ReceiptOrigin origin;
        origin.enterprise = "e1";
        origin.arrived = clock_.now();
        return transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    }
    json::value shown() { return json::parse(call("li.na", "GET", "/api/v1/orders/e1").body); }
    std::string standing() { return std::string(shown().at("refusal").at("standing").as_string()); }
    std::size_t overdue() {
        return transact([&](Session& db) {
            return list_overdue(db, context_.config->limits.receipts, clock_.now());
        });
    }
    std::int64_t calls(const std::string& wanted) {
        const std::string query =
            "SELECT count(*) FROM phone_list WHERE done_at IS NULL AND wanted = '" + wanted + "'";
        return count(query.c_str());
    }

    PlayedBus bus_;
    Dispatcher dispatcher_{context_, bus_};
    Router router_;
};

TEST_F(RefusalsTest, ARefusalIsShownWithItsDeadlineAndEscalatedWhenNobodyAnswers) {
    EXPECT_TRUE(shown().at("refusal").is_null());
    EXPECT_EQ(send(ReceiptState::kRefused, "高炉不能停"), ReceiptEffect::kTaken);
    const json::value refusal = shown().at("refusal");
    EXPECT_EQ(refusal.at("standing").as_string(), "open");
    EXPECT_EQ(refusal.at("note").as_string(), "高炉不能停");
    const minutes within = context_.config->limits.receipts.refusal;
    EXPECT_EQ(refusal.at("answer_by").as_string(),
              rules::to_iso(kTestStart + within, rules::kBeijingTime));
    move_to(kTestStart + within - minutes{1});
    overdue();
    EXPECT_EQ(calls("refusal"), 0);
    move_to(kTestStart + within);
    overdue();
    EXPECT_EQ(calls("refusal"), 1);
    EXPECT_EQ(answer("li.na", "insist"), 200);
    EXPECT_EQ(calls("refusal"), 0) << "it was answered";
}

TEST_F(RefusalsTest, AConfirmedRefusalAsksNothingMoreHoweverOftenItIsDerived) {
    send(ReceiptState::kRefused, "高炉不能停");
    EXPECT_EQ(answer("wang", "confirm"), 200);
    json::value order = shown();
    EXPECT_EQ(order.at("revision").as_int64(), 2);
    EXPECT_EQ(order.at("obligations").as_int64(), 0);
    EXPECT_EQ(order.at("receipt_state").as_string(), "none") << "the new revision is answered too";
    EXPECT_EQ(count("SELECT count(*) FROM refusals WHERE standing = 'confirmed' AND answered_by = "
                    "'wang' AND reason = '高炉不能停'"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'order.refusal' AND person = "
                    "'wang'"),
              1);
    put(0.5);
    EXPECT_EQ(shown().at("revision").as_int64(), 2) << "derived again, it is the same";
    put(0.8);
    order = shown();
    EXPECT_EQ(order.at("revision").as_int64(), 3) << "a stricter one was not refused yet";
    EXPECT_EQ(order.at("obligations").as_int64(), 1);
}

TEST_F(RefusalsTest, AnAmendedOrderIsANewRevisionThatAsksForLess) {
    send(ReceiptState::kRefused);
    const json::object change{
        {"obligation", "e1/L1/limit_load"}, {"ratio", 0.2}, {"detail", "限产20%"}};
    const json::object body{{"reason", "须保温"}, {"changes", json::array{change}}};
    EXPECT_EQ(answer("wang", "amend", body), 200);
    const json::value order = shown();
    EXPECT_EQ(order.at("revision").as_int64(), 2);
    const json::value& asked = order.at("document").at("obligations").at(0);
    EXPECT_EQ(asked.at("ratio").to_number<double>(), 0.2);
    EXPECT_EQ(asked.at("detail").as_string(), "限产20%");
    EXPECT_EQ(count("SELECT count(*) FROM refusals WHERE standing = 'amended'"), 1);
    put(0.5);
    EXPECT_EQ(shown().at("revision").as_int64(), 2);
}

TEST_F(RefusalsTest, AWrongAmendmentChangesNothing) {
    send(ReceiptState::kRefused);
    const json::object more{
        {"obligation", "e1/L1/limit_load"}, {"ratio", 0.9}, {"detail", "限产90%"}};
    EXPECT_EQ(answer("wang", "amend", {{"reason", "x"}, {"changes", json::array{more}}}), 422);
    EXPECT_EQ(answer("wang", "amend", {{"reason", "x"}}), 422);
    EXPECT_EQ(standing(), "open");
    EXPECT_EQ(shown().at("revision").as_int64(), 1);
    EXPECT_EQ(count("SELECT count(*) FROM order_exceptions"), 0);
}

TEST_F(RefusalsTest, AnOrderThatIsInsistedOnGoesOutAgainAndIsAnsweredAnew) {
    send(ReceiptState::kRefused);
    move_to(kTestStart + minutes{50});
    const auto wanted = count("SELECT wanted FROM orders");
    EXPECT_EQ(answer("li.na", "insist"), 200);
    EXPECT_EQ(count("SELECT wanted FROM orders"), wanted + 1);
    EXPECT_EQ(shown().at("revision").as_int64(), 1);
    EXPECT_EQ(shown().at("receipt_state").as_string(), "none");
    EXPECT_EQ(shown().at("receipt_proof").as_string(), "");
    overdue();
    EXPECT_EQ(calls("received"), 0) << "its time runs from when it was insisted";
    move_to(clock_.now() + context_.config->limits.receipts.received);
    overdue();
    EXPECT_EQ(calls("received"), 1);
    EXPECT_EQ(send(ReceiptState::kRefused, "仍不能停"), ReceiptEffect::kTaken);
    EXPECT_EQ(standing(), "open") << "another refusal is another case";
    EXPECT_EQ(count("SELECT count(*) FROM refusals"), 2);
}

TEST_F(RefusalsTest, OnlyWhoMaySignGrantsAndEverybodySaysWhy) {
    send(ReceiptState::kRefused);
    EXPECT_EQ(answer("li.na", "confirm"), 403);
    EXPECT_EQ(answer("li.na", "amend"), 403);
    for (const char* act : {"confirm", "insist"}) {
        EXPECT_EQ(answer("wang", act, {}), 422) << act;
        EXPECT_EQ(answer("wang", act, {{"reason", " "}}), 422) << act;
    }
    EXPECT_EQ(answer("wang", "confirm", {{"reason", "x"}, {"revision", 2}}), 409);
    EXPECT_EQ(standing(), "open");
    EXPECT_EQ(answer("wang", "confirm", {{"reason", "x"}, {"revision", 1}}), 200);
    EXPECT_EQ(answer("wang", "confirm"), 409) << "it was answered";
}

TEST_F(RefusalsTest, ARefusalDiesWithItsRevision) {
    send(ReceiptState::kRefused);
    put(0.8);
    EXPECT_TRUE(shown().at("refusal").is_null());
    EXPECT_EQ(answer("wang", "confirm"), 409);
    EXPECT_EQ(count("SELECT count(*) FROM refusals WHERE standing = 'superseded'"), 1);
    move_to(kTestStart + context_.config->limits.receipts.refusal * 2);
    overdue();
    EXPECT_EQ(calls("refusal"), 0);
}

TEST_F(RefusalsTest, ARefusalThatWasNoneEndsWhenAPersonOverrulesIt) {
    send(ReceiptState::kRefused);
    const json::object body{{"seen", "refused"}, {"state", "none"}, {"reason", "冒名"}};
    EXPECT_EQ(call("li.na", "POST", "/api/v1/orders/e1/overrule", json::serialize(body)).status,
              201);
    EXPECT_EQ(standing(), "overruled");
    const json::value listed =
        json::parse(call("li.na", "GET", "/api/v1/refusals?standing=overruled").body);
    ASSERT_EQ(listed.at("items").as_array().size(), 1U);
    EXPECT_EQ(listed.at("items").at(0).at("answered_by").as_string(), "li.na");
    EXPECT_EQ(call("li.na", "GET", "/api/v1/refusals?standing=maybe").status, 400);
}

}  // namespace
}  // namespace qk::daemon
