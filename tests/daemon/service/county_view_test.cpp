// What an account of one county hears and reads, beside the lists that are cut already.
#include "daemon/service/county_view.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/http/event_stream.hpp"
#include "daemon/inventory/inventory_routes.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/trust/audit_routes.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Person person_of(const std::string& id, const std::string& region) {
    Person person;
    person.id = id;
    person.roles = {Role::kAuditor, Role::kCountyOfficer};
    person.region = region;
    person.token_sha256 = token_hash(id);
    return person;
}

// e1 is of county 110105, e2 of 110106; the daemon is of 110000.
class CountyViewTest : public ContextFixture {
 protected:
    CountyViewTest() {
        auto pack = std::make_shared<plans::RegionPack>();
        pack->region_code = "110000";
        context_.pack = pack;
        stream_.add_routes(router_);
        add_audit_routes(router_, context_);
        add_inventory_routes(router_, context_, upload_reader_of_caller());
        router_.set_people({person_of("city", ""), person_of("first", "110105"),
                            person_of("second", "110106"), person_of("third", "110107")});
    }

    ApiRequest request_of(const std::string& who, const std::string& target) {
        ApiRequest request;
        request.method = "GET";
        request.target = target;
        request.authorization = "Bearer " + who;
        return request;
    }
    json::value get(const std::string& who, const std::string& target) {
        const ApiResponse answer = wait(router_.handle(request_of(who, target)));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json::parse(answer.body);
    }
    void tell(const std::string& kind, const json::object& data) {
        transact([&](Session& db) { return append_event(db, kTestStart, kind, data); });
    }
    // All that a listener is sent; the first event of all is the inventory's.
    std::string heard(const std::string& who, int after = 0) {
        const std::string path = "/api/v1/events?after=" + std::to_string(after);
        const ApiResponse answer = wait(router_.handle(request_of(who, path)));
        EXPECT_EQ(answer.status, 200);
        return wait(answer.next_piece());
    }
    void note(const std::string& action, const std::string& subject, const json::object& detail) {
        AuditEntry entry;
        entry.at = kTestStart;
        entry.person = "somebody";
        entry.action = action;
        entry.subject = subject;
        entry.detail = detail;
        transact([&](Session& db) { return append_audit(db, entry); });
    }
    std::vector<std::string> subjects(const std::string& who, const std::string& query = "") {
        const json::value page = get(who, "/api/v1/audit" + query);
        std::vector<std::string> all;
        for (const json::value& item : page.at("items").as_array()) {
            all.emplace_back(item.at("subject").as_string());
        }
        return all;
    }
    void put_case(int number, const std::string& enterprise) {
        transact([&](Session& db) {
            db.exec(
                "INSERT INTO cases(number, kind, enterprise, obligation, "
                "window_from, warning, state, conclusion, opened_at, changed_at, "
                "text) VALUES(?, 'k', ?, 'o', 0, 'w1', 'open', '', 0, 0, '')",
                number, enterprise);
        });
    }
    void put_order(const std::string& enterprise, const std::string& region) {
        transact([&](Session& db) {
            db.exec(
                "INSERT INTO orders(enterprise, region, warning, order_id, "
                "revision, content_sha256, signed_text, exercise, obligations, "
                "issued_at, effective_from) VALUES(?, ?, 'w1', 'o', 1, '', '', "
                "0, 1, 0, 0)",
                enterprise, region);
        });
    }

    EventStream stream_{context_};
    Router router_;
};

TEST_F(CountyViewTest, ACountyHearsOfAControlWhatIsItsOwn) {
    const auto names = [](const char* enterprises, const char* regions) {
        return json::object{{"number", 1},
                            {"enterprises", json::parse(enterprises)},
                            {"regions", json::parse(regions)},
                            {"trades", json::parse(R"(["foundry"])")}};
    };
    tell("control.proposed", names(R"(["e1","e2"])", "[]"));
    tell("control.signed", names("[]", R"(["110106"])"));
    tell("control.withdrawn", names("[]", "[]"));
    const std::string first = heard("first");
    EXPECT_THAT(first, HasSubstr("control.proposed"));
    EXPECT_THAT(first, HasSubstr(R"(["e1"])"));
    EXPECT_THAT(first, Not(HasSubstr("e2")));
    EXPECT_THAT(first, Not(HasSubstr("control.signed")));
    EXPECT_THAT(first, HasSubstr("control.withdrawn"));
    EXPECT_THAT(heard("second"), HasSubstr("control.signed"));
    EXPECT_THAT(heard("third"), Not(HasSubstr("control.proposed")));
    EXPECT_THAT(heard("city"), HasSubstr(R"(["e1","e2"])"));
}

TEST_F(CountyViewTest, ACountyReadsInTheAuditLogOfAControlWhatIsItsOwn) {
    const json::object both{{"enterprises", json::array{"e1", "e2"}}, {"reason", "secret"}};
    note("control.proposed", "1", both);
    note("control.signed", "2", {{"enterprises", json::array{"e2"}}, {"reason", "secret"}});
    const std::string first = json::serialize(get("first", "/api/v1/audit"));
    EXPECT_THAT(first, HasSubstr(R"("enterprises":["e1"])"));
    EXPECT_THAT(first, Not(HasSubstr(R"("e2")")));
    EXPECT_THAT(first, HasSubstr("control.signed")) << "that something was signed is no secret";
    const std::string third = json::serialize(get("third", "/api/v1/audit"));
    EXPECT_THAT(third, Not(HasSubstr("secret")));
    EXPECT_THAT(json::serialize(get("city", "/api/v1/audit")), HasSubstr(R"(["e1","e2"])"));
}

TEST_F(CountyViewTest, ACountyHearsOfItsEnterprisesAndOfTheWholeRegion) {
    tell("receipt", {{"enterprise", "e1"}});
    tell("verdict", {{"enterprise", "e2"}});
    tell("warning.issued", {{"warning", "W1"}});
    tell("prompt.followed", {{"number", "P1"}, {"region", "110106"}});
    tell("prompt.followed", {{"number", "P2"}, {"region", "110000"}});
    const std::string first = heard("first");
    EXPECT_THAT(first, HasSubstr("\"enterprise\":\"e1\""));
    EXPECT_THAT(first, Not(HasSubstr("e2")));
    EXPECT_THAT(first, HasSubstr("W1"));
    EXPECT_THAT(first, Not(HasSubstr("P1")));
    EXPECT_THAT(first, HasSubstr("P2"));
    const std::string second = heard("second");
    EXPECT_THAT(second, Not(HasSubstr("\"enterprise\":\"e1\"")));
    EXPECT_THAT(second, HasSubstr("\"enterprise\":\"e2\""));
    EXPECT_THAT(second, HasSubstr("P1"));
    const std::string city = heard("city");
    for (const char* said : {"e1", "e2", "W1", "P1", "P2"}) EXPECT_THAT(city, HasSubstr(said));
}

TEST_F(CountyViewTest, EventsAreStampedAsTheRegionsClocksShow) {
    auto west = std::make_shared<plans::RegionPack>();
    west->region_code = "110000";
    west->zone = *rules::parse_zone("Asia/Urumqi");
    context_.pack = west;
    tell("warning.issued", {{"warning", "W1"}});
    EXPECT_THAT(heard("city"), HasSubstr("2015-12-07T22:00:00+06:00"));
}

TEST_F(CountyViewTest, ACaseIsHeardOfWhereItsEnterpriseIs) {
    put_case(7, "e1");
    tell("case", {{"number", 7}, {"state", "open"}});
    EXPECT_THAT(heard("first"), HasSubstr("event: case"));
    EXPECT_THAT(heard("second"), Not(HasSubstr("event: case")));
}

TEST_F(CountyViewTest, AnEnterpriseThatLeftTheInventoryIsKnownByItsOrder) {
    put_order("gone", "110105");
    tell("receipt", {{"enterprise", "gone"}});
    tell("receipt", {{"enterprise", "nobody"}});
    EXPECT_THAT(heard("first"), HasSubstr("gone"));
    EXPECT_THAT(heard("first"), Not(HasSubstr("nobody")));
    EXPECT_THAT(heard("second"), Not(HasSubstr("gone")));
}

TEST_F(CountyViewTest, WhoHearsNothingOfAPieceGoesOnBehindIt) {
    tell("receipt", {{"enterprise", "e2"}});
    tell("receipt", {{"enterprise", "e2"}});
    const std::string first = heard("first", 1);
    EXPECT_THAT(first, HasSubstr("id: 3\n"));
    EXPECT_THAT(first, Not(HasSubstr("event: ")));
}

TEST_F(CountyViewTest, ThePhoneListCountsTheCountysOwn) {
    put_order("e1", "110105");
    put_order("e2", "110106");
    put_order("e9", "110106");
    transact([](Session& db) {
        ReceiptDeadlines deadlines;
        deadlines.accepted = deadlines.executing = std::chrono::hours{24 * 365 * 100};
        return list_overdue(db, deadlines, kTestStart);
    });
    EXPECT_THAT(heard("city"), HasSubstr("\"new\":3"));
    EXPECT_THAT(heard("first"), HasSubstr("\"data\":{\"new\":1}"));
    EXPECT_THAT(heard("second"), HasSubstr("\"data\":{\"new\":2}"));
    EXPECT_THAT(heard("third"), Not(HasSubstr("phone-list")));
}

TEST_F(CountyViewTest, TheAuditLogOfACountyIsAboutItsEnterprisesAndTheWholeRegion) {
    put_case(7, "e1");
    put_case(8, "e2");
    note("order.receipt", "r1", {{"enterprise", "e1"}});
    note("order.receipt", "r2", {{"enterprise", "e2"}});
    note("case.site-check", "7", {{"note", ""}});
    note("case.site-check", "8", {{"note", ""}});
    note("case.site-check", "99", {{"note", "of no case"}});
    note("warning.sign", "W1", {{"colour", "orange"}});
    EXPECT_THAT(subjects("first", "?per_page=3"), ElementsAre("W1", "7", "r1"));
    EXPECT_THAT(subjects("second", "?per_page=3"), ElementsAre("W1", "8", "r2"));
    const json::value city = get("city", "/api/v1/audit");
    const json::value first = get("first", "/api/v1/audit");
    EXPECT_EQ(city.at("total").as_int64() - first.at("total").as_int64(), 3)
        << "the counts are of what may be read";
    EXPECT_THAT(subjects("first", "?subject=r2"), ElementsAre());
    EXPECT_THAT(subjects("first", "?per_page=1&page=2"), ElementsAre("7"));
}

TEST_F(CountyViewTest, ACountyComparesEditionsByItsOwnEnterprises) {
    const std::string before = inventories_.current()->edition;
    InventoryFiles files = two_enterprises();
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category,phone\n"
        "e1,甲厂,110105,水泥,C,regular,010-1\ne2,乙厂,110106,水泥,D,regular,010-2\n";
    ASSERT_TRUE(inventories_.take_now(files, "next", kTestStart).has_value());
    const auto changed = [&](const std::string& who) {
        std::vector<std::string> all;
        const json::value found = get(who, "/api/v1/inventories/compare?before=" + before);
        for (const json::value& change : found.at("changes").as_array()) {
            all.emplace_back(change.at("enterprise").as_string());
        }
        return all;
    };
    EXPECT_THAT(changed("city"), ElementsAre("e1", "e2"));
    EXPECT_THAT(changed("first"), ElementsAre("e1"));
    EXPECT_THAT(changed("third"), ElementsAre());
}

TEST(Concerns, APlaceConcernsWhoIsInItAndWhoCoversIt) {
    EXPECT_TRUE(concerns("110105", "110000"));
    EXPECT_TRUE(concerns("110000", "110105"));
    EXPECT_TRUE(concerns("110105", "110105"));
    EXPECT_TRUE(concerns("", "110105"));
    EXPECT_FALSE(concerns("110105", "110106"));
}

}  // namespace
}  // namespace qk::daemon
