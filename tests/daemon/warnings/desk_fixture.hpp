// A desk over a database in memory: an invented pack of two approval rules, a small inventory,
// forecasts and observations put straight into their tables. Time is whatever a test says.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/desk.hpp"
#include "plans/response/order.hpp"
#include "tests/daemon/test_store.hpp"

namespace qk::daemon {

inline rules::Instant hour_at(int hour) {
    return *rules::parse_instant("2026-12-01T00:00:00+08:00", rules::kBeijingTime) +
           std::chrono::hours(hour);
}

inline plans::RegionPack desk_pack() {
    plans::RegionPack pack;
    pack.id = "somewhere";
    pack.name = "某市";
    pack.region_code = "999900";
    pack.control.emplace();
    rules::TriggerStandard& standard = pack.trigger.standard;
    standard.id = "test-standard";
    standard.name = "测试标准";
    standard.source = "invented";
    standard.hours_as = rules::HoursAs::kNaturalDay;
    using std::chrono::hours;
    standard.clauses = {{"yellow-1", rules::Colour::kYellow, {{150, hours(48)}}, "＞150持续48小时"},
                        {"orange-1", rules::Colour::kOrange, {{200, hours(48)}}, "＞200持续48小时"},
                        {"red-1", rules::Colour::kRed, {{300, hours(48)}}, "＞300持续48小时"}};
    standard.excluded_causes = {rules::EpisodeCause::kDust};
    pack.approval.roles = {{"duty", "值班员"}, {"director", "主任"}, {"chief", "市长"}};
    plans::ApprovalRule one{"any", rules::Colour::kYellow, "duty", {"director"}, 1, true, ""};
    pack.approval.rules.push_back(one);
    one.colour = rules::Colour::kOrange;
    pack.approval.rules.push_back(one);
    pack.approval.rules.push_back(
        {"any", rules::Colour::kRed, "duty", {"director", "chief"}, 2, true, ""});
    pack.notices.by_kind = {{"issue", "{issuer}发布{colour}预警"}, {"lift", "解除{colour}预警"}};
    pack.publication.issuer = "某市人民政府";
    pack.publication.sender = "alerts@example.org";
    pack.sub_regions = {{"999901", "甲县", ""}, {"999902", "乙县", ""}};
    return pack;
}

class Desk {
 public:
    Desk()
        : store(open_test_store(scratch)),
          key(*plans::SigningKey::from_seed(std::string(32, 'k'))),
          pack(std::make_shared<plans::RegionPack>(desk_pack())),
          inventory(std::make_shared<plans::Inventory>()) {
        inventory->edition = "edition-1";
    }

    [[nodiscard]] DeskView view(int hour) const {
        return {hour_at(hour), pack, inventory, key, "http://127.0.0.1:1", hooks};
    }

    // A daily forecast of AQI from the day `hour` lies in, or `later` days after it, issued then.
    void forecast(int hour, const std::vector<int>& days, const std::string& source = "city",
                  const std::string& cause = "", int later = 0) {
        const auto first =
            rules::day_of(hour_at(hour), rules::kBeijingTime) + std::chrono::days(later);
        std::string csv = cause.empty() ? "region,date,aqi\n" : "region,date,aqi,cause\n";
        for (std::size_t i = 0; i < days.size(); ++i) {
            csv += "999900," + rules::to_iso(first + std::chrono::days(i)) + "," +
                   std::to_string(days[i]) + (cause.empty() ? "" : "," + cause) + "\n";
        }
        store_forecast(hour, csv, source);
    }

    void store_forecast(int hour, const std::string& csv, const std::string& source) {
        const std::string hash = source + std::to_string(hour) + csv;
        auto work = [&](Session& db) {
            db.exec(
                "INSERT INTO forecasts(arrived, issued_at, source, person, file, sha256, "
                "regions, first, past, bytes) VALUES(?1,?1,?2,'feed','f.csv',?3,'[]',?1,0,"
                "CAST(?4 AS BLOB))",
                hour_at(hour), source, hash, csv);
        };
        store->transact_now(work);
    }

    // Hours of PM2.5 (µg/m³) that were over by `until`.
    void observe(int from, int until, int pm25) {
        auto work = [&](Session& db) {
            db.exec(
                "INSERT OR IGNORE INTO observation_deliveries(number, arrived, person, "
                "sha256, bytes) VALUES(1,0,'feed','x',X'')");
            for (int hour = from; hour < until; ++hour) {
                db.exec(
                    "INSERT OR REPLACE INTO observations(region, hour, pm25, delivery) "
                    "VALUES('999900',?1,?2,1)",
                    hour_at(hour), std::int64_t{1'000'000} * pm25);
            }
        };
        store->transact_now(work);
    }

    // A prompt of the higher tier, sent to this region.
    void prompt(const std::string& number, const std::string& asks, const std::string& colour,
                int from, int to) {
        auto work = [&](Session& db) {
            db.exec(
                "INSERT INTO prompts(number, zone, colour, \"from\", \"to\", deadline, "
                "note, recorded_at, recorded_by, asks) "
                "VALUES(?1,'',?2,?3,?4,?3,'',?3,'liu.yang',?5)",
                number, colour, hour_at(from), hour_at(to), asks);
            db.exec(
                "INSERT INTO prompt_follow_up(prompt, region, name, state, by, note) "
                "VALUES(?1,'999900','某市','waiting','','')",
                number);
        };
        store->transact_now(work);
    }

    AssessOutcome assess(int hour) {
        const DeskView desk = view(hour);
        auto work = [&](Session& db) {
            run_due_events(db, desk);
            return assess_and_propose(db, desk);
        };
        return store->transact_now(work);
    }

    template <class Ask>
    auto ask(Ask work) {
        return store->transact_now(std::move(work));
    }

    StoredWarning warning(const std::string& id) {
        return *ask([&](Session& db) { return load_warning(db, id); });
    }

    DeskAnswer consult_on(int hour, const std::string& id) {
        ConsultRequest request;
        request.participants = {"张伟"};
        request.why.reason = "会商同意";
        return ask([&](Session& db) {
            const StoredWarning w = *load_warning(db, id);
            request.generation = w.state.generation;
            return consult(db, view(hour), officer(), w, request).answer;
        });
    }
    DeskAnswer sign_by(int hour, const std::string& id, const DeskPerson& person,
                       const rules::Why& why = {}) {
        return ask([&](Session& db) {
            const StoredWarning w = *load_warning(db, id);
            return sign(db, view(hour), person, w, {why, w.state.generation});
        });
    }
    // Consulted on and signed by one director.
    bool approve(int hour, const std::string& id) {
        return std::holds_alternative<DeskDone>(consult_on(hour, id)) &&
               std::holds_alternative<DeskDone>(sign_by(hour, id, director()));
    }

    [[nodiscard]] static DeskPerson officer() { return {{"zhang.wei", {"duty"}}, "127.0.0.1"}; }
    [[nodiscard]] static DeskPerson director() { return {{"li.na", {"director"}}, "127.0.0.1"}; }
    [[nodiscard]] static DeskPerson chief() { return {{"wang.fang", {"chief"}}, "127.0.0.1"}; }

    const Scratch scratch;
    std::unique_ptr<Store> store;
    plans::SigningKey key;
    std::shared_ptr<plans::RegionPack> pack;
    std::shared_ptr<plans::Inventory> inventory;
    std::vector<std::string> hooks;
};

}  // namespace qk::daemon
