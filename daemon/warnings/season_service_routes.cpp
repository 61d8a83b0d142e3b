// The API of the season: windows and whom they cover, the ledger of missed days, and what people
// enter into it.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/season_rows.hpp"
#include "daemon/warnings/season_service.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t kEntriesMax = 1000;  // of one call
constexpr std::size_t kNoteBytesMax = 2000;

std::string_view state_of(const plans::SeasonWindow& window, rules::CivilDay day) {
    if (day < window.from) return "ahead";
    return day > window.to ? "over" : "open";
}

struct Covered {
    std::set<std::size_t> enterprises;
    std::size_t obligations = 0;
};

json::object to_json(const plans::SeasonWindow& window, const Covered& covered,
                     rules::CivilDay day) {
    rules::MeasureTarget anybody;
    return {{"id", window.id},
            {"kind", json::string(plans::to_text(window.kind))},
            {"kind_zh", json::string(plans::to_chinese(window.kind))},
            {"from", rules::to_iso(window.from)},
            {"to", rules::to_iso(window.to)},
            {"state", json::string(state_of(window, day))},
            {"trades", plans::texts(window.trades)},
            {"enterprises", plans::texts(window.enterprises)},
            {"grades", plans::texts(window.grades)},
            {"except_grades", plans::texts(window.except_grades)},
            {"measure", json::string(rules::to_text(window.measure.form))},
            {"measure_zh", rules::sentence_of(window.measure, anybody)},
            {"source", window.source},
            {"certainty", json::string(rules::to_text(window.certainty))},
            {"certainty_zh", json::string(rules::to_chinese(window.certainty))},
            {"covers", json::object{{"enterprises", covered.enterprises.size()},
                                    {"obligations", covered.obligations}}}};
}

// The day a query asks about, today where it asks about none.
rules::Result<rules::CivilDay> day_asked(const Context& context, const Call& call,
                                         const std::string& name) {
    const auto written = call.query_value(name);
    if (!written) return rules::day_of(context.clock.now(), context.pack->zone);
    if (const auto day = rules::parse_day(*written)) return *day;
    return rules::refuse(fmt::format("{}: '{}' is no day", name, *written), "2026-01-31");
}

using GradeChanges = std::vector<plans::GradeChange>;

// The grades that changed beside the edition and count.
asio::awaitable<GradeChanges> grades_beside(Context& context, const Call& call,
                                            const plans::Inventory& inventory) {
    auto work = [&context, &inventory](Session& db) {
        return grade_changes_beside(db, inventory.edition, context.pack->zone);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> get_season(Context& context, const Call& call) {
    const auto day = day_asked(context, call, "day");
    if (!day) co_return answer_problem(422, "日期有误", "day is no day", day.error());
    const auto season = context.inventories.season();
    const auto inventory = context.inventories.current();
    const plans::RegionRules rules = plans::rules_in_force(*context.pack, context.catalogue.get());
    const auto grades = co_await grades_beside(context, call, *inventory);
    std::vector<Covered> covered(season->windows.size());
    for (const plans::SeasonObligation& duty : plans::list_season_obligations(
             *inventory, *season, rules, *day, context.pack->zone, &grades)) {
        if (!covers(call, inventory->enterprises[duty.enterprise].region)) continue;
        covered[duty.window].enterprises.insert(duty.enterprise);
        ++covered[duty.window].obligations;
    }
    json::array windows;
    for (std::size_t i = 0; i < covered.size(); ++i) {
        windows.push_back(to_json(season->windows[i], covered[i], *day));
    }
    co_return answer_page_of(windows, paging_of(call));
}

asio::awaitable<ApiResponse> get_debts(Context& context, const Call& call) {
    const auto day = day_asked(context, call, "as_of");
    if (!day) co_return answer_problem(422, "日期有误", "as_of is no day", day.error());
    const Paging paging = paging_of(call);
    const auto season = context.inventories.season();
    const auto inventory = context.inventories.current();
    const plans::RegionRules rules = plans::rules_in_force(*context.pack, context.catalogue.get());
    LedgerQuery query;
    query.window = call.query_value("window").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.region_prefix = caller_region_prefix(call);
    query.as_of = *day;
    const auto grades = co_await grades_beside(context, call, *inventory);
    const LedgerInput input{*inventory, *season, rules, context.pack->zone, grades};
    const auto targets = ledger_targets(input, query);
    LedgerQuery any = query;
    any.window.clear();
    const auto all = ledger_targets(input, any);
    auto work = [&](Session& db) {
        json::array items;
        const std::size_t first = std::min(targets.size(), (paging.page - 1) * paging.per_page);
        const std::size_t last = std::min(targets.size(), first + paging.per_page);
        for (std::size_t i = first; i < last; ++i) {
            const plans::Enterprise& enterprise = inventory->enterprises[targets[i].enterprise];
            json::object item =
                plans::to_json(load_debt(db, input, targets[i], all, query.as_of)).as_object();
            item["as_of"] = rules::to_iso(query.as_of);
            item["name"] = std::string(enterprise.name);
            item["region"] = std::string(enterprise.region);
            items.push_back(std::move(item));
        }
        return answer_page(std::move(items), paging, targets.size());
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

// ---- What people enter ----

// What an entry may name: everything that a window speaks of, whether it has begun or not.
class Known {
 public:
    Known(const LedgerInput& input, rules::CivilDay today) : today_(today) {
        LedgerQuery all;
        for (const plans::SeasonWindow& window : input.season.windows) {
            windows_.emplace(window.id, &window);
            all.as_of = std::max(all.as_of, window.to);
        }
        for (const plans::SeasonTarget& target : ledger_targets(input, all)) {
            const plans::Enterprise& enterprise = input.inventory.enterprises[target.enterprise];
            regions_.emplace(enterprise.id, enterprise.region);
            lines_.emplace(key(input.season.windows[target.window].id, enterprise.id,
                               target.line ? std::string(input.inventory.lines[*target.line].id)
                                           : std::string()),
                           std::set(target.spared.begin(), target.spared.end()));
        }
    }

    void check(const SeasonEntryRow& row, const Call& call, plans::JsonFields& fields) const {
        const auto window = windows_.find(row.window);
        if (window == windows_.end()) {
            fields.fault("window", fmt::format("'{}' is no window of the season", row.window),
                         "an id as GET /api/v1/season gives it");
            return;
        }
        if (!lines_.contains(key(row.window, row.enterprise, row.line))) {
            fields.fault("line",
                         fmt::format("the window does not cover line '{}' of '{}'", row.line,
                                     row.enterprise),
                         "enterprise and line as GET /api/v1/season/debts gives them");
        } else if (!covers(call, regions_.at(row.enterprise))) {
            fields.fault("enterprise", "is not of your region", "an enterprise of your region");
        }
        check_day(row, *window->second, fields);
    }

 private:
    static std::string key(const std::string& window, const std::string& enterprise,
                           const std::string& line) {
        return window + '\n' + enterprise + '\n' + line;
    }

    // Whether a window speaks of the line, and on that day of the grade that counted then.
    [[nodiscard]] bool asks(const std::string& line, rules::CivilDay day) const {
        const auto spared = lines_.find(line);
        return spared != lines_.end() && !spared->second.contains(day);
    }

    // A window that asks the line to stand on that day anyway; null: none does.
    [[nodiscard]] const plans::SeasonWindow* asks_anyway(const SeasonEntryRow& row) const {
        for (const auto& [id, window] : windows_) {
            const rules::CivilDay day = row.entry.day;
            if (id == row.window || day < window->from || day > window->to) continue;
            if (asks(key(id, row.enterprise, row.line), day) ||
                asks(key(id, row.enterprise, {}), day)) {
                return window;
            }
        }
        return nullptr;
    }

    void check_day(const SeasonEntryRow& row, const plans::SeasonWindow& window,
                   plans::JsonFields& fields) const {
        const rules::CivilDay day = row.entry.day;
        const bool is_inside = window.from <= day && day <= window.to;
        if (day > today_) {
            fields.fault("day", rules::to_iso(day) + " has not come yet", "a day that has begun");
        } else if (row.entry.kind == plans::SeasonEntryKind::kMadeUp && day <= window.to) {
            fields.fault(
                "day",
                rules::to_iso(day) +
                    (is_inside ? " lies in the window itself" : " lies before the window"),
                "a day after " + rules::to_iso(window.to) + ": a debt is paid once it is owed");
        } else if (const auto* other = row.entry.kind == plans::SeasonEntryKind::kMadeUp
                                           ? asks_anyway(row)
                                           : nullptr) {
            fields.fault("day",
                         rules::to_iso(day) + " lies in window '" + other->id +
                             "', which asks the line to stand anyway",
                         "a day that no window asks for: it pays one debt only");
        } else if ((row.entry.kind == plans::SeasonEntryKind::kStood ||
                    row.entry.kind == plans::SeasonEntryKind::kRan) &&
                   !is_inside) {
            fields.fault("day", rules::to_iso(day) + " lies outside the window",
                         rules::to_iso(window.from) + " to " + rules::to_iso(window.to));
        } else if (const std::string line = key(row.window, row.enterprise, row.line);
                   is_inside && lines_.contains(line) && !asks(line, day) &&
                   row.entry.kind != plans::SeasonEntryKind::kWithdrawn) {
            fields.fault("day",
                         "当日的绩效分级不在时段之内 / the window asks nothing of the grade that "
                         "counts on " +
                             rules::to_iso(day),
                         "时段所管控的分级生效之日起 / a day on which the grade is covered");
        }
    }

    rules::CivilDay today_;
    std::map<std::string, const plans::SeasonWindow*> windows_;
    std::map<std::string, std::string> regions_;
    // What windows speak of, with the days on which they ask nothing of it.
    std::map<std::string, std::set<rules::CivilDay>> lines_;
};

SeasonEntryRow read_entry(plans::JsonFields& fields, const Known& known, const Call& call) {
    SeasonEntryRow row;
    row.window = fields.text("window");
    row.enterprise = fields.text("enterprise");
    row.line = fields.maybe_text("line");
    row.note = fields.maybe_text("note");
    if (const auto unseen = plans::find_unseen(row.note)) {
        fields.fault("note", plans::to_text(*unseen), std::string(plans::kUnseenCure));
    } else if (!row.note.empty() && plans::is_blank(row.note)) {
        fields.fault("note", "只有空白 / is blank", "写明内容，或不填 / say it, or leave it out");
    }
    if (row.note.size() > kNoteBytesMax) {
        fields.fault("note", fmt::format("is {} bytes long", row.note.size()),
                     fmt::format("at most {}", kNoteBytesMax));
    }
    const std::string written = fields.text("day");
    const auto day = rules::parse_day(written);
    if (!day && !written.empty()) {
        fields.fault("day", fmt::format("'{}' is not a day", written), "2026-01-31");
    }
    row.entry.day = day.value_or(rules::CivilDay{});
    const std::string kind = fields.text("what");
    const auto parsed = plans::parse_season_entry(kind);
    if (!parsed && !kind.empty()) {
        fields.fault("what", fmt::format("'{}' is not known", kind),
                     "stood, ran, made_up or withdrawn");
    }
    row.entry.kind = parsed.value_or(plans::SeasonEntryKind::kWithdrawn);
    fields.refuse_unknown();
    if (!row.window.empty() && !row.enterprise.empty() && day) known.check(row, call, fields);
    return row;
}

rules::Result<std::vector<SeasonEntryRow>> read_entries(const Call& call, const Known& known) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) return body.error();
    const std::string file = "body";
    rules::Faults faults;
    plans::JsonFields fields(*body, "", file, faults);
    const json::value* list = fields.member("records");
    fields.refuse_unknown();
    std::vector<SeasonEntryRow> rows;
    if (list == nullptr || !list->is_array() || list->as_array().empty()) {
        fields.fault("records", "is not a list with anything in it",
                     R"([{"window":…,"enterprise":…,"line":…,"day":…,"what":"stood"}])");
    } else if (list->as_array().size() > kEntriesMax) {
        fields.fault("records", fmt::format("holds more than {} entries", kEntriesMax),
                     "several calls");
    } else {
        std::size_t said = 0;
        for (const json::value& item : list->as_array()) {
            plans::JsonFields one(item, fmt::format("records[{}]", rows.size()), file, faults);
            rows.push_back(read_entry(one, known, call));
            said += rows.back().note.size();
        }
        // They stand in one entry of the audit log.
        if (said > kSaidBytesMax) {
            fields.fault("records", fmt::format("all notes together are {} bytes", said),
                         fmt::format("at most {}; several calls", kSaidBytesMax));
        }
    }
    if (!faults.empty()) return faults;
    return rows;
}

// One entry of the audit log and one event an enterprise, so that a county reads of its own.
ApiResponse enter(Session& db, const std::vector<SeasonEntryRow>& rows, const AuditEntry& by) {
    std::map<std::string, json::array> told;
    for (const SeasonEntryRow& row : rows) {
        store_season_entry(db, row, by.at, by.person);
        told[row.enterprise].push_back(
            json::object{{"window", row.window},
                         {"line", row.line},
                         {"day", rules::to_iso(row.entry.day)},
                         {"what", json::string(plans::to_text(row.entry.kind))},
                         {"note", row.note}});
    }
    std::int64_t number = 0;
    for (auto& [enterprise, records] : told) {
        append_event(
            db, by.at, "season.recorded",
            json::object{
                {"enterprise", enterprise}, {"person", by.person}, {"records", records.size()}});
        AuditEntry entry = by;
        entry.action = "season.recorded";
        entry.subject = enterprise;
        entry.detail = json::object{{"enterprise", enterprise}, {"records", std::move(records)}};
        number = append_audit(db, entry);
    }
    return answer_json(json::object{{"records", rows.size()}, {"audit", number}}, 201);
}

asio::awaitable<ApiResponse> post_records(Context& context, const Call& call) {
    const auto season = context.inventories.season();
    const auto inventory = context.inventories.current();
    const plans::RegionRules rules = plans::rules_in_force(*context.pack, context.catalogue.get());
    const auto grades = co_await grades_beside(context, call, *inventory);
    const LedgerInput input{*inventory, *season, rules, context.pack->zone, grades};
    AuditEntry by;
    by.at = context.clock.now();
    by.person = call.caller->id;
    by.remote = call.request.remote;
    const Known known(input, rules::day_of(by.at, input.zone));
    const auto rows = read_entries(call, known);
    if (!rows) {
        co_return answer_problem(422, "记录有误，未保存", "the records are refused", rows.error());
    }
    auto work = [&](Session& db) { return enter(db, *rows, by); };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

}  // namespace

void SeasonService::add_routes(Router& router) {
    Context& context = context_;
    router.serve(operation::kListSeasonWindows, kReaders,
                 [&context](const Call& call) { return get_season(context, call); });
    router.serve(operation::kListSeasonDebts, kReaders,
                 [&context](const Call& call) { return get_debts(context, call); });
    router.serve(operation::kRecordSeasonDays, kSeasonClerks,
                 [&context](const Call& call) { return post_records(context, call); });
    add_control_routes(router);
}

}  // namespace qk::daemon
