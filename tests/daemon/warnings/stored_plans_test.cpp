// Goal: a response plan is derived again from what was stored with it, out of the database alone,
// and what differs or is gone is named. Method: a desk signs plans over an inventory that was taken
// in; rows are changed by hand.
#include "daemon/warnings/stored_plans.hpp"

#include <gmock/gmock.h>

#include "daemon/service/inventory_registry.hpp"
#include "desk_fixture.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using plans::PlanAgreement;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// The desk's people and standard over the rules of a pack that has a text.
std::shared_ptr<plans::RegionPack> pack_with_texts() {
    auto pack = std::make_shared<plans::RegionPack>(plans::built_in_pack("xuchang").value());
    const plans::RegionPack desk = desk_pack();
    pack->region_code = desk.region_code;
    pack->trigger = desk.trigger;
    pack->approval = desk.approval;
    pack->timing = desk.timing;
    pack->notices = desk.notices;
    pack->notice_blocks = desk.notice_blocks;
    pack->publication = desk.publication;
    return pack;
}

InventoryFiles two_plants() {
    InventoryFiles files;
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category\n"
        "e1,甲厂,110105,水泥,C,regular\ne2,乙厂,110106,铸造,D,regular\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "e1,L1,一线,水泥熟料窑,no,10,20,30,4\ne2,L1,一线,电炉熔炼,no,1,2,3,4\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,100,100,100,100\n";
    files["meters.csv"] = "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n";
    files["season.toml"] =
        "[[window]]\nid = \"clinker\"\nkind = \"peak-shift\"\nfrom = \"2026-12-02\"\nto = "
        "\"2026-12-02\"\ntrades = [\"cement\"]\nmeasure = { form = \"stop\" }\nsource = "
        "\"工信〔2026〕1号\"\n";
    return files;
}

class StoredPlans : public testing::Test {
 protected:
    StoredPlans() {
        desk_.store = Store::open(file_, StoreMode::kInline).value();
        desk_.pack = pack_with_texts();
        InventoryRegistry book(*desk_.store,
                               plans::inventory_read_options({}, plans::from_pack(*desk_.pack)));
        const auto taken = book.take_now(two_plants(), "city", hour_at(0));
        if (!taken) throw std::runtime_error(rules::to_text(taken.error()));
        desk_.observe(-24, 8, 30);
        desk_.forecast(8, {90, 170, 180, 180, 180, 60, 60});
        id_ = desk_.assess(8).warning;
        (void)desk_.consult_on(8, id_);
        const auto sign_now = [&](Session& db) {
            DeskView view = desk_.view(9);
            view.inventory = book.current();
            view.season = book.season();
            view.grade_names = book.grade_names();
            const StoredWarning w = *load_warning(db, id_);
            return sign(db, view, Desk::director(), w, {{}, w.state.generation});
        };
        const DeskAnswer answer = desk_.ask(sign_now);
        is_signed_ = std::holds_alternative<DeskDone>(answer);
    }

    std::vector<CheckedPlan> check() {
        std::vector<CheckedPlan> plans;
        const auto done = check_plans(file_, [&](const CheckedPlan& one) {
            plans.push_back(one);
            return true;
        });
        EXPECT_TRUE(done) << rules::to_text(done.error());
        return plans;
    }
    void exec(const std::string& sql) {
        Session db(file_, SessionUse::kWrite);
        db.exec(sql.c_str());
    }
    std::string text_in(const std::string& sql) {
        Session db(file_, SessionUse::kRead);
        return db.one<std::string>(sql.c_str()).value();
    }

    Desk desk_;
    std::string id_;
    bool is_signed_ = false;
    std::string file_ = desk_.scratch.file("desk.db");
};

TEST_F(StoredPlans, WhatWasDerivedIsDerivedAgain) {
    ASSERT_TRUE(is_signed_);
    const auto plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].warning, id_);
    EXPECT_THAT(plans[0].again.others, IsEmpty());
    for (const plans::OwedChange& one : plans[0].again.shown) {
        ADD_FAILURE() << one.obligation << ": " << one.then << " | " << one.now;
    }
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kEqual);
    EXPECT_THAT(text_in("SELECT plan FROM response_plans"), HasSubstr("e1/L1/"));
}

TEST_F(StoredPlans, AnObligationThatWasAnotherIsNamedWithItsReason) {
    auto plan = plans::parse_json(text_in("SELECT plan FROM response_plans"), "plan").value();
    auto& owed = plan.at("owed").at("e1").as_array();
    ASSERT_THAT(owed, Not(IsEmpty()));
    owed[0].as_array()[2] = 0.125;
    exec("UPDATE response_plans SET plan='" + plans::canonical_text(plan) + "'");
    const auto plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kDiffers);
    ASSERT_THAT(plans[0].again.shown, SizeIs(1));
    const plans::OwedChange& change = plans[0].again.shown[0];
    EXPECT_EQ(change.enterprise, "e1");
    EXPECT_EQ(change.line, "L1");
    EXPECT_THAT(change.then, HasSubstr("0.125"));
    EXPECT_THAT(change.now, Not(HasSubstr("0.125")));
    EXPECT_THAT(change.reason_now, Not(IsEmpty()));
}

TEST_F(StoredPlans, OtherWordsAreToldApartFromOtherMeasures) {
    auto owed = plans::parse_json(text_in("SELECT owed FROM plan_inputs"), "owed").value();
    owed.at("owed").at("e1").as_array()[0].as_array()[2] = "0000000000000000";
    exec("UPDATE plan_inputs SET owed='" + plans::canonical_text(owed) + "'");
    const auto plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kWordsDiffer);
    EXPECT_EQ(plans[0].again.changes, 1U);
}

TEST_F(StoredPlans, InputsThatWereTakenAwayAreNoAgreementAndThoseOfBeforeAreCounted) {
    exec("DELETE FROM plan_inputs");
    auto plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kUnreadable);
    EXPECT_THAT(plans[0].again.others, Not(IsEmpty()));
    exec("UPDATE plans_without_inputs SET last=(SELECT max(at) FROM response_plans)");
    plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kNoInputs);
}

TEST_F(StoredPlans, ADatabaseOfBeforeThereWereInputsHasPlansWithoutThem) {
    exec("DROP TABLE plan_inputs");
    exec("DROP TABLE plans_without_inputs");
    const auto plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kNoInputs);
}

TEST_F(StoredPlans, AnEditionOrATextThatWasChangedIsNamed) {
    exec("UPDATE inventory_files SET bytes=CAST('id\n' AS BLOB) WHERE name='meters.csv'");
    auto plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0].again.agreement, PlanAgreement::kUnreadable);
    EXPECT_THAT(plans[0].again.others.at(0), HasSubstr("SHA-256"));
    exec("UPDATE plan_texts SET text=text || ' '");
    plans = check();
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_THAT(plans[0].again.others.at(0), HasSubstr("plan_texts"));
}

TEST_F(StoredPlans, TheNewestAreLookedAtFirstAndNoMoreThanAsked) {
    int seen = 0;
    const auto count = [&](const CheckedPlan&) {
        ++seen;
        return true;
    };
    EXPECT_TRUE(check_plans(file_, count, 0));
    EXPECT_EQ(seen, 0);
    EXPECT_FALSE(check_plans(desk_.scratch.file("none"), count));
}

}  // namespace
}  // namespace qk::daemon
