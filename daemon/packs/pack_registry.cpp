#include "daemon/packs/pack_registry.hpp"

#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/said.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/packs/pack_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/documents/pack_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr CursorKind kPacksCursor{"packs", "n"};

json::value iso(const std::optional<Instant>& at, rules::Zone zone) {
    return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
}

json::object row_json(const PackRow& row, rules::Zone zone, std::int64_t in_force) {
    json::object object{{"number", row.number},
                        {"id", row.id},
                        {"name", row.name},
                        {"from", rules::to_iso(row.from, zone)},
                        {"put_at", rules::to_iso(row.put_at, zone)},
                        {"put_by", row.put_by},
                        {"reason", row.reason},
                        {"sha256", row.sha256},
                        {"begun_at", iso(row.begun_at, zone)},
                        {"in_force", row.number == in_force}};
    auto trial = row.trial ? plans::parse_json(*row.trial, "adopted_packs.trial")
                           : rules::Result<json::value>(json::value(nullptr));
    object["trial"] = std::move(trial.value());
    object["needs_second"] = row.needs_second;
    object["changes"] = plans::parse_json(row.changes, "adopted_packs.changes").value();
    object["confirmed_at"] = iso(row.confirmed_at, zone);
    object["confirmed_by"] = row.confirmed_by ? json::value(*row.confirmed_by) : nullptr;
    object["ready_at"] = iso(row.ready_at, zone);
    object["withdrawn_at"] = iso(row.withdrawn_at, zone);
    if (row.withdrawn_at) {
        object["withdrawn_by"] = row.withdrawn_by;
        object["withdrawn_why"] = row.withdrawn_why;
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

rules::Faults too_long(std::string_view key, const json::value& said) {
    json::object one;
    one[key] = said;
    return faults_of_said(one);
}

// What is wrong with it is told at once: the body, the date, and every fault of the pack.
rules::Result<Wanted> read_wanted(const std::string& body, const plans::RegionPack& now_in_force,
                                  Instant now) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    rules::Faults faults;
    Wanted wanted;
    for (const std::string_view said : {"reason", "trial", "file"}) {
        const json::value* member = plans::find_member(*value, said);
        const rules::Faults more = member == nullptr ? rules::Faults{} : too_long(said, *member);
        faults.insert(faults.end(), more.begin(), more.end());
    }
    wanted.reason = plans::string_or(*value, "reason");
    if (wanted.reason.empty())
        add_fault(faults, "reason is missing", "why the pack is put in force");
    const std::string from = plans::string_or(*value, "from");
    const auto at =
        from.empty() ? std::optional(now) : rules::parse_instant(from, now_in_force.zone);
    if (!at) add_fault(faults, "from " + rules::not_a_time(from), rules::kTimeCure);
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

rules::Result<plans::RegionPack> read_in_force(const PackRow& row) {
    const auto value = plans::parse_json(row.texts, "adopted_packs.texts");
    if (!value) return value.error();
    const auto texts = pack_texts_from_json(*value);
    if (!texts) return texts.error();
    return read_pack_texts(*texts);
}

// Of the address; 0 where it is not a number. One number has one spelling, in the log as well.
std::int64_t number_in(const Call& call) {
    return rules::parse_whole(call.parameter("number"), 1, rules::kWholeMost).value_or(0);
}

// It waits for a second person: it changes the approvals of the pack that is in force.
void hold(Session& db, std::int64_t number, const std::string& id,
          const std::vector<std::string>& changes, Instant now) {
    json::array list;
    for (const std::string& change : changes) list.emplace_back(change);
    note_pack_waits(db, number, plans::to_text(list));
    json::object data{{"number", number}, {"id", id}};
    data["changes"] = std::move(list);
    append_event(db, now, "pack.waits", data);
    append_audit(db, {now, "system", "", "pack.waits", std::to_string(number), data});
}

// Notes, once, that it has begun.
void note_begun(Session& db, const PackRow& row, Instant now) {
    if (row.begun_at) return;
    note_pack_begun(db, row.number, now);
    json::object data{{"number", row.number}, {"id", row.id}};
    append_event(db, now, "pack.in_force", data);
    append_audit(db, {now, row.put_by, "", "pack.in_force", std::to_string(row.number), data});
}

}  // namespace

rules::Result<void> PackRegistry::restore() {
    const Instant now = context_.clock.now();
    const auto found =
        context_.store.transact_now([now](Session& db) { return pack_in_force(db, now, true); });
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

void PackRegistry::reloaded(std::shared_ptr<const plans::RegionPack> configured) {
    context_.pack = adopted_ ? adopted_ : std::move(configured);
}

void PackRegistry::start(TaskGroup& tasks) { tasks.spawn("packs", run()); }

asio::awaitable<void> PackRegistry::run() {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = changed_.wakes();
        co_await begin_due();
        const Instant now = context_.clock.now();
        auto find_next = [now](Session& db) { return next_pack_begins(db, now); };
        const auto next = co_await context_.store.read(std::move(find_next));
        constexpr std::chrono::hours kLookAgain{24 * 365};
        const Instant wake = next.value_or(now + kLookAgain);
        co_await (changed_.next(seen) || context_.clock.sleep_until(wake));
    }
}

asio::awaitable<void> PackRegistry::begin_due() {
    const Instant now = context_.clock.now();
    auto find = [now](Session& db) { return pack_in_force(db, now); };
    const auto found = co_await context_.store.read(std::move(find));
    if (!found || found->number == in_force_) co_return;
    auto pack = read_in_force(*found);
    if (!pack) {
        context_.log.write(kPackUnreadable,
                           {{"pack", found->id}, {"why", rules::to_text(pack.error().front())}});
        co_return;
    }
    const PackRow row = *found;
    const auto changes = plans::approval_changes(*context_.pack, *pack);
    if (!row.ready_at && !changes.empty()) {
        auto keep_back = [&row, &changes, now](Session& db) {
            hold(db, row.number, row.id, changes, now);
        };
        co_await context_.store.transact(std::move(keep_back));
        context_.log.write(kPackWaits, {{"pack", row.id}, {"person", row.put_by}});
        context_.events.wake();
        co_await begin_due();  // perhaps another is due that may begin
        co_return;
    }
    const auto seen = context_.pack;
    auto note = [&row, now](Session& db) { note_begun(db, row, now); };
    co_await context_.store.transact(std::move(note));
    if (context_.pack != seen) {
        // Another has begun meanwhile: held against that one, this may change the approvals.
        co_await begin_due();
        co_return;
    }
    in_force_ = row.number;
    adopted_ = std::make_shared<const plans::RegionPack>(std::move(*pack));
    context_.pack = adopted_;
    context_.log.write(kPackInForce, {{"pack", row.id}, {"person", row.put_by}});
    context_.events.wake();
    if (tell_in_force_) co_await tell_in_force_();
}

asio::awaitable<ApiResponse> PackRegistry::adopt(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    // Beside the event loop: a pack brings up to 1 MiB of TOML with it.
    auto parse = [&call, now, pack = context_.pack](Session&) {
        return read_wanted(call.request.body, *pack, now);
    };
    const auto wanted = co_await context_.store.read_slowly(std::move(parse), call.reader());
    if (!wanted) co_return answer_problem(422, "规则包有误", "the pack is refused", wanted.error());
    const std::string texts = plans::canonical_text(to_json(wanted->texts));
    const json::array samples = samples_json(wanted->pack);
    const rules::Zone zone = context_.pack->zone;
    const auto changes = plans::approval_changes(*context_.pack, wanted->pack);
    auto work = [&](Session& db) {
        PackRow row;
        row.id = wanted->pack.id;
        row.name = wanted->pack.name;
        row.from = wanted->from;
        row.put_at = now;
        row.put_by = call.caller->id;
        row.reason = wanted->reason;
        row.trial = wanted->trial;
        row.sha256 = plans::sha256_hex(texts);
        row.texts = texts;
        const std::int64_t number = store_pack(db, row);
        json::object data{{"number", number},
                          {"id", wanted->pack.id},
                          {"from", rules::to_iso(wanted->from, zone)},
                          {"reason", wanted->reason},
                          {"sha256", plans::sha256_hex(texts)},
                          {"samples", samples.size()},
                          {"tried", wanted->trial.has_value()}};
        data["needs_second"] = !changes.empty();
        append_event(db, now, "pack.adopted", data);
        append_audit(db, {now, call.caller->id, call.request.remote, "pack.adopt",
                          std::to_string(number), data});
        if (!changes.empty()) hold(db, number, wanted->pack.id, changes, now);
        data["samples"] = samples;
        data["changes"] = json::array(changes.begin(), changes.end());
        return answer_json(data, 201);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_await begin_due();
    changed_.wake();
    co_return answer;
}

// Another person than who put it up; then it waits out the delay of the running configuration.
ApiResponse PackRegistry::confirm_in(Session& db, const Call& call, Instant now) const {
    const std::int64_t number = number_in(call);
    const auto row = load_pack(db, number);
    if (!row || !row->needs_second || row->ready_at || row->withdrawn_at) {
        return answer_problem(409, "没有等待第二人确认的这个规则包",
                              "no pack of this number waits for a second person");
    }
    if (row->put_by == call.caller->id) {
        return answer_problem(403, "提交人不得确认，须由另一人确认",
                              "whoever put it up does not confirm it; another person must");
    }
    const Instant ready = now + context_.config->approval_delay;
    note_pack_confirmed(db, number, call.caller->id, now, ready);
    const json::object data{{"number", std::to_string(number)},
                            {"id", row->id},
                            {"put_by", row->put_by},
                            {"ready_at", rules::to_iso(ready, context_.pack->zone)}};
    append_event(db, now, "pack.confirmed", data);
    append_audit(db, {now, call.caller->id, call.request.remote, "pack.confirm",
                      std::to_string(number), data});
    return answer_json(data);
}

asio::awaitable<ApiResponse> PackRegistry::confirm(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    auto work = [&](Session& db) { return confirm_in(db, call, now); };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    if (answer.status < 300) {
        changed_.wake();
        context_.events.wake();
    }
    co_return answer;
}

asio::awaitable<ApiResponse> PackRegistry::withdraw(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    const auto body = plans::parse_json(call.request.body, "body");
    const std::string reason = body ? plans::string_or(*body, "reason") : std::string();
    if (reason.empty()) co_return answer_problem(422, "请写明理由", "reason is missing");
    const rules::Faults faults = faults_of_said(*body);
    if (!faults.empty())
        co_return answer_problem(422, "请求内容有误", "the request is not right", faults);
    const std::int64_t number = number_in(call);
    auto work = [&](Session& db) {
        if (!note_pack_withdrawn(db, number, call.caller->id, reason, now)) {
            return answer_problem(409, "没有尚未启用的这个规则包",
                                  "no pack of this number that has not begun yet");
        }
        json::object data{{"number", std::to_string(number)}, {"reason", reason}};
        append_event(db, now, "pack.withdrawn", data);
        append_audit(db, {now, call.caller->id, call.request.remote, "pack.withdraw",
                          std::to_string(number), data});
        return answer_json(json::object{{"number", std::to_string(number)}, {"withdrawn", true}});
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    if (answer.status < 300) {
        changed_.wake();
        context_.events.wake();
    }
    co_return answer;
}

asio::awaitable<ApiResponse> PackRegistry::list(Call call) {
    const auto asked = cursor_paging_of(call, kPacksCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const rules::Zone zone = context_.pack->zone;
    const std::int64_t in_force = in_force_;
    auto work = [&](Session& db) {
        json::array items;
        for (const PackRow& row :
             list_packs(db, paging.offset(), paging.page.per_page, paging.below())) {
            items.push_back(row_json(row, zone, in_force));
        }
        const auto count = [&] { return count_packs(db); };
        return answer_numbered_page(std::move(items), paging, kPacksCursor, count);
    };
    co_return co_await context_.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> PackRegistry::show(Call call) {
    const rules::Zone zone = context_.pack->zone;
    if (call.parameter("number") == "in-force") {
        json::object answer{
            {"number", in_force_ == 0 ? json::value(nullptr) : json::value(in_force_)},
            {"configured", context_.config->pack},
            {"delay_hours", context_.config->approval_delay.count()},
            {"pack", plans::to_json(*context_.pack)},
            {"samples", samples_json(*context_.pack)}};
        co_return answer_json(answer);
    }
    const std::int64_t number = number_in(call);
    const std::int64_t in_force = in_force_;
    auto work = [&](Session& db) -> std::optional<json::object> {
        const auto row = load_pack(db, number);
        if (!row) return std::nullopt;
        json::object object = row_json(*row, zone, in_force);
        object["texts"] = plans::parse_json(row->texts, "adopted_packs.texts").value();
        return object;
    };
    auto object = co_await context_.store.read(std::move(work), call.reader());
    if (!object) co_return answer_problem(404, "没有这个规则包", "no pack of this number");
    co_return answer_json(*object);
}

void PackRegistry::add_routes(Router& router) {
    router.serve("listPacks", kReaders, [this](const Call& call) { return list(call); });
    router.serve("showPack", kReaders, [this](const Call& call) { return show(call); });
    router.serve("adoptPack", kAdmins, [this](const Call& call) { return adopt(call); });
    router.serve("confirmPack", kPackConfirmers,
                 [this](const Call& call) { return confirm(call); });
    router.serve("withdrawPack", kAdmins, [this](const Call& call) { return withdraw(call); });
}

}  // namespace qk::daemon
