#include "daemon/packs/grade_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/measures.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/packs/adoption_steps.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr AdoptionKind kKind{
    Adopted::kGradePaper,
    {"没有等待第二人确认的这份文件", "no paper of this number waits for a second person"},
    {"没有尚未生效的这份文件；已生效的，另以新文件变更",
     "no paper of this number that does not count yet; change what counts by a paper of its own"},
    {"没有这份文件", "no paper of this number"},
    [](AdoptionState after, const Adoption& one, const AdoptionStep& step, rules::Zone) {
        return told_simply(event_of("grades", after), step, one.name);
    }};

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

json::object paper_json(const Adoption& paper, rules::Zone zone) {
    json::object object = steps_json(paper, zone);
    object["paper"] = paper.name;
    object["decided_by"] = paper.decided_by;
    return object;
}

struct Wanted {
    std::string paper;
    std::string decided_by;
    bool only_try = false;
    std::vector<plans::GradeChange> changes;
};

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

rules::Result<Wanted> read_wanted(const std::string& body, const RulesInUse& in_use) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    Wanted wanted;
    rules::Faults faults = faults_of_members(*value, {"paper", "decided_by", "file"});
    wanted.only_try = is_true(*value, "only_try");
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
        append_faults(faults, changes.error());
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
Tried try_wanted(Session& db, const std::string& body, const RulesInUse& in_use, Instant now) {
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
    tried.trial = in_use.try_beside({in_use.measures(), before}, {in_use.measures(), after}, from);
    return tried;
}

bool counts(const plans::RegionPack& pack) {
    return plans::from_pack(pack).grade_change == plans::GradeChangeRule::kNewGrade;
}

asio::awaitable<ApiResponse> change_grades(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const Instant now = context.clock.now();
    const RulesInUse in_use = rules_in_use(context);
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
        Adoption paper;
        paper.name = wanted.paper;
        paper.decided_by = wanted.decided_by;
        paper.put_at = now;
        paper.put_by = call.caller->id;
        paper.trial = plans::to_text(tried.trial);
        AdoptionStep step = step_of(call, now);
        step.number = put_adoption(db, kKind.rows, paper);
        put_grade_changes(db, step.number, wanted.changes);
        note_told(db, step, told_simply("grades.changed", step, paper.name));
        answer["number"] = step.number;
        return answer_json(answer, 201);
    };
    ApiResponse done = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return done;
}

asio::awaitable<ApiResponse> list_papers(Context& context, Call call) {
    AdoptionShown shown = [zone = context.pack->zone](const Adoption& paper) {
        return paper_json(paper, zone);
    };
    co_return co_await list_adoptions_page(context, kKind, std::move(call), std::move(shown));
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
    const RulesInUse in_use = rules_in_use(context);
    const rules::Zone zone = in_use.pack->zone;
    const bool is_present = call.parameter("number") == "in-force";
    const std::int64_t number = adoption_number_in(call);
    auto work = [&](Session& db) -> std::optional<json::object> {
        json::object object{{"number", nullptr}};
        std::vector<plans::GradeChange> changes;
        if (is_present) {
            changes = grade_changes_beside(db, in_use.inventory->edition, zone);
        } else {
            const auto paper = load_adoption(db, kKind.rows, number);
            if (!paper) return std::nullopt;
            object = paper_json(*paper, zone);
            changes = changes_of_paper(db, number);
            // What it changes elsewhere is not a county's.
            if (caller_region_prefix(call).empty()) {
                object["trial"] =
                    plans::parse_json(paper->trial.value(), "grade_papers.trial").value();
            }
        }
        cut_to_county(call, *in_use.inventory, changes);
        object["changes"] = changes_json(changes);
        object["edition"] = in_use.inventory->edition;
        object["counts"] = counts(*in_use.pack);
        return object;
    };
    auto object = co_await context.store.read(std::move(work), call.reader());
    if (!object) co_return answer_unknown(kKind);
    co_return answer_json(*object);
}

}  // namespace

void add_grade_routes(Router& router, Context& context) {
    router.serve(operation::kListGradePapers, kReaders,
                 [&context](const Call& call) { return list_papers(context, call); });
    router.serve(operation::kShowGradePaper, kReaders,
                 [&context](const Call& call) { return show_paper(context, call); });
    router.serve(operation::kChangeGrades, kAdmins,
                 [&context](const Call& call) { return change_grades(context, call); });
    router.serve(operation::kConfirmGrades, kPackConfirmers,
                 [&context](const Call& call) { return confirm_adoption(context, kKind, call); });
    router.serve(operation::kWithdrawGrades, kAdmins,
                 [&context](const Call& call) { return withdraw_adoption(context, kKind, call); });
}

}  // namespace qk::daemon
