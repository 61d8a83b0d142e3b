// A bureau with a cement works and a foundry, a season over 3 to 5 December 2026 and the services
// that keep it; time is whatever a test says.
#pragma once

#include <string>

#include "daemon/api/upload_reader.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/packs/adoption_rows.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/season_service.hpp"
#include "plans/response/order.hpp"
#include "tests/daemon/warnings/service_fixture.hpp"

namespace qk::daemon {

inline std::string season_window(const std::string& from, const std::string& to,
                                 const std::string& trades = "cement") {
    return "[[window]]\nid = \"clinker\"\nkind = \"peak-shift\"\nfrom = \"" + from + "\"\nto = \"" +
           to + "\"\ntrades = [\"" + trades +
           "\"]\nmeasure = { form = \"stop\" }\nsource = \"工信〔2026〕1号\"\n";
}

class SeasonBureau : public Services {
 public:
    explicit SeasonBureau(const std::string& season = season_window("2026-12-03", "2026-12-05"),
                          bool is_started = true) {
        files_["enterprises.csv"] =
            "id,name,region,industry,grade,category\n"
            "e1,甲厂,110105,水泥,B,regular\ne2,乙厂,110106,铸造,C,regular\n";
        files_["lines.csv"] =
            "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
            "e1,L1,一线,窑,no,1,2,3,4\ne2,L1,一线,炉,no,1,2,3,4\n";
        files_["area_emissions.csv"] =
            "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,10,10,10,10\n";
        files_["meters.csv"] =
            "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n";
        files_["season.toml"] = season;
        const auto taken = inventories.take_now(files_, "city", hour_at(0));
        if (!taken) throw std::runtime_error(rules::to_text(taken.error()));
        Person county = person("county", Role::kCountyOfficer);
        county.region = "110106";
        router.set_people({person("zhang.wei", Role::kDutyOfficer),
                           person("li.na", Role::kApprover), person("zhao.min", Role::kAuditor),
                           county});
        keeper.add_routes(router);
        if (is_started) keeper.start(tasks);
        run();
    }
    ~SeasonBureau() {
        tasks.cancel();
        run();
    }

    void run() { run_all(io, *desk.store); }
    void move_to(int hour) {
        while (clock.step(hour_at(hour))) run();
        run();
    }
    void look() {
        auto done = [this]() -> boost::asio::awaitable<bool> {
            co_await keeper.look();
            co_return true;
        };
        wait(done());
    }
    InventoryUploaded upload(const std::string& season) {
        InventoryUpload next;
        next.name = "next";
        next.person = "admin";
        next.now = clock.now();
        next.files = files_;
        next.files["season.toml"] = season;
        auto done = wait(inventories.take(std::move(next), upload_reader_of_caller()));
        events.wake();
        run();
        return done;
    }
    // Changes of grades beside the edition count from now on, where the pack kept to it before.
    void let_grades_change() {
        plans::RegionPack pack = *context.pack;
        pack.grades.after_edition = "new-grade";
        context.pack = std::make_shared<const plans::RegionPack>(std::move(pack));
    }
    // Put up by one person and confirmed by another.
    void change_grade(const std::string& enterprise, const std::string& grade,
                      const std::string& from) {
        desk.ask([&](Session& db) {
            Adoption paper;
            paper.name = "许环〔2026〕88号";
            paper.decided_by = "市生态环境局";
            paper.put_at = clock.now();
            paper.put_by = "chen.yu";
            paper.trial = "{}";
            plans::GradeChange change;
            change.enterprise = enterprise;
            change.grade.name = grade;
            change.from = *rules::parse_day(from);
            const std::int64_t number = put_adoption(db, Adopted::kGradePaper, paper);
            put_grade_changes(db, number, {change});
            const AdoptionStep step{number, clock.now(), "li.na", "", ""};
            note_confirmed(db, Adopted::kGradePaper, step, step.at);
            return number;
        });
        events.wake();
        run();
    }
    std::optional<plans::OrderDocument> order(const std::string& enterprise) {
        const auto stored = desk.ask([&](Session& db) { return load_order(db, enterprise); });
        if (!stored) return std::nullopt;
        return *plans::read_signed(stored->signed_text, {desk.key.public_key_hex()},
                                   rules::kBeijingTime);
    }
    std::int64_t count(const char* query) {
        return desk.ask([&](Session& db) { return db.count(query); });
    }
    // Proposed by the officer, consulted on and signed: "start" with `more`, or a change.
    std::string decide(const std::string& id, const std::string& body) {
        const std::string path = "/api/v1/warnings";
        const auto answer =
            call("zhang.wei", "POST", id.empty() ? path : path + "/" + id + "/changes", body);
        if (answer.status != 200) throw std::runtime_error(answer.body);
        const auto warning = json(answer);
        const std::string made(warning.at("id").as_string());
        const auto step = [&](const char* who, const std::string& what, const std::string& with) {
            const auto now = json(call(who, "GET", path + "/" + made));
            const auto stepped =
                call(who, "POST", path + "/" + made + what,
                     R"({"generation":)" + std::to_string(now.at("generation").as_int64()) + with);
            EXPECT_EQ(stepped.status, 200) << stepped.body;
        };
        step("zhang.wei", "/consult",
             R"(,"participants":[{"name":"张伟","unit":"监测站"}],"reason":"一致同意"})");
        step("li.na", "/sign", "}");
        run();
        return made;
    }
    std::string start(const std::string& more = "") {
        return decide("", R"({"colour":"yellow","reason":"持续重污染")" + more + "}");
    }
    void end_exercise(const std::string& id) {
        const auto now = json(call("zhang.wei", "GET", "/api/v1/warnings/" + id));
        decide(id, R"({"kind":"lift","reason":"演练结束","generation":)" +
                       std::to_string(now.at("generation").as_int64()) + "}");
    }
    void lift(const std::string& id) {
        const auto now = json(call("zhang.wei", "GET", "/api/v1/warnings/" + id));
        desk.prompt("省厅令", "lift", "yellow", 0, 1000);
        decide(
            id,
            R"({"kind":"lift","colour":"yellow","reason":"空气好转","ordered_by":"省厅令","generation":)" +
                std::to_string(now.at("generation").as_int64()) + "}");
    }

    InventoryFiles files_;
    SeasonService keeper{context};
    std::string failed_task;
    TaskGroup tasks{io.get_executor(),
                    [this](const std::string& task, std::exception_ptr) { failed_task = task; }};
};

}  // namespace qk::daemon
