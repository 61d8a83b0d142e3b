#include "daemon/compliance/draw_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/store/audit.hpp"
#include "plans/casework/draw.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class DrawRoutesTest : public testing::TestWithParam<StoreMode> {
 protected:
    DrawRoutesTest() {
        add_draw_routes(router_, bureau_.context());
        Person officer;
        officer.id = "zhang";
        officer.roles = {Role::kDutyOfficer};
        officer.token_sha256 = token_hash("t");
        router_.set_people({officer});
    }
    ApiResponse call(const std::string& method, const std::string& target,
                     const json::object& body = {}) {
        ApiRequest request;
        request.method = method;
        request.target = "/api/v1/draws" + target;
        if (method == "POST") request.body = plans::to_text(body);
        request.authorization = "Bearer t";
        return bureau_.run(router_.handle(request));
    }
    static json::object wanted() {
        return {{"purpose", "12月抽查"},
                {"inspectors", json::array{"li", "wang", "zhao"}},
                {"sites", json::array{"E1", "E2"}},
                {"sites_wanted", 1},
                {"inspectors_per_site", 2}};
    }

    SmallBureau bureau_{GetParam()};
    Router router_;
};
QK_IN_BOTH_STORE_MODES(DrawRoutesTest);

TEST_P(DrawRoutesTest, TheSeedIsCommittedToBeforeAndTheDrawVerifiedAfter) {
    const ApiResponse committed = call("POST", "", wanted());
    ASSERT_EQ(committed.status, 201) << committed.body;
    EXPECT_THAT(committed.body, Not(HasSubstr("\"seed\"")));
    EXPECT_THAT(call("GET", "/1").body, Not(HasSubstr("\"seed\"")));
    EXPECT_THAT(call("GET", "").body, Not(HasSubstr("\"seed\"")));
    const auto before = plans::parse_json(committed.body, "draw").value();
    const auto entry = bureau_.with_store([](Session& db) {
        AuditQuery query;
        query.subject = "1";
        return audit_entries(db, query);
    });
    ASSERT_EQ(entry.size(), 1U);
    EXPECT_EQ(entry[0].entry.action, "draw.committed");
    EXPECT_EQ(entry[0].number, before.at("audit_entry").as_int64());
    EXPECT_EQ(plans::string_or(entry[0].entry.detail, "seed_sha256"),
              plans::string_or(before, "seed_sha256"));
    const ApiResponse drawn = call("POST", "/1/reveal");
    ASSERT_EQ(drawn.status, 200) << drawn.body;
    const auto lines = plans::check_draw(plans::parse_json(drawn.body, "draw").value());
    ASSERT_TRUE(lines) << rules::to_text(lines.error());
    for (const plans::DrawCheckLine& line : *lines) EXPECT_TRUE(line.holds) << line.what;
    EXPECT_EQ(call("POST", "/1/reveal").status, 409) << "once";
}

TEST_P(DrawRoutesTest, ASeedOfSomebodysOwnAndAPublicValueAreHeldAgainstTheCommitment) {
    const std::string seed = "a seed that only we know";
    json::object body = wanted();
    body["seed_sha256"] = plans::sha256_hex(seed);
    body["public_source"] = "上证指数收盘";
    ASSERT_EQ(call("POST", "", body).status, 201);
    EXPECT_EQ(call("POST", "/1/reveal", {{"public_value", "1"}}).status, 409) << "which seed?";
    EXPECT_EQ(call("POST", "/1/reveal", {{"seed", "another"}, {"public_value", "1"}}).status, 409);
    EXPECT_EQ(call("POST", "/1/reveal", {{"seed", seed}}).status, 409) << "which value?";
    EXPECT_EQ(call("POST", "/1/reveal", {{"seed", seed}, {"public_value", "3021.45"}}).status, 200);
}

TEST_P(DrawRoutesTest, ListsThatCannotBeDrawnFromAreRefused) {
    json::object body = wanted();
    body["sites_wanted"] = 3;
    EXPECT_EQ(call("POST", "", body).status, 422);
    body = wanted();
    body["seed_sha256"] = "short";
    EXPECT_EQ(call("POST", "", body).status, 422);
    EXPECT_EQ(call("GET", "/1").status, 404);
    EXPECT_EQ(call("POST", "/1/reveal").status, 404);
}

}  // namespace
}  // namespace qk::daemon
