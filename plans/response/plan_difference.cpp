#include "plans/response/plan_difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>

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

// Terms by key, of which the later one of two holds; the keys lie in what they were taken from. One
// row of places that are looked through from where the key's hash says: tens of thousands are put
// in and asked for while people wait, and a node for each took most of that time.
class AskedByKey {
 public:
    struct Entry {
        std::string_view key;
        rules::AskedShare asked;
    };

    // `expected`: how many there will be, as far as it can be guessed.
    explicit AskedByKey(std::size_t expected) {
        entries_.reserve(expected);
        places_.assign(std::bit_ceil(2 * std::max(kLeast, expected + 1)), 0);
    }

    void put(std::string_view key, const rules::AskedShare& asked) {
        if (2 * (entries_.size() + 1) > places_.size()) grow();
        std::uint32_t& place = places_[place_of(key)];
        if (place != 0) {
            entries_[place - 1].asked = asked;
            return;
        }
        entries_.push_back({key, asked});
        place = static_cast<std::uint32_t>(entries_.size());
    }
    // Null: there is none.
    [[nodiscard]] const rules::AskedShare* find(std::string_view key) const {
        const std::uint32_t place = places_[place_of(key)];
        return place == 0 ? nullptr : &entries_[place - 1].asked;
    }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
    // Where the key is, or would be; there is always a free place.
    [[nodiscard]] std::size_t place_of(std::string_view key) const {
        const std::size_t mask = places_.size() - 1;
        std::size_t place = std::hash<std::string_view>{}(key)&mask;
        while (places_[place] != 0 && entries_[places_[place] - 1].key != key) {
            place = (place + 1) & mask;
        }
        return place;
    }
    void grow() {
        places_.assign(2 * places_.size(), 0);
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            places_[place_of(entries_[i].key)] = static_cast<std::uint32_t>(i + 1);
        }
    }

    static constexpr std::size_t kLeast = 512;

    std::vector<Entry> entries_;
    // Number of an entry and one, or 0: free. As many as a power of two.
    std::vector<std::uint32_t> places_;
};

AskedByKey asked_in(const json::value& plan, std::size_t expected) {
    AskedByKey all(expected);
    const json::value* owed = plan.is_object() ? plan.get_object().if_contains("owed") : nullptr;
    if (owed == nullptr || !owed->is_object()) return all;
    for (const auto& [enterprise, list] : owed->get_object()) {
        for (const json::value& item : list.as_array()) {
            const json::array& entry = item.as_array();
            const auto action = rules::parse_action(std::string_view(entry.at(1).as_string()));
            all.put(
                rules::base_of(entry.at(0).as_string()),
                {action.value_or(rules::Action::kSelfDiscipline), entry.at(2).to_number<double>()});
        }
    }
    return all;
}

AskedByKey asked_in(const PlanOutline& plan) {
    AskedByKey all(plan.owed.size());
    for (const PlanOutline::Owed& one : plan.owed) all.put(one.key, one.asked);
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
    const AskedByKey was = asked_in(stored, after.owed.size());  // a plan like the last one
    const AskedByKey is = asked_in(after);
    std::vector<AskedChange> changes;
    std::vector<AskedChange> removed;
    std::size_t added = 0;
    for (const auto& [key, asked] : is.entries()) {
        const rules::AskedShare* found = was.find(key);
        if (found == nullptr) ++added;
        if (found == nullptr || *found != asked) changes.push_back({key, found, &asked});
    }
    for (const auto& [key, asked] : was.entries()) {
        if (is.find(key) == nullptr) removed.push_back({key, &asked, nullptr});
    }
    json::array examples;
    show(examples, changes);
    show(examples, removed);
    return json::object{{"added", added},
                        {"removed", removed.size()},
                        {"changed", changes.size() - added},
                        {"unchanged", is.entries().size() - changes.size()},
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
