#include "plans/response/plan_difference.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace qk::plans {
namespace {

namespace json = boost::json;

// A stored plan has no sentences, so they count only between two that have them.
bool is_unchanged(const OwedTerms& a, const OwedTerms& b) {
    const bool can_compare_words = !a.detail.empty() && !b.detail.empty();
    return a.asked == b.asked && (!can_compare_words || a.detail == b.detail);
}

std::string words_of(const std::optional<OwedTerms>& terms) {
    if (!terms) return {};
    return fmt::format("{} {}", rules::to_text(terms->asked.action), terms->asked.ratio);
}

std::string_view kind_of(const TermsChange& change) {
    if (!change.before) return "added";
    return change.after ? "changed" : "removed";
}

}  // namespace

TermsByKey terms_of(const ResponsePlan& plan) {
    TermsByKey all;
    for (const ResponsePlan::Owed& owed : plan.owed) {
        for (const rules::Obligation& one : owed.obligations) {
            all.insert_or_assign(std::string(rules::base_of(one.id)),
                                 OwedTerms{owed.id, rules::asked_of(one), one.detail});
        }
    }
    return all;
}

TermsByKey terms_from_json(const json::value& plan) {
    TermsByKey all;
    const json::value* owed = plan.is_object() ? plan.get_object().if_contains("owed") : nullptr;
    if (owed == nullptr || !owed->is_object()) return all;
    for (const auto& [enterprise, list] : owed->get_object()) {
        for (const json::value& item : list.as_array()) {
            const json::array& entry = item.as_array();
            const auto action = rules::parse_action(std::string_view(entry.at(1).as_string()));
            all.insert_or_assign(std::string(rules::base_of(entry.at(0).as_string())),
                                 OwedTerms{std::string(enterprise),
                                           {action.value_or(rules::Action::kSelfDiscipline),
                                            entry.at(2).to_number<double>()},
                                           {}});
        }
    }
    return all;
}

PlanDifference difference(const TermsByKey& before, const TermsByKey& after) {
    PlanDifference all;
    for (const auto& [key, is] : after) {
        const auto was = before.find(key);
        if (was == before.end()) {
            all.changes.push_back({key, std::nullopt, is});
        } else if (!is_unchanged(was->second, is)) {
            all.changes.push_back({key, was->second, is});
        } else {
            ++all.unchanged;
        }
    }
    for (const auto& [key, was] : before) {
        if (!after.contains(key)) all.changes.push_back({key, was, std::nullopt});
    }
    return all;
}

json::value to_json(const PlanDifference& difference) {
    json::object answer{{"added", 0}, {"removed", 0}, {"changed", 0}};
    json::array examples;
    for (const TermsChange& change : difference.changes) {
        const std::string_view what = kind_of(change);
        ++answer[what].as_int64();
        if (examples.size() >= kDifferencesShownMax) continue;
        examples.emplace_back(json::object{{"what", what},
                                           {"obligation", change.key},
                                           {"before", words_of(change.before)},
                                           {"after", words_of(change.after)}});
    }
    answer["unchanged"] = difference.unchanged;
    answer["examples"] = std::move(examples);
    return answer;
}

}  // namespace qk::plans
