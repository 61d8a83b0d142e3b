#include "daemon/packs/catalogue_registry.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/said.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/packs/catalogue_rows.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/packs/own_rules_step.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/rules_trial.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

json::value iso(const std::optional<Instant>& at, rules::Zone zone) {
    return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
}

json::object row_json(const AdoptedCatalogue& row, rules::Zone zone, std::int64_t in_force) {
    json::object object{{"number", row.number},
                        {"name", row.name},
                        {"from", rules::to_iso(row.from, zone)},
                        {"put_at", rules::to_iso(row.put_at, zone)},
                        {"put_by", row.put_by},
                        {"reason", row.reason},
                        {"sha256", row.sha256},
                        {"in_force", row.number == in_force},
                        {"confirmed_at", iso(row.confirmed_at, zone)},
                        {"confirmed_by", row.confirmed_by},
                        {"begun_at", iso(row.begun_at, zone)},
                        {"withdrawn_at", iso(row.withdrawn_at, zone)}};
    if (row.withdrawn_at) {
        object["withdrawn_by"] = row.withdrawn_by;
        object["withdrawn_why"] = row.withdrawn_why;
    }
    return object;
}

struct Wanted {
    plans::CatalogueTexts texts;
    plans::Catalogue catalogue;
    Instant from{};
    std::string reason;
    bool only_try = false;
    rules::Faults remarks;
};

void add_fault(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
}

void append(rules::Faults& faults, const rules::Faults& more) {
    faults.insert(faults.end(), more.begin(), more.end());
}

rules::Faults faults_of_reason(const json::value& body) {
    json::object said;
    if (const json::value* reason = plans::find_member(body, "reason")) said["reason"] = *reason;
    if (const json::value* file = plans::find_member(body, "file")) said["file"] = *file;
    return faults_of_said(said);
}

// What is wrong with it is told at once: the body, the date, and every fault of the catalogue.
rules::Result<Wanted> read_wanted(const std::string& body, rules::Zone zone, Instant now) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    rules::Faults faults = faults_of_reason(*value);
    Wanted wanted;
    const json::value* only_try = plans::find_member(*value, "only_try");
    wanted.only_try = only_try != nullptr && only_try->is_bool() && only_try->get_bool();
    wanted.reason = plans::string_or(*value, "reason");
    if (wanted.reason.empty() && !wanted.only_try) {
        add_fault(faults, "reason is missing", "why the catalogue is put in force");
    }
    const std::string from = plans::string_or(*value, "from");
    const auto at = from.empty() ? std::optional(now) : rules::parse_instant(from, zone);
    if (!at) add_fault(faults, "from '" + from + "' is not a time", "as 2026-11-15");
    if (at && *at < now) add_fault(faults, "from " + from + " has passed", "now or later");
    wanted.from = at.value_or(now);
    const json::value* shipped = plans::find_member(*value, "as_shipped");
    const bool as_shipped = shipped != nullptr && shipped->is_bool() && shipped->get_bool();
    const std::string own = plans::string_or(*value, "catalogue");
    if (own.empty() != as_shipped) {
        add_fault(faults, "catalogue is missing, or as_shipped is said beside it",
                  "the text of a catalogue, or as_shipped = true");
    }
    const std::string file = plans::string_or(*value, "file", "catalogue.toml");
    wanted.texts = plans::over_shipped(as_shipped ? "as-shipped" : file, own);
    auto catalogue = plans::read_catalogue_texts(wanted.texts, &wanted.remarks);
    if (!catalogue) append(faults, catalogue.error());
    if (!faults.empty()) return faults;
    wanted.catalogue = std::move(*catalogue);
    return wanted;
}

rules::Result<std::shared_ptr<const plans::CatalogueInForce>> read_row(
    const AdoptedCatalogue& row) {
    const auto value = plans::parse_json(row.texts, "adopted_catalogues.texts");
    if (!value) return value.error();
    const auto texts = plans::catalogue_texts_from_json(*value);
    if (!texts) return texts.error();
    auto catalogue = plans::read_catalogue_texts(*texts);
    if (!catalogue) return catalogue.error();
    plans::CatalogueInForce in_force{row.number, row.sha256, std::move(*catalogue)};
    return std::make_shared<const plans::CatalogueInForce>(std::move(in_force));
}

// What is in use as it is asked, for the trial on another thread.
struct InUse {
    std::shared_ptr<const plans::CatalogueInForce> catalogue;
    std::shared_ptr<const plans::RegionPack> pack;
    std::shared_ptr<const plans::Inventory> inventory;
    std::shared_ptr<const plans::SeasonPlan> season;

    [[nodiscard]] const plans::Catalogue& measures() const {
        return catalogue ? catalogue->catalogue : plans::built_in_catalogue();
    }
};

struct Tried {
    rules::Result<Wanted> wanted;
    json::value clauses;
    json::value trial;
};

Tried try_wanted(Session& db, const std::string& body, const InUse& in_use, Instant now) {
    const rules::Zone zone = in_use.pack->zone;
    Tried tried{read_wanted(body, zone, now), nullptr, nullptr};
    if (!tried.wanted) return tried;
    const plans::Catalogue& catalogue = tried.wanted->catalogue;
    tried.clauses = to_json(plans::catalogue_changes(in_use.measures(), catalogue));
    const plans::RegionRules rules = plans::from_pack(*in_use.pack);
    const auto grades = grade_changes_beside(db, in_use.inventory->edition, zone);
    tried.trial = plans::try_rules({*in_use.inventory,
                                    rules,
                                    {in_use.measures(), grades},
                                    {catalogue, grades},
                                    tried.wanted->from,
                                    zone,
                                    in_use.season.get()});
    return tried;
}

json::array texts_of(const rules::Faults& findings) {
    json::array texts;
    for (const rules::Fault& fault : rules::at_most(findings, rules::kFindingsMax)) {
        texts.push_back(json::string(rules::to_text(fault)));
    }
    return texts;
}

}  // namespace

rules::Result<void> CatalogueRegistry::restore() {
    const Instant now = context_.clock.now();
    const auto found =
        context_.store.transact_now([now](Session& db) { return catalogue_at(db, now, true); });
    if (!found) return {};
    auto read = read_row(*found);
    if (!read) return read.error();
    context_.catalogue = std::move(*read);
    return {};
}

void CatalogueRegistry::start(TaskGroup& tasks) { tasks.spawn("catalogues", run()); }

asio::awaitable<void> CatalogueRegistry::run() {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = changed_.wakes();
        co_await begin_due();
        const Instant now = context_.clock.now();
        auto find_next = [now](Session& db) { return next_catalogue(db, now); };
        const auto next = co_await context_.store.read(std::move(find_next));
        constexpr std::chrono::hours kLookAgain{24 * 365};
        const Instant wake = next.value_or(now + kLookAgain);
        co_await (changed_.next(seen) || context_.clock.sleep_until(wake));
    }
}

asio::awaitable<void> CatalogueRegistry::begin_due() {
    const Instant now = context_.clock.now();
    auto find = [now](Session& db) { return catalogue_at(db, now); };
    const auto found = co_await context_.store.read(std::move(find));
    if (!found || found->number == in_force()) co_return;
    auto read = read_row(*found);
    if (!read) {
        context_.log.write(kCatalogueUnreadable, {{"catalogue", std::to_string(found->number)},
                                                  {"why", rules::to_text(read.error().front())}});
        co_return;
    }
    const AdoptedCatalogue row = *found;
    auto note = [&row, now](Session& db) {
        if (row.begun_at) return;
        note_catalogue_begun(db, row.number, now);
        const json::object data{{"number", row.number}, {"name", row.name}, {"person", row.put_by}};
        append_event(db, now, "catalogue.in_force", data);
        append_audit(db,
                     {now, row.put_by, "", "catalogue.in_force", std::to_string(row.number), data});
    };
    co_await context_.store.transact(std::move(note));
    context_.catalogue = std::move(*read);
    context_.log.write(kCatalogueInForce, {{"catalogue", row.name}, {"person", row.put_by}});
    context_.events.wake();
}

asio::awaitable<ApiResponse> CatalogueRegistry::adopt(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    const InUse in_use{context_.catalogue, context_.pack, context_.inventories.current(),
                       context_.inventories.season()};
    // Beside the event loop: the whole inventory is derived six times.
    auto attempt = [&call, &in_use, now](Session& db) {
        return try_wanted(db, call.request.body, in_use, now);
    };
    Tried tried = co_await context_.store.read_slowly(std::move(attempt), call.reader());
    if (!tried.wanted) {
        co_return answer_problem(422, "措施目录有误", "the catalogue is refused",
                                 tried.wanted.error());
    }
    const Wanted& wanted = *tried.wanted;
    const std::string texts = plans::canonical_text(to_json(wanted.texts));
    json::object answer{{"number", nullptr},
                        {"name", wanted.texts.file},
                        {"from", rules::to_iso(wanted.from, in_use.pack->zone)},
                        {"reason", wanted.reason},
                        {"sha256", plans::sha256_hex(texts)},
                        {"findings", texts_of(wanted.remarks)},
                        {"clauses", tried.clauses},
                        {"trial", tried.trial}};
    if (wanted.only_try) co_return answer_json(answer);
    auto work = [&](Session& db) {
        AdoptedCatalogue row;
        row.name = wanted.texts.file;
        row.from = wanted.from;
        row.put_at = now;
        row.put_by = call.caller->id;
        row.reason = wanted.reason;
        row.trial =
            plans::to_text(json::object{{"clauses", tried.clauses}, {"trial", tried.trial}});
        row.sha256 = plans::sha256_hex(texts);
        row.texts = texts;
        const std::int64_t number = put_catalogue(db, row);
        note_rules_step(db, call, "catalogue.adopted", {number, now, row.put_by, row.reason},
                        row.name);
        answer["number"] = number;
        return answer_json(answer, 201);
    };
    ApiResponse done = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return done;
}

asio::awaitable<ApiResponse> CatalogueRegistry::confirm(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const RuleStep step{rules_number_in(call), context_.clock.now(), call.caller->id};
    auto work = [&](Session& db) {
        const auto row = load_catalogue(db, step.number);
        if (row && row->put_by == step.person) {
            return answer_problem(403, "提交人不得确认，须由另一人确认",
                                  "whoever put it up does not confirm it; another person must");
        }
        if (!row || !confirm_catalogue(db, step)) {
            return answer_problem(409, "没有等待第二人确认的这份目录",
                                  "no catalogue of this number waits for a second person");
        }
        note_rules_step(db, call, "catalogue.confirmed", step, row->name);
        return answer_rules_step(step, row->name);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    if (answer.status < 300) {
        co_await begin_due();
        changed_.wake();
        context_.events.wake();
    }
    co_return answer;
}

asio::awaitable<ApiResponse> CatalogueRegistry::withdraw(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const auto body = plans::parse_json(call.request.body, "body");
    const std::string reason = body ? plans::string_or(*body, "reason") : std::string();
    if (reason.empty()) co_return answer_problem(422, "请写明理由", "reason is missing");
    const rules::Faults faults = faults_of_said(*body);
    if (!faults.empty())
        co_return answer_problem(422, "请求内容有误", "the request is not right", faults);
    const RuleStep step{rules_number_in(call), context_.clock.now(), call.caller->id, reason};
    auto work = [&](Session& db) {
        const auto row = load_catalogue(db, step.number);
        if (!row || !withdraw_catalogue(db, step)) {
            return answer_problem(409, "没有尚未启用的这份目录",
                                  "no catalogue of this number that has not begun yet");
        }
        note_rules_step(db, call, "catalogue.withdrawn", step, row->name);
        return answer_rules_step(step, row->name);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    if (answer.status < 300) {
        changed_.wake();
        context_.events.wake();
    }
    co_return answer;
}

asio::awaitable<ApiResponse> CatalogueRegistry::list(Call call) {
    const Paging paging = paging_of(call);
    const rules::Zone zone = context_.pack->zone;
    const std::int64_t now_in_force = in_force();
    auto work = [&](Session& db) {
        json::array items;
        for (const AdoptedCatalogue& row :
             list_catalogues(db, paging.per_page, (paging.page - 1) * paging.per_page)) {
            items.push_back(row_json(row, zone, now_in_force));
        }
        return answer_page(std::move(items), paging, count_catalogues(db));
    };
    co_return co_await context_.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> CatalogueRegistry::show(Call call) {
    const rules::Zone zone = context_.pack->zone;
    const std::int64_t now_in_force = in_force();
    const bool is_present = call.parameter("number") == "in-force";
    if (is_present && now_in_force == 0) {
        co_return answer_json(json::object{
            {"number", nullptr}, {"name", "as-shipped"}, {"in_force", true}, {"catalogue", ""}});
    }
    const std::int64_t number = is_present ? now_in_force : rules_number_in(call);
    auto work = [&](Session& db) -> std::optional<json::object> {
        const auto row = load_catalogue(db, number);
        if (!row) return std::nullopt;
        json::object object = row_json(*row, zone, now_in_force);
        const json::value tried = plans::parse_json(row->trial, "adopted_catalogues.trial").value();
        object["clauses"] = tried.at("clauses");
        object["trial"] = tried.at("trial");
        const json::value texts = plans::parse_json(row->texts, "adopted_catalogues.texts").value();
        object["catalogue"] = texts.at("own");
        object["base"] = texts.at("base");
        return object;
    };
    auto object = co_await context_.store.read(std::move(work), call.reader());
    if (!object) co_return answer_problem(404, "没有这份目录", "no catalogue of this number");
    co_return answer_json(*object);
}

void CatalogueRegistry::add_routes(Router& router) {
    router.serve("listCatalogues", kReaders, [this](const Call& call) { return list(call); });
    router.serve("showCatalogue", kReaders, [this](const Call& call) { return show(call); });
    router.serve("adoptCatalogue", kAdmins, [this](const Call& call) { return adopt(call); });
    router.serve("confirmCatalogue", kPackConfirmers,
                 [this](const Call& call) { return confirm(call); });
    router.serve("withdrawCatalogue", kAdmins, [this](const Call& call) { return withdraw(call); });
}

}  // namespace qk::daemon
