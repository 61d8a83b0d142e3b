#include "plans/response/classify.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace qk::plans {
namespace {

double heaviest(const CatalogueClause& clause) {
    double share = 0;
    for (const rules::Measure& measure : clause.measures) {
        share = std::max(share, rules::emission_share(measure));
    }
    return share;
}

bool is_listed(const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

// Local names map to national ones, once or twice over ("引领性" -> "leading").
std::string catalogue_grade(const RegionRules& rules, const std::string& written) {
    const auto found = rules.grade_as.find(written);
    return found == rules.grade_as.end() ? written : found->second;
}

// Whether the inventory's grade is one that nobody maps, so that another one's clause was taken.
bool is_grade_unknown(const RegionRules& rules, const Classification& kind) {
    const std::string& wanted = kind.grade_by_reasons;
    if (kind.clause == nullptr || kind.clause->grade == wanted) return false;
    const std::string mapped = catalogue_grade(rules, wanted);
    return kind.clause->grade != mapped && kind.clause->grade != catalogue_grade(rules, mapped);
}

struct Exemption {
    bool holds = false;
    std::optional<ObligationRemark::Kind> remark;
};

Exemption exemption_of(const DeriveInput& input, const Enterprise& row, rules::CivilDay day) {
    if (row.exempt_class.empty()) return {};
    if (row.exempt_until && day > *row.exempt_until) {
        return {false, ObligationRemark::Kind::kExemptExpired};
    }
    std::optional<rules::Colour> ceiling = row.exempt_up_to;
    // A class that the region does not name wants evidence like every other.
    bool evidence_needed = true;
    bool is_named = false;
    for (const ExemptRule& rule : input.rules.exempt) {
        if (rule.name != row.exempt_class) continue;
        if (rule.up_to && (!ceiling || *rule.up_to < *ceiling)) ceiling = rule.up_to;
        evidence_needed = rule.evidence_needed;
        is_named = true;
    }
    // 民生豁免 of a grade's cell is the category, which has its own rule.
    if (!is_named && row.category == Category::kLivelihood) return {};
    Exemption answer;
    if (row.exempt_evidence.empty() && evidence_needed) {
        answer.remark = ObligationRemark::Kind::kExemptNoEvidence;
        return answer;
    }
    answer.holds = !ceiling || input.colour <= *ceiling;
    return answer;
}

// Whether the category of an enterprise is proved, where that is asked.
bool is_category_proved(const DeriveInput& input, const Enterprise& row) {
    if (row.category == Category::kLivelihood) {
        return has_evidence(input.rules.livelihood_evidence, input.inventory, row);
    }
    if (row.category == Category::kWhitelist) {
        return has_evidence(input.rules.whitelist_evidence, input.inventory, row);
    }
    return true;
}

// Whether the catalogue asks something of the grade itself that its own restraint does not cover:
// limits of the stack that hold for every grade.
bool binds_self_grade(const DeriveInput& input, const Classification& kind,
                      const std::vector<std::string>& grades) {
    for (std::size_t i = 0; i < kind.trades.size(); ++i) {
        if (kind.trades[i] == nullptr) continue;
        const CatalogueClause* clause = clause_for(input, kind.trades[i], grades[i]);
        if (clause == nullptr) continue;
        if (std::ranges::any_of(clause->measures, [](const rules::Measure& measure) {
                return measure.form != rules::Form::kSelfDiscipline;
            })) {
            return true;
        }
    }
    return false;
}

void choose_treatment(Classification& kind, const Enterprise& row, const RegionRules& rules,
                      bool exempt, bool is_self_graded) {
    if (exempt) {
        kind.of = Classification::Class::kExempt;
        kind.exempt_class = row.exempt_class;
        kind.treatment = Treatment::kSelfDiscipline;
        for (const ExemptRule& rule : rules.exempt) {
            if (rule.name == row.exempt_class) kind.treatment = rule.treatment;
        }
    } else if (row.category == Category::kLivelihood && kind.is_proved) {
        kind.of = Classification::Class::kLivelihood;
        kind.treatment = rules.livelihood;
    } else if (row.category == Category::kSmall) {
        kind.of = Classification::Class::kSmall;
        kind.treatment = rules.small;
    } else if (row.category == Category::kWhitelist && kind.is_proved) {
        kind.of = Classification::Class::kWhitelist;
        kind.treatment = rules.whitelist;
    } else if (is_self_graded) {
        kind.of = Classification::Class::kSelfGrade;
        kind.treatment = Treatment::kSelfDiscipline;
    }
}

// By which grade it is treated in each of its trades; one for an industry that is not known.
std::vector<std::string> grades_of(const Classification& kind, const DeriveInput& input) {
    std::vector<std::string> grades;
    for (const Trade* trade : kind.trades) {
        grades.push_back(apply_reasons(input, kind.named, trade, kind.grade_written).grade);
    }
    if (grades.empty()) {
        grades.push_back(apply_reasons(input, kind.named, nullptr, kind.grade_written).grade);
    }
    return grades;
}

void choose_clause(Classification& kind, const DeriveInput& input,
                   const std::vector<std::string>& grades) {
    kind.trade = kind.trades.empty() ? nullptr : kind.trades.front();
    kind.grade_by_reasons = grades.front();
    kind.clause = clause_for(input, kind.trade, grades.front());
    if (kind.clause != nullptr) kind.clauses.push_back(kind.clause);
    // Several trades: on each line the strictest binds; the one that asks most gives its name.
    for (std::size_t i = 1; i < kind.trades.size(); ++i) {
        const CatalogueClause* other = clause_for(input, kind.trades[i], grades[i]);
        if (other == nullptr) continue;
        if (std::ranges::find(kind.clauses, other) == kind.clauses.end()) {
            kind.clauses.push_back(other);
        }
        if (kind.clause == nullptr || heaviest(*other) > heaviest(*kind.clause)) {
            kind.clause = other;
            kind.trade = kind.trades[i];
            kind.grade_by_reasons = grades[i];
        }
    }
    if (kind.clause != nullptr) kind.grade = kind.clause->grade;
    if (kind.treatment == Treatment::kAsGraded) return;
    kind.clause = nullptr;
    kind.clauses.clear();
}

struct Found {
    bool is_changed = false;  // the grade, after the edition
    bool is_exempt = false;
    bool is_proved = true;
};

Classification classification_of(const DeriveInput& input, const Enterprise& row,
                                 const Grade& grade, const Found& found) {
    Classification kind;
    kind.category = row.category;
    kind.grade_written = grade.name;
    kind.grade = catalogue_grade(input.rules, grade.name);
    kind.grade_changed = found.is_changed;
    kind.is_proved = found.is_proved;
    kind.season_grade = base_grade(input.rules, grade.name);
    kind.season_grade_as = treated_as(input.rules, kind.season_grade);
    const std::string industry = with_codes(row.industry, row.trade_code);
    for (const std::string_view part : split_trades(industry)) {
        kind.trades.push_back(find_trade(part, input.rules.trade_ties));
    }
    add_named(kind.named, input.catalogue.reasons(), row.reasons, row.reason_evidence);
    const std::vector<std::string> grades = grades_of(kind, input);
    const bool is_self_graded = std::ranges::all_of(
        grades, [&](const std::string& one) { return is_self_grade(input.rules, one); });
    choose_treatment(kind, row, input.rules, found.is_exempt,
                     is_self_graded && !binds_self_grade(input, kind, grades));
    choose_clause(kind, input, grades);
    return kind;
}

// What decides a classification, as one text: enterprises of the same one share it.
void write_key(std::string& key, const Enterprise& row, const Grade& grade, const Found& found) {
    key.assign(row.industry.text());
    if (!row.trade_code.empty()) (key += '\x1e') += row.trade_code.text();
    key += '\x1f';
    key += grade.name;
    key += '\x1f';
    key += static_cast<char>('0' + static_cast<int>(row.category) + (found.is_changed ? 4 : 0) +
                             (found.is_proved ? 0 : 8));
    if (found.is_exempt) (key += row.exempt_class.text()) += '\x1f';
    if (!row.reasons.empty()) {
        // Behind a mark of their own: a class may be called like a reason.
        (((key += '\x1e') += row.reasons.text()) += '\x1f') += row.reason_evidence.text();
    }
}

// The trade that each line names, by place; names are searched for once per pair of line's and
// enterprise's.
std::vector<std::int16_t> trades_of_lines(const DeriveInput& input,
                                          const std::vector<EnterpriseRows>& rows) {
    const Inventory& inventory = input.inventory;
    std::vector<std::int16_t> places(inventory.lines.size(), CompactObligation::kNoTrade);
    std::unordered_map<std::string, std::int16_t> known;
    std::string key;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Enterprise& enterprise = inventory.enterprises[i];
        for (std::uint32_t l = rows[i].lines.first; l < rows[i].lines.end; ++l) {
            const SharedText& named = inventory.lines[l].industry;
            if (named.empty()) continue;
            key.assign(named.text());
            key += '\n';
            key += enterprise.industry.text();
            (key += '\n') += enterprise.trade_code.text();
            const auto [entry, fresh] = known.try_emplace(key, CompactObligation::kNoTrade);
            if (fresh) {
                entry->second = place_of(
                    trade_of_line(named, with_codes(enterprise.industry, enterprise.trade_code),
                                  input.rules.trade_ties));
            }
            places[l] = entry->second;
        }
    }
    return places;
}

// The clause of the grade; where the trade does not name it, the strictest of the trade.
const CatalogueClause* find_clause(const DeriveInput& input, const Trade* trade,
                                   const std::string& grade) {
    const std::string mapped = catalogue_grade(input.rules, grade);
    const std::string twice = catalogue_grade(input.rules, mapped);
    const std::string_view own = trade == nullptr ? kDefaultTrade : trade->id;
    for (const std::string_view id : {own, parent_of(own), kDefaultTrade}) {
        for (const std::string_view name :
             {std::string_view(grade), std::string_view(mapped), std::string_view(twice)}) {
            if (const auto* clause = input.catalogue.find(id, name, input.colour)) return clause;
        }
        // The trade is in the catalogue but not this grade: the strictest rule of the same trade.
        if (!input.catalogue.knows(id)) continue;
        for (const std::string_view name :
             {std::string_view(input.rules.unknown_grade_as), std::string_view("*"),
              std::string_view("D"), std::string_view("C")}) {
            if (const auto* clause = input.catalogue.find(id, name, input.colour)) return clause;
        }
    }
    return nullptr;
}

// Who is treated by a sample clause, or by one for trades that nobody knows.
void count_users(Classified& all, const Inventory& inventory) {
    std::vector<int> users(all.kinds.size());
    std::vector<const Enterprise*> example(all.kinds.size());
    for (std::size_t i = 0; i < all.kind_of.size(); ++i) {
        ++users[all.kind_of[i]];
        example[all.kind_of[i]] = &inventory.enterprises[i];
    }
    for (std::size_t k = 0; k < all.kinds.size(); ++k) {
        const Classification& kind = all.kinds[k];
        if (kind.clause == nullptr) continue;
        if (kind.trade == nullptr) all.unknown_trades[example[k]->industry] += users[k];
        if (kind.clause->certainty == rules::Certainty::kSample) {
            all.sample_users[kind.clause->trade] += users[k];
        }
    }
}

// By which grade the catalogue treats one that it may not know by its own name.
std::string treated_grade(const DeriveInput& input, const Trade* trade, const std::string& grade) {
    const CatalogueClause* clause = clause_for(input, trade, grade);
    if (clause != nullptr && rank_of(Grade{clause->grade})) return clause->grade;
    return treated_as(input.rules, base_grade(input.rules, grade));
}

// What is named for the enterprise and does not count.
void remark_reasons(Classified& all, const DeriveInput& input, const Classification& kind) {
    const bool is_spared = !has_grade(kind);
    const std::vector<ReasonOutcome> outcomes =
        outcomes_in(input, kind.named, trades_of(kind), kind.grade_written);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!is_spared && outcomes[i] == ReasonOutcome::kCounts) {
            all.is_relaxed |= kind.named[i].of->relaxes;
            continue;
        }
        const bool is_known = outcomes[i] != ReasonOutcome::kUnknown;
        const ReasonOutcome outcome = is_spared && is_known ? ReasonOutcome::kSpared : outcomes[i];
        ObligationRemark remark{remark_kind_of(outcome),
                                static_cast<std::uint32_t>(all.kind_of.size()), -1};
        remark.reason = static_cast<std::uint8_t>(i);
        remark.outcome = outcome;
        all.remarks.push_back(remark);
    }
}

}  // namespace

AppliedReasons apply_reasons(const DeriveInput& input, const NamedReasons& named,
                             const Trade* trade, const std::string& grade) {
    if (named.empty()) return {grade, {}, false};
    const std::string treated = treated_grade(input, trade, grade);
    const std::string_view id = trade == nullptr ? std::string_view() : trade->id;
    AppliedReasons applied = apply_reasons(named, {treated, id, input.colour, input.may_relax});
    // As long as nothing moves it, it keeps its own name.
    if (applied.grade == treated) applied.grade = grade;
    return applied;
}

std::vector<ReasonOutcome> outcomes_in(const DeriveInput& input, const NamedReasons& named,
                                       const std::vector<const Trade*>& trades,
                                       const std::string& grade) {
    std::vector<ReasonOutcome> best;
    for (const Trade* trade : trades) {
        const AppliedReasons in_trade = apply_reasons(input, named, trade, grade);
        if (best.empty()) best = in_trade.outcomes;
        for (std::size_t i = 0; i < best.size(); ++i) {
            const bool is_better = best[i] == ReasonOutcome::kOtherTrade ||
                                   in_trade.outcomes[i] == ReasonOutcome::kCounts;
            if (is_better) best[i] = in_trade.outcomes[i];
        }
    }
    return best;
}

std::vector<const Trade*> trades_of(const Classification& kind, const Trade* of_line) {
    if (of_line != nullptr) return {of_line};
    if (kind.trades.empty()) return {nullptr};
    return kind.trades;
}

bool is_self_grade(const RegionRules& rules, const std::string& grade) {
    return is_listed(rules.self_grades, grade) ||
           is_listed(rules.self_grades, catalogue_grade(rules, grade));
}

ObligationRemark::Kind remark_kind_of(ReasonOutcome outcome) {
    using Kind = ObligationRemark::Kind;
    if (outcome == ReasonOutcome::kUnknown) return Kind::kReasonUnknown;
    if (outcome == ReasonOutcome::kNoEvidence) return Kind::kReasonNoEvidence;
    return Kind::kReasonNotCounted;
}

const CatalogueClause* clause_for(const DeriveInput& input, const Trade* trade,
                                  const std::string& grade) {
    const CatalogueClause* clause = find_clause(input, trade, grade);
    const bool is_of_another = clause != nullptr && is_self_grade(input.rules, grade) &&
                               !is_self_grade(input.rules, clause->grade);
    return is_of_another ? nullptr : clause;
}

Classified classify(const DeriveInput& input, const std::vector<EnterpriseRows>& rows) {
    Classified all;
    all.kind_of.reserve(input.inventory.enterprises.size());
    const rules::CivilDay day = rules::day_of(input.from, input.zone);
    const GradesOnDays grades(input.rules, input.grade_changes);
    std::unordered_map<std::string, std::uint32_t> known;
    std::string key;
    for (const Enterprise& row : input.inventory.enterprises) {
        const auto remark = [&](ObligationRemark::Kind kind) {
            all.remarks.push_back({kind, static_cast<std::uint32_t>(all.kind_of.size()), -1});
        };
        const GradeChange* change = grades.change(row.id, day);
        const bool changed = change != nullptr;
        const Grade& grade = changed ? change->grade : row.grade;
        if (changed) remark(ObligationRemark::Kind::kGradeChanged);
        const Exemption exemption = exemption_of(input, row, day);
        if (exemption.remark) remark(*exemption.remark);
        const Found found{changed, exemption.holds, is_category_proved(input, row)};
        const bool is_spared =
            row.category == Category::kLivelihood || row.category == Category::kWhitelist;
        if (is_spared && !exemption.holds && row.exempt_evidence.empty()) {
            remark(ObligationRemark::Kind::kCategoryNoEvidence);
        }
        write_key(key, row, grade, found);
        const auto [entry, fresh] =
            known.try_emplace(key, static_cast<std::uint32_t>(all.kinds.size()));
        if (fresh) {
            all.kinds.push_back(classification_of(input, row, grade, found));
        }
        const Classification& kind = all.kinds[entry->second];
        if (is_grade_unknown(input.rules, kind)) remark(ObligationRemark::Kind::kGradeUnknown);
        if (!kind.named.empty()) remark_reasons(all, input, kind);
        all.kind_of.push_back(entry->second);
    }
    count_users(all, input.inventory);
    all.line_trades = trades_of_lines(input, rows);
    return all;
}

}  // namespace qk::plans
