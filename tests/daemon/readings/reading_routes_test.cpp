#include "daemon/readings/reading_routes.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <functional>

#include "daemon/api/api.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

class ReadingsRouteTest : public ContextFixture {
 protected:
    ReadingsRouteTest() {
        add_intake_routes(router_, context_);
        Person auditor;
        auditor.id = "wu";
        auditor.roles = {Role::kAuditor};
        auditor.token_sha256 = "e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8";
        router_.set_people({auditor});
    }
    // Rows of `meters` meters at `times` quarters of an hour before now.
    void put(int meters, int times) {
        transact([&](Session& db) {
            Statement write(
                db,
                "WITH RECURSIVE m(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM m WHERE i < ?1), "
                "t(j) AS"
                " (SELECT 0 UNION ALL SELECT j + 1 FROM t WHERE j + 1 < ?2) INSERT INTO"
                " readings(t_end, meter, kw, arrived, valid) SELECT ?3 - 900 * j, 'm' || i, i, 0, 1"
                " FROM t, m",
                meters, times, kTestStart);
            return write.run();
        });
    }
    json::value get(const std::string& query) {
        ApiRequest request;
        request.method = "GET";
        request.target = "/api/v1/readings" + query;
        request.authorization = "Bearer t";
        const ApiResponse answer = wait(router_.handle(request));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json::parse(answer.body);
    }
    // All that a cursor leads to, as "time meter"; after the first page `meanwhile` is run.
    std::vector<std::string> walk(const std::string& query,
                                  const std::function<void()>& meanwhile) {
        std::vector<std::string> found;
        std::string cursor;
        for (int pages = 0; pages < 100; ++pages) {
            const json::value page = get(query + "&cursor=" + cursor);
            EXPECT_TRUE(page.at("total").is_null());
            for (const json::value& item : page.at("items").as_array()) {
                found.push_back(std::string(item.at("t").as_string()) + " " +
                                std::string(item.at("meter").as_string()));
            }
            if (page.at("next").is_null()) return found;
            cursor = page.at("next").as_string();
            if (pages == 0) meanwhile();
        }
        ADD_FAILURE() << "it has no end";
        return found;
    }
    static std::int64_t total(const json::value& page) { return page.at("total").as_int64(); }

    Router router_;
};

TEST_F(ReadingsRouteTest, OfOneMeterComeInOrderAndAreCounted) {
    put(5, 40);
    const json::value page = get("?meter=m3&per_page=10&page=2");
    EXPECT_EQ(total(page), 40);
    ASSERT_EQ(page.at("items").as_array().size(), 10U);
    const auto oldest = kTestStart - std::chrono::minutes{15} * 29;
    EXPECT_EQ(page.at("items").at(0).at("t").as_string(),
              rules::to_iso(oldest, rules::kBeijingTime));
    EXPECT_EQ(page.at("items").at(0).at("kw").to_number<double>(), 3);
    EXPECT_EQ(total(get("?meter=none")), 0);
}

TEST_F(ReadingsRouteTest, OfAllMetersComeByTimeAndTheirNumberIsCountedSoFar) {
    put(1100, 95);
    const json::value first = get("?per_page=3");
    EXPECT_EQ(total(first), 100'000) << "counting stops where nobody pages to";
    EXPECT_EQ(first.at("items").as_array().size(), 3U);
    EXPECT_TRUE(get("?per_page=100&page=1001").at("items").as_array().empty());
    EXPECT_EQ(total(get("?from=2015-12-07T23:30:00%2B08:00")), 2 * 1100);
}

TEST_F(ReadingsRouteTest, ByCursorEachComesOnceThoughMetersShareTheirTimesAndOthersComeIn) {
    put(3, 4);
    const auto late = [this] {
        transact([](Session& db) {
            // Before all that was seen.
            return db.exec(
                "INSERT INTO readings(t_end, meter, kw, arrived, valid) VALUES(?1, 'a', 0, 0, 1)",
                kTestStart - std::chrono::hours{2});
        });
    };
    const std::vector<std::string> all = walk("?per_page=2", late);
    EXPECT_EQ(all.size(), 12U);
    EXPECT_TRUE(std::ranges::is_sorted(all));
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
    EXPECT_EQ(walk("?per_page=3&meter=m2", [] {}).size(), 4U);
    EXPECT_EQ(walk("?per_page=4&meter=m2", [] {}).size(), 4U);
    EXPECT_EQ(walk("?per_page=5&from=2015-12-07T23:30:00%2B08:00", [] {}).size(), 6U);
}

}  // namespace
}  // namespace qk::daemon
