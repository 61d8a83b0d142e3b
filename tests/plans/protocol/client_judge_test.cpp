// Goal: each clause is broken by one thing that a client does wrong, and by nothing else. Method:
// the record of a client that does all of it right, and one change at a time.
#include "plans/protocol/client_judge.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace qk::plans {
namespace {

using std::chrono::seconds;

constexpr rules::Instant kBegan{seconds{1'790'000'000}};
constexpr const char* kOrder = "TRIAL-1/e1";
constexpr const char* kDrill = "TRIAL-DRILL/e1";

TrialTime at_s(std::int64_t second) { return TrialTime{second * 1000}; }

std::string iso(std::int64_t second) {
    return rules::to_iso(kBegan + seconds{second}, rules::kBeijingTime);
}

std::string receipt(std::int64_t revision, std::int64_t second, const std::string& more = "",
                    const std::string& order = kOrder, const std::string& state = "received") {
    return "{" + more + "\"order\":\"" + order + "\",\"revision\":" + std::to_string(revision) +
           ",\"state\":\"" + state + "\",\"at\":\"" + iso(second) +
           "\",\"by\":\"a\",\"note\":\"\"}";
}

std::string sequence(int number) {
    return "\"seq\":\"0123456789abcdef/" + std::to_string(number) + "/" +
           std::to_string(number - 1) + "/fedcba9876543210\",";
}

std::string reading(std::int64_t second) { return "{\"t\":\"" + iso(second) + "\",\"kw\":12.5}"; }

// Cut off from 100 to 120, and the broker forgets from 200 to 205.
ClientTrial good_trial() {
    ClientTrial trial;
    trial.began = kBegan;
    trial.hears_all = true;
    const auto tell = [&](TrialOrder which, std::int64_t revision, std::int64_t second,
                          const std::string& order = kOrder) {
        trial.told.push_back({which, order, revision, at_s(second)});
    };
    const auto hear = [&](const std::string& topic, const std::string& payload,
                          std::int64_t second) {
        trial.heard.push_back({topic, payload, 1, at_s(second)});
    };
    hear("status", "online", 1);
    tell(TrialOrder::kFirst, 10, 2);
    hear("receipt", receipt(10, 3, sequence(1)), 3);
    tell(TrialOrder::kNewer, 20, 4);
    hear("receipt", receipt(20, 5, sequence(2)), 5);
    tell(TrialOrder::kOlder, 15, 10);
    tell(TrialOrder::kForged, 21, 11);
    tell(TrialOrder::kAltered, 22, 12);
    tell(TrialOrder::kStrangeKey, 23, 13);
    tell(TrialOrder::kOfOther, 24, 14);
    tell(TrialOrder::kAfterGarbage, 30, 20);
    hear("receipt", receipt(30, 21, sequence(3)), 21);
    tell(TrialOrder::kHuge, 35, 22);
    hear("receipt", receipt(35, 23, sequence(4)), 23);
    tell(TrialOrder::kLifted, 40, 24);
    hear("receipt", receipt(40, 25, sequence(5)), 25);
    hear("receipt", receipt(40, 26, sequence(6), kOrder, "accepted"), 26);
    tell(TrialOrder::kExercise, 1000, 30, kDrill);
    hear("exercise/receipt", receipt(1000, 31, sequence(7), kDrill), 31);
    tell(TrialOrder::kAfterExercise, 45, 32);
    hear("receipt", receipt(45, 33, sequence(8)), 33);
    for (std::int64_t second = 60; second <= 100; second += 5) {
        hear("meter/m1", reading(second), second);
    }
    trial.cuts.push_back({at_s(100), at_s(120), true});
    hear("status", "offline", 101);
    tell(TrialOrder::kAfterCut, 50, 105);
    hear("status", "online", 121);
    for (int number = 1; number <= 8; ++number) {
        const bool is_drill = number == 7;
        const std::int64_t revisions[] = {10, 20, 30, 35, 40, 40, 1000, 45};
        const std::int64_t seconds_of[] = {3, 5, 21, 23, 25, 26, 31, 33};
        hear(is_drill ? "exercise/receipt" : "receipt",
             receipt(revisions[number - 1], seconds_of[number - 1], sequence(number),
                     is_drill ? kDrill : kOrder, number == 6 ? "accepted" : "received"),
             122);
    }
    hear("receipt", receipt(50, 123, sequence(9)), 123);
    hear("meter/m1", "[" + reading(105) + "," + reading(110) + "," + reading(115) + "]", 124);
    hear("meter/m1", reading(125), 125);
    trial.marked_at = at_s(150);
    trial.cuts.push_back({at_s(200), at_s(205), false});
    hear("status", "online", 206);
    tell(TrialOrder::kAfterForgot, 60, 210);
    hear("receipt", receipt(60, 211, sequence(10)), 211);
    tell(TrialOrder::kNewKey, 70, 220);
    hear("receipt", receipt(70, 221, sequence(11)), 221);
    tell(TrialOrder::kOldKey, 75, 230);
    return trial;
}

std::set<std::string> failed(const ClientTrial& trial) {
    std::set<std::string> ids;
    for (const ClauseScore& one : judge_client(trial)) {
        if (one.score == Score::kFail) ids.insert(one.clause.id);
    }
    return ids;
}

HeardMessage* heard_first(ClientTrial& trial, const std::string& part) {
    for (HeardMessage& message : trial.heard) {
        if (message.payload.find(part) != std::string::npos) return &message;
    }
    throw std::runtime_error(part);
}

void forget(ClientTrial& trial, const std::string& part) {
    std::erase_if(trial.heard, [&part](const HeardMessage& message) {
        return message.payload.find(part) != std::string::npos;
    });
}

TEST(ClientJudge, AClientThatDoesAllOfItPassesEveryClause) {
    for (const ClauseScore& one : judge_client(good_trial())) {
        EXPECT_EQ(one.score, Score::kPass) << one.clause.id << " " << one.evidence;
    }
    EXPECT_TRUE(is_conforming(judge_client(good_trial())));
}

TEST(ClientJudge, EachFaultFailsItsOwnClause) {
    using Change = std::function<void(ClientTrial&)>;
    const auto answers = [](std::int64_t revision) {
        return [revision](ClientTrial& trial) {
            trial.heard.push_back({"receipt", receipt(revision, 40), 1, at_s(40)});
        };
    };
    const std::vector<std::pair<std::set<std::string>, Change>> faults = {
        {{"ORD-1"}, [](ClientTrial& trial) { forget(trial, "\"revision\":20,"); }},
        {{"ORD-2"}, answers(15)},
        {{"ORD-3"}, answers(21)},
        {{"ORD-4"}, answers(22)},
        {{"ORD-5"}, answers(23)},
        {{"ORD-6"}, answers(24)},
        {{"ORD-8"}, [](ClientTrial& trial) { forget(trial, "\"revision\":35,"); }},
        {{"ORD-9"}, answers(20)},
        {{"ORD-10"}, [](ClientTrial& trial) { forget(trial, "\"revision\":30,"); }},
        {{"KEY-1"}, [](ClientTrial& trial) { forget(trial, "\"revision\":70,"); }},
        {{"KEY-2"}, answers(75)},
        {{"RCP-1"},
         [](ClientTrial& trial) {
             std::string& text = heard_first(trial, "\"revision\":60,")->payload;
             text.replace(text.find(",\"by\":\"a\""), 9, "");
         }},
        {{"RCP-2"}, [](ClientTrial& trial) { heard_first(trial, "\"revision\":60,")->qos = 0; }},
        {{"RCP-3"}, answers(77)},
        {{"RCP-4"},
         [](ClientTrial& trial) {
             trial.heard.push_back({"receipt", receipt(60, 212, "", kOrder, "done"), 1, at_s(212)});
             trial.heard.push_back(
                 {"receipt", receipt(60, 213, "", kOrder, "executing"), 1, at_s(213)});
         }},
        {{"RCP-5"},
         [](ClientTrial& trial) {
             heard_first(trial, "\"revision\":60,")->payload = receipt(60, 4000, sequence(10));
         }},
        {{"STA-2"}, [](ClientTrial& trial) { forget(trial, "offline"); }},
        {{"LNK-1"}, [](ClientTrial& trial) { forget(trial, "\"revision\":50,"); }},
        {{"LNK-2"}, [](ClientTrial& trial) { forget(trial, "\"revision\":60,"); }},
        {{"EXE-2"},
         [](ClientTrial& trial) {
             trial.heard.push_back(
                 {"receipt", receipt(1000, 34, "", kDrill, "received"), 1, at_s(34)});
         }},
        {{"EXE-2"}, [](ClientTrial& trial) { forget(trial, "\"revision\":45,"); }},
        {{"RCP-1"},
         [](ClientTrial& trial) {
             trial.heard.push_back(
                 {"receipt", receipt(60, 212, "", kOrder, "refused"), 1, at_s(212)});
         }},
        {{"RCP-1"},
         [](ClientTrial& trial) {
             std::string& text = heard_first(trial, "\"revision\":60,")->payload;
             text.insert(text.size() - 1, ",\"key\":\"" + std::string(64, 'a') +
                                              "\",\"signature\":\"" + std::string(128, 'b') + "\"");
         }},
        {{"RCP-4"},
         [](ClientTrial& trial) {
             trial.heard.push_back({"receipt", receipt(60, 212, "", kOrder, "done"), 1, at_s(212)});
             std::string refusal = receipt(60, 213, "", kOrder, "refused");
             refusal.insert(refusal.find("\"note\":\"") + 8, "x");
             trial.heard.push_back({"receipt", refusal, 1, at_s(213)});
         }},
        {{"RCP-5"},
         [](ClientTrial& trial) {
             heard_first(trial, "\"revision\":60,")->payload = receipt(60, -400, sequence(10));
         }},
        {{"RCP-6"}, [](ClientTrial& trial) { trial.retained = {"receipt"}; }},
        {{"LNK-3"}, [](ClientTrial& trial) { trial.strayed = {"qingkong/1/110105/e2/receipt"}; }},
        {{"STA-1"},
         [](ClientTrial& trial) {
             std::erase_if(trial.heard,
                           [](const HeardMessage& message) { return message.at == at_s(121); });
         }},
        {{"MET-1"},
         [](ClientTrial& trial) {
             heard_first(trial, "\"kw\":12.5}")->payload.replace(0, 0, " ");
             std::string& text = heard_first(trial, "\"kw\":12.5}")->payload;
             text.replace(text.find("\"kw\":12.5"), 9, "\"kW\":12.5");
         }},
        {{"MET-2"},
         [](ClientTrial& trial) {
             trial.heard.push_back({"meter/m1", reading(9000), 1, at_s(50)});
         }},
        {{"MET-3"}, [](ClientTrial& trial) { forget(trial, iso(105)); }},
        {{"MET-3"},
         [](ClientTrial& trial) {
             heard_first(trial, iso(105))->payload = "[" + reading(101) + "," + reading(101) + "]";
         }},
        {{"DUR-2"},
         [](ClientTrial& trial) {
             trial.heard.push_back({"receipt", receipt(10, 3, sequence(1)), 1, at_s(207)});
         }},
    };
    for (const auto& [wanted, change] : faults) {
        ClientTrial trial = good_trial();
        change(trial);
        EXPECT_EQ(failed(trial), wanted) << *wanted.begin();
    }
}

TEST(ClientJudge, WhoNeverComesBackOnlineOrDropsWhatWasNotPassedIsNamed) {
    ClientTrial trial = good_trial();
    forget(trial, "online");
    EXPECT_EQ(failed(trial), std::set<std::string>{"STA-1"});
    trial = good_trial();
    std::erase_if(trial.heard, [](const HeardMessage& message) { return message.at == at_s(122); });
    EXPECT_EQ(failed(trial), std::set<std::string>{"DUR-1"});
}

TEST(ClientJudge, WhatWasNotTriedIsNeitherPassedNorFailed) {
    ClientTrial trial = good_trial();
    trial.cuts.clear();
    trial.hears_all = false;
    trial.marked_at.reset();
    std::erase_if(trial.told,
                  [](const ToldOrder& order) { return order.which >= TrialOrder::kAfterCut; });
    forget(trial, "\"revision\":50,");
    forget(trial, "\"revision\":60,");
    forget(trial, "\"revision\":70,");
    forget(trial, "kw");
    std::set<std::string> untested;
    for (const ClauseScore& one : judge_client(trial)) {
        EXPECT_NE(one.score, Score::kFail) << one.clause.id << " " << one.evidence;
        if (one.score == Score::kNotTested) untested.insert(one.clause.id);
    }
    EXPECT_EQ(untested, (std::set<std::string>{"KEY-1", "KEY-2", "STA-2", "LNK-1", "LNK-2", "LNK-3",
                                               "MET-1", "MET-2", "MET-3", "DUR-1", "DUR-2"}));
}

TEST(ClientJudge, ATrapProvesNothingOfAClientThatAnswersNothing) {
    ClientTrial trial = good_trial();
    std::erase_if(trial.heard, [](const HeardMessage& message) {
        return message.topic_end.ends_with("receipt");
    });
    for (const ClauseScore& one : judge_client(trial)) {
        const bool is_trap = one.clause.id == "ORD-3" || one.clause.id == "ORD-6";
        EXPECT_TRUE(!is_trap || one.score == Score::kNotTested) << one.clause.id;
    }
    EXPECT_FALSE(is_conforming(judge_client(trial)));
    EXPECT_FALSE(is_conforming(judge_client(ClientTrial{})));
}

}  // namespace
}  // namespace qk::plans
