#include "plans/response/plan_owed.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <string_view>
#include <utility>

#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::size_t kDigestDigits = 16;
// Kinds of reasons that say what is asked; the others say of whom.
constexpr std::array<std::string_view, 4> kDecidingKinds{"catalogue", "own-plan", "reason",
                                                         "season"};

// Values by the place at which each was seen first.
template <class Key>
class Places {
 public:
    // `make`: the value as JSON, of one that is new.
    template <class Make>
    std::size_t place_of(const Key& key, Make make) {
        const auto [found, is_new] = places_.emplace(key, values_.size());
        if (is_new) values_.push_back(make());
        return found->second;
    }
    [[nodiscard]] json::array take() { return std::move(values_); }

 private:
    std::map<Key, std::size_t> places_;
    json::array values_;
};

void add_part(std::string& text, std::string_view part) {
    text += part;
    text += '\n';
}

}  // namespace

std::string deciding_reason(const rules::Obligation& obligation) {
    const rules::Reason* deciding = nullptr;
    for (const rules::Reason& reason : obligation.basis) {
        if (std::ranges::find(kDecidingKinds, reason.kind) != kDecidingKinds.end()) {
            deciding = &reason;
        }
    }
    if (deciding == nullptr && !obligation.basis.empty()) deciding = &obligation.basis.back();
    if (deciding == nullptr) return {};
    return deciding->kind + ": " + (deciding->source.empty() ? deciding->text : deciding->source);
}

std::string words_digest(const rules::Obligation& obligation) {
    std::string text;
    add_part(text, obligation.detail);
    add_part(text, rules::to_text(obligation.verified_by));
    add_part(text, canonical_text(to_json(obligation.check)));
    add_part(text, std::to_string(obligation.treatment_after_stop.count()));
    for (const rules::Reason& reason : obligation.basis) {
        add_part(text, reason.kind);
        add_part(text, reason.text);
        add_part(text, reason.source);
    }
    return sha256_hex(text).substr(0, kDigestDigits);
}

json::value owed_json(const ResponsePlan& plan) {
    using Times = std::pair<rules::Instant, std::optional<rules::Instant>>;
    Places<Times> times;
    Places<std::string> reasons;
    json::object owed;
    for (const ResponsePlan::Owed& one : plan.owed) {
        json::array list;
        for (const rules::Obligation& obligation : one.obligations) {
            const std::size_t time = times.place_of({obligation.from, obligation.to}, [&] {
                return json::array{iso(obligation.from, rules::kBeijingTime),
                                   iso(obligation.to, rules::kBeijingTime)};
            });
            const std::string reason = deciding_reason(obligation);
            const std::size_t place =
                reasons.place_of(reason, [&] { return json::string(reason); });
            list.emplace_back(json::array{time, place, words_digest(obligation)});
        }
        owed[one.id] = std::move(list);
    }
    json::object whole;
    whole["times"] = times.take();
    whole["reasons"] = reasons.take();
    whole["owed"] = std::move(owed);
    return whole;
}

}  // namespace qk::plans
