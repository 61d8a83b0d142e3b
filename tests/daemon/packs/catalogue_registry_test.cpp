// Goal: the bureau's own measures are what plants owe from the date that a named person set and
// another confirmed; they are tried first, and kept. Method: the service over one database.
#include "daemon/packs/catalogue_registry.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "daemon/packs/adoption_rows.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/response/plan_draft.hpp"
#include "tests/daemon/packs/own_rules_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using testing::ElementsAre;

// The shipped clinker B at orange is a load limit by 20 %; here it is 35 %.
const std::string kOwn = R"(trades = ["cement"]
source = "市应急预案附件3"
certainty = "primary"

[[rule]]
grades = ["B"]
[rule.yellow]
do = [{ form = "limit_load", ratio = 0.1, baseline = "smallest-of-eia-permit-last-year" }]
[rule.orange]
do = [{ form = "limit_load", ratio = 0.35, baseline = "smallest-of-eia-permit-last-year" }]
[rule.red]
do = [{ form = "stop" }]
[[rule]]
grades = ["C", "D"]
[rule.yellow]
do = [{ form = "stop" }]
[rule.orange]
do = [{ form = "stop" }]
[rule.red]
do = [{ form = "stop" }]
)";

class CatalogueRegistryTest : public OwnRulesFixture {
 protected:
    CatalogueRegistryTest() {
        use_pack("edition");
        book_.add_routes(router_);
        book_.start(tasks_);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    static boost::json::object wanted(const std::string& from = "") {
        boost::json::object body{
            {"catalogue", kOwn}, {"file", "our.toml"}, {"reason", "市局局长办公会"}};
        if (!from.empty()) body["from"] = from;
        return body;
    }

    CatalogueRegistry book_{context_};
};

TEST_F(CatalogueRegistryTest, WhatPlantsOweChangesAtTheDateAndNotBefore) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted("2015-12-10")).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    move_to(kTestStart + hours{47});
    EXPECT_THAT(owed_by("e1", {}), ElementsAre("limit_load 20"));
    move_to(kTestStart + hours{48});
    EXPECT_THAT(owed_by("e1", {}), ElementsAre("limit_load 35"));
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='catalogue.adopted' AND "
                    "person='chen.yu'"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='catalogue.in_force'"), 1);
    EXPECT_EQ(failed_task_, "");
}

TEST_F(CatalogueRegistryTest, ItWaitsForAnotherPersonHoweverLongThatTakes) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted()).status, 201);
    move_to(kTestStart + hours{100});
    EXPECT_EQ(context_.catalogue, nullptr);
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/catalogues/1/confirm").status, 403);
    EXPECT_EQ(call("zhang.wei", "POST", "/api/v1/catalogues/1/confirm").status, 403);
    EXPECT_EQ(call("sun.li", "POST", "/api/v1/catalogues/1/confirm").status, 403);
    EXPECT_EQ(context_.catalogue, nullptr);
    EXPECT_EQ(call("liu.yang", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    ASSERT_NE(context_.catalogue, nullptr);
    EXPECT_EQ(context_.catalogue->number, 1);
    EXPECT_EQ(call("liu.yang", "POST", "/api/v1/catalogues/1/confirm").status, 409);
}

TEST_F(CatalogueRegistryTest, TryingItShowsWhoOwesOtherwiseAndStoresNothing) {
    boost::json::object body = wanted();
    body["only_try"] = true;
    body.erase("reason");
    const auto answer = call("chen.yu", "POST", "/api/v1/catalogues", body);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto value = json_of(answer);
    EXPECT_TRUE(value.at("number").is_null());
    EXPECT_GT(value.at("clauses").at("total").as_int64(), 0);
    const auto& levels = value.at("trial").at("levels").as_array();
    ASSERT_EQ(levels.size(), 3U);
    EXPECT_EQ(levels[1].at("level").as_string(), "orange");
    EXPECT_GT(levels[1].at("difference").at("changed").as_int64(), 0) << answer.body;
    EXPECT_EQ(count("SELECT count(*) FROM adopted_catalogues"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action LIKE 'catalogue.%'"), 0);
}

TEST_F(CatalogueRegistryTest, EveryFaultIsToldAtOnceAndNothingIsStored) {
    boost::json::object body = wanted("2015-12-01");
    body.erase("reason");
    body["catalogue"] =
        kOwn + "[[rule]]\ngrades = [\"Q\"]\n[rule.yellow]\ndo = [{ form = \"x\" }]\n";
    const auto answer = call("chen.yu", "POST", "/api/v1/catalogues", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("reason is missing"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("has passed"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("our.toml:22"), std::string::npos) << answer.body;
    EXPECT_EQ(count("SELECT count(*) FROM adopted_catalogues"), 0);
}

TEST_F(CatalogueRegistryTest, ItStaysInForceOverARestartWithTheShippedOnesOfItsTime) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted()).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    const auto stored =
        transact([](Session& db) { return load_adoption(db, Adopted::kCatalogue, 1); }).value();
    const auto texts =
        plans::catalogue_texts_from_json(plans::parse_json(stored.texts, "texts").value()).value();
    EXPECT_EQ(texts.base, plans::over_shipped("", "").base);
    EXPECT_FALSE(texts.base.empty());
    context_.catalogue = nullptr;
    CatalogueRegistry again(context_);
    ASSERT_TRUE(again.restore().has_value());
    EXPECT_THAT(owed_by("e1", {}), ElementsAre("limit_load 35"));
}

TEST_F(CatalogueRegistryTest, GoingBackToTheShippedOneIsAnAdoptionToo) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted()).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    const boost::json::object back{{"as_shipped", true}, {"reason", "本地目录废止"}};
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", back).status, 201);
    EXPECT_THAT(owed_by("e1", {}), ElementsAre("limit_load 35"));
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/2/confirm").status, 200);
    EXPECT_THAT(owed_by("e1", {}), ElementsAre("limit_load 20"));
    const auto shown = json_of(call("zhang.wei", "GET", "/api/v1/catalogues/1"));
    EXPECT_EQ(shown.at("catalogue").as_string(), kOwn);
    EXPECT_FALSE(shown.at("in_force").as_bool());
}

TEST_F(CatalogueRegistryTest, TheCommandLineDerivesTheSameFromTheSameFile) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted()).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    const auto inventory = context_.inventories.current();
    const auto rules = plans::from_pack(*context_.pack);
    plans::Catalogue catalogue = plans::built_in_catalogue();
    catalogue.replace_by(plans::read_catalogue(kOwn, "our.toml").value());
    for (const rules::Colour colour : plans::kResponseColours) {
        plans::PlanQuestion question{inventory,
                                     context_.pack,
                                     nullptr,
                                     {{colour, true, clock_.now(), std::nullopt}},
                                     clock_.now()};
        question.catalogue = context_.catalogue;
        const plans::ResponsePlan plan = plans::derive_plan(question);
        plans::DeriveInput input{*inventory,   catalogue,          rules, colour, clock_.now(),
                                 std::nullopt, context_.pack->zone};
        input.issued_at = clock_.now();
        const plans::ObligationTable table = plans::derive_table(input);
        ASSERT_EQ(plan.owed.size(), 2U);
        for (const auto& owed : plan.owed) {
            EXPECT_EQ(owed.obligations, table.obligations(owed.enterprise)) << owed.id;
        }
    }
}

TEST_F(CatalogueRegistryTest, OneThatHasNotBegunCanBeTakenBackOneThatHasCannot) {
    const boost::json::object why{{"reason", "有误"}};
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted("2015-12-10")).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/catalogues/1/withdraw", why).status, 200);
    move_to(kTestStart + hours{72});
    EXPECT_EQ(context_.catalogue, nullptr);
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted()).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/2/confirm").status, 200);
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/catalogues/2/withdraw", why).status, 409);
    EXPECT_EQ(call("zhang.wei", "POST", "/api/v1/catalogues", wanted()).status, 403);
}

// A later version of the program may refuse what was confirmed: it must not stand there for ever.
TEST_F(CatalogueRegistryTest, OneThatIsDueAndCannotBeReadIsSaidAndCanBeTakenBack) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted("2015-12-10")).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    transact([](Session& db) { db.exec("UPDATE adopted_catalogues SET texts='{}'"); });
    move_to(kTestStart + hours{72});
    EXPECT_EQ(context_.catalogue, nullptr);
    EXPECT_TRUE(std::ranges::any_of(log_lines_, [](const std::string& line) {
        return line.find("CATALOGUE_UNREADABLE") != std::string::npos;
    }));
    const boost::json::object why{{"reason", "有误"}};
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/catalogues/1/withdraw", why).status, 200);
    EXPECT_EQ(failed_task_, "");
}

// The store works on threads of its own, so that of two who look at once both have looked before
// one of them notes anything.
class StoreOnThreads {
 public:
    StoreOnThreads() { ::setenv(kName, "own-threads", 1); }
    ~StoreOnThreads() {
        if (!was_so_) ::unsetenv(kName);
    }
    StoreOnThreads(const StoreOnThreads&) = delete;
    StoreOnThreads& operator=(const StoreOnThreads&) = delete;

 private:
    static constexpr const char* kName = "QK_TEST_STORE";
    const bool was_so_ = has_own_threads();
};
class CatalogueRegistryTwice : private StoreOnThreads, public CatalogueRegistryTest {};

TEST_F(CatalogueRegistryTwice, ItsBeginIsNotedOnceHoweverManyLookAtOnce) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/catalogues", wanted("2015-12-10")).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/catalogues/1/confirm").status, 200);
    CatalogueRegistry other(context_);
    other.start(tasks_);
    run();
    move_to(kTestStart + hours{72});
    EXPECT_THAT(owed_by("e1", {}), ElementsAre("limit_load 35"));
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='catalogue.in_force'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind='catalogue.in_force'"), 1);
    tasks_.cancel();
    run();
    EXPECT_EQ(failed_task_, "");
}

}  // namespace
}  // namespace qk::daemon
