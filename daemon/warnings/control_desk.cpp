#include "daemon/warnings/control_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

#include "daemon/api/answers.hpp"
#include "daemon/base/said.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/season_desk.hpp"
#include "plans/measures/catalogue_texts.hpp"
#include "plans/measures/control.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/season_obligations.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::ControlState;

constexpr const char* kBody = "body";

rules::CivilDay today(const DeskView& view) { return rules::day_of(view.now, view.pack->zone); }

std::vector<std::string> names_in(const json::value& terms, std::string_view key) {
    std::vector<std::string> names;
    const json::value* list = plans::find_member(terms, key);
    if (list == nullptr || !list->is_array()) return names;
    for (const json::value& name : list->get_array()) {
        if (name.is_string()) names.emplace_back(name.get_string());
    }
    return names;
}

// What is told of one that cannot be read: its days, and whom it names.
plans::SeasonWindow window_as_written(const ControlRow& row, const json::value& terms) {
    plans::SeasonWindow window;
    window.from = rules::parse_day(plans::string_or(terms, "from")).value_or(row.last_day);
    window.to = row.last_day;
    window.trades = names_in(terms, "trades");
    window.enterprises = names_in(terms, "enterprises");
    window.regions = names_in(terms, "regions");
    window.grades = names_in(terms, "grades");
    window.except_grades = names_in(terms, "except_grades");
    window.except_classes = names_in(terms, "except_classes");
    window.source = plans::string_or(terms, "document");
    return window;
}

struct StoredControl {
    json::value terms;
    plans::SeasonWindow window;
    // Why this version of the program does not take it, such as a trade that its catalogue dropped:
    // it asks nothing of anybody, is shown, and can be taken back.
    rules::Faults faults;
};

StoredControl stored_control(const ControlRow& row, const DeskView& view) {
    StoredControl stored;
    auto terms = plans::parse_json(row.terms, "controls.terms");
    if (terms) stored.terms = *std::move(terms);
    const auto names = plans::grade_names_of(plans::from_pack(*view.pack));
    auto window =
        plans::read_control(stored.terms, "controls.terms", names, rules::Severity::kWarning);
    if (!window) stored.faults = window.error();
    stored.window = window ? *std::move(window) : window_as_written(row, stored.terms);
    stored.window.id = fmt::format("control-{}", row.number);
    if (row.signed_at) stored.window.announced = rules::day_of(*row.signed_at, view.pack->zone);
    return stored;
}

ControlState state_of(const ControlRow& row, const plans::SeasonWindow& window,
                      const DeskView& view) {
    const plans::ControlSteps steps{row.signed_at.has_value(), row.withdrawn_at.has_value()};
    return plans::state_of(window, steps, today(view));
}

struct Covered {
    std::size_t enterprises = 0;
    std::size_t obligations = 0;
};

// Whom the control speaks of on its first day.
Covered covered_by(const plans::SeasonWindow& window, const DeskView& view,
                   const GradeChanges& grades) {
    plans::SeasonPlan alone;
    alone.windows = {window};
    std::set<std::size_t> enterprises;
    Covered covered;
    for (const plans::SeasonObligation& duty : plans::list_season_obligations(
             *view.inventory, alone, plans::rules_in_force(*view.pack, view.catalogue.get()),
             window.from, view.pack->zone, &grades)) {
        enterprises.insert(duty.enterprise);
        ++covered.obligations;
    }
    covered.enterprises = enterprises.size();
    return covered;
}

void fault(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{kBody}, std::move(what), std::move(cure), rules::Severity::kError});
}

void check_names(const plans::SeasonWindow& window, const DeskView& view, rules::Faults& faults) {
    std::set<std::string, std::less<>> enterprises;
    std::set<std::string, std::less<>> regions;
    for (const plans::Enterprise& one : view.inventory->enterprises) {
        enterprises.emplace(std::string_view(one.id));
        regions.emplace(std::string_view(one.region));
    }
    for (const std::string& one : window.enterprises) {
        if (enterprises.contains(one)) continue;
        fault(faults,
              fmt::format("enterprises: 清单中没有“{}” / '{}' is not in the inventory", one, one),
              "企业编号，见清单 / an id of the inventory");
    }
    for (const std::string& one : window.regions) {
        if (regions.contains(one)) continue;
        fault(faults,
              fmt::format("regions: 清单中没有“{}”的企业 / no enterprise is of '{}'", one, one),
              "县区代码 / the code of a county that has enterprises");
    }
}

// Told to everybody and answered, as it stands after the step.
ApiResponse tell(Session& db, const DeskView& view, const DeskPerson& person, const char* what,
                 std::int64_t number, int status = 200) {
    const auto grades = grade_changes_beside(db, view.inventory->edition, view.pack->zone);
    const json::value told = control_view(load_control(db, number).value(), view, grades);
    append_event(db, view.now, what, told);
    append_audit(
        db, {view.now, person.actor.person, person.remote, what, std::to_string(number), told});
    return answer_json(told, status);
}

ApiResponse not_there() {
    return answer_problem(404, "没有这项临时管控", "no such temporary control");
}

ApiResponse not_now(ControlState state) {
    return answer_problem(
        409, fmt::format("临时管控现为“{}”，不能再办理", plans::to_chinese(state)),
        fmt::format("the temporary control is {}, so this cannot be done any more",
                    plans::to_text(state)));
}

}  // namespace

ControlsNow controls_now(Session& db, const DeskView& view) {
    ControlsNow now;
    for (const ControlRow& row : controls_held(db, today(view))) {
        StoredControl stored = stored_control(row, view);
        if (stored.faults.empty()) {
            now.weighed.push_back({stored.window.id, stored.window.announced, stored.terms});
            now.windows.push_back(std::move(stored.window));
        } else {
            now.unreadable.push_back({row.number, rules::to_text(stored.faults.front())});
        }
    }
    return now;
}

rules::Result<ControlRequest> read_control_request(const std::string& body, const DeskView& view,
                                                   const GradeChanges& grades) {
    auto parsed = plans::parse_json(body, kBody);
    if (!parsed) return parsed.error();
    rules::Faults faults = faults_of_said(*parsed);
    if (!faults.empty()) return faults;
    ControlRequest request;
    request.terms = *std::move(parsed);
    request.reason = plans::string_or(request.terms, "reason");
    if (plans::is_blank(request.reason)) {
        fault(faults, "reason: 未写明理由 / is missing", "为何要管控 / why it is ordered");
    }
    if (auto* terms = request.terms.if_object()) terms->erase("reason");
    auto window = plans::read_control(request.terms, kBody,
                                      plans::grade_names_of(plans::from_pack(*view.pack)));
    if (!window) {
        const rules::Faults more = window.error();
        faults.insert(faults.end(), more.begin(), more.end());
        return faults;
    }
    request.window = *std::move(window);
    std::optional<int> days_max;
    if (view.pack->control) days_max = view.pack->control->days_max;
    for (rules::Fault& one : plans::refuse_days(request.window, today(view), days_max)) {
        one.place = {kBody};
        faults.push_back(std::move(one));
    }
    check_names(request.window, view, faults);
    if (faults.empty() && covered_by(request.window, view, grades).obligations == 0) {
        fault(faults, "所列条件下没有企业 / it covers nobody",
              "行业、企业、县区、绩效等级须同时符合 / trades, enterprises, regions and grades that "
              "hold together");
    }
    if (!faults.empty()) return faults;
    return request;
}

ApiResponse propose_control(Session& db, const DeskView& view, const DeskPerson& person,
                            const ControlRequest& request) {
    if (count_open_controls(db, today(view)) >= kControlsOpenMax) {
        return answer_problem(409, "未到期的临时管控过多，请先撤销不需要的",
                              "too many temporary controls are open: withdraw some first");
    }
    ControlRow row;
    row.terms = plans::canonical_text(request.terms);
    row.last_day = request.window.to;
    row.reason = request.reason;
    row.proposed_at = view.now;
    row.proposed_by = person.actor.person;
    return tell(db, view, person, "control.proposed", store_control(db, row), 201);
}

ApiResponse sign_control(Session& db, const DeskView& view, const DeskPerson& person,
                         std::int64_t number) {
    const auto row = load_control(db, number);
    if (!row) return not_there();
    const StoredControl stored = stored_control(*row, view);
    const ControlState state = state_of(*row, stored.window, view);
    if (state != ControlState::kProposed) return not_now(state);
    if (!stored.faults.empty()) {
        return answer_problem(409, "本版本无法读取这项临时管控，请撤销后重新提出",
                              "this version does not read the temporary control: withdraw it and "
                              "propose it anew",
                              stored.faults);
    }
    if (row->proposed_by == person.actor.person) {
        return answer_problem(403, "提出人不得签发，请由另一名签发人签发",
                              "whoever proposed it does not sign it: another approver does");
    }
    if (warning_rules(db, view.now)) {
        return answer_problem(409, "预警期间按预警措施执行；需加严的，请升级预警",
                              "a warning is in force and its measures bind: raise it instead");
    }
    sign_control(db, number, view.now, person.actor.person);
    return tell(db, view, person, "control.signed", number);
}

ApiResponse withdraw_control(Session& db, const DeskView& view, const DeskPerson& person,
                             std::int64_t number, const std::string& why) {
    const auto row = load_control(db, number);
    if (!row) return not_there();
    const ControlState state = state_of(*row, stored_control(*row, view).window, view);
    if (!plans::is_open(state)) return not_now(state);
    withdraw_control(db, number, view.now, person.actor.person, why);
    return tell(db, view, person, "control.withdrawn", number);
}

json::value control_view(const ControlRow& row, const DeskView& view, const GradeChanges& grades) {
    const rules::Zone zone = view.pack->zone;
    const StoredControl stored = stored_control(row, view);
    const plans::SeasonWindow& window = stored.window;
    const ControlState state = state_of(row, window, view);
    const bool asks = plans::is_open(state) && stored.faults.empty();
    const Covered covered = asks ? covered_by(window, view, grades) : Covered{};
    const json::value* measure = plans::find_member(stored.terms, "measure");
    const std::string sentence =
        stored.faults.empty() ? rules::sentence_of(window.measure, rules::MeasureTarget{})
                              : "本版本无法读取，不执行：" + rules::to_text(stored.faults.front());
    json::object object{
        {"number", row.number},
        {"id", window.id},
        {"state", plans::word(plans::to_text(state))},
        {"state_zh", plans::word(plans::to_chinese(state))},
        {"from", rules::to_iso(window.from)},
        {"to", rules::to_iso(window.to)},
        {"trades", plans::texts(window.trades)},
        {"enterprises", plans::texts(window.enterprises)},
        {"regions", plans::texts(window.regions)},
        {"grades", plans::texts(window.grades)},
        {"except_grades", plans::texts(window.except_grades)},
        {"except_classes", plans::texts(window.except_classes)},
        {"measure", measure != nullptr && measure->is_object() ? *measure : json::object{}},
        {"measure_zh", sentence},
        {"document", window.source},
        {"reason", row.reason}};
    object["proposed_at"] = plans::iso(row.proposed_at, zone);
    object["proposed_by"] = row.proposed_by;
    object["signed_at"] = plans::iso(row.signed_at, zone);
    object["signed_by"] = row.signed_by;
    object["withdrawn_at"] = plans::iso(row.withdrawn_at, zone);
    object["withdrawn_by"] = row.withdrawn_by;
    object["withdrawn_why"] = row.withdrawn_why;
    object["covers"] =
        json::object{{"enterprises", covered.enterprises}, {"obligations", covered.obligations}};
    return object;
}

}  // namespace qk::daemon
