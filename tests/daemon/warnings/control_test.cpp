// Temporary control: one proposes, another signs, orders go out by the season's keeper, end by
// themselves or by a person, and are weighed by a warning's plan.
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/store/session.hpp"
#include "tests/daemon/warnings/season_fixture.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kControls = "/api/v1/controls";
constexpr int kSecond = 24;  // 2 December, 00:00

std::string control(const std::string& more, const std::string& from = "2026-12-02",
                    const std::string& to = "2026-12-03") {
    return R"({"from":")" + from + R"(","to":")" + to +
           R"(","measure":{"form":"stop"},"document":"临控〔2026〕1号","reason":"预计轻度污染")" +
           more + "}";
}

const std::string kOfFoundry = R"(,"trades":["foundry"])";

// No season, so that whatever is ordered is ordered by a control.
class ControlBureau : public SeasonBureau {
 public:
    ControlBureau() : SeasonBureau(season_window("2027-01-01", "2027-01-31")) {}

    std::string propose(const std::string& body) {
        const auto answer = call("zhang.wei", "POST", kControls, body);
        EXPECT_EQ(answer.status, 201) << answer.body;
        return std::to_string(json(answer).at("number").as_int64());
    }
    int step(const std::string& who, const std::string& number, const std::string& what,
             const std::string& body = {}) {
        const int status =
            call(who, "POST", std::string(kControls) + "/" + number + what, body).status;
        run();
        return status;
    }
    std::string ordered(const std::string& body) {
        const std::string number = propose(body);
        EXPECT_EQ(step("li.na", number, "/sign"), 200);
        return number;
    }
    std::string state_of(std::size_t place = 0) {
        const auto list = json(call("zhao.min", "GET", kControls));
        return std::string(list.at("items").at(place).at("state").as_string());
    }
};

TEST(Control, OrdersGoOutWithTheSignatureAndEndWithTheLastDay) {
    ControlBureau bureau;
    const std::string number = bureau.propose(control(kOfFoundry));
    bureau.run();
    EXPECT_FALSE(bureau.order("e2").has_value()) << "nobody has signed";
    EXPECT_EQ(bureau.state_of(), "proposed");
    EXPECT_EQ(bureau.step("li.na", number, "/sign"), 200);
    const auto order = bureau.order("e2");
    ASSERT_TRUE(order.has_value());
    EXPECT_EQ(order->revision, 1);
    EXPECT_TRUE(order->warning.empty());
    EXPECT_NE(order->legal_basis.find("临时管控：临控〔2026〕1号"), std::string::npos);
    ASSERT_EQ(order->obligations.size(), 1U);
    EXPECT_EQ(order->obligations[0].action, rules::Action::kStop);
    EXPECT_EQ(order->obligations[0].from, hour_at(kSecond)) << "told ahead of its first day";
    EXPECT_EQ(order->obligations[0].to, hour_at(kSecond + 48));
    EXPECT_EQ(bureau.state_of(), "ahead");
    EXPECT_FALSE(bureau.order("e1").has_value()) << "the cement works are of another trade";
    bureau.move_to(kSecond + 47);
    EXPECT_EQ(bureau.order("e2")->revision, 1);
    EXPECT_EQ(bureau.state_of(), "in_force");
    bureau.move_to(kSecond + 48);
    EXPECT_TRUE(bureau.order("e2")->obligations.empty());
    EXPECT_EQ(bureau.state_of(), "over");
    EXPECT_EQ(bureau.failed_task, "");
}

TEST(Control, WhoeverProposedItDoesNotSignItAndADutyOfficerNever) {
    ControlBureau bureau;
    Person both = Services::person("both", Role::kDutyOfficer);
    both.roles.insert(Role::kApprover);
    bureau.router.set_people({both, Services::person("zhang.wei", Role::kDutyOfficer),
                              Services::person("li.na", Role::kApprover)});
    const auto made = bureau.call("both", "POST", kControls, control(kOfFoundry));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(bureau.step("both", "1", "/sign"), 403);
    EXPECT_EQ(bureau.step("zhang.wei", "1", "/sign"), 403);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM controls WHERE signed_at IS NOT NULL"), 0);
    EXPECT_EQ(bureau.step("li.na", "1", "/sign"), 200);
    EXPECT_EQ(bureau.step("li.na", "1", "/sign"), 409) << "once is enough";
    EXPECT_EQ(bureau.step("li.na", "7", "/sign"), 404);
}

TEST(Control, APersonTakesItBackAndTheOrderEndsAtOnce) {
    ControlBureau bureau;
    const std::string number = bureau.ordered(control(kOfFoundry));
    bureau.move_to(kSecond + 5);
    EXPECT_EQ(bureau.step("zhang.wei", number, "/withdraw", "{}"), 422) << "the reason is missing";
    EXPECT_EQ(bureau.step("zhang.wei", number, "/withdraw", R"({"reason":"好转"})"), 200);
    EXPECT_TRUE(bureau.order("e2")->obligations.empty());
    EXPECT_EQ(bureau.order("e2")->revision, 2);
    EXPECT_EQ(bureau.state_of(), "withdrawn");
    EXPECT_EQ(bureau.step("zhang.wei", number, "/withdraw", R"({"reason":"好转"})"), 409);
}

TEST(Control, EveryStepIsAnEntryOfTheAuditLogAndAnEvent) {
    ControlBureau bureau;
    const std::string number = bureau.ordered(control(kOfFoundry));
    bureau.step("li.na", number, "/withdraw", R"({"reason":"好转"})");
    for (const char* of : {"audit WHERE action", "events WHERE kind"}) {
        const std::string query = std::string("SELECT count(*) FROM ") + of +
                                  " IN ('control.proposed', 'control.signed', 'control.withdrawn')";
        EXPECT_EQ(bureau.count(query.c_str()), 3) << of;
    }
}

TEST(Control, ACountyOrAnEnterpriseCanBeNamed) {
    ControlBureau bureau;
    bureau.ordered(control(R"(,"regions":["110105"])"));
    EXPECT_TRUE(bureau.order("e1").has_value());
    EXPECT_FALSE(bureau.order("e2").has_value());
    bureau.ordered(control(R"(,"enterprises":["e2"])"));
    EXPECT_TRUE(bureau.order("e2").has_value());
}

// As after an upgrade whose catalogue dropped the trade.
TEST(Control, OneThatNamesATradeNobodyKnowsAnyMoreIsSaidAndTheOthersGoOn) {
    ControlBureau bureau;
    const std::string lost = bureau.ordered(control(kOfFoundry));
    const std::string waiting = bureau.propose(control(kOfFoundry));
    bureau.desk.ask([](Session& db) {
        return db.exec("UPDATE controls SET terms = replace(terms, 'foundry', 'foundri')");
    });
    bureau.ordered(control(R"(,"enterprises":["e1"])"));
    EXPECT_TRUE(bureau.order("e1").has_value()) << "the season's keeper went on";
    EXPECT_EQ(bureau.failed_task, "");
    EXPECT_TRUE(std::ranges::any_of(bureau.log_lines, [](const std::string& line) {
        return line.find("CONTROL_UNREADABLE") != std::string::npos &&
               line.find("foundri") != std::string::npos;
    }));
    const auto list = Services::json(bureau.call("zhao.min", "GET", kControls));
    const auto& shown = list.at("items").at(2);
    EXPECT_EQ(shown.at("trades").at(0).as_string(), "foundri");
    EXPECT_NE(std::string(shown.at("measure_zh").as_string()).find("本版本无法读取"),
              std::string::npos);
    EXPECT_EQ(shown.at("covers").at("obligations").as_int64(), 0);
    EXPECT_EQ(bureau.step("li.na", waiting, "/sign"), 409);
    EXPECT_EQ(bureau.step("zhang.wei", lost, "/withdraw", R"({"reason":"改提"})"), 200);
}

TEST(Control, WhatCannotBeMeantIsRefusedWithEveryFault) {
    ControlBureau bureau;
    const auto refused = [&](const std::string& body, const char* wanted) {
        const auto answer = bureau.call("zhang.wei", "POST", kControls, body);
        EXPECT_EQ(answer.status, 422) << body;
        EXPECT_NE(answer.body.find(wanted), std::string::npos) << wanted << ": " << answer.body;
    };
    refused(control(kOfFoundry, "2026-12-02", "2026-12-08"), "最多5天");
    refused(control(kOfFoundry, "2026-11-20", "2026-11-21"), "已经过去");
    refused(control(R"(,"enterprises":["e9"])"), "e9");
    refused(control(R"(,"regions":["999999"])"), "999999");
    refused(control(R"(,"trades":["foundry"],"grades":["A"])"), "没有企业");
    refused(control(R"(,"trades":["foundri"],"grades":["Z"],"also":1)"), "foundri");
    refused(control(R"(,"trades":["foundri"],"grades":["Z"],"also":1)"), "also");
    refused(control(""), "names nobody");
    refused(R"({"trades":["foundry"],"from":"2026-12-02","to":"2026-12-02","document":"x",)"
            R"("measure":{"form":"limit_load"}})",
            "ratio");
    refused("[]", "object");
    EXPECT_EQ(bureau.count("SELECT count(*) FROM controls"), 0);
    EXPECT_EQ(bureau.call("county", "POST", kControls, control(kOfFoundry)).status, 403);
}

TEST(Control, ACountyReadsWhatIsItsOwn) {
    ControlBureau bureau;  // the county is that of e2
    (void)bureau.propose(control(R"(,"enterprises":["e1"])"));
    (void)bureau.propose(control(R"(,"enterprises":["e1","e2"])", "2026-12-02", "2026-12-02"));
    const auto read = bureau.call("county", "GET", kControls);
    const auto page = bureau.json(read);
    ASSERT_EQ(page.at("items").as_array().size(), 1U) << read.body;
    EXPECT_EQ(page.at("items").at(0).at("number").as_int64(), 2);
    EXPECT_EQ(read.body.find("e1"), std::string::npos) << read.body;
    // What is left out ends no walk: the older one lies behind the next.
    const auto begun =
        bureau.json(bureau.call("county", "GET", "/api/v1/controls?cursor=&per_page=1"));
    EXPECT_TRUE(begun.at("next").is_string());
    EXPECT_EQ(bureau.json(bureau.call("zhao.min", "GET", kControls)).at("items").as_array().size(),
              2U);
}

TEST(Control, WhileAWarningRulesNobodySignsOneAndItsPlanWeighsWhatWasSigned) {
    ControlBureau bureau;
    bureau.ordered(control(kOfFoundry, "2026-12-01", "2026-12-03"));
    const std::string waits = bureau.propose(control(R"(,"enterprises":["e1"])"));
    const std::string id = bureau.start();
    const auto order = bureau.order("e2");
    EXPECT_EQ(order->warning, id);
    const bool is_weighed =
        std::ranges::any_of(order->obligations, [](const rules::Obligation& duty) {
            return std::ranges::any_of(duty.basis, [](const rules::Reason& reason) {
                return reason.source.starts_with("control-1");
            });
        });
    EXPECT_TRUE(is_weighed);
    EXPECT_EQ(bureau.step("li.na", waits, "/sign"), 409);
    bureau.lift(id);
    EXPECT_TRUE(bureau.order("e2")->warning.empty());
    ASSERT_EQ(bureau.order("e2")->obligations.size(), 1U) << "it goes on to its own end";
    EXPECT_EQ(bureau.step("li.na", waits, "/sign"), 200);
    EXPECT_TRUE(bureau.order("e1").has_value());
}

TEST(Control, AProposalThatNobodySignsLapses) {
    ControlBureau bureau;
    const std::string number = bureau.propose(control(kOfFoundry));
    bureau.move_to(kSecond + 50);
    EXPECT_EQ(bureau.state_of(), "lapsed");
    EXPECT_EQ(bureau.step("li.na", number, "/sign"), 409);
}

TEST(Control, AProcessThatStartsAnewKeepsWhatWasOrdered) {
    ControlBureau bureau;
    bureau.ordered(control(kOfFoundry));
    SeasonService again(bureau.context);
    auto look = [&]() -> boost::asio::awaitable<bool> {
        co_await again.look();
        co_return true;
    };
    bureau.wait(look());
    EXPECT_EQ(bureau.order("e2")->revision, 1);
    EXPECT_EQ(bureau.order("e2")->obligations.size(), 1U);
}

TEST(Control, WhomItCoversIsAskedByTheGradeThatCountsOnTheDay) {
    ControlBureau bureau;
    bureau.let_grades_change();
    bureau.change_grade("e1", "D", "2026-12-03");
    const std::string of_d = R"(,"trades":["cement"],"grades":["D"])";
    EXPECT_EQ(bureau.call("zhang.wei", "POST", kControls, control(of_d)).status, 422)
        << "a B on its first day: it covers nobody";
    bureau.ordered(control(R"(,"trades":["cement","foundry"],"grades":["C","D"])"));
    bureau.move_to(kSecond + 23);
    EXPECT_FALSE(bureau.order("e1").has_value());
    EXPECT_TRUE(bureau.order("e2").has_value()) << "the foundry holds a C";
    bureau.move_to(kSecond + 24);
    ASSERT_TRUE(bureau.order("e1").has_value());
    EXPECT_EQ(bureau.order("e1")->obligations.at(0).from, hour_at(kSecond + 24));
}

}  // namespace
}  // namespace qk::daemon
