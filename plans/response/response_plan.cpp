#include "plans/response/response_plan.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

namespace qk::plans {
namespace {

namespace json = boost::json;

struct ChangeWords {
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array<ChangeWords, 5> kChanges{{
    {"new", "新纳入"},
    {"gone", "退出"},
    {"more", "加严"},
    {"less", "放宽"},
    {"other", "内容变化"},
}};

// What is owed, without when and why.
struct Owed {
    std::string line;
    rules::Action action;
    double ratio;
    std::string detail;

    friend auto operator<=>(const Owed&, const Owed&) = default;
};

std::set<Owed> owed_by(const EnterprisePlan& plan) {
    std::set<Owed> owed;
    for (const rules::Obligation& o : plan.obligations) {
        owed.insert({o.line, o.action, o.ratio, o.detail});
    }
    return owed;
}

bool binds(const std::set<Owed>& owed) {
    return std::any_of(owed.begin(), owed.end(), [](const Owed& one) {
        return one.action != rules::Action::kSelfDiscipline;
    });
}

PlanChange change_between(const std::set<Owed>& was, const std::set<Owed>& is,
                          const DailyEmission& before, const DailyEmission& after) {
    if (!binds(was) && binds(is)) return PlanChange::kNew;
    if (binds(was) && !binds(is)) return PlanChange::kGone;
    bool more = false;
    bool less = false;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        more = more || after.grams[e] > before.grams[e];
        less = less || after.grams[e] < before.grams[e];
    }
    if (more == less) return PlanChange::kOther;
    return more ? PlanChange::kMore : PlanChange::kLess;
}

std::vector<std::string> only_in(const std::set<Owed>& one, const std::set<Owed>& other) {
    std::vector<std::string> sentences;
    for (const Owed& owed : one) {
        if (other.count(owed) == 0) sentences.push_back(owed.detail);
    }
    return sentences;
}

// Whether two documents ask the same; revision and time of issue do not count.
bool same_content(OrderDocument a, const OrderDocument& b) {
    a.revision = b.revision;
    a.issued_at = b.issued_at;
    const rules::Zone zone;
    return to_json(a, zone) == to_json(b, zone);
}

OrderDocument emptied(const OrderDocument& present, const OrderFacts& facts) {
    OrderDocument document = present;
    document.revision = present.revision + 1;
    document.colour.reset();
    document.issued_at = facts.issued_at;
    document.effective_to = facts.issued_at;
    document.legal_basis = facts.legal_basis;
    document.obligations.clear();
    return document;
}

json::array floors_json(const std::vector<FloorAnswer>& floors) {
    json::array array;
    for (const FloorAnswer& floor : floors) array.emplace_back(to_json(floor));
    return array;
}

json::array texts_json(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

}  // namespace

std::string_view to_text(PlanChange change) {
    return kChanges[static_cast<std::size_t>(change)].english;
}

std::string_view to_chinese(PlanChange change) {
    return kChanges[static_cast<std::size_t>(change)].chinese;
}

ResponsePlan make_plan(const DeriveInput& input, const std::string& warning,
                       std::int64_t generation) {
    DerivedDuties derived = derive(input);
    ResponsePlan plan;
    plan.warning = warning;
    plan.colour = input.colour;
    plan.generation = generation;
    plan.edition = input.inventory.edition;
    plan.from = input.from;
    plan.to = input.to;
    for (EnterpriseDuties& duties : derived.enterprises) {
        const Enterprise& row = input.inventory.enterprises[duties.enterprise];
        plan.enterprises.push_back(
            {row.id, row.name, row.region, std::move(duties.obligations), duties.reduction});
    }
    plan.floors = std::move(derived.floors);
    plan.remarks = std::move(derived.remarks);
    return plan;
}

PlanDifference difference(const ResponsePlan& before, const ResponsePlan& after) {
    PlanDifference all;
    all.floors_before = before.floors;
    all.floors_after = after.floors;
    struct Pair {
        const EnterprisePlan* was = nullptr;
        const EnterprisePlan* is = nullptr;
    };
    std::map<std::string, Pair> pairs;
    for (const EnterprisePlan& plan : before.enterprises) {
        pairs[plan.enterprise].was = &plan;
        all.before += plan.reduction;
    }
    for (const EnterprisePlan& plan : after.enterprises) {
        pairs[plan.enterprise].is = &plan;
        all.after += plan.reduction;
    }
    const EnterprisePlan nobody;
    for (const auto& [id, pair] : pairs) {
        const EnterprisePlan& was = pair.was == nullptr ? nobody : *pair.was;
        const EnterprisePlan& is = pair.is == nullptr ? nobody : *pair.is;
        const std::set<Owed> owed_before = owed_by(was);
        const std::set<Owed> owed_after = owed_by(is);
        if (owed_before == owed_after && was.reduction == is.reduction) {
            ++all.same;
            continue;
        }
        EnterpriseChange change;
        change.enterprise = id;
        change.name = pair.is == nullptr ? was.name : is.name;
        change.change = change_between(owed_before, owed_after, was.reduction, is.reduction);
        change.before = was.reduction;
        change.after = is.reduction;
        change.added = only_in(owed_after, owed_before);
        change.dropped = only_in(owed_before, owed_after);
        all.changes.push_back(std::move(change));
    }
    return all;
}

json::value to_json(const PlanDifference& difference) {
    json::object object;
    object["same"] = difference.same;
    object["before"] = to_json(difference.before);
    object["after"] = to_json(difference.after);
    object["floors_before"] = floors_json(difference.floors_before);
    object["floors_after"] = floors_json(difference.floors_after);
    json::array changes;
    for (const EnterpriseChange& change : difference.changes) {
        json::object one;
        one["enterprise"] = change.enterprise;
        one["name"] = change.name;
        one["change"] = to_text(change.change);
        one["before"] = to_json(change.before);
        one["after"] = to_json(change.after);
        one["added"] = texts_json(change.added);
        one["dropped"] = texts_json(change.dropped);
        changes.emplace_back(std::move(one));
    }
    object["changes"] = std::move(changes);
    return object;
}

std::vector<OrderDocument> make_orders(const ResponsePlan& plan, const PresentOrders& present,
                                       const OrderFacts& facts) {
    std::vector<OrderDocument> documents;
    std::set<std::string> named;
    for (const EnterprisePlan& enterprise : plan.enterprises) {
        if (enterprise.obligations.empty()) continue;
        named.insert(enterprise.enterprise);
        OrderDocument document;
        document.order = plan.warning + "/" + enterprise.enterprise;
        document.revision = 1;
        document.region = enterprise.region;
        document.enterprise = enterprise.enterprise;
        document.warning = plan.warning;
        document.colour = plan.colour;
        document.exercise = facts.exercise;
        document.edition = plan.edition;
        document.legal_basis = facts.legal_basis;
        document.issued_at = facts.issued_at;
        document.effective_from = plan.from;
        document.effective_to = plan.to;
        document.obligations = enterprise.obligations;
        const auto now = present.find(enterprise.enterprise);
        if (now != present.end()) {
            if (same_content(document, now->second)) continue;
            document.revision = now->second.revision + 1;
        }
        documents.push_back(std::move(document));
    }
    for (const auto& [enterprise, order] : present) {
        if (!order.obligations.empty() && named.count(enterprise) == 0) {
            documents.push_back(emptied(order, facts));
        }
    }
    return documents;
}

std::vector<OrderDocument> lift_orders(const PresentOrders& present, const OrderFacts& facts) {
    std::vector<OrderDocument> documents;
    for (const auto& [enterprise, order] : present) {
        if (!order.obligations.empty()) documents.push_back(emptied(order, facts));
    }
    return documents;
}

}  // namespace qk::plans
