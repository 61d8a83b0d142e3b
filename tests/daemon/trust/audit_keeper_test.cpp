// Goal: every hour with something new in the log has a signed head, in the database, in the file
// and at the gateways; an export proves itself. Method: the keeper over a clock moved by hand.
#include "daemon/trust/audit_keeper.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/trust/accounts.hpp"
#include "daemon/trust/evidence_routes.hpp"
#include "daemon/trust/key_registry.hpp"
#include "plans/evidence/evidence_file.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;

class KeptGatewayClient : public GatewayClient {
 public:
    boost::asio::awaitable<std::string> deliver(GatewayMessage message) override {
        messages.push_back(std::move(message));
        co_return std::string();
    }
    std::vector<GatewayMessage> messages;
};

class AuditKeeperTest : public ContextFixture {
 protected:
    AuditKeeperTest() {
        Config config;
        config.audit.heads_file = scratch_.file("heads.jsonl");
        config.audit.hooks = {"https://archive.example"};
        rebuild(std::move(config));
        transact([this](Session& db) { (void)open_keys(db, key_, "", kTestStart); });
        add_evidence_routes(router_, context_);
        Person auditor;
        auditor.id = "zhao.min";
        auditor.roles = {Role::kAuditor};
        auditor.token_sha256 = token_hash("zhao.min");
        router_.set_people({auditor});
        keeper_.check();
        keeper_.start(tasks_);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void act(const std::string& action = "warning.sign") {
        const AuditEntry entry{clock_.now(), "li.na", "", action, "W1", nullptr};
        transact([&](Session& db) { append_audit(db, entry); });
    }
    ApiResponse call(const std::string& method, const std::string& target, const std::string& token,
                     const std::string& body = {}) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        if (!token.empty()) request.authorization = "Bearer " + token;
        return wait(router_.handle(std::move(request)));
    }
    std::string exported() {
        ApiResponse answer = call("GET", "/api/v1/audit/export", "zhao.min");
        std::string text = answer.body;
        for (;;) {
            const std::string piece = wait(answer.next_piece());
            if (piece.empty()) return text;
            text += piece;
        }
    }
    static std::vector<std::string> lines_of(const std::string& text) {
        std::vector<std::string> lines;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
        return lines;
    }
    bool holds(const std::string& text) {
        plans::EvidenceCheck check(key_.public_key_hex(), {});
        for (const std::string& line : lines_of(text)) {
            if (!check.take(line)) return false;
        }
        const auto links = check.finish();
        for (const auto& link : links) {
            if (!link.holds) why_ += link.what + ": " + link.why + "\n";
        }
        return std::ranges::all_of(links, &plans::EvidenceLink::holds);
    }
    std::size_t lines_in_file() {
        std::ifstream in(scratch_.file("heads.jsonl"));
        std::size_t lines = 0;
        for (std::string line; std::getline(in, line);) ++lines;
        return lines;
    }

    Scratch scratch_;
    KeptGatewayClient gateway_;
    Router router_;
    Accounts accounts_{context_};
    AuditKeeper keeper_{context_, gateway_, accounts_};
    std::string why_;
};

TEST_F(AuditKeeperTest, AHeadStandsOnALineOfItsOwnBehindATornOne) {
    std::ofstream(scratch_.file("heads.jsonl"), std::ios::app) << "{\"torn";
    act();
    move_to(kTestStart + hours{1});
    std::ifstream in(scratch_.file("heads.jsonl"));
    std::string last;
    for (std::string line; std::getline(in, line);) last = line;
    const auto value = plans::parse_json(last, "line");
    ASSERT_TRUE(value) << last;
    EXPECT_TRUE(plans::head_from_json(*value));
    EXPECT_EQ(lines_in_file(), 3U);  // the first head, what is torn, and this one
}

TEST_F(AuditKeeperTest, WhatPeopleDecideBesideWarningsHasAHeadAtOnceToo) {
    int heads = 0;
    for (const char* action : {"control.signed", "grades.confirmed", "catalogue.in_force",
                               "cause.stated", "enterprise-key.revoked", "targets.set"}) {
        move_to(clock_.now() + kDecisionHeadsApart);
        act(action);
        context_.events.wake();
        run();
        EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='decision'"), ++heads)
            << action;
    }
    act("order.receipt");  // an enterprise's, and frequent
    context_.events.wake();
    move_to(clock_.now() + kDecisionHeadsApart);
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='decision'"), heads);
}

TEST_F(AuditKeeperTest, AnHourWithSomethingNewHasAHeadEverywhere) {
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads"), 1);
    move_to(kTestStart + hours{3});
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads"), 1);  // nothing came
    act();
    move_to(kTestStart + hours{4});
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads"), 2);
    EXPECT_EQ(lines_in_file(), 2U);
    struct ::stat about {};
    ASSERT_EQ(::stat((scratch_.file("heads.jsonl")).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    ASSERT_EQ(gateway_.messages.size(), 2U);
    const auto head =
        plans::head_from_json(plans::parse_json(gateway_.messages.back().body, "head").value());
    ASSERT_TRUE(head);
    EXPECT_TRUE(plans::is_signed(*head));
    EXPECT_EQ(head->number, count("SELECT max(number) FROM audit"));
    EXPECT_EQ(failed_task_, "");
}

TEST_F(AuditKeeperTest, HeadsAreOpenToAllAndACheckTakesThoseThatWereKept) {
    const auto heads = call("GET", "/api/v1/audit/heads", "");
    ASSERT_EQ(heads.status, 200);
    const auto kept = plans::parse_json(heads.body, "heads").value().at("items");
    const std::string body = plans::to_text(boost::json::object{{"heads", kept}});
    auto answer = call("POST", "/api/v1/audit/check", "zhao.min", body);
    EXPECT_NE(answer.body.find("\"holds\":true"), std::string::npos) << answer.body;
    EXPECT_EQ(call("POST", "/api/v1/audit/check", "zhao.min", "{}").status, 422);
    transact([](Session& db) {
        db.script(
            "DELETE FROM audit; DELETE FROM audit_heads; DELETE FROM meta WHERE "
            "key='audit_head'");
    });
    answer = call("POST", "/api/v1/audit/check", "zhao.min", body);
    EXPECT_NE(answer.body.find("\"holds\":false"), std::string::npos) << answer.body;
}

TEST_F(AuditKeeperTest, TheFeedOfHeadsIsOpenAndTellsEveryNewOne) {
    const auto first = call("GET", "/api/v1/audit/heads.atom", "");
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(first.content_type, "application/atom+xml; charset=utf-8");
    act();
    move_to(kTestStart + hours{1});
    const auto next = call("GET", "/api/v1/audit/heads.atom", "");
    ASSERT_EQ(gateway_.messages.size(), 2U);
    // What was delivered to the gateway is what a subscriber reads, to the letter: nothing in it is
    // markup.
    const std::string newest = gateway_.messages[1].body;
    const std::string before = gateway_.messages[0].body;
    EXPECT_EQ(first.body.find(newest), std::string::npos);
    EXPECT_NE(first.body.find(before), std::string::npos) << first.body;
    ASSERT_NE(next.body.find(newest), std::string::npos) << next.body;
    EXPECT_GT(next.body.find(before), next.body.find(newest));
    EXPECT_NE(next.body.find(before), std::string::npos);
}

TEST_F(AuditKeeperTest, AnExportProvesItselfAndIsItselfInTheLog) {
    for (int i = 0; i < 2500; ++i) act();
    const std::string text = exported();
    EXPECT_TRUE(holds(text)) << why_;
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='audit.export' AND person='zhao.min'"),
              1);
    EXPECT_EQ(call("GET", "/api/v1/audit/export", "").status, 401);
}

TEST_F(AuditKeeperTest, AnExportOfALogThatWasChangedInTheFileDoesNotHold) {
    for (int i = 0; i < 5; ++i) act();
    move_to(kTestStart + hours{1});
    transact([](Session& db) { db.exec("UPDATE audit SET person='x' WHERE number=3"); });
    EXPECT_FALSE(holds(exported()));
}

TEST_F(AuditKeeperTest, ABreakIsSaidAtTheStart) {
    transact([](Session& db) { db.exec("DELETE FROM audit"); });
    AuditKeeper again(context_, gateway_, accounts_);
    again.check();
    EXPECT_GT(metrics_.value(Gauge::kAuditBreaks), 0);
    EXPECT_TRUE(std::ranges::any_of(log_lines_, [](const std::string& line) {
        return line.find("AUDIT_BROKEN") != std::string::npos;
    }));
}

TEST_F(AuditKeeperTest, HoweverManyExportsThereAreTheFeedHoldsTheHours) {
    std::vector<std::string> of_hours;
    for (int hour = 1; hour <= 3; ++hour) {
        act();
        move_to(kTestStart + hours{hour});
        of_hours.push_back(gateway_.messages.back().body);
    }
    for (int i = 0; i < 300; ++i) (void)exported();
    const auto feed = call("GET", "/api/v1/audit/heads.atom", "");
    for (const std::string& head : of_hours) {
        EXPECT_NE(feed.body.find(head), std::string::npos) << head;
    }
    // The newest export is there too, and its number is the highest of all.
    const std::string newest = std::to_string(count("SELECT max(number) FROM audit_heads"));
    EXPECT_NE(feed.body.find("链头 " + newest + "<"), std::string::npos);
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='export'"), 300);
}

TEST_F(AuditKeeperTest, ADecisionHasAHeadAtOnceAndABurstOfThemOne) {
    act();
    context_.events.wake();
    run();
    EXPECT_EQ(count("SELECT number=(SELECT max(number) FROM audit) FROM audit_heads WHERE "
                    "occasion='decision'"),
              1);
    for (int i = 0; i < 20; ++i) {
        act();
        context_.events.wake();
        run();
    }
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='decision'"), 1);
    move_to(kTestStart + kDecisionHeadsApart);
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='decision'"), 2);
    EXPECT_EQ(count("SELECT max(number) FROM audit_heads"), count("SELECT max(number) FROM audit"));
    EXPECT_EQ(lines_in_file(), 3U);
    // The hour has its own all the same: others may push that of a decision out of the feed.
    move_to(kTestStart + hours{1});
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='hour'"), 1);
    EXPECT_EQ(failed_task_, "");
}

TEST_F(AuditKeeperTest, ALogInAloneWaitsForTheHour) {
    const AuditEntry entry{clock_.now(), "li.na", "", "account.login", "li.na", nullptr};
    transact([&](Session& db) { append_audit(db, entry); });
    context_.events.wake();
    run();
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads"), 1);
    move_to(kTestStart + hours{1});
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads"), 2);
}

TEST_F(AuditKeeperTest, AnOrderlyStopSignsWhatTheLastHeadDoesNotCover) {
    const AuditEntry entry{clock_.now(), "li.na", "", "account.login", "li.na", nullptr};
    transact([&](Session& db) { append_audit(db, entry); });
    const std::size_t handed_on = gateway_.messages.size();
    const auto stop = [this]() -> boost::asio::awaitable<bool> {
        co_await keeper_.sign_last();
        co_await keeper_.sign_last();  // nothing is new
        co_return true;
    };
    EXPECT_TRUE(wait(stop()));
    EXPECT_EQ(count("SELECT count(*) FROM audit_heads WHERE occasion='stop'"), 1);
    EXPECT_EQ(count("SELECT max(number) FROM audit_heads"), count("SELECT max(number) FROM audit"));
    EXPECT_EQ(lines_in_file(), 2U);
    EXPECT_EQ(gateway_.messages.size(), handed_on);
    // What was rewritten while the daemon was away is found, however well it was done.
    transact([](Session& db) {
        db.exec("UPDATE audit SET person='x' WHERE number=(SELECT max(number) FROM audit)");
    });
    AuditKeeper again(context_, gateway_, accounts_);
    again.check();
    EXPECT_GT(metrics_.value(Gauge::kAuditBreaks), 0);
}

}  // namespace
}  // namespace qk::daemon
