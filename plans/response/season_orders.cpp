#include "plans/response/season_orders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plans/response/season_obligations.hpp"
#include "rules/duty/continuity.hpp"

namespace qk::plans {
namespace {

using rules::Instant;
using rules::Obligation;

void drop_ramp(Obligation& duty) {
    std::chrono::minutes* ramp = rules::ramp_of(duty.check);
    if (ramp == nullptr) return;
    const std::string sentence = season_ramp_sentence(*ramp);
    if (duty.detail.ends_with(sentence)) {
        duty.detail.resize(duty.detail.size() - sentence.size());
    }
    *ramp = std::chrono::minutes{0};
}

// Rows of the inventory move from edition to edition, and a new one prints the grades that changed
// beside the last; what is asked does not move with them.
std::vector<rules::Reason> without_rows(std::vector<rules::Reason> basis) {
    std::erase_if(basis, [](const rules::Reason& reason) {
        return reason.kind == "inventory" || reason.kind == "grade";
    });
    return basis;
}

// The same obligation, whenever it began, and in the words that are held: nothing to write again.
bool reads_the_same(Obligation wanted, const Obligation& held) {
    if (wanted.id != held.id || !rules::same_terms(wanted, held)) return false;
    wanted.from = held.from;
    if (rules::granted_ramp(held.check).count() == 0) drop_ramp(wanted);
    wanted.basis = without_rows(std::move(wanted.basis));
    Obligation other = held;
    other.basis = without_rows(std::move(other.basis));
    return wanted == other;
}

// A line that is already held down when the duty begins is not granted a ramp again.
bool is_down_already(const Obligation& wanted, const OrderDocument& present) {
    return !present.exercise &&
           std::ranges::any_of(present.obligations, [&](const Obligation& held) {
               const bool binds = held.from < wanted.from && (!held.to || *held.to >= wanted.from);
               return binds && rules::is_as_strict(held, wanted);
           });
}

void begin_or_go_on(Obligation& duty, const OrderDocument* present, Instant now) {
    if (present != nullptr && !present->exercise && present->warning.empty()) {
        const auto held =
            std::find_if(present->obligations.begin(), present->obligations.end(),
                         [&](const Obligation& one) { return reads_the_same(duty, one); });
        if (held != present->obligations.end()) {
            duty = *held;
            return;
        }
    }
    duty.from = std::max(duty.from, now);
    if (present != nullptr && is_down_already(duty, *present)) drop_ramp(duty);
}

std::string basis_of(const std::vector<const SeasonWindow*>& windows) {
    std::string text;
    std::set<const SeasonWindow*> named;
    for (const SeasonWindow* window : windows) {
        if (!named.insert(window).second) continue;
        if (!text.empty()) text += "；";
        if (window->kind == SeasonKind::kTemporary) {
            text += fmt::format("{}：{}", to_chinese(window->kind), window->source);
            continue;
        }
        const bool is_sample = window->certainty == rules::Certainty::kSample;
        text +=
            fmt::format("{}：{}（{}{}）", to_chinese(window->kind), window->source,
                        rules::to_chinese(window->certainty), is_sample ? "，使用前请确认" : "");
    }
    return text;
}

const OrderDocument* present_of(const PresentOrders& present, const std::string& enterprise) {
    const auto found = present.find(enterprise);
    return found == present.end() ? nullptr : &found->second;
}

OrderDocument document_of(const SeasonOrderInput& input, const Enterprise& enterprise,
                          std::vector<Obligation> duties,
                          const std::vector<const SeasonWindow*>& windows) {
    OrderDocument document;
    document.order = "season/" + enterprise.id;
    document.region = enterprise.region;
    document.enterprise = enterprise.id;
    document.edition = input.inventory.edition;
    document.legal_basis = basis_of(windows);
    document.issued_at = input.now;
    document.effective_from = duties.front().from;
    document.effective_to = duties.front().to;
    for (const Obligation& duty : duties) {
        document.effective_from = std::min(document.effective_from, duty.from);
        document.effective_to = std::max(document.effective_to, duty.to);
    }
    document.obligations = std::move(duties);
    return document;
}

// An edition that asks the same does not make us write to everybody: the order cites the one that
// it was derived from.
bool is_held(const OrderDocument& wanted, const OrderDocument& present) {
    return present.warning.empty() && !present.colour && !present.exercise &&
           present.region == wanted.region && present.legal_basis == wanted.legal_basis &&
           present.obligations == wanted.obligations;
}

// What was asked by the season, or went on after a lift under the warning's own name.
bool is_left_over(const OrderDocument& present) {
    return !present.obligations.empty() && !present.exercise &&
           (present.warning.empty() || !present.colour);
}

OrderDocument ended(const OrderDocument& present, const SeasonOrderInput& input) {
    OrderDocument document = present;
    document.revision = present.revision + 1;
    document.edition = input.inventory.edition;
    document.issued_at = input.now;
    document.effective_from = input.now;
    document.effective_to.reset();
    document.obligations.clear();
    return document;
}

}  // namespace

std::vector<OrderDocument> season_documents(const SeasonOrderInput& input,
                                            const PresentOrders& present) {
    std::vector<SeasonObligation> duties = list_season_obligations(
        input.inventory, input.season, input.rules, rules::day_of(input.now, input.zone),
        input.zone, input.grade_changes);
    std::vector<OrderDocument> documents;
    for (std::size_t i = 0; i < duties.size();) {
        const Enterprise& enterprise = input.inventory.enterprises[duties[i].enterprise];
        const OrderDocument* held = present_of(present, enterprise.id);
        std::vector<Obligation> owed;
        std::vector<const SeasonWindow*> windows;
        const std::size_t of = duties[i].enterprise;
        for (; i < duties.size() && duties[i].enterprise == of; ++i) {
            begin_or_go_on(duties[i].obligation, held, input.now);
            owed.push_back(std::move(duties[i].obligation));
            windows.push_back(&input.season.windows[duties[i].window]);
        }
        documents.push_back(document_of(input, enterprise, std::move(owed), windows));
        documents.back().revision = held == nullptr ? 1 : held->revision + 1;
    }
    return documents;
}

std::vector<OrderDocument> season_orders(const SeasonOrderInput& input,
                                         const PresentOrders& present) {
    std::vector<OrderDocument> documents;
    std::set<std::string> asked;
    for (OrderDocument& document : season_documents(input, present)) {
        asked.insert(document.enterprise);
        const OrderDocument* held = present_of(present, document.enterprise);
        if (held == nullptr || !is_held(document, *held)) documents.push_back(std::move(document));
    }
    for (const auto& [enterprise, order] : present) {
        if (is_left_over(order) && !asked.contains(enterprise)) {
            documents.push_back(ended(order, input));
        }
    }
    return documents;
}

namespace {

// Now, and when windows turn or grades change before `until`.
std::vector<Instant> looks_until(const SeasonOrderInput& input, Instant until) {
    std::set<Instant> looks{input.now};
    for (const Instant turn : season_turns(input.season, input.now, until, input.zone)) {
        looks.insert(turn);
    }
    const GradesOnDays grades(input.rules, input.grade_changes);
    for (const rules::CivilDay day :
         grades.turns(rules::day_of(input.now, input.zone), rules::day_of(until, input.zone))) {
        const Instant turn = rules::start_of(day, input.zone);
        if (turn < until) looks.insert(turn);
    }
    return {looks.begin(), looks.end()};
}

// What was asked until now and is asked no more ends here: the enterprise has another grade.
void end_what_is_gone(std::map<std::size_t, std::vector<Obligation>>& owed,
                      const std::set<std::string>& asked, Instant here) {
    for (auto& [enterprise, obligations] : owed) {
        for (Obligation& one : obligations) {
            const bool is_asked = asked.contains(std::string(rules::base_of(one.id)));
            if (!is_asked && *one.to > here) one.to = here;
        }
    }
}

}  // namespace

std::map<std::size_t, std::vector<Obligation>> season_until(const SeasonOrderInput& input,
                                                            Instant until) {
    std::map<std::size_t, std::vector<Obligation>> owed;
    std::set<std::string> before;
    for (const Instant look : looks_until(input, until)) {
        std::set<std::string> asked;
        for (SeasonObligation& duty : list_season_obligations(
                 input.inventory, input.season, input.rules, rules::day_of(look, input.zone),
                 input.zone, input.grade_changes)) {
            Obligation& obligation = duty.obligation;
            // What is announced for a day after that is the warning's own plan's.
            if (obligation.from >= until) continue;
            asked.insert(obligation.id);
            if (before.contains(obligation.id)) continue;
            // What its window has asked for already grants no ramp again.
            if (look == input.now && obligation.from < input.now) drop_ramp(obligation);
            obligation.from = std::max(obligation.from, look);
            obligation.to = std::min(obligation.to.value_or(until), until);
            std::vector<Obligation>& own = owed[duty.enterprise];
            // One that comes again, with a grade that was left in between, is another one.
            if (std::ranges::find(own, obligation.id, &Obligation::id) != own.end()) {
                obligation.id = rules::to_text(rules::ObligationKey{
                    obligation.id, std::nullopt, rules::day_of(look, input.zone)});
            }
            own.push_back(std::move(obligation));
        }
        end_what_is_gone(owed, asked, look);
        before = std::move(asked);
    }
    return owed;
}

std::vector<Instant> season_turns(const SeasonPlan& season, Instant from, std::optional<Instant> to,
                                  rules::Zone zone) {
    std::set<Instant> turns;
    for (const SeasonWindow& window : season.windows) {
        turns.insert(rules::start_of(window.from, zone));
        turns.insert(rules::start_of(window.to + std::chrono::days{1}, zone));
    }
    std::erase_if(turns, [&](Instant turn) { return turn <= from || (to && turn >= *to); });
    return {turns.begin(), turns.end()};
}

}  // namespace qk::plans
