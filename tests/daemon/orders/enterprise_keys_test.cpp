// Goal: a receipt that the enterprise's key has not signed never passes for one that it has, and
// never hides one. Method: keys by the API, receipts as the wire brings them.
#include "daemon/orders/enterprise_keys.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/orders/receipts.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

class EnterpriseKeys : public ContextFixture {
 protected:
    EnterpriseKeys() {
        Person admin;
        admin.id = "admin";
        admin.roles = {Role::kAdmin, Role::kDutyOfficer};
        admin.token_sha256 = token_hash("admin");
        Person officer;
        officer.id = "officer";
        officer.roles = {Role::kDutyOfficer};
        officer.token_sha256 = token_hash("officer");
        router_.set_people({admin, officer});
        dispatcher_.add_routes(router_);
        add_enterprise_key_routes(router_, context_);
        transact([&](Session& db) {
            put_orders(db, {order_document("e1", 0.2, clock_.now())}, key_, rules::kBeijingTime,
                       clock_.now());
            return 0;
        });
    }
    ApiResponse call(const std::string& who, const std::string& method, const std::string& target,
                     const std::string& body = "") {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.authorization = "Bearer " + who;
        return wait(router_.handle(std::move(request)));
    }
    int put(const std::string& key, const std::string& end = "", const std::string& who = "admin",
            const std::string& enterprise = "e1", const std::string& reason = "电话核对") {
        const json::object body{{"key", key}, {"reason", reason}};
        return call(who, "POST", "/api/v1/enterprises/" + enterprise + "/keys" + end,
                    json::serialize(body))
            .status;
    }
    ReceiptEffect send(ReceiptState state, const plans::SigningKey* key, bool is_forged = false,
                       const std::string& sender = {}) {
        Receipt receipt;
        receipt.order = "w1/e1";
        receipt.revision = 1;
        receipt.state = state;
        receipt.at = kTestStart;
        receipt.by = "厂";
        if (key != nullptr) {
            const std::string text(to_text(state));
            receipt.seal = {"e1", key->public_key_hex(),
                            key->sign_hex(plans::Purpose::kReceipt, text),
                            is_forged ? text + "!" : text};
        }
        ReceiptOrigin origin;
        origin.enterprise = "e1";
        origin.arrived = clock_.now();
        origin.sender = sender;
        return transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    }
    std::string order_says(const char* member) {
        const json::value order = json::parse(call("officer", "GET", "/api/v1/orders/e1").body);
        return std::string(order.at(member).as_string());
    }
    std::int64_t entries(const char* action) {
        return transact([&](Session& db) {
            return db.count("SELECT count(*) FROM audit WHERE action = ?", action);
        });
    }

    plans::SigningKey own_ = plans::SigningKey::from_seed(std::string(32, 'o')).value();
    plans::SigningKey other_ = plans::SigningKey::from_seed(std::string(32, 'x')).value();
    PlayedBus bus_;
    Dispatcher dispatcher_{context_, bus_};
    Router router_;
};

TEST_F(EnterpriseKeys, AKeyIsRegisteredOnceByAnAdministratorAndStandsInTheAudit) {
    const std::string key = own_.public_key_hex();
    EXPECT_EQ(put(key, "", "officer"), 403);
    EXPECT_EQ(put("abc"), 422);
    EXPECT_EQ(put(key, "", "admin", "e1", " "), 422);
    EXPECT_EQ(put(key, "", "admin", "nobody"), 404);
    EXPECT_EQ(entries("enterprise-key.registered"), 0);
    EXPECT_EQ(put(key), 201);
    EXPECT_EQ(put(key), 409);
    EXPECT_EQ(entries("enterprise-key.registered"), 1);
    EXPECT_EQ(put(key, "/revoke"), 200);
    EXPECT_EQ(put(key, "/revoke"), 409);
    EXPECT_EQ(put(key), 409) << "one that was revoked does not come back";
    EXPECT_EQ(entries("enterprise-key.revoked"), 1);
    const json::value list =
        json::parse(call("officer", "GET", "/api/v1/enterprises/e1/keys").body);
    ASSERT_EQ(list.at("items").as_array().size(), 1U);
    EXPECT_EQ(list.at("items").at(0).at("fingerprint").as_string(), plans::fingerprint_of(key));
    EXPECT_EQ(list.at("items").at(0).at("revoked_by").as_string(), "admin");
}

TEST_F(EnterpriseKeys, AnOrderSaysWhatItsReceiptRestsOn) {
    EXPECT_EQ(order_says("receipt_proof"), "");
    EXPECT_EQ(send(ReceiptState::kReceived, nullptr), ReceiptEffect::kTaken);
    EXPECT_EQ(order_says("receipt_proof"), "claimed");
    EXPECT_EQ(put(own_.public_key_hex()), 201);
    EXPECT_EQ(send(ReceiptState::kAccepted, &own_), ReceiptEffect::kTaken);
    EXPECT_EQ(order_says("receipt_proof"), "proved");
    EXPECT_EQ(
        call("officer", "POST", "/api/v1/orders/e1/receipts", R"({"state":"executing","by":"张"})")
            .status,
        201);
    EXPECT_EQ(order_says("receipt_proof"), "recorded");
    EXPECT_EQ(call("officer", "POST", "/api/v1/orders/e1/overrule",
                   R"({"seen":"executing","state":"none","reason":"冒名"})")
                  .status,
              201);
    EXPECT_EQ(order_says("receipt_proof"), "") << "nothing is on record";
    transact([&](Session& db) {
        put_orders(db, {order_document("e1", 0.5, clock_.now())}, key_, rules::kBeijingTime,
                   clock_.now());
        return 0;
    });
    EXPECT_EQ(order_says("receipt_proof"), "");
}

TEST_F(EnterpriseKeys, AWrongSignatureMovesNothingIsShownAndHidesNothing) {
    EXPECT_EQ(put(own_.public_key_hex()), 201);
    for (int twice = 0; twice < 2; ++twice) {
        const ReceiptEffect first = send(ReceiptState::kRefused, &other_);
        EXPECT_EQ(first, twice == 0 ? ReceiptEffect::kWrongSignature : ReceiptEffect::kRepeat);
    }
    EXPECT_EQ(send(ReceiptState::kDone, &own_, true), ReceiptEffect::kWrongSignature);
    EXPECT_EQ(order_says("receipt_state"), "none");
    EXPECT_EQ(entries("order.receipt-wrong-signature"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'receipt-wrong-signature'"), 2);
    // Word for word the same, by the enterprise itself.
    EXPECT_EQ(send(ReceiptState::kDone, &own_), ReceiptEffect::kTaken);
    EXPECT_EQ(order_says("receipt_state"), "done");
    const json::value list = json::parse(call("officer", "GET", "/api/v1/receipts").body);
    ASSERT_EQ(list.at("items").as_array().size(), 3U);
    EXPECT_EQ(list.at("items").at(0).at("proof").as_string(), "proved");
    EXPECT_EQ(list.at("items").at(1).at("proof").as_string(), "wrong signature");
    EXPECT_EQ(list.at("items").at(2).at("key").as_string(), other_.public_key_hex());
}

// Whoever knows the enterprise's password may have claimed it before.
TEST_F(EnterpriseKeys, WhatWasOnlyClaimedBeforeIsProvedOnceByTheSameStateSigned) {
    EXPECT_EQ(put(own_.public_key_hex()), 201);
    EXPECT_EQ(send(ReceiptState::kAccepted, nullptr), ReceiptEffect::kTaken);
    const std::string claimed_at = order_says("receipt_at");
    move_to(clock_.now() + std::chrono::hours{1});
    EXPECT_EQ(send(ReceiptState::kAccepted, &own_), ReceiptEffect::kRepeat);
    EXPECT_EQ(order_says("receipt_proof"), "proved");
    EXPECT_EQ(order_says("receipt_at"), claimed_at);
    EXPECT_EQ(send(ReceiptState::kAccepted, &own_), ReceiptEffect::kRepeat);
    EXPECT_EQ(send(ReceiptState::kAccepted, nullptr), ReceiptEffect::kRepeat);
    EXPECT_EQ(order_says("receipt_proof"), "proved");
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 2);
    EXPECT_EQ(entries("order.receipt"), 1);
}

TEST_F(EnterpriseKeys, AWrongSignatureContradictsNothingAndIsNotAskedAbout) {
    EXPECT_EQ(send(ReceiptState::kDone, nullptr), ReceiptEffect::kTaken);
    EXPECT_EQ(send(ReceiptState::kRefused, &own_, true), ReceiptEffect::kWrongSignature);
    const json::value order = json::parse(call("officer", "GET", "/api/v1/orders/e1").body);
    EXPECT_FALSE(order.at("contradicted").as_bool());
    EXPECT_EQ(order.at("answers").at(0).at("proof").as_string(), "wrong signature");
    EXPECT_TRUE(order.at("answers").at(0).at("contradicts").is_null());
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'contradiction'"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM refusals"), 0);
}

TEST_F(EnterpriseKeys, WhatTheEnterpriseHasSignedIsKeptBesideTheClaimsHoweverManyTheyAre) {
    EXPECT_EQ(put(own_.public_key_hex()), 201);
    EXPECT_EQ(send(ReceiptState::kDone, nullptr), ReceiptEffect::kTaken);
    for (int n = 0; n < 2 * kAnswersKept; ++n) {
        send(ReceiptState::kDone, nullptr, false, "x" + std::to_string(n));
    }
    EXPECT_EQ(send(ReceiptState::kDone, &own_), ReceiptEffect::kRepeat) << "the same, proved";
    EXPECT_EQ(send(ReceiptState::kRefused, &own_), ReceiptEffect::kLate);
    const json::value order = json::parse(call("officer", "GET", "/api/v1/orders/e1").body);
    EXPECT_TRUE(order.at("contradicted").as_bool());
    EXPECT_EQ(count("SELECT count(*) FROM receipts WHERE proof = 'claimed'"), kAnswersKept);
    EXPECT_EQ(count("SELECT count(*) FROM receipts WHERE proof = 'proved'"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'receipt-contradicts' AND "
                    "data LIKE '%\"proof\":\"proved\"%'"),
              1);
}

TEST_F(EnterpriseKeys, AfterARotationOnlyTheNewKeyProves) {
    EXPECT_EQ(put(own_.public_key_hex()), 201);
    EXPECT_EQ(put(other_.public_key_hex()), 201);
    EXPECT_EQ(send(ReceiptState::kReceived, &own_), ReceiptEffect::kTaken);
    EXPECT_EQ(put(own_.public_key_hex(), "/revoke"), 200);
    EXPECT_EQ(send(ReceiptState::kAccepted, &own_), ReceiptEffect::kWrongSignature);
    EXPECT_EQ(send(ReceiptState::kAccepted, &other_), ReceiptEffect::kTaken);
    EXPECT_EQ(order_says("receipt_proof"), "proved");
}

TEST_F(EnterpriseKeys, OneForAnOrderThatWasNeverIssuedIsCountedAmongThose) {
    EXPECT_EQ(put(own_.public_key_hex()), 201);
    Receipt receipt;
    receipt.order = "w9/e1";
    receipt.revision = 1;
    receipt.state = ReceiptState::kDone;
    receipt.seal = {"e1", other_.public_key_hex(), "", ""};
    ReceiptOrigin origin;
    origin.enterprise = "e1";
    origin.arrived = clock_.now();
    const ReceiptEffect effect =
        transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    EXPECT_EQ(effect, ReceiptEffect::kUnknownOrder);
    EXPECT_EQ(transact([](Session& db) { return count_unknown_receipts(db, "e1"); }), 1);
}

}  // namespace
}  // namespace qk::daemon
