#include "daemon/service/county_rows.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

using testing::ElementsAre;

class CountyRows : public testing::Test {
 protected:
    CountyRows() {
        put_order("e1", "110105");
        put_order("e2", "110106");
        put_order("e3", "120101");
        for (const char* enterprise : {"e1", "e2", "e3", "gone"}) put_call(enterprise);
    }
    template <class Work>
    auto ask(Work work) {
        return store_->transact_now(std::move(work));
    }
    void put_order(const std::string& enterprise, const std::string& region) {
        ask([&](Session& db) {
            db.exec(
                "INSERT INTO orders(enterprise, region, warning, order_id, revision, "
                "content_sha256, signed_text, exercise, obligations, issued_at, effective_from) "
                "VALUES(?, ?, 'w1', 'o', 1, '', '', 0, 1, 0, 0)",
                enterprise, region);
        });
    }
    void put_call(const std::string& enterprise) {
        ask([&](Session& db) {
            db.exec(
                "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
                "VALUES(?, 1, 'received', 0)",
                enterprise);
        });
    }
    std::vector<std::string> called_in(const std::string& stem) {
        return ask([&](Session& db) {
            RowFilter filter;
            add_county(filter, "p.enterprise", stem);
            Statement rows(db, "SELECT enterprise FROM phone_list AS p" + filter.where() +
                                   " ORDER BY enterprise");
            filter.bind_to(rows);
            std::vector<std::string> enterprises;
            while (rows.next()) enterprises.push_back(rows.text(0));
            return enterprises;
        });
    }

    std::unique_ptr<Store> store_ = Store::open(":memory:", StoreMode::kInline).value();
};

TEST_F(CountyRows, ARowIsOfTheCountyThatItsEnterprisesOrderNames) {
    EXPECT_THAT(called_in("110105"), ElementsAre("e1"));
    EXPECT_THAT(called_in("1101"), ElementsAre("e1", "e2"));
    EXPECT_THAT(called_in("13"), ElementsAre());
}

TEST_F(CountyRows, WhoIsOfTheWholeRegionSeesAlsoWhatIsOfNoCounty) {
    EXPECT_THAT(called_in(""), ElementsAre("e1", "e2", "e3", "gone"));
}

TEST_F(CountyRows, OrdersAreTakenByPagesBehindTheLastEnterprise) {
    const auto page_behind = [&](const std::string& after) {
        return ask([&](Session& db) {
            std::vector<std::string> enterprises;
            for (const OrderPlace& place : order_places(db, after, 2))
                enterprises.push_back(place.enterprise + " " + place.region);
            return enterprises;
        });
    };
    EXPECT_THAT(page_behind(""), ElementsAre("e1 110105", "e2 110106"));
    EXPECT_THAT(page_behind("e2"), ElementsAre("e3 120101"));
}

TEST_F(CountyRows, WhatIsNotKnownHasNoPlace) {
    EXPECT_EQ(ask([](Session& db) { return region_of_order(db, "e2"); }), "110106");
    EXPECT_EQ(ask([](Session& db) { return region_of_order(db, "gone"); }), "");
    EXPECT_EQ(ask([](Session& db) { return enterprise_of_case(db, "7"); }), "");
}

}  // namespace
}  // namespace qk::daemon
