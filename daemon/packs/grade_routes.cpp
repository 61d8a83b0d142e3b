#include "daemon/packs/grade_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "daemon/api/api.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/packs/own_rules_step.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/rules_trial.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

json::value iso(const std::optional<Instant>& at, rules::Zone zone) {
    return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
}

json::array changes_json(const std::vector<plans::GradeChange>& changes) {
    json::array list;
    for (const plans::GradeChange& change : changes) {
        list.push_back(json::object{{"enterprise", change.enterprise},
                                    {"grade", change.grade.name},
                                    {"from", rules::to_iso(change.from)},
                                    {"source", change.source},
                                    {"decided_by", change.decided_by}});
    }
    return list;
}

json::object paper_json(const GradePaper& paper, rules::Zone zone) {
    json::object object{{"number", paper.number},
                        {"paper", paper.paper},
                        {"decided_by", paper.decided_by},
                        {"put_at", rules::to_iso(paper.put_at, zone)},
                        {"put_by", paper.put_by},
                        {"confirmed_at", iso(paper.confirmed_at, zone)},
                        {"confirmed_by", paper.confirmed_by},
                        {"withdrawn_at", iso(paper.withdrawn_at, zone)}};
    if (paper.withdrawn_at) {
        object["withdrawn_by"] = paper.withdrawn_by;
        object["withdrawn_why"] = paper.withdrawn_why;
    }
    return object;
}

struct Wanted {
    std::string paper;
    std::string decided_by;
    bool only_try = false;
    std::vector<plans::GradeChange> changes;
};

struct InUse {
    std::shared_ptr<const plans::CatalogueInForce> catalogue;
    std::shared_ptr<const plans::RegionPack> pack;
    std::shared_ptr<const plans::Inventory> inventory;
    std::shared_ptr<const plans::SeasonPlan> season;
};
InUse in_use_of(const Context& context) {
    return {context.catalogue, context.pack, context.inventories.current(),
            context.inventories.season()};
}

void add_fault(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
}

// A region's own grade names, as readers of tables take them.
std::map<std::string, std::string> names_of(const plans::RegionPack& pack) {
    std::map<std::string, std::string> names;
    for (const plans::GradeName& grade : pack.grades.names) names[grade.name] = grade.national;
    return names;
}

// One paper says one thing of an enterprise.
void refuse_twice(const std::vector<plans::GradeChange>& changes, rules::Faults& faults) {
    std::set<std::string_view> seen;
    for (const plans::GradeChange& change : changes) {
        if (!seen.insert(change.enterprise).second) {
            add_fault(faults, change.enterprise + " is changed twice by one paper",
                      "one row per enterprise; a later change is a paper of its own");
        }
    }
}

rules::Result<Wanted> read_wanted(const std::string& body, const InUse& in_use) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    Wanted wanted;
    json::object said;
    for (const std::string_view key : {"paper", "decided_by", "file"}) {
        if (const json::value* member = plans::find_member(*value, key)) said[key] = *member;
    }
    rules::Faults faults = faults_of_said(said);
    const json::value* only_try = plans::find_member(*value, "only_try");
    wanted.only_try = only_try != nullptr && only_try->is_bool() && only_try->get_bool();
    wanted.paper = plans::string_or(*value, "paper");
    wanted.decided_by = plans::string_or(*value, "decided_by");
    if (wanted.paper.empty()) add_fault(faults, "paper is missing", "title and number of it");
    if (wanted.decided_by.empty()) {
        add_fault(faults, "decided_by is missing", "the authority that decided");
    }
    const auto names = names_of(*in_use.pack);
    auto changes = plans::read_grade_changes(plans::string_or(*value, "csv"),
                                             plans::string_or(*value, "file", "grades.csv"),
                                             *in_use.inventory, {names.begin(), names.end()});
    if (changes) {
        wanted.changes = std::move(*changes);
        refuse_twice(wanted.changes, faults);
        if (wanted.changes.empty()) add_fault(faults, "csv has no row", "one per enterprise");
        if (wanted.changes.size() > kGradeChangesPerPaperMax) {
            add_fault(faults,
                      fmt::format("{} changes, {} at most", wanted.changes.size(),
                                  kGradeChangesPerPaperMax),
                      "sign off a new edition of the inventory");
        }
    } else {
        const rules::Faults more = changes.error();
        faults.insert(faults.end(), more.begin(), more.end());
    }
    if (!faults.empty()) return faults;
    for (plans::GradeChange& change : wanted.changes) {
        change.source = wanted.paper;
        change.decided_by = wanted.decided_by;
    }
    return wanted;
}

struct Tried {
    rules::Result<Wanted> wanted;
    json::value trial;
};

// Tried on the day from which the last of them counts.
Tried try_wanted(Session& db, const std::string& body, const InUse& in_use, Instant now) {
    const rules::Zone zone = in_use.pack->zone;
    Tried tried{read_wanted(body, in_use), nullptr};
    if (!tried.wanted) return tried;
    const auto before = grade_changes_beside(db, in_use.inventory->edition, zone);
    auto after = before;
    Instant from = now;
    for (const plans::GradeChange& change : tried.wanted->changes) {
        after.push_back(change);
        from = std::max(from, rules::start_of(change.from, zone));
    }
    if (after.size() > kGradeChangesMax) {
        tried.wanted = rules::refuse(fmt::format("{} changes beside one edition, {} at most",
                                                 after.size(), kGradeChangesMax),
                                     "sign off a new edition of the inventory");
        return tried;
    }
    const plans::RegionRules rules = plans::from_pack(*in_use.pack);
    const plans::Catalogue& catalogue =
        in_use.catalogue ? in_use.catalogue->catalogue : plans::built_in_catalogue();
    tried.trial = plans::try_rules({*in_use.inventory,
                                    rules,
                                    {catalogue, before},
                                    {catalogue, after},
                                    from,
                                    zone,
                                    in_use.season.get()});
    return tried;
}

bool counts(const plans::RegionPack& pack) {
    return plans::from_pack(pack).grade_change == plans::GradeChangeRule::kNewGrade;
}

asio::awaitable<ApiResponse> change_grades(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const Instant now = context.clock.now();
    const InUse in_use = in_use_of(context);
    auto attempt = [&call, &in_use, now](Session& db) {
        return try_wanted(db, call.request.body, in_use, now);
    };
    Tried tried = co_await context.store.read_slowly(std::move(attempt), call.reader());
    if (!tried.wanted) {
        co_return answer_problem(422, "分级变更有误", "the changes are refused",
                                 tried.wanted.error());
    }
    const Wanted& wanted = *tried.wanted;
    json::object answer{{"number", nullptr},
                        {"paper", wanted.paper},
                        {"decided_by", wanted.decided_by},
                        {"edition", in_use.inventory->edition},
                        {"counts", counts(*in_use.pack)},
                        {"changes", changes_json(wanted.changes)},
                        {"trial", tried.trial}};
    if (wanted.only_try) co_return answer_json(answer);
    auto work = [&](Session& db) {
        GradePaper paper;
        paper.paper = wanted.paper;
        paper.decided_by = wanted.decided_by;
        paper.put_at = now;
        paper.put_by = call.caller->id;
        paper.trial = plans::to_text(tried.trial);
        const std::int64_t number = put_grade_paper(db, paper, wanted.changes);
        note_rules_step(db, call, "grades.changed", {number, now, paper.put_by}, paper.paper);
        answer["number"] = number;
        return answer_json(answer, 201);
    };
    ApiResponse done = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return done;
}

asio::awaitable<ApiResponse> confirm_grades(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const RuleStep step{rules_number_in(call), context.clock.now(), call.caller->id};
    auto work = [&](Session& db) {
        const auto paper = load_grade_paper(db, step.number);
        if (paper && paper->put_by == step.person) {
            return answer_problem(403, "提交人不得确认，须由另一人确认",
                                  "whoever put it up does not confirm it; another person must");
        }
        if (!paper || !confirm_grade_paper(db, step)) {
            return answer_problem(409, "没有等待第二人确认的这份文件",
                                  "no paper of this number waits for a second person");
        }
        note_rules_step(db, call, "grades.confirmed", step, paper->paper);
        return answer_rules_step(step, paper->paper);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> withdraw_grades(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto body = plans::parse_json(call.request.body, "body");
    const std::string reason = body ? plans::string_or(*body, "reason") : std::string();
    if (reason.empty()) co_return answer_problem(422, "请写明理由", "reason is missing");
    const rules::Faults faults = faults_of_said(*body);
    if (!faults.empty())
        co_return answer_problem(422, "请求内容有误", "the request is not right", faults);
    const RuleStep step{rules_number_in(call), context.clock.now(), call.caller->id, reason};
    const rules::CivilDay today = rules::day_of(step.at, context.pack->zone);
    auto work = [&](Session& db) {
        const auto paper = load_grade_paper(db, step.number);
        if (!paper || !withdraw_grade_paper(db, step, today)) {
            return answer_problem(409, "没有尚未生效的这份文件；已生效的，另以新文件变更",
                                  "no paper of this number that does not count yet; change what "
                                  "counts by a paper of its own");
        }
        note_rules_step(db, call, "grades.withdrawn", step, paper->paper);
        return answer_rules_step(step, paper->paper);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> list_papers(Context& context, Call call) {
    const Paging paging = paging_of(call);
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        json::array items;
        for (const GradePaper& paper :
             list_grade_papers(db, paging.per_page, (paging.page - 1) * paging.per_page)) {
            items.push_back(paper_json(paper, zone));
        }
        return answer_page(std::move(items), paging, count_grade_papers(db));
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

// A county's people see the changes of its own enterprises.
void cut_to_county(const Call& call, const plans::Inventory& inventory,
                   std::vector<plans::GradeChange>& changes) {
    if (caller_region_prefix(call).empty()) return;
    std::set<std::string_view> own;
    for (const plans::Enterprise& one : inventory.enterprises) {
        if (covers(call, one.region)) own.insert(one.id);
    }
    std::erase_if(changes, [&own](const plans::GradeChange& change) {
        return !own.contains(change.enterprise);
    });
}

asio::awaitable<ApiResponse> show_paper(Context& context, Call call) {
    const InUse in_use = in_use_of(context);
    const rules::Zone zone = in_use.pack->zone;
    const bool is_present = call.parameter("number") == "in-force";
    const std::int64_t number = rules_number_in(call);
    auto work = [&](Session& db) -> std::optional<json::object> {
        json::object object{{"number", nullptr}};
        std::vector<plans::GradeChange> changes;
        if (is_present) {
            changes = grade_changes_beside(db, in_use.inventory->edition, zone);
        } else {
            const auto paper = load_grade_paper(db, number);
            if (!paper) return std::nullopt;
            object = paper_json(*paper, zone);
            changes = changes_of_paper(db, *paper);
            // What it changes elsewhere is not a county's.
            if (caller_region_prefix(call).empty()) {
                object["trial"] = plans::parse_json(paper->trial, "grade_papers.trial").value();
            }
        }
        cut_to_county(call, *in_use.inventory, changes);
        object["changes"] = changes_json(changes);
        object["edition"] = in_use.inventory->edition;
        object["counts"] = counts(*in_use.pack);
        return object;
    };
    auto object = co_await context.store.read(std::move(work), call.reader());
    if (!object) co_return answer_problem(404, "没有这份文件", "no paper of this number");
    co_return answer_json(*object);
}

}  // namespace

void add_grade_routes(Router& router, Context& context) {
    router.serve("listGradePapers", kReaders,
                 [&context](const Call& call) { return list_papers(context, call); });
    router.serve("showGradePaper", kReaders,
                 [&context](const Call& call) { return show_paper(context, call); });
    router.serve("changeGrades", kAdmins,
                 [&context](const Call& call) { return change_grades(context, call); });
    router.serve("confirmGrades", kPackConfirmers,
                 [&context](const Call& call) { return confirm_grades(context, call); });
    router.serve("withdrawGrades", kAdmins,
                 [&context](const Call& call) { return withdraw_grades(context, call); });
}

}  // namespace qk::daemon
