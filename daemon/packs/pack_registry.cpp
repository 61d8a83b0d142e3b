#include "daemon/packs/pack_registry.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/packs.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/messages.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/documents/pack_json.hpp"
#include "plans/packs/pack_texts.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr CursorKind kPacksCursor{"packs", "n"};

StepTold told_of(AdoptionState after, const Adoption& one, const AdoptionStep& step,
                 rules::Zone zone) {
    const bool is_begun = after == AdoptionState::kBegun;
    const std::string number = std::to_string(one.number);
    StepTold told;
    told.event = event_of("pack", after);
    if (is_begun) {
        told.action = told.event;
        told.data = {{"number", one.number}, {"id", one.id}};
    } else if (after == AdoptionState::kToCome) {
        told.action = "pack.confirm";
        told.data = {{"number", number},
                     {"id", one.id},
                     {"put_by", one.put_by},
                     {"ready_at", plans::iso(one.ready_at, zone)}};
    } else {
        told.action = "pack.withdraw";
        told.data = {{"number", number}, {"reason", step.why}};
    }
    told.noted = told.data;
    told.answer = told.data;
    if (after == AdoptionState::kWithdrawn) told.answer = {{"number", number}, {"withdrawn", true}};
    return told;
}

constexpr AdoptionKind kKind{
    Adopted::kPack,
    {"没有等待第二人确认的这个规则包", "no pack of this number waits for a second person"},
    {"没有尚未启用的这个规则包", "no pack of this number that has not begun yet"},
    {"没有这个规则包", "no pack of this number"},
    told_of};

constexpr const char* kOfInventory = "of_inventory";

// The trial on history that its bringer handed in, and ours on the inventory; packs put up before
// there was one have the first alone.
void put_trials(json::object& object, const Adoption& row) {
    object["trial"] = nullptr;
    object["inventory_trial"] = nullptr;
    if (!row.trial) return;
    const json::value stored = plans::parse_json(*row.trial, "adopted_packs.trial").value();
    const json::value* of_inventory = plans::find_member(stored, kOfInventory);
    if (of_inventory == nullptr) {
        object["trial"] = stored;
        return;
    }
    object["inventory_trial"] = *of_inventory;
    if (const json::value* history = plans::find_member(stored, "of_history")) {
        object["trial"] = *history;
    }
}

json::object row_json(const Adoption& row, rules::Zone zone, std::int64_t in_force) {
    json::object object = dated_json(row, zone, in_force);
    object["id"] = row.id;
    put_trials(object, row);
    object["needs_second"] = row.needs_second;
    object["changes"] = plans::parse_json(row.changes, "adopted_packs.changes").value();
    if (!row.confirmed_at) object["confirmed_by"] = nullptr;
    object["ready_at"] = plans::iso(row.ready_at, zone);
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
    plans::RegionPack pack;
    Instant from{};
    std::string reason;
    std::optional<json::value> trial;
    bool only_try = false;
};

// What a pack says, and what it would change on the inventory in use.
struct Tried {
    rules::Result<Wanted> wanted;
    json::value of_inventory;
};

// What is wrong with it is told at once: the body, the date, and every fault of the pack.
rules::Result<Wanted> read_wanted(const std::string& body, const plans::RegionPack& now_in_force,
                                  Instant now) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    rules::Faults faults = faults_of_members(*value, {"reason", "trial", "file"});
    Wanted wanted;
    wanted.reason = plans::string_or(*value, "reason");
    wanted.only_try = is_true(*value, "only_try");
    if (wanted.reason.empty() && !wanted.only_try)
        add_fault(faults, "reason is missing", "why the pack is put in force");
    wanted.from = read_from(*value, now_in_force.zone, now, faults);
    if (const json::value* trial = plans::find_member(*value, "trial")) {
        if (!trial->is_null()) wanted.trial = *trial;
    }
    const auto texts = plans::pack_texts_from_json(*value);
    if (texts) {
        auto pack = plans::read_pack_texts(*texts);
        if (!pack) {
            append_faults(faults, pack.error());
        } else if (pack->region_code != now_in_force.region_code) {
            add_fault(faults, "the pack is of " + pack->region_code + " " + pack->name,
                      "a pack of " + now_in_force.region_code + " " + now_in_force.name);
        } else {
            wanted.pack = std::move(*pack);
        }
    } else {
        append_faults(faults, texts.error());
    }
    if (!faults.empty()) return faults;
    return wanted;
}

Tried try_wanted(Session& db, const std::string& body, const RulesInUse& in_use, Instant now) {
    Tried tried{read_wanted(body, *in_use.pack, now), nullptr};
    if (!tried.wanted || !in_use.inventory) return tried;
    const Wanted& wanted = *tried.wanted;
    const auto grades = grade_changes_beside(db, in_use.inventory->edition, in_use.pack->zone);
    tried.of_inventory = in_use.try_pack(wanted.pack, grades, wanted.from);
    return tried;
}

rules::Result<plans::RegionPack> read_in_force(const Adoption& row) {
    const auto value = plans::parse_json(row.texts, "adopted_packs.texts");
    if (!value) return value.error();
    const auto texts = plans::pack_texts_from_json(*value);
    if (!texts) return texts.error();
    return plans::read_pack_texts(*texts);
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

}  // namespace

PackRegistry::PackRegistry(Context& context)
    : AdoptionRegistry(context, kKind, {kPackInForce, kPackUnreadable, &kPackWaits, "pack"}) {}

rules::Result<AdoptionRegistry::Readied> PackRegistry::ready(const Adoption& adoption) {
    auto read = read_in_force(adoption);
    if (!read) return read.error();
    if (read->region_code != context_.pack->region_code) {
        return rules::refuse("the adopted pack " + read->id + " is of " + read->region_code,
                             "a configuration of the same region, or another database");
    }
    Readied readied;
    const auto changes = plans::approval_changes(*context_.pack, *read);
    if (!adoption.ready_at && !changes.empty()) {
        readied.hold = [number = adoption.number, id = adoption.id, changes,
                        now = context_.clock.now()](Session& db) {
            hold(db, number, id, changes, now);
        };
    }
    auto next = std::make_shared<const plans::RegionPack>(std::move(*read));
    readied.use = [this, next = std::move(next), seen = context_.pack] {
        if (context_.pack != seen) return false;
        adopted_ = next;
        context_.pack = adopted_;
        return true;
    };
    return readied;
}

asio::awaitable<void> PackRegistry::tell_in_force() {
    if (tell_in_force_) co_await tell_in_force_();
}

void PackRegistry::reloaded(std::shared_ptr<const plans::RegionPack> configured) {
    context_.pack = adopted_ ? adopted_ : std::move(configured);
}

asio::awaitable<ApiResponse> PackRegistry::adopt(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    const RulesInUse in_use = rules_in_use(context_);
    // Beside the event loop: a pack brings up to 1 MiB of TOML with it, and the whole inventory is
    // derived six times.
    auto attempt = [&call, &in_use, now](Session& db) {
        return try_wanted(db, call.request.body, in_use, now);
    };
    const Tried tried = co_await context_.store.read_slowly(std::move(attempt), call.reader());
    const auto& wanted = tried.wanted;
    if (!wanted) co_return answer_problem(422, "规则包有误", "the pack is refused", wanted.error());
    const std::string texts = plans::canonical_text(to_json(*wanted->pack.texts));
    const json::array samples = samples_json(wanted->pack);
    const rules::Zone zone = context_.pack->zone;
    const auto changes = plans::approval_changes(*context_.pack, wanted->pack);
    if (wanted->only_try) {
        const json::value of_history = wanted->trial.value_or(nullptr);
        co_return answer_json(json::object{{"number", nullptr},
                                           {"id", wanted->pack.id},
                                           {"from", rules::to_iso(wanted->from, zone)},
                                           {"sha256", plans::sha256_hex(texts)},
                                           {"needs_second", !changes.empty()},
                                           {"samples", samples},
                                           {"changes", json::array(changes.begin(), changes.end())},
                                           {"trial", of_history},
                                           {"inventory_trial", tried.of_inventory}});
    }
    auto work = [&](Session& db) {
        Adoption row;
        row.id = wanted->pack.id;
        row.name = wanted->pack.name;
        row.from = wanted->from;
        row.put_at = now;
        row.put_by = call.caller->id;
        row.reason = wanted->reason;
        json::object trials{{kOfInventory, tried.of_inventory}};
        if (wanted->trial) trials["of_history"] = *wanted->trial;
        row.trial = plans::canonical_text(trials);
        row.sha256 = plans::sha256_hex(texts);
        row.texts = texts;
        const std::int64_t number = put_adoption(db, kKind.rows, row);
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
        data["inventory_trial"] = tried.of_inventory;
        data["changes"] = json::array(changes.begin(), changes.end());
        return answer_json(data, 201);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return co_await after_step(std::move(answer));
}

asio::awaitable<ApiResponse> PackRegistry::list(Call call) {
    const auto asked = cursor_paging_of(call, kPacksCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const rules::Zone zone = context_.pack->zone;
    const std::int64_t now_in_force = in_force();
    auto work = [&](Session& db) {
        json::array items;
        for (const Adoption& row : list_adoptions(db, kKind.rows, paging.newest_first())) {
            json::object item = row_json(row, zone, now_in_force);
            item.erase("inventory_trial");  // as long as an inventory: one pack alone shows it
            items.push_back(std::move(item));
        }
        const auto count = [&] { return count_adoptions(db, kKind.rows); };
        return answer_numbered_page(std::move(items), paging, kPacksCursor, count);
    };
    co_return co_await context_.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> PackRegistry::show(Call call) {
    const rules::Zone zone = context_.pack->zone;
    if (call.parameter("number") == "in-force") {
        json::object answer{
            {"number", in_force() == 0 ? json::value(nullptr) : json::value(in_force())},
            {"configured", context_.config->pack},
            {"delay_hours", context_.config->approval_delay.count()},
            {"pack", plans::to_json(*context_.pack)},
            {"samples", samples_json(*context_.pack)}};
        co_return answer_json(answer);
    }
    const std::int64_t number = adoption_number_in(call);
    const std::int64_t now_in_force = in_force();
    auto work = [&](Session& db) -> std::optional<json::object> {
        const auto row = load_adoption(db, kKind.rows, number);
        if (!row) return std::nullopt;
        json::object object = row_json(*row, zone, now_in_force);
        object["texts"] = plans::parse_json(row->texts, "adopted_packs.texts").value();
        return object;
    };
    auto object = co_await context_.store.read(std::move(work), call.reader());
    if (!object) co_return answer_unknown(kKind);
    co_return answer_json(*object);
}

void PackRegistry::add_routes(Router& router) {
    router.serve(operation::kListPacks, kReaders, [this](const Call& call) { return list(call); });
    router.serve(operation::kShowPack, kReaders, [this](const Call& call) { return show(call); });
    router.serve(operation::kAdoptPack, kAdmins, [this](const Call& call) { return adopt(call); });
    router.serve(operation::kConfirmPack, kPackConfirmers, [this](const Call& call) {
        // It waits out the delay of the running configuration.
        return confirm(call, context_.config->approval_delay);
    });
    router.serve(operation::kWithdrawPack, kAdmins,
                 [this](const Call& call) { return withdraw(call); });
}

}  // namespace qk::daemon
