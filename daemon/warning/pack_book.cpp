#include "daemon/warning/pack_book.hpp"

#include <SQLiteCpp/Statement.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/config.hpp"
#include "daemon/http/rights.hpp"
#include "daemon/intake/new_data.hpp"
#include "daemon/log.hpp"
#include "daemon/routes.hpp"
#include "daemon/sha256.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/statement.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"
#include "plans/paper/pack_json.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr const char* kColumns =
    "number, id, name, \"from\", put_at, put_by, reason, trial, sha256, begun_at, withdrawn_at, "
    "withdrawn_by, withdrawn_why";

json::value iso(const std::optional<Instant>& at, rules::Zone zone) {
    return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
}

json::object row_json(SQLite::Statement& row, rules::Zone zone, std::int64_t in_force) {
    json::object object{{"number", row.getColumn(0).getInt64()},
                        {"id", text_at(row, 1)},
                        {"name", text_at(row, 2)},
                        {"from", rules::to_iso(instant_at(row, 3), zone)},
                        {"put_at", rules::to_iso(instant_at(row, 4), zone)},
                        {"put_by", text_at(row, 5)},
                        {"reason", text_at(row, 6)},
                        {"sha256", text_at(row, 8)},
                        {"begun_at", iso(optional_instant_at(row, 9), zone)},
                        {"in_force", row.getColumn(0).getInt64() == in_force}};
    auto trial = row.isColumnNull(7) ? rules::Result<json::value>(json::value(nullptr))
                                     : plans::parse_json(text_at(row, 7), "adopted_packs.trial");
    object["trial"] = std::move(trial.value());
    object["withdrawn_at"] = iso(optional_instant_at(row, 10), zone);
    if (!row.isColumnNull(10)) {
        object["withdrawn_by"] = text_at(row, 11);
        object["withdrawn_why"] = text_at(row, 12);
    }
    return object;
}

json::array samples_json(const plans::RegionPack& pack) {
    json::array samples;
    for (const plans::SampleMark& mark : plans::samples_of(pack)) {
        samples.push_back(
            json::object{{"section", mark.section}, {"text", mark.text}, {"source", mark.source}});
    }
    return samples;
}

struct Wanted {
    PackTexts texts;  // all that was used
    plans::RegionPack pack;
    Instant from{};
    std::string reason;
    std::optional<std::string> trial;
};

void add_fault(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
}

// What is wrong with it is told at once: the body, the date, and every fault of the pack.
rules::Result<Wanted> read_wanted(const std::string& body, const plans::RegionPack& now_in_force,
                                  Instant now) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    rules::Faults faults;
    Wanted wanted;
    wanted.reason = plans::string_or(*value, "reason");
    if (wanted.reason.empty())
        add_fault(faults, "reason is missing", "why the pack is put in force");
    const std::string from = plans::string_or(*value, "from");
    const auto at =
        from.empty() ? std::optional(now) : rules::parse_instant(from, now_in_force.zone);
    if (!at) add_fault(faults, "from '" + from + "' is no time", "as 2026-11-15");
    if (at && *at < now) add_fault(faults, "from " + from + " has passed", "now or later");
    wanted.from = at.value_or(now);
    if (const json::value* trial = plans::find_member(*value, "trial")) {
        if (!trial->is_null()) wanted.trial = plans::canonical_text(*trial);
    }
    const auto texts = pack_texts_from_json(*value);
    if (texts) {
        auto pack = read_pack_texts(*texts, &wanted.texts);
        if (!pack) {
            const rules::Faults more = pack.error();
            faults.insert(faults.end(), more.begin(), more.end());
        } else if (pack->region_code != now_in_force.region_code) {
            add_fault(faults, "the pack is of " + pack->region_code + " " + pack->name,
                      "a pack of " + now_in_force.region_code + " " + now_in_force.name);
        } else {
            wanted.pack = std::move(*pack);
        }
    } else {
        const rules::Faults more = texts.error();
        faults.insert(faults.end(), more.begin(), more.end());
    }
    if (!faults.empty()) return faults;
    return wanted;
}

struct InForce {
    std::int64_t number = 0;
    Instant from{};
    bool has_begun = false;
    std::string put_by;
    std::string id;
    std::string texts;
};

// The one whose date came last.
std::optional<InForce> in_force_at(SQLite::Database& db, Instant now) {
    SQLite::Statement row(db,
                          "SELECT number, \"from\", begun_at IS NOT NULL, put_by, id, texts FROM "
                          "adopted_packs WHERE withdrawn_at IS NULL AND \"from\"<=?1 ORDER BY "
                          "\"from\" DESC, number DESC LIMIT 1");
    bind_all(row, now);
    if (!row.executeStep()) return std::nullopt;
    return InForce{row.getColumn(0).getInt64(),
                   instant_at(row, 1),
                   row.getColumn(2).getInt() != 0,
                   text_at(row, 3),
                   text_at(row, 4),
                   text_at(row, 5)};
}

rules::Result<plans::RegionPack> read_in_force(const InForce& row) {
    const auto value = plans::parse_json(row.texts, "adopted_packs.texts");
    if (!value) return value.error();
    const auto texts = pack_texts_from_json(*value);
    if (!texts) return texts.error();
    return read_pack_texts(*texts);
}

// Notes, once, that it has begun.
void note_begun(SQLite::Database& db, const InForce& row, Instant now) {
    if (row.has_begun) return;
    run_statement(db, "UPDATE adopted_packs SET begun_at=?2 WHERE number=?1", row.number, now);
    json::object data{{"number", row.number}, {"id", row.id}};
    append_event(db, now, "pack.in_force", data);
    append_audit(db, {now, row.put_by, "", "pack.in_force", std::to_string(row.number), data});
}

}  // namespace

rules::Result<void> PackBook::restore() {
    const Instant now = context_.clock.now();
    const auto found =
        context_.store.transact_now([now](SQLite::Database& db) { return in_force_at(db, now); });
    if (!found) return {};
    auto pack = read_in_force(*found);
    if (!pack) return pack.error();
    if (pack->region_code != context_.pack->region_code) {
        return rules::refuse("the adopted pack " + pack->id + " is of " + pack->region_code,
                             "a configuration of the same region, or another database");
    }
    in_force_ = found->number;
    adopted_ = std::make_shared<const plans::RegionPack>(std::move(*pack));
    context_.pack = adopted_;
    return {};
}

void PackBook::reloaded(std::shared_ptr<const plans::RegionPack> configured) {
    context_.pack = adopted_ ? adopted_ : std::move(configured);
}

void PackBook::start(TaskGroup& tasks) { tasks.spawn("packs", run()); }

asio::awaitable<void> PackBook::run() {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = changed_.wakes();
        co_await begin_due();
        const Instant now = context_.clock.now();
        auto find_next = [now](SQLite::Database& db) {
            SQLite::Statement row(db,
                                  "SELECT min(\"from\") FROM adopted_packs WHERE withdrawn_at IS "
                                  "NULL AND \"from\">?1");
            bind_all(row, now);
            row.executeStep();
            return maybe_instant(row.getColumn(0));
        };
        const auto next = co_await context_.store.transact(std::move(find_next));
        constexpr std::chrono::hours kLookAgain{24 * 365};
        const Instant wake = next.value_or(now + kLookAgain);
        co_await (changed_.next(seen) || context_.clock.sleep_until(wake));
    }
}

asio::awaitable<void> PackBook::begin_due() {
    const Instant now = context_.clock.now();
    auto find = [now](SQLite::Database& db) { return in_force_at(db, now); };
    const auto found = co_await context_.store.transact(std::move(find));
    if (!found || found->number == in_force_) co_return;
    auto pack = read_in_force(*found);
    if (!pack) {
        context_.log.write(kPackUnreadable,
                           {{"pack", found->id}, {"why", rules::to_text(pack.error().front())}});
        co_return;
    }
    const InForce row = *found;
    auto note = [&row, now](SQLite::Database& db) { note_begun(db, row, now); };
    co_await context_.store.transact(std::move(note));
    in_force_ = row.number;
    adopted_ = std::make_shared<const plans::RegionPack>(std::move(*pack));
    context_.pack = adopted_;
    context_.log.write(kPackInForce, {{"pack", row.id}, {"person", row.put_by}});
    context_.events.wake();
    if (listener_ != nullptr) co_await listener_->on_new_data();
}

asio::awaitable<ApiResponse> PackBook::adopt(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    const auto wanted = read_wanted(call.request.body, *context_.pack, now);
    if (!wanted) co_return answer_problem(422, "规则包有误", "the pack is refused", wanted.error());
    const std::string texts = plans::canonical_text(to_json(wanted->texts));
    const json::array samples = samples_json(wanted->pack);
    const rules::Zone zone = context_.pack->zone;
    auto work = [&](SQLite::Database& db) {
        run_statement(
            db,
            "INSERT INTO adopted_packs(id, name, \"from\", put_at, put_by, reason, trial, "
            "sha256, texts) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
            wanted->pack.id, wanted->pack.name, wanted->from, now, call.caller->id, wanted->reason,
            wanted->trial, sha256_hex(texts), texts);
        const std::int64_t number = db.getLastInsertRowid();
        json::object data{{"number", number},
                          {"id", wanted->pack.id},
                          {"from", rules::to_iso(wanted->from, zone)},
                          {"reason", wanted->reason},
                          {"sha256", sha256_hex(texts)},
                          {"samples", samples.size()},
                          {"tried", wanted->trial.has_value()}};
        append_event(db, now, "pack.adopted", data);
        append_audit(db, {now, call.caller->id, call.request.remote, "pack.adopt",
                          std::to_string(number), data});
        return data;
    };
    json::object answer = co_await context_.store.transact(std::move(work));
    answer["samples"] = samples;
    context_.events.wake();
    co_await begin_due();
    changed_.wake();
    co_return answer_json(answer, 201);
}

asio::awaitable<ApiResponse> PackBook::withdraw(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    const auto body = plans::parse_json(call.request.body, "body");
    const std::string reason = body ? plans::string_or(*body, "reason") : std::string();
    if (reason.empty()) co_return answer_problem(422, "请写明理由", "reason is missing");
    const std::string number = call.parameter("number");
    auto work = [&](SQLite::Database& db) {
        run_statement(db,
                      "UPDATE adopted_packs SET withdrawn_at=?2, withdrawn_by=?3, withdrawn_why=?4 "
                      "WHERE number=?1 AND withdrawn_at IS NULL AND \"from\">?2",
                      number, now, call.caller->id, reason);
        if (db.getChanges() == 0) return false;
        json::object data{{"number", number}, {"reason", reason}};
        append_event(db, now, "pack.withdrawn", data);
        append_audit(db,
                     {now, call.caller->id, call.request.remote, "pack.withdraw", number, data});
        return true;
    };
    const bool is_done = co_await context_.store.transact(std::move(work));
    if (!is_done) {
        co_return answer_problem(409, "没有尚未启用的这个规则包",
                                 "no pack of this number that has not begun yet");
    }
    changed_.wake();
    context_.events.wake();
    co_return answer_json(json::object{{"number", number}, {"withdrawn", true}});
}

asio::awaitable<ApiResponse> PackBook::list(Call call) {
    const Paging paging = paging_of(call);
    const rules::Zone zone = context_.pack->zone;
    const std::int64_t in_force = in_force_;
    auto work = [&](SQLite::Database& db) {
        SQLite::Statement row(db,
                              std::string("SELECT ") + kColumns +
                                  " FROM adopted_packs ORDER BY number DESC LIMIT ?1 OFFSET ?2");
        bind_all(row, static_cast<std::int64_t>(paging.per_page),
                 static_cast<std::int64_t>((paging.page - 1) * paging.per_page));
        json::array items;
        while (row.executeStep()) items.push_back(row_json(row, zone, in_force));
        const auto total = count_of(db, "SELECT count(*) FROM adopted_packs");
        return answer_page(std::move(items), paging, static_cast<std::size_t>(total));
    };
    co_return co_await context_.store.transact(std::move(work));
}

asio::awaitable<ApiResponse> PackBook::show(Call call) {
    const rules::Zone zone = context_.pack->zone;
    const std::string number = call.parameter("number");
    if (number == "in-force") {
        json::object answer{
            {"number", in_force_ == 0 ? json::value(nullptr) : json::value(in_force_)},
            {"configured", context_.config->pack},
            {"pack", plans::to_json(*context_.pack)},
            {"samples", samples_json(*context_.pack)}};
        co_return answer_json(answer);
    }
    const std::int64_t in_force = in_force_;
    auto work = [&](SQLite::Database& db) -> std::optional<json::object> {
        SQLite::Statement row(
            db, std::string("SELECT ") + kColumns + ", texts FROM adopted_packs WHERE number=?1");
        bind_all(row, number);
        if (!row.executeStep()) return std::nullopt;
        json::object object = row_json(row, zone, in_force);
        object["texts"] = plans::parse_json(text_at(row, 13), "adopted_packs.texts").value();
        return object;
    };
    auto object = co_await context_.store.transact(std::move(work));
    if (!object) co_return answer_problem(404, "没有这个规则包", "no pack of this number");
    co_return answer_json(*object);
}

void PackBook::add_routes(Router& router) {
    add_route(router, {"GET", "/api/v1/packs", "启用过的规则包 / packs put in force", {}, {}},
              all_readers(), [this](const Call& call) { return list(call); });
    add_route(router,
              {"GET",
               "/api/v1/packs/{number}",
               "一个规则包的全文；in-force 为现行者及其样例清单 / one pack, or in-force",
               {},
               {}},
              all_readers(), [this](const Call& call) { return show(call); });
    add_route(router,
              {"POST",
               "/api/v1/packs",
               "自某时起启用规则包 / put a pack in force from a time",
               {},
               {{"pack", "string", "TOML 全文"},
                {"built_in", "string", "或内置规则包编号"},
                {"file", "string", "文件名，用于指出错误"},
                {"packs", "object", "随带的上级规则包：编号 -> TOML"},
                {"standards", "object", "随带的分级标准：编号 -> TOML"},
                {"from", "string", "启用时间，缺省为即时"},
                {"reason", "string", "理由"},
                {"trial", "object", "试算结果"}}},
              {Role::kAdmin}, [this](const Call& call) { return adopt(call); });
    add_route(router,
              {"POST",
               "/api/v1/packs/{number}/withdraw",
               "撤回尚未启用的规则包 / take back a pack that has not begun",
               {},
               {{"reason", "string", "理由"}}},
              {Role::kAdmin}, [this](const Call& call) { return withdraw(call); });
}

}  // namespace qk::daemon
