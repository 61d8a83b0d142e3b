#include "plans/response/duty_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>

#include "plans/response/floors.hpp"
#include "rules/base/decimal.hpp"

namespace qk::plans {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

bool same_phase(const rules::Measure& a, const rules::Measure& b) {
    return a.after_hours == b.after_hours && a.until_hours == b.until_hours;
}

// Whether a stricter `b` leaves nothing of `a`. A step inside a line and a measure on fewer
// pollutants do not stand in for what they do not touch.
bool can_beat(const rules::Measure& b, const rules::Measure& a) {
    const auto comparable = [](const rules::Measure& m) {
        return rules::limits_production(m.form) &&
               (m.form != rules::Form::kStopProcess || rules::shown_by_power(m));
    };
    return comparable(a) && comparable(b) && same_phase(a, b) &&
           (a.pollutants & b.pollutants) == a.pollutants;
}

}  // namespace

DutyBuilder::DutyBuilder(const DeriveInput& input,
                         std::shared_ptr<const std::vector<EnterpriseRows>> rows)
    : input_(input), table_(input) {
    if (!rows) rows = std::make_shared<const std::vector<EnterpriseRows>>(rows_of(input.inventory));
    table_.rows_ = std::move(rows);
    const auto keep = [this](rules::Form form) {
        rules::Measure measure;
        measure.form = form;
        return hold(std::move(measure));
    };
    self_discipline_ = keep(rules::Form::kSelfDiscipline);
    heat_duty_ = keep(rules::Form::kHeatDuty);
    order_duty_ = keep(rules::Form::kOrderDuty);
    const TruckBan& ban = input.rules.truck_ban;
    if (ban.from && input.colour >= *ban.from) {
        rules::Measure measure;
        measure.form = rules::Form::kBanVehicles;
        measure.stages = ban.stages;
        measure.exempt = ban.exempt;
        truck_ban_ = hold(std::move(measure));
    }
    index_trades_and_seasons();
}

const rules::Measure* DutyBuilder::hold(rules::Measure measure) {
    table_.region_measures_.push_back(std::make_unique<rules::Measure>(std::move(measure)));
    return table_.region_measures_.back().get();
}

void DutyBuilder::index_trades_and_seasons() {
    const rules::CivilDay day = rules::day_of(input_.from, input_.zone);
    if (input_.season != nullptr) {
        for (std::size_t i = 0; i < input_.season->windows.size(); ++i) {
            const SeasonWindow& window = input_.season->windows[i];
            const rules::CivilDay weighed = input_.season_day.value_or(day);
            if (window.from <= weighed && weighed <= window.to) {
                active_windows_.push_back(static_cast<std::int16_t>(i));
            }
        }
    }
    if (input_.grade_changes == nullptr ||
        input_.rules.grade_change != GradeChangeRule::kNewGrade) {
        return;
    }
    for (const GradeChange& change : *input_.grade_changes) {
        if (change.from > day) continue;
        const GradeChange*& latest = changes_[change.enterprise];
        if (latest == nullptr || latest->from <= change.from) latest = &change;
    }
}

DutyTable DutyBuilder::build() {
    const std::size_t count = input_.inventory.enterprises.size();
    table_.answers_.reserve(count);
    table_.duties_.reserve(input_.inventory.lines.size() + count);
    table_.line_shares_.reserve(input_.inventory.lines.size());
    for (std::size_t i = 0; i < count; ++i) answer(i);
    count_users();
    const EmissionBase base = emission_base(input_.inventory, input_.rules, input_.colour);
    table_.floors_ = answer_floors(base, table_.total_, input_.rules, input_.colour);
    table_.general_remarks_ = floor_remarks(input_.inventory, base, input_.rules, input_.colour);
    for (const auto& [industry, users] : unknown_trades_) {
        table_.general_remarks_.push_back(
            {{"enterprises.csv", 0, 0},
             fmt::format("行业“{}”不在目录中，{}家企业按默认样例措施处理", industry, users),
             "改用目录中的行业名称，或为其给出一厂一策或本地目录",
             rules::Severity::kWarning});
    }
    for (const auto& [trade, users] : sample_users_) {
        table_.general_remarks_.push_back(
            {{},
             fmt::format("目录“{}”在本级别为样例，{}家企业据此派生", trade, users),
             "使用前请以本地目录替换",
             rules::Severity::kNote});
    }
    return std::move(table_);
}

void DutyBuilder::remark(DutyRemark::Kind kind, std::size_t enterprise, std::int32_t row) {
    table_.remarks_.push_back({kind, static_cast<std::uint32_t>(enterprise), row});
}

bool DutyBuilder::never_in_force(const rules::Measure& measure) const {
    return input_.to && input_.from + std::chrono::hours{measure.after_hours} >= *input_.to;
}

std::int32_t DutyBuilder::code_of(const rules::Measure& measure, const CatalogueClause* clause) {
    const auto [entry, fresh] =
        codes_.try_emplace(&measure, static_cast<std::int32_t>(table_.measures_.size()));
    if (fresh) {
        table_.measures_.push_back(&measure);
        table_.clause_of_measure_.push_back(clause);
    }
    return entry->second;
}

void DutyBuilder::add_item(const rules::Measure& measure, DutyOrigin origin, std::int16_t season,
                           const CatalogueClause* clause, std::int16_t part) {
    if (never_in_force(measure)) return;
    Item item;
    item.code = code_of(measure, clause);
    item.measure = &measure;
    item.origin = origin;
    item.of_enterprise = rules::is_of_enterprise(measure.form);
    item.share = static_cast<std::uint32_t>(share_millionths(rules::emission_share(measure)));
    item.season = season;
    item.part = part;
    items_.push_back(item);
}

std::int16_t DutyBuilder::part_of(const Trade* trade, const Standing& standing) {
    const auto known = std::ranges::find(parts_, trade, &Part::trade);
    if (known != parts_.end()) return static_cast<std::int16_t>(known - parts_.begin());
    // Who is spared has no clause for any trade; seasons still tell trades apart.
    const bool has_own = trade != nullptr && standing.treatment == Treatment::kAsGraded;
    parts_.push_back(
        {trade, has_own ? clause_for(trade, standing.grade_written) : standing.clause});
    return static_cast<std::int16_t>(parts_.size() - 1);
}

const Trade* DutyBuilder::trade_named(const Line& line, const Enterprise& enterprise) {
    if (line.industry.empty()) return nullptr;
    line_trade_key_.assign(line.industry.text());
    line_trade_key_ += '\n';
    line_trade_key_ += enterprise.industry.text();
    const auto [known, fresh] = line_trades_.try_emplace(line_trade_key_);
    if (fresh) known->second = trade_of_line(line.industry, enterprise.industry);
    return known->second;
}

// Lines that name their trade get its clause; those that do not, the one that asks most.
void DutyBuilder::split_by_trade(std::size_t enterprise, const Standing& standing) {
    parts_.clear();
    part_of_line_.clear();
    const RowRange rows = table_.rows(enterprise).lines;
    const auto lines = std::span(input_.inventory.lines).subspan(rows.first, rows.size());
    const auto names_trade = [](const Line& line) { return !line.industry.empty(); };
    if (std::ranges::none_of(lines, names_trade)) return;
    first_line_ = rows.first;
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    for (const Line& line : lines) {
        part_of_line_.push_back(part_of(trade_named(line, row), standing));
    }
    for (const Part& part : parts_) {
        if (part.clause != nullptr && part.clause != standing.clause &&
            part.clause->certainty == rules::Certainty::kSample) {
            ++sample_users_[part.clause->trade];
        }
    }
}

void DutyBuilder::collect_own(std::size_t enterprise) {
    const RowRange rows = table_.rows(enterprise).own;
    const RowRange lines = table_.rows(enterprise).lines;
    own_.clear();
    own_.reserve(rows.size());  // items keep pointers into it
    own_all_lines_ = own_ban_ = false;
    const auto of_line = [&](std::uint32_t r) {
        const OwnMeasure& row = input_.inventory.own_measures[r];
        return row.level == input_.colour && !row.line.empty();
    };
    bool names_lines = false;
    for (std::uint32_t r = rows.first; r < rows.end; ++r) names_lines = names_lines || of_line(r);
    for (std::uint32_t r = rows.first; r < rows.end; ++r) {
        const OwnMeasure& row = input_.inventory.own_measures[r];
        if (row.level != input_.colour) continue;
        own_.push_back(measure_from(row, false));
        Item item;
        item.code = -static_cast<std::int32_t>(r) - 1;
        item.measure = &own_.back();
        item.of_enterprise = rules::is_of_enterprise(own_.back().form);
        item.share =
            static_cast<std::uint32_t>(share_millionths(rules::emission_share(own_.back())));
        item.origin = DutyOrigin::kOwnPlan;
        if (own_.back().form == rules::Form::kBanVehicles) own_ban_ = true;
        if (rules::limits_production(own_.back().form) && rules::emission_share(own_.back()) <= 0) {
            remark(DutyRemark::Kind::kOwnNoShare, enterprise, static_cast<std::int32_t>(r));
        }
        const auto tighten = row.extra.find(std::string(kTightenColumn));
        item.replaces = tighten == row.extra.end() || tighten->second != "yes";
        if (row.line.empty()) {
            // Beside measures of single lines, a ban of trucks says nothing about the other lines.
            const bool speaks_of_lines = !names_lines || !rules::is_of_enterprise(own_.back().form);
            own_all_lines_ = own_all_lines_ || (item.replaces && speaks_of_lines);
        } else {
            for (std::uint32_t l = lines.first; l < lines.end; ++l) {
                if (input_.inventory.lines[l].id != row.line) continue;
                item.only_line = static_cast<std::int32_t>(l);
            }
            if (item.only_line == Duty::kWhole) {
                remark(DutyRemark::Kind::kOwnLineUnknown, enterprise, static_cast<std::int32_t>(r));
            }
        }
        if (!never_in_force(own_.back())) items_.push_back(item);
    }
}

void DutyBuilder::collect_base(const Standing& standing) {
    switch (standing.treatment) {
        case Treatment::kUntouched:
        case Treatment::kSelfDiscipline:
            return;  // nothing forced
        case Treatment::kHeatDuty:
            add_item(*heat_duty_, DutyOrigin::kClass, -1, nullptr);
            return;
        case Treatment::kOrderDuty:
            add_item(*order_duty_, DutyOrigin::kClass, -1, nullptr);
            return;
        case Treatment::kAsGraded:
            break;
    }
    bool banned = own_ban_;
    if (parts_.empty() && standing.clause != nullptr) {
        banned |= add_clause(*standing.clause, kEveryPart);
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (parts_[i].clause == nullptr) continue;
        banned |= add_clause(*parts_[i].clause, static_cast<std::int16_t>(i));
    }
    if (truck_ban_ != nullptr && !banned && is_banned_trade(standing)) {
        add_item(*truck_ban_, DutyOrigin::kRegion, -1, nullptr);
    }
}

bool DutyBuilder::add_clause(const CatalogueClause& clause, std::int16_t part) {
    bool banned = false;
    for (const rules::Measure& measure : clause.measures) {
        if (measure.form == rules::Form::kSelfDiscipline) continue;
        if (measure.form == rules::Form::kBanVehicles) banned = true;
        // What two trades ask of the enterprise as a whole is asked once.
        const auto is_same = [&measure](const Item& item) { return *item.measure == measure; };
        if (rules::is_of_enterprise(measure.form) && std::ranges::any_of(items_, is_same)) continue;
        add_item(measure, DutyOrigin::kCatalogue, -1, &clause, part);
    }
    return banned;
}

// Whether the region's truck ban names the enterprise's trade, or one that its lines name.
bool DutyBuilder::is_banned_trade(const Standing& standing) const {
    const std::vector<std::string>& named = input_.rules.truck_ban.trades;
    if (named.empty()) return true;
    const auto is_named = [&named](const Trade* trade) {
        return trade != nullptr && std::ranges::find(named, trade->id) != named.end();
    };
    return is_named(standing.trade) || std::ranges::any_of(parts_, is_named, &Part::trade);
}

// Whether the window speaks of the lines of a trade; of those that name none (null), by any of the
// enterprise's.
bool DutyBuilder::covers_trade(const SeasonWindow& window, std::size_t enterprise,
                               const Trade* trade, std::string_view grade) {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    const rules::CivilDay day = input_.season_day.value_or(rules::day_of(input_.from, input_.zone));
    if (trade != nullptr) return covers(window, row.id, trade->id, grade, day);
    const std::vector<const Trade*>& trades = trades_of(row.industry);
    if (trades.empty()) return covers(window, row.id, "", grade, day);
    return std::ranges::any_of(trades, [&](const Trade* one) {
        return covers(window, row.id, one == nullptr ? "" : one->id, grade, day);
    });
}

void DutyBuilder::collect_season(std::size_t enterprise, const Standing& standing) {
    for (const std::int16_t index : active_windows_) {
        const SeasonWindow& window = input_.season->windows[static_cast<std::size_t>(index)];
        if (parts_.empty() || window.trades.empty()) {
            if (covers_trade(window, enterprise, nullptr, standing.grade)) {
                add_item(window.measure, DutyOrigin::kSeason, index, nullptr);
            }
            continue;
        }
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (covers_trade(window, enterprise, parts_[i].trade, standing.grade)) {
                add_item(window.measure, DutyOrigin::kSeason, index, nullptr,
                         static_cast<std::int16_t>(i));
            }
        }
    }
}

// A cap of the whole enterprise cannot be told apart by trade, so of one trade it is put on each
// line; a share of the lines can.
bool DutyBuilder::speaks_of_all(const Item& item) const {
    return item.measure->form == rules::Form::kStopShare ||
           (item.measure->whole && item.part == kEveryPart);
}

bool DutyBuilder::applies(const Item& item, std::size_t line, bool with_own) const {
    const auto index = static_cast<std::int32_t>(line);
    if (item.origin == DutyOrigin::kOwnPlan) {
        if (!with_own) return false;
        return item.only_line == index ||
               (item.only_line == Duty::kWhole &&
                input_.inventory.own_measures[static_cast<std::size_t>(-item.code - 1)]
                    .line.empty());
    }
    if (item.of_enterprise) return false;
    if (item.part != kEveryPart && part_of_line_[line - first_line_] != item.part) return false;
    const Line& row = input_.inventory.lines[line];
    if (!names_line(*item.measure, row)) return false;
    // A season window is no part of the plan, so an own plan does not take its place.
    if (item.origin == DutyOrigin::kSeason || !with_own) return true;
    if (own_all_lines_) return false;
    return std::none_of(items_.begin(), items_.end(), [index](const Item& other) {
        return other.only_line == index && other.replaces;
    });
}

DutyTable::LineShares DutyBuilder::shares_of(std::size_t line,
                                             const std::vector<std::size_t>& items) const {
    DutyTable::LineShares shares{};
    if (input_.inventory.lines[line].idle) return shares;
    for (const std::size_t i : items) {
        const rules::Measure& m = *items_[i].measure;
        if (m.after_hours > 0) continue;
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            if ((m.pollutants >> e & 1U) != 0) shares[e] = std::max(shares[e], items_[i].share);
        }
    }
    return shares;
}

void DutyBuilder::add_cut(std::size_t line, const DutyTable::LineShares& shares, Cut& cut) const {
    const DailyEmission& emission = input_.inventory.lines[line].emission;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        cut.microgram_shares[e] += emission.grams[e] * shares[e];
    }
}

// Of the measures that limit production on the line in the same phase only the strictest binds.
void DutyBuilder::put_line(std::size_t enterprise, std::size_t line, Cut& cut) {
    active_.clear();
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!items_[i].of_enterprise && applies(items_[i], line, true)) active_.push_back(i);
    }
    for (const std::size_t i : active_) {
        Item& item = items_[i];
        bool beaten = false;
        item.beaten = speaks_of_all(item) ? item.beaten : -1;
        for (const std::size_t k : active_) {
            const rules::Measure& other = *items_[k].measure;
            if (k == i) continue;
            const bool other_wins = rules::is_stricter(other, *item.measure) ||
                                    (!rules::is_stricter(*item.measure, other) && k < i);
            if (other_wins && can_beat(other, *item.measure)) beaten = true;
            if (!other_wins && can_beat(*item.measure, other)) {
                item.beaten = static_cast<std::int32_t>(k);
            }
        }
        if (beaten) continue;
        if (speaks_of_all(item)) {
            item.survives = true;
            ++item.targets;
            item.last_target = static_cast<std::int32_t>(line);
        } else {
            put_duty(enterprise, item, static_cast<std::int32_t>(line));
        }
    }
    table_.line_shares_.push_back(shares_of(line, active_));
    add_cut(line, table_.line_shares_.back(), cut);
}

void DutyBuilder::put_duty(std::size_t enterprise, const Item& item, std::int32_t line) {
    Duty duty;
    duty.line = line;
    duty.measure = item.code;
    duty.origin = item.origin;
    duty.season = item.season;
    const bool is_of_part = item.part != kEveryPart && line == Duty::kWhole;
    if (is_of_part && !item.of_enterprise) {
        duty.trade = place_of(parts_[static_cast<std::size_t>(item.part)].trade);
    }
    if (item.beaten >= 0) {
        const Item& lesser = items_[static_cast<std::size_t>(item.beaten)];
        duty.beaten = lesser.code;
        duty.beaten_origin = lesser.origin;
        if (lesser.origin == DutyOrigin::kSeason) duty.season = lesser.season;
    }
    duty.verified_by = verified_by(enterprise, line, *item.measure);
    if (duty.verified_by == rules::VerifiedBy::kSiteCheck && rules::shown_by_power(*item.measure)) {
        remark(DutyRemark::Kind::kNotMeasured, enterprise, line);
    }
    table_.duties_.push_back(duty);
}

void DutyBuilder::put_whole(std::size_t enterprise) {
    const bool no_lines = table_.rows(enterprise).lines.size() == 0;
    for (const Item& item : items_) {
        const rules::Form form = item.measure->form;
        if (form == rules::Form::kSelfDiscipline) continue;
        const bool lost_line =
            item.origin == DutyOrigin::kOwnPlan && item.only_line == Duty::kWhole &&
            !input_.inventory.own_measures[static_cast<std::size_t>(-item.code - 1)].line.empty();
        if (item.of_enterprise) {
            // An all-lines own plan stands in the catalogue's place, bans included.
            if (item.origin == DutyOrigin::kCatalogue && (own_all_lines_ || own_ban_)) continue;
            put_duty(enterprise, item, Duty::kWhole);
        } else if (lost_line) {
            put_duty(enterprise, item, Duty::kWhole);
        } else if (no_lines) {
            if (item.origin == DutyOrigin::kCatalogue && own_all_lines_) continue;
            put_duty(enterprise, item, Duty::kWhole);
        } else if (item.survives) {
            // A share of a single line is a limit on that line.
            put_duty(enterprise, item, item.targets == 1 ? item.last_target : Duty::kWhole);
        }
    }
}

void DutyBuilder::remark_deviation(std::size_t enterprise, const Cut& cut) {
    Cut by_catalogue;
    const RowRange lines = table_.rows(enterprise).lines;
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        active_.clear();
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (applies(items_[i], l, false)) active_.push_back(i);
        }
        add_cut(l, shares_of(l, active_), by_catalogue);
    }
    bool less = false;
    bool more = false;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        less = less || cut.microgram_shares[e] < by_catalogue.microgram_shares[e];
        more = more || cut.microgram_shares[e] > by_catalogue.microgram_shares[e];
    }
    if (less) remark(DutyRemark::Kind::kOwnPlanWeaker, enterprise);
    if (!less && more) remark(DutyRemark::Kind::kOwnPlanStricter, enterprise);
}

void DutyBuilder::answer(std::size_t enterprise) {
    const std::uint32_t standing_place = standing_of(enterprise);
    const Standing& standing = *table_.standings_[standing_place];
    const RowRange lines = table_.rows(enterprise).lines;
    const auto first = static_cast<std::uint32_t>(table_.duties_.size());
    items_.clear();
    split_by_trade(enterprise, standing);
    collect_own(enterprise);
    const bool has_own = !own_.empty();
    collect_base(standing);
    collect_season(enterprise, standing);
    Cut cut;
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        if (input_.inventory.lines[l].idle) {
            remark(DutyRemark::Kind::kIdleLine, enterprise, static_cast<std::int32_t>(l));
        }
        put_line(enterprise, l, cut);
    }
    put_whole(enterprise);
    if (lines.size() == 0 && !items_.empty()) remark(DutyRemark::Kind::kNoLines, enterprise);
    if (has_own && standing.treatment == Treatment::kAsGraded) remark_deviation(enterprise, cut);
    if (has_own && standing.treatment != Treatment::kAsGraded) {
        remark(DutyRemark::Kind::kOwnPlanOverClass, enterprise);
    }
    if (table_.duties_.size() == first && standing.treatment != Treatment::kUntouched) {
        Item item;
        item.code = code_of(*self_discipline_, nullptr);
        item.measure = self_discipline_;
        item.origin = standing.treatment == Treatment::kAsGraded ? DutyOrigin::kCatalogue
                                                                 : DutyOrigin::kClass;
        // An own plan that only promises self discipline is its own row.
        for (const Item& own : items_) {
            if (own.origin == DutyOrigin::kOwnPlan) item = own;
        }
        put_duty(enterprise, item, Duty::kWhole);
    }
    DutyTable::Answer answer;
    answer.duties = {first, static_cast<std::uint32_t>(table_.duties_.size())};
    answer.standing = standing_place;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        answer.reduction.grams[e] = rules::divide_half_even(cut.microgram_shares[e], kMillion);
    }
    table_.total_ += answer.reduction;
    table_.answers_.push_back(answer);
}

bool DutyBuilder::has_outlet(std::size_t enterprise, std::int32_t line,
                             std::string_view factor) const {
    const RowRange outlets = table_.rows(enterprise).outlets;
    for (std::uint32_t o = outlets.first; o < outlets.end; ++o) {
        const Outlet& outlet = input_.inventory.outlets[o];
        const bool of_line =
            line == Duty::kWhole || outlet.line.empty() ||
            outlet.line == input_.inventory.lines[static_cast<std::size_t>(line)].id;
        if (!of_line) continue;
        for (const std::string& written : outlet.factors) {
            if (factor.empty() || factor_named(written) == factor) return true;
        }
    }
    return false;
}

rules::VerifiedBy DutyBuilder::verified_by(std::size_t enterprise, std::int32_t line,
                                           const rules::Measure& measure) const {
    using rules::VerifiedBy;
    switch (rules::action_of(measure.form)) {
        case rules::Action::kSelfDiscipline:
            return VerifiedBy::kNothing;
        case rules::Action::kBanVehicles:
            return measure.form == rules::Form::kBanVehicles ? VerifiedBy::kGate
                                                             : VerifiedBy::kSiteCheck;
        case rules::Action::kLimitEmission:
            return has_outlet(enterprise, line, measure.factor) ? VerifiedBy::kStack
                                                                : VerifiedBy::kSiteCheck;
        case rules::Action::kStop:
        case rules::Action::kLimitLoad:
        case rules::Action::kStopProcess:
            break;
    }
    return rules::shown_by_power(measure) &&
                   has_production_meter(
                       input_.inventory, table_.rows(enterprise),
                       line == Duty::kWhole
                           ? nullptr
                           : &input_.inventory.lines[static_cast<std::size_t>(line)])
               ? VerifiedBy::kPower
               : VerifiedBy::kSiteCheck;
}

DutyTable derive_table(const DeriveInput& input,
                       std::shared_ptr<const std::vector<EnterpriseRows>> rows) {
    return DutyBuilder(input, std::move(rows)).build();
}

}  // namespace qk::plans
