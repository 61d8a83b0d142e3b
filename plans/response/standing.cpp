// Which class, grade, trade and catalogue clause an enterprise falls under: the first half of
// derive.
#include <algorithm>

#include "plans/response/duty_builder.hpp"

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

}  // namespace

const std::vector<const Trade*>& DutyBuilder::trades_of(const std::string& industry) {
    const auto [entry, fresh] = trades_.try_emplace(industry);
    if (fresh) {
        for (const std::string_view part : split_trades(industry)) {
            entry->second.push_back(find_trade(part));
        }
    }
    return entry->second;
}

// Local names map to national ones, once or twice over ("引领性" -> "leading").
std::string DutyBuilder::catalogue_grade(const std::string& written) const {
    const auto found = input_.rules.grade_as.find(written);
    return found == input_.rules.grade_as.end() ? written : found->second;
}

const CatalogueClause* DutyBuilder::clause_for(const Trade* trade, const std::string& grade) const {
    const std::string mapped = catalogue_grade(grade);
    const std::string twice = catalogue_grade(mapped);
    const std::string_view own = trade == nullptr ? kDefaultTrade : trade->id;
    for (const std::string_view id : {own, parent_of(own), kDefaultTrade}) {
        for (const std::string_view name :
             {std::string_view(grade), std::string_view(mapped), std::string_view(twice)}) {
            if (const auto* clause = input_.catalogue.find(id, name, input_.colour)) return clause;
        }
        // The trade is in the catalogue but not this grade: the strictest rule of the same trade.
        if (!input_.catalogue.knows(id)) continue;
        for (const std::string_view name :
             {std::string_view(input_.rules.unknown_grade_as), std::string_view("*"),
              std::string_view("D"), std::string_view("C")}) {
            if (const auto* clause = input_.catalogue.find(id, name, input_.colour)) return clause;
        }
    }
    return nullptr;
}

void DutyBuilder::choose_clause(Standing& standing, const std::string& industry) {
    const std::vector<const Trade*>& trades = trades_of(industry);
    standing.trade = trades.empty() ? nullptr : trades.front();
    standing.clause = clause_for(standing.trade, standing.grade_written);
    // Several trades: the one that asks most decides, because the lines do not say theirs.
    for (std::size_t i = 1; i < trades.size(); ++i) {
        const CatalogueClause* other = clause_for(trades[i], standing.grade_written);
        if (other == nullptr || standing.clause == nullptr) continue;
        if (heaviest(*other) > heaviest(*standing.clause)) {
            standing.clause = other;
            standing.trade = trades[i];
        }
    }
    if (standing.clause != nullptr) standing.grade = standing.clause->grade;
}

bool DutyBuilder::is_exempt(std::size_t enterprise) {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    if (row.exempt_class.empty()) return false;
    const rules::CivilDay day = rules::day_of(input_.from, input_.zone);
    if (row.exempt_until && day > *row.exempt_until) {
        remark(DutyRemark::Kind::kExemptExpired, enterprise);
        return false;
    }
    std::optional<rules::Colour> ceiling = row.exempt_up_to;
    bool evidence_needed = false;
    for (const ExemptRule& rule : input_.rules.exempt) {
        if (rule.name != row.exempt_class) continue;
        if (rule.up_to && (!ceiling || *rule.up_to < *ceiling)) ceiling = rule.up_to;
        evidence_needed = rule.evidence_needed;
    }
    if (row.exempt_evidence.empty()) {
        remark(DutyRemark::Kind::kExemptNoEvidence, enterprise);
        if (evidence_needed) return false;
    }
    return !ceiling || input_.colour <= *ceiling;
}

Standing DutyBuilder::resolve(std::size_t enterprise, const Grade& grade, bool changed,
                              bool exempt) {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    const RegionRules& rules = input_.rules;
    Standing standing;
    standing.category = row.category;
    standing.grade_written = grade.name;
    standing.grade = catalogue_grade(grade.name);
    standing.grade_changed = changed;
    if (exempt) {
        standing.of = Standing::Class::kExempt;
        standing.exempt_class = row.exempt_class;
        standing.treatment = Treatment::kSelfDiscipline;
        for (const ExemptRule& rule : rules.exempt) {
            if (rule.name == row.exempt_class) standing.treatment = rule.treatment;
        }
    } else if (row.category == Category::kLivelihood) {
        standing.of = Standing::Class::kLivelihood;
        standing.treatment = rules.livelihood;
    } else if (row.category == Category::kSmall) {
        standing.of = Standing::Class::kSmall;
        standing.treatment = rules.small;
    } else if (row.category == Category::kWhitelist) {
        standing.of = Standing::Class::kWhitelist;
        standing.treatment = rules.whitelist;
    } else if (is_listed(rules.self_grades, grade.name) ||
               is_listed(rules.self_grades, standing.grade)) {
        standing.of = Standing::Class::kSelfGrade;
        standing.treatment = Treatment::kSelfDiscipline;
    }
    choose_clause(standing, row.industry);
    if (standing.treatment != Treatment::kAsGraded) standing.clause = nullptr;
    return standing;
}

std::uint32_t DutyBuilder::standing_of(std::size_t enterprise) {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    const auto change = changes_.empty() ? changes_.end() : changes_.find(row.id);
    const bool changed = change != changes_.end();
    const Grade& grade = changed ? change->second->grade : row.grade;
    if (changed) remark(DutyRemark::Kind::kGradeChanged, enterprise);
    const bool exempt = is_exempt(enterprise);
    std::string& key = standing_key_;
    key.assign(row.industry.text());
    key += '\x1f';
    key += grade.name;
    key += '\x1f';
    key += static_cast<char>('0' + static_cast<int>(row.category) + (changed ? 4 : 0));
    if (exempt) key += row.exempt_class + '\x1f';
    const auto [entry, fresh] =
        standing_index_.try_emplace(key, static_cast<std::uint32_t>(table_.standings_.size()));
    if (fresh) {
        table_.standings_.push_back(
            std::make_unique<Standing>(resolve(enterprise, grade, changed, exempt)));
        users_.push_back(0);
        industries_.push_back(row.industry);
    }
    const Standing& standing = *table_.standings_[entry->second];
    ++users_[entry->second];
    if (standing.clause == nullptr) return entry->second;
    if (standing.clause->grade != standing.grade_written &&
        standing.clause->grade != catalogue_grade(standing.grade_written) &&
        standing.clause->grade != catalogue_grade(catalogue_grade(standing.grade_written))) {
        remark(DutyRemark::Kind::kGradeUnknown, enterprise);
    }
    return entry->second;
}

// Who is treated by a sample rule, or by one for trades that nobody knows.
void DutyBuilder::count_users() {
    for (std::size_t i = 0; i < users_.size(); ++i) {
        const Standing& standing = *table_.standings_[i];
        if (standing.clause == nullptr) continue;
        if (standing.trade == nullptr) unknown_trades_[industries_[i]] += users_[i];
        if (standing.clause->certainty == rules::Certainty::kSample) {
            sample_users_[standing.clause->trade] += users_[i];
        }
    }
}

}  // namespace qk::plans
