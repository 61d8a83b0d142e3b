#include "plans/response/plan_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <unordered_map>

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

std::string words_of(const rules::AskedShare* asked) {
    return asked == nullptr ? std::string()
                            : fmt::format("{} {}", rules::to_text(asked->action), asked->ratio);
}

// Terms by key, of which the later one of two holds; the keys lie in what they were taken from.
using AskedByKey = std::unordered_map<std::string_view, rules::AskedShare>;

AskedByKey asked_in(const json::value& plan) {
    AskedByKey all;
    const json::value* owed = plan.is_object() ? plan.get_object().if_contains("owed") : nullptr;
    if (owed == nullptr || !owed->is_object()) return all;
    all.reserve(4 * owed->get_object().size());
    for (const auto& [enterprise, list] : owed->get_object()) {
        for (const json::value& item : list.as_array()) {
            const json::array& entry = item.as_array();
            const auto action = rules::parse_action(std::string_view(entry.at(1).as_string()));
            all.insert_or_assign(rules::base_of(entry.at(0).as_string()),
                                 rules::AskedShare{action.value_or(rules::Action::kSelfDiscipline),
                                                   entry.at(2).to_number<double>()});
        }
    }
    return all;
}

AskedByKey asked_in(const PlanOutline& plan) {
    AskedByKey all;
    all.reserve(plan.owed.size());
    for (const PlanOutline::Owed& one : plan.owed) all.insert_or_assign(one.key, one.asked);
    return all;
}

struct AskedChange {
    std::string_view key;
    const rules::AskedShare* before = nullptr;  // null: added
    const rules::AskedShare* after = nullptr;   // null: removed
};

// The first ones by key, as far as there is room for examples.
void show(json::array& examples, std::vector<AskedChange>& changes) {
    const std::size_t room = std::min(kDifferencesShownMax - examples.size(), changes.size());
    const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(room);
    std::ranges::partial_sort(changes, middle, {}, &AskedChange::key);
    for (std::size_t i = 0; i < room; ++i) {
        const AskedChange& change = changes[i];
        const std::string_view what = change.before == nullptr  ? "added"
                                      : change.after == nullptr ? "removed"
                                                                : "changed";
        examples.emplace_back(json::object{{"what", what},
                                           {"obligation", change.key},
                                           {"before", words_of(change.before)},
                                           {"after", words_of(change.after)}});
    }
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

json::value difference_json(const json::value& stored, const PlanOutline& after) {
    const AskedByKey was = asked_in(stored);
    const AskedByKey is = asked_in(after);
    std::vector<AskedChange> changes;
    std::vector<AskedChange> removed;
    std::size_t added = 0;
    for (const auto& [key, asked] : is) {
        const auto found = was.find(key);
        if (found == was.end()) ++added;
        if (found == was.end() || found->second != asked) {
            changes.push_back({key, found == was.end() ? nullptr : &found->second, &asked});
        }
    }
    for (const auto& [key, asked] : was) {
        if (!is.contains(key)) removed.push_back({key, &asked, nullptr});
    }
    json::array examples;
    show(examples, changes);
    show(examples, removed);
    return json::object{{"added", added},
                        {"removed", removed.size()},
                        {"changed", changes.size() - added},
                        {"unchanged", is.size() - changes.size()},
                        {"examples", std::move(examples)}};
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
