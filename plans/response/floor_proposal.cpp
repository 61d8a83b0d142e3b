#include "plans/response/floor_proposal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <tuple>

#include "plans/inventory/grade_cell.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/measures/trades.hpp"
#include "plans/response/choice_solver.hpp"
#include "plans/response/floors.hpp"
#include "rules/base/decimal.hpp"

namespace qk::plans {

namespace json = boost::json;

namespace {

constexpr int kTierCount = 3;
constexpr std::int64_t kMillion = 1'000'000;

// 0: D and what is treated like it; 1: C; 2: B. Empty: never tightened.
std::optional<int> tier_of(const Classification& kind) {
    if (kind.treatment != Treatment::kAsGraded) return std::nullopt;
    if (kind.grade == "B" || kind.grade == "B-") return 2;
    if (kind.grade == "C" || kind.grade == "non-leading") return 1;
    return 0;
}

// What one option of one group would add.
struct Option {
    double share = 0;
    DailyEmission more;
    double output_lost = 0;
    std::size_t touched = 0;  // enterprises that would do more than planned
    double most = 0;          // the largest cut of any of its lines
};

struct Group {
    int tier = 0;
    std::string region;
    std::string trade;
    std::string grade;
    std::vector<std::size_t> enterprises;
    std::vector<Option> options;                            // settings.shares, in order
    std::vector<std::pair<std::uint32_t, double>> limited;  // Tightening::limited
    std::size_t chosen = 0;                                 // 0: as planned; k: options[k - 1]
};

// A target of the 0/1 plan: shares of one pollutant, or of SO2 and NOx together.
struct Target {
    std::string name;
    std::array<bool, kEmissionCount> counts{};
    double missing_share = 0;
};

class Proposer {
 public:
    Proposer(const DeriveInput& input, const ObligationTable& table,
             const ProposalSettings& settings)
        : input_(input),
          table_(table),
          settings_(settings),
          base_(emission_base(input.inventory, input.rules, input.colour)) {}

    FloorProposal propose();

 private:
    void gather_groups();
    // The most that a line can be cut; 1: it can stand.
    [[nodiscard]] double most_of(std::size_t enterprise, std::uint32_t line) const;
    void note_limited(Group& group) const;
    void add_option(Group& group, double share) const;
    [[nodiscard]] std::vector<Target> targets_of(const std::vector<FloorAnswer>& floors) const;
    [[nodiscard]] double gain(const DailyEmission& more, const Target& target) const;
    [[nodiscard]] std::vector<FloorAnswer> colour_floors_now() const;
    std::vector<Target> take_hopeless(int tier, const std::vector<Target>& targets);
    ChoiceAnswer solve_tier(int tier, const std::vector<Target>& targets);
    [[nodiscard]] Tightening tightening_of(const Group& group) const;

    const DeriveInput& input_;
    const ObligationTable& table_;
    const ProposalSettings& settings_;
    EmissionBase base_;
    std::vector<Group> groups_;
};

double Proposer::most_of(std::size_t enterprise, std::uint32_t place) const {
    const Line& line = input_.inventory.lines[place];
    if (const auto least = minimum_load_of(line)) return 1 - *least;
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    std::vector<const Trade*> trades = table_.classification(enterprise).trades;
    if (!line.industry.empty()) {
        const Trade* named = trade_of_line(line.industry, with_codes(row.industry, row.trade_code),
                                           input_.rules.trade_ties);
        if (named != nullptr) trades = {named};
    }
    const rules::CivilDay day = input_.season_day.value_or(rules::day_of(input_.from, input_.zone));
    double highest = 0;  // of all trades that the line may be of
    for (const Trade* trade : trades) {
        if (trade == nullptr) continue;
        auto least = input_.catalogue.least_load(trade->id, line, day);
        if (!least) least = input_.catalogue.least_load(parent_of(trade->id), line, day);
        highest = std::max(highest, least.value_or(0));
    }
    return 1 - highest;
}

void Proposer::note_limited(Group& group) const {
    for (const std::size_t enterprise : group.enterprises) {
        const RowRange lines = table_.rows(enterprise).lines;
        for (std::uint32_t l = lines.first; l < lines.end; ++l) {
            const double most = most_of(enterprise, l);
            if (most < 1) group.limited.emplace_back(l, most);
        }
    }
}

double most_among(const std::vector<std::pair<std::uint32_t, double>>& limited,
                  std::uint32_t line) {
    const auto found =
        std::ranges::lower_bound(limited, line, {}, &std::pair<std::uint32_t, double>::first);
    return found == limited.end() || found->first != line ? 1 : found->second;
}

void Proposer::add_option(Group& group, double share) const {
    Option option;
    option.share = share;
    for (const std::size_t enterprise : group.enterprises) {
        const RowRange lines = table_.rows(enterprise).lines;
        std::array<std::int64_t, kEmissionCount> more{};
        double lost = 0;
        std::size_t running = 0;
        for (std::uint32_t l = lines.first; l < lines.end; ++l) {
            const Line& line = input_.inventory.lines[l];
            if (line.idle) continue;
            ++running;
            const double goes_to = std::min(share, most_among(group.limited, l));
            const auto wanted = static_cast<std::uint32_t>(share_millionths(goes_to));
            option.most = std::max(option.most, goes_to);
            const LineShares& planned = table_.line_shares(l);
            std::uint32_t most = 0;
            for (std::size_t e = 0; e < kEmissionCount; ++e) {
                most = std::max(most, planned[e]);
                if (planned[e] < wanted) more[e] += line.emission.grams[e] * (wanted - planned[e]);
            }
            if (most < wanted) lost += static_cast<double>(wanted - most) / 1e6;
        }
        if (lost > 0) {
            ++option.touched;
            option.output_lost += lost / static_cast<double>(running);
        }
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            option.more.grams[e] += rules::divide_half_even(more[e], kMillion);
        }
    }
    group.options.push_back(std::move(option));
}

void Proposer::gather_groups() {
    std::map<std::tuple<std::string, std::string, std::string, std::size_t>, Group> groups;
    for (std::size_t i = 0; i < table_.size(); ++i) {
        const Classification& kind = table_.classification(i);
        const auto tier = tier_of(kind);
        if (!tier) continue;
        const Enterprise& row = input_.inventory.enterprises[i];
        const std::string trade =
            kind.trade == nullptr ? row.industry.str() : std::string(kind.trade->id);
        const std::size_t apart = settings_.equal_treatment ? 0 : i + 1;
        Group& group = groups[{row.region, trade, kind.grade, apart}];
        group.tier = *tier;
        group.region = row.region;
        group.trade = trade;
        group.grade = kind.grade;
        group.enterprises.push_back(i);
    }
    for (auto& [key, group] : groups) {
        note_limited(group);
        for (const double share : settings_.shares) add_option(group, share);
        if (group.options.back().touched > 0) groups_.push_back(std::move(group));
    }
}

std::vector<FloorAnswer> Proposer::colour_floors_now() const {
    DailyEmission cut = table_.total();
    for (const Group& group : groups_) {
        if (group.chosen > 0) cut += group.options[group.chosen - 1].more;
    }
    return answer_floors(base_, cut, input_.rules, input_.colour);
}

std::vector<Target> Proposer::targets_of(const std::vector<FloorAnswer>& floors) const {
    std::vector<Target> targets;
    const FloorAnswer& so2 = floors[static_cast<std::size_t>(Emission::kSo2)];
    const FloorAnswer& nox = floors[static_cast<std::size_t>(Emission::kNox)];
    const bool together = input_.rules.so2_nox_substitution && (!so2.met || !nox.met);
    if (together) {
        Target target{"so2+nox", {true, true, false, false}, 0};
        target.missing_share = so2.floor + nox.floor - so2.share - nox.share;
        targets.push_back(target);
    }
    for (const FloorAnswer& floor : floors) {
        const bool shifted =
            together && (floor.emission == Emission::kSo2 || floor.emission == Emission::kNox);
        if (floor.met || shifted) continue;
        Target target{std::string(to_text(floor.emission)), {}, floor.floor - floor.share};
        target.counts[static_cast<std::size_t>(floor.emission)] = true;
        targets.push_back(target);
    }
    return targets;
}

double Proposer::gain(const DailyEmission& more, const Target& target) const {
    double share = 0;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if (!target.counts[e] || base_.total.grams[e] == 0) continue;
        share += static_cast<double>(more.grams[e]) / static_cast<double>(base_.total.grams[e]);
    }
    return share;
}

// Targets that the whole tier at its strictest does not reach: whoever helps one is taken whole,
// and the target waits for the next tier. The others are answered.
std::vector<Target> Proposer::take_hopeless(int tier, const std::vector<Target>& targets) {
    std::vector<Target> reachable;
    for (const Target& target : targets) {
        double most = 0;
        for (const Group& group : groups_) {
            if (group.tier == tier) most += gain(group.options.back().more, target);
        }
        if (most >= target.missing_share) {
            reachable.push_back(target);
            continue;
        }
        for (Group& group : groups_) {
            if (group.tier == tier && gain(group.options.back().more, target) > 0) {
                group.chosen = group.options.size();
            }
        }
    }
    return reachable;
}

ChoiceAnswer Proposer::solve_tier(int tier, const std::vector<Target>& targets) {
    std::vector<Group*> members;
    for (Group& group : groups_) {
        if (group.tier == tier && group.chosen == 0) members.push_back(&group);
    }
    ChoiceProblem problem;
    problem.items = members.size();
    problem.options = settings_.shares.size() + 1;
    problem.targets = targets.size();
    problem.cost.assign(problem.items * problem.options, 0);
    problem.gain.assign(problem.items * problem.options * problem.targets, 0);
    for (const Target& target : targets) problem.need.push_back(target.missing_share);
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t k = 1; k < problem.options; ++k) {
            const Option& option = members[i]->options[k - 1];
            problem.cost_of(i, k) = option.output_lost + settings_.cost_per_enterprise *
                                                             static_cast<double>(option.touched);
            for (std::size_t t = 0; t < targets.size(); ++t) {
                problem.gain_of(i, k, t) = gain(option.more, targets[t]);
            }
        }
    }
    ChoiceAnswer answer = choose(problem);
    if (answer.feasible) {
        for (std::size_t i = 0; i < members.size(); ++i) members[i]->chosen = answer.chosen[i];
    }
    return answer;
}

Tightening Proposer::tightening_of(const Group& group) const {
    const Option& option = group.options[group.chosen - 1];
    Tightening made;
    made.region = group.region;
    made.trade = group.trade;
    made.grade = group.grade;
    made.enterprises = group.enterprises;
    made.share = option.most;
    made.limited = group.limited;
    made.more = option.more;
    made.output_lost = option.output_lost;
    const Trade* trade = trade_by_id(group.trade);
    made.text = fmt::format(
        "{}行业{}（{}）{}家：{}", trade == nullptr ? std::string_view(group.trade) : trade->chinese,
        grade_in_chinese(group.grade), group.region, group.enterprises.size(),
        made.share >= 1 ? std::string("停产") : fmt::format("限产提高到{:g}%", made.share * 100));
    if (!made.limited.empty()) made.text += "，不低于最低安全负荷";
    return made;
}

FloorProposal Proposer::propose() {
    FloorProposal proposal;
    proposal.colour = input_.colour;
    proposal.before = table_.floors();
    proposal.after = proposal.before;
    const auto all_met = [](const std::vector<FloorAnswer>& floors) {
        return std::all_of(floors.begin(), floors.end(),
                           [](const FloorAnswer& floor) { return floor.met; });
    };
    proposal.needed = !all_met(proposal.before);
    proposal.possible = !proposal.needed;
    if (!proposal.needed) {
        proposal.text = "各项减排比例均达到下限，无需加严。";
        return proposal;
    }
    gather_groups();
    for (int tier = 0; tier < kTierCount && !proposal.possible; ++tier) {
        const std::vector<Target> reachable = take_hopeless(tier, targets_of(colour_floors_now()));
        std::vector<Target> targets;  // what is still missing of the reachable ones
        for (const Target& target : targets_of(colour_floors_now())) {
            const bool here =
                std::any_of(reachable.begin(), reachable.end(),
                            [&target](const Target& other) { return other.name == target.name; });
            if (here) targets.push_back(target);
        }
        if (!targets.empty()) {
            const ChoiceAnswer answer = solve_tier(tier, targets);
            proposal.cost += answer.cost;
            proposal.bound += answer.bound;
            for (std::size_t t = 0; t < targets.size(); ++t) {
                proposal.prices.push_back(
                    {targets[t].name, targets[t].missing_share, answer.prices[t] / 100});
            }
        }
        proposal.after = colour_floors_now();
        proposal.possible = all_met(proposal.after);
    }
    std::size_t enterprises = 0;
    for (const Group& group : groups_) {
        if (group.chosen == 0) continue;
        proposal.tightenings.push_back(tightening_of(group));
        enterprises += group.options[group.chosen - 1].touched;
    }
    proposal.text = proposal.possible
                        ? fmt::format(
                              "加严{}组、{}家企业可达到下限；先D级、再C级、后B级，"
                              "同地区同行业同级别一致，民生保障不动。本方案须经人工采纳。",
                              proposal.tightenings.size(), enterprises)
                        : fmt::format(
                              "已将可加严的{}家企业全部加严，仍达不到下限。"
                              "须从移动源、扬尘等其他来源减排。",
                              enterprises);
    return proposal;
}

}  // namespace

FloorProposal propose(const DeriveInput& input, const ObligationTable& table,
                      const ProposalSettings& settings) {
    return Proposer(input, table, settings).propose();
}

Inventory with_proposal(const Inventory& inventory, const FloorProposal& proposal) {
    Inventory draft = inventory;
    std::vector<double> share(inventory.enterprises.size(), 0);
    std::vector<double> most(inventory.lines.size(), 1);
    for (const Tightening& one : proposal.tightenings) {
        for (const std::size_t enterprise : one.enterprises) share[enterprise] = one.share;
        for (const auto& [line, cut] : one.limited) most[line] = cut;
    }
    draft.own_measures.clear();
    const std::vector<EnterpriseRows> rows = rows_of(inventory);
    for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
        for (std::uint32_t r = rows[i].own.first; r < rows[i].own.end; ++r) {
            draft.own_measures.push_back(inventory.own_measures[r]);
        }
        if (share[i] <= 0) continue;
        for (std::uint32_t l = rows[i].lines.first; l < rows[i].lines.end; ++l) {
            const double cut = std::min(share[i], most[l]);
            if (inventory.lines[l].idle || cut <= 0) continue;
            OwnMeasure added;
            added.enterprise = inventory.enterprises[i].id;
            added.line = inventory.lines[l].id;
            added.level = proposal.colour;
            added.action = cut >= 1 ? rules::Action::kStop : rules::Action::kLimitLoad;
            added.ratio = cut;
            added.extra[std::string(kTightenColumn)] = "yes";
            draft.own_measures.push_back(std::move(added));
        }
    }
    return draft;
}

namespace {

json::array floors_json(const std::vector<FloorAnswer>& floors) {
    json::array array;
    for (const FloorAnswer& floor : floors) array.emplace_back(to_json(floor));
    return array;
}

json::object tightening_json(const Tightening& one, const Inventory& inventory) {
    json::object object;
    object["region"] = one.region;
    object["trade"] = one.trade;
    object["grade"] = one.grade;
    object["share"] = one.share;
    json::array enterprises;
    for (const std::size_t i : one.enterprises) {
        enterprises.emplace_back(inventory.enterprises[i].id.text());
    }
    object["enterprises"] = std::move(enterprises);
    object["more"] = to_json(one.more);
    object["output_lost_plants"] = one.output_lost;
    object["text"] = one.text;
    return object;
}

}  // namespace

json::value to_json(const FloorProposal& proposal, const Inventory& inventory) {
    json::object object;
    object["level"] = rules::level_of(proposal.colour);
    object["colour"] = rules::to_text(proposal.colour);
    object["needed"] = proposal.needed;
    object["possible"] = proposal.possible;
    object["before"] = floors_json(proposal.before);
    object["after"] = floors_json(proposal.after);
    json::array tightenings;
    for (const Tightening& one : proposal.tightenings) {
        tightenings.emplace_back(tightening_json(one, inventory));
    }
    object["tighten"] = std::move(tightenings);
    json::array prices;
    for (const FloorPrice& price : proposal.prices) {
        json::object one;
        one["of"] = price.of;
        one["missing_share"] = price.missing_share;
        one["plants_per_percent"] = price.plants_per_percent;
        prices.emplace_back(std::move(one));
    }
    object["prices"] = std::move(prices);
    object["cost"] = proposal.cost;
    object["bound"] = proposal.bound;
    object["text"] = proposal.text;
    return object;
}

}  // namespace qk::plans
