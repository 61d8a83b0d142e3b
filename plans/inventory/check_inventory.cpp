#include "plans/inventory/check_inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/table_rows.hpp"
#include "plans/text/half_width.hpp"

namespace qk::plans {
namespace {

// As people tell ids apart who read or speak them: without case and width.
std::string folded(std::string_view id) {
    std::string text = half_width(id);
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

class Checker {
 public:
    explicit Checker(ReadState& state) : state_(state) {}

    void run() {
        std::size_t line = 0, measure = 0, meter = 0, outlet = 0;
        const Inventory& all = state_.inventory;
        for (std::uint32_t i = 0; i < all.enterprises.size(); ++i) {
            const Span lines = take(state_.line_of, line, i);
            const Span measures = take(state_.measure_of, measure, i);
            const Span meters = take(state_.meter_of, meter, i);
            const Span outlets = take(state_.outlet_of, outlet, i);
            if (all.enterprises[i].id.empty()) continue;  // already said; its rows cannot be told
            check_lines(all.enterprises[i], lines);
            check_small(all.enterprises[i], lines);
            check_permit(all.enterprises[i], lines);
            check_line_references(all.enterprises[i], lines, measures, meters, outlets);
            check_measures(measures);
            check_instruments(all.enterprises[i], meters);
            check_powers(lines, meters);
        }
        check_same_names();
        check_area_sums();
        check_area_sources();
        check_other_sources();
    }

 private:
    struct Span {
        std::size_t from = 0;
        std::size_t to = 0;
    };

    static Span take(const std::vector<std::uint32_t>& keys, std::size_t& at, std::uint32_t key) {
        const std::size_t from = at;
        while (at < keys.size() && keys[at] == key) ++at;
        return {from, at};
    }

    [[nodiscard]] const TableOrigin& origin_of(TableKind table) const {
        return state_.origin_of[static_cast<std::size_t>(table)];
    }

    void add(rules::Severity severity, TableKind table, int row, std::size_t field,
             const std::string& what, std::string cure) {
        add_finding(state_, severity, table, row, field, what, std::move(cure));
    }

    void check_lines(const Enterprise& enterprise, Span span) {
        const std::vector<Line>& lines = state_.inventory.lines;
        if (span.from == span.to && origin_of(TableKind::kLines).knows_all_of(enterprise.id)) {
            add(rules::Severity::kWarning, TableKind::kEnterprises, enterprise.row,
                enterprise_field::kId,
                fmt::format("'{}' ({}) has no line", enterprise.id, enterprise.name),
                "its lines, or take it out of the inventory");
        }
        // Few lines are compared one with another; many go through a set.
        constexpr std::size_t kFew = 12;
        std::map<std::string_view, int> seen;
        for (std::size_t i = span.from; i < span.to; ++i) {
            if (lines[i].id.empty()) continue;
            int first_row = 0;
            if (span.to - span.from <= kFew) {
                for (std::size_t j = span.from; j < i && first_row == 0; ++j) {
                    if (lines[j].id == lines[i].id) first_row = lines[j].row;
                }
            } else if (const auto [at, fresh] = seen.emplace(lines[i].id, lines[i].row); !fresh) {
                first_row = at->second;
            }
            if (first_row == 0) continue;
            add(rules::Severity::kError, TableKind::kLines, lines[i].row, line_field::kId,
                fmt::format("'{}' stands twice in enterprise '{}'; first in row {}", lines[i].id,
                            enterprise.id, first_row),
                "one row a line");
        }
        check_alike(enterprise, span);
        check_reasons(enterprise, span);
    }

    // Orders and readings name lines exactly, people and spreadsheets do not.
    void check_alike(const Enterprise& enterprise, Span span) {
        const std::vector<Line>& lines = state_.inventory.lines;
        if (span.to - span.from < 2) return;
        std::map<std::string, std::size_t, std::less<>> first_of;
        for (std::size_t i = span.from; i < span.to; ++i) {
            if (lines[i].id.empty()) continue;
            const auto [first, is_new] = first_of.emplace(folded(lines[i].id), i);
            if (is_new || lines[first->second].id == lines[i].id) continue;
            add(rules::Severity::kWarning, TableKind::kLines, lines[i].row, line_field::kId,
                fmt::format(
                    "'{}' and '{}' of enterprise '{}' (row {}) differ in case or width only",
                    lines[i].id, lines[first->second].id, enterprise.id, lines[first->second].row),
                "one id, or ids that nobody takes for each other");
        }
    }

    // Lines of one enterprise that are told apart by their reasons are weighed each by itself. An
    // edition that was taken in before there was a limit is still read.
    void check_reasons(const Enterprise& enterprise, Span span) {
        const std::vector<Line>& lines = state_.inventory.lines;
        std::set<std::array<std::string_view, 3>> parts;
        for (std::size_t i = span.from; i < span.to; ++i) {
            if (lines[i].reasons.empty()) continue;
            parts.insert({lines[i].industry, lines[i].reasons, lines[i].reason_evidence});
            if (parts.size() <= kLineReasonsMax) continue;
            add(state_.options.wrong_id, TableKind::kLines, lines[i].row, line_field::kReasons,
                fmt::format("lines of enterprise '{}' name more than {} different reasons",
                            enterprise.id, kLineReasonsMax),
                "the same words and documents for the same reasons, or name them for the "
                "enterprise");
            return;
        }
    }

    // Small emitters are treated lightly, so a large one among them is worth a look. The limit is
    // some hundred times the order of magnitude that plans name (100 kg a year).
    void check_small(const Enterprise& enterprise, Span span) {
        constexpr std::int64_t kSmallGramsMax = 30'000;
        if (enterprise.category != Category::kSmall) return;
        DailyEmission sum;
        for (std::size_t i = span.from; i < span.to; ++i) sum += state_.inventory.lines[i].emission;
        for (std::size_t i = 0; i < kEmissionCount; ++i) {
            if (sum.grams[i] <= kSmallGramsMax) continue;
            const auto emission = static_cast<Emission>(i);
            add(rules::Severity::kWarning, TableKind::kEnterprises, enterprise.row,
                enterprise_field::kCategory,
                fmt::format("small (小微), but its lines emit {:.3f} kg/d of {}", sum.kg(emission),
                            to_text(emission)),
                "check the category, and the emission's unit");
        }
    }

    // What the lines emit on a normal day, all year round, against what the permit allows.
    void check_permit(const Enterprise& enterprise, Span span) {
        if (!enterprise.permit_t_a) return;
        constexpr double kDaysAYear = 365;
        DailyEmission sum;
        for (std::size_t i = span.from; i < span.to; ++i) sum += state_.inventory.lines[i].emission;
        for (std::size_t i = 0; i < kEmissionCount; ++i) {
            const std::optional<double>& limit = (*enterprise.permit_t_a)[i];
            const auto emission = static_cast<Emission>(i);
            const double tonnes = sum.kg(emission) * kDaysAYear / 1000;
            if (!limit || tonnes <= *limit) continue;
            add(rules::Severity::kWarning, TableKind::kEnterprises, enterprise.row,
                enterprise_field::kPermitSo2 + i,
                fmt::format("the permit allows {:g} t/a of {}, the lines' daily emission is {:.1f} "
                            "t/a if it lasts all year",
                            *limit, to_text(emission), tonnes),
                "check the daily emission and the permit");
        }
    }

    void check_line(const std::string& line, const Enterprise& enterprise, Span lines,
                    TableKind table, int row, std::size_t field) {
        if (line.empty()) return;
        for (std::size_t i = lines.from; i < lines.to; ++i) {
            if (state_.inventory.lines[i].id == line) return;
        }
        if (!origin_of(TableKind::kLines).knows_all_of(enterprise.id)) return;
        if (may_be_unread(line, lines)) return;
        const std::string changed = changed_by_spreadsheet(line);
        if (!changed.empty()) {
            add(rules::Severity::kError, table, row, field, fmt::format("'{}' {}", line, changed),
                std::string(kEnterAgain));
            return;
        }
        for (std::size_t i = lines.from; i < lines.to; ++i) {
            const std::string& other = state_.inventory.lines[i].id;
            if (folded(other) != folded(line)) continue;
            add(rules::Severity::kError, table, row, field,
                fmt::format("'{}' is not a line of this enterprise; '{}' is, and differs from it "
                            "in case or width only",
                            line, other),
                "write it as it stands in lines.csv");
            return;
        }
        add(rules::Severity::kError, table, row, field,
            fmt::format("'{}' is not a line of this enterprise", line),
            "a line's id of lines.csv, or leave it empty for the whole enterprise");
    }

    // Whether the line is likely one whose own row is wrong, which is said there: it has no id, or
    // names an enterprise that is not there while this one has no line at all.
    [[nodiscard]] bool may_be_unread(const std::string& line, Span lines) const {
        for (std::size_t i = lines.from; i < lines.to; ++i) {
            if (state_.inventory.lines[i].id.empty()) return true;
        }
        return lines.from == lines.to &&
               std::ranges::find(state_.orphan_lines, line) != state_.orphan_lines.end();
    }

    void check_line_references(const Enterprise& enterprise, Span lines, Span measures, Span meters,
                               Span outlets) {
        const Inventory& all = state_.inventory;
        for (std::size_t i = measures.from; i < measures.to; ++i) {
            check_line(all.own_measures[i].line, enterprise, lines, TableKind::kMeasures,
                       all.own_measures[i].row, measure_field::kLine);
        }
        for (std::size_t i = meters.from; i < meters.to; ++i) {
            check_line(all.meters[i].line, enterprise, lines, TableKind::kMeters, all.meters[i].row,
                       meter_field::kLine);
        }
        for (std::size_t i = outlets.from; i < outlets.to; ++i) {
            check_line(all.outlets[i].line, enterprise, lines, TableKind::kOutlets,
                       all.outlets[i].row, outlet_field::kLine);
        }
    }

    // Share of the line's load that a measure cuts, where that can be said.
    static std::optional<double> strictness(const OwnMeasure& measure) {
        switch (measure.action) {
            case rules::Action::kStop:
            case rules::Action::kLimitLoad:
                return measure.ratio;
            case rules::Action::kSelfDiscipline:
                return 0.0;
            case rules::Action::kLimitEmission:
            case rules::Action::kStopProcess:
            case rules::Action::kBanVehicles:
                return std::nullopt;
        }
        return std::nullopt;
    }

    void check_measures(Span span) {
        const std::vector<OwnMeasure>& all = state_.inventory.own_measures;
        std::vector<std::size_t> by_line;
        for (std::size_t i = span.from; i < span.to; ++i) {
            if (!std::ranges::binary_search(state_.unclear_measures, all[i].row)) {
                by_line.push_back(i);
            }
        }
        const auto line_of = [&](std::size_t i) -> const SharedText& { return all[i].line; };
        std::ranges::stable_sort(by_line, {}, line_of);
        for (std::size_t i = 0; i < by_line.size(); ++i) {
            for (std::size_t j = i + 1; j < by_line.size(); ++j) {
                const OwnMeasure& one = all[by_line[i]];
                const OwnMeasure& other = all[by_line[j]];
                if (one.line != other.line) break;
                if (one.level == other.level)
                    check_doubled(one, other);
                else if (one.level < other.level)
                    check_order(one, other);
                else
                    check_order(other, one);
            }
        }
    }

    void check_doubled(const OwnMeasure& first, const OwnMeasure& second) {
        if (first.action != second.action || first.extra != second.extra) return;
        add(rules::Severity::kWarning, TableKind::kMeasures, second.row, measure_field::kAction,
            fmt::format("'{}' at {} stands twice for the same line; first in row {}",
                        to_text(second.action), to_text(second.level), first.row),
            "one row a line, level and action; the stricter binds");
    }

    void check_order(const OwnMeasure& low, const OwnMeasure& high) {
        const auto lower = strictness(low);
        const auto higher = strictness(high);
        if (!lower || !higher || *lower <= *higher) return;
        add(rules::Severity::kWarning, TableKind::kMeasures, low.row, measure_field::kRatio,
            fmt::format("stricter at {} ({} {}) than at {} ({} {}, row {})", to_text(low.level),
                        to_text(low.action), low.ratio, to_text(high.level), to_text(high.action),
                        high.ratio, high.row),
            "a higher level never asks for less");
    }

    void check_instruments(const Enterprise& enterprise, Span meters) {
        if (meters.from != meters.to) return;
        if (!origin_of(TableKind::kMeters).knows_all_of(enterprise.id)) return;
        add(rules::Severity::kWarning, TableKind::kEnterprises, enterprise.row,
            enterprise_field::kId,
            fmt::format("'{}' ({}) has no meter: it cannot be verified by power", enterprise.id,
                        enterprise.name),
            "its meters in meters.csv");
    }

    // Powers that are off by a thousand: by themselves, beside the meter of the whole enterprise,
    // and beside what the line is said to use in a day. Orders of magnitude only.
    void check_powers(Span lines, Span meters) {
        constexpr double kLeastKw = 0.1;       // less than the smallest fan
        constexpr double kMostKw = 1'000'000;  // a pot room is 700 MW
        constexpr double kBeyondTotal = 20;    // a total meter measures all of it
        const std::vector<Meter>& all = state_.inventory.meters;
        double total = 0;
        for (std::size_t i = meters.from; i < meters.to; ++i) {
            if (all[i].role == rules::MeterRole::kTotal) {
                total = std::max(total, all[i].rated_kw.value_or(0));
            }
        }
        for (std::size_t i = meters.from; i < meters.to; ++i) {
            const double rated = all[i].rated_kw.value_or(0);
            if (rated <= 0) continue;
            if (rated < kLeastKw) {
                say_power(all[i], fmt::format("{:g} kW is {:g} W, less than any machine", rated,
                                              rated * 1000));
            } else if (rated > kMostKw) {
                say_power(all[i], fmt::format("{:g} kW is {:g} MW, more than any line", rated,
                                              rated / 1000));
            } else if (total > 0 && rated > total * kBeyondTotal) {
                say_power(all[i], fmt::format("{:g} kW, and the total meter of the enterprise is "
                                              "rated at {:g} kW",
                                              rated, total));
            }
        }
        std::map<std::string_view, double> rated_of;
        for (std::size_t i = meters.from; i < meters.to; ++i) {
            if (all[i].role != rules::MeterRole::kProduction) continue;
            rated_of[all[i].line] += all[i].rated_kw.value_or(0);
        }
        for (std::size_t i = lines.from; i < lines.to; ++i) {
            const Line& line = state_.inventory.lines[i];
            const auto rated = rated_of.find(line.id);
            if (line.baseline_kwh_d == 0 || rated == rated_of.end()) continue;
            check_day_of(line, rated->second);
        }
    }

    void check_day_of(const Line& row, double rated) {
        constexpr double kFullDays = 20, kPartOfDay = 0.002;
        const double share = rated > 0 ? row.baseline_kwh_d / (rated * 24) : 1;
        if (share >= kPartOfDay && share <= kFullDays) return;
        add(rules::Severity::kWarning, TableKind::kLines, row.row, line_field::kBaselineEnergy,
            fmt::format("{} kWh a day beside production meters rated at {:g} kW: {:g} times what "
                        "they use at full power",
                        row.baseline_kwh_d, rated, share),
            "check both units: kWh a day, and kW of rated_kw");
    }

    void say_power(const Meter& meter, const std::string& what) {
        add(rules::Severity::kWarning, TableKind::kMeters, meter.row, meter_field::kRatedKw,
            what + ": is the unit off by a thousand?",
            "the rated power in kilowatts (kW): 1 MW is 1000, 1 W is 0.001");
    }

    void check_same_names() {
        const std::vector<Enterprise>& all = state_.inventory.enterprises;
        ByText<const Enterprise*> first_of;
        first_of.reserve(all.size());
        for (const Enterprise& enterprise : all) {
            if (enterprise.name.empty()) continue;
            const auto [first, is_new] = first_of.emplace(enterprise.name, &enterprise);
            if (is_new) continue;
            add(rules::Severity::kWarning, TableKind::kEnterprises, enterprise.row,
                enterprise_field::kName,
                fmt::format("'{}' is also the name of row {}", enterprise.name, first->second->row),
                "one row an enterprise; sites of one enterprise get distinct names");
        }
    }

    // Industry emission of a region against the sum of the lines of the enterprises it holds.
    void check_area_sums() {
        std::map<std::string, DailyEmission, std::less<>> of_county;
        const Inventory& all = state_.inventory;
        std::map<std::string, DailyEmission, std::less<>>::iterator last = of_county.end();
        for (std::size_t i = 0; i < all.lines.size(); ++i) {
            const std::string& region = all.enterprises[state_.line_of[i]].region;
            if (last == of_county.end() || last->first != region) {
                last = of_county.try_emplace(region).first;
            }
            last->second += all.lines[i].emission;
        }
        std::set<std::string, std::less<>> covered;
        for (const AreaEmission& area : all.area_emissions) {
            DailyEmission sum;
            for (const auto& [region, emission] : of_county) {
                if (!region_holds(area.region, region)) continue;
                sum += emission;
                if (area.source == Source::kIndustry) covered.insert(region);
            }
            if (area.source == Source::kIndustry) compare_sum(area, sum);
        }
        if (!origin_of(TableKind::kAreaEmissions).is_sound) return;
        for (const auto& [region, emission] : of_county) {
            if (covered.contains(region) || !is_region_code(region)) continue;
            state_.findings.push_back(
                {{origin_of(TableKind::kAreaEmissions).place, 0, 0},
                 fmt::format("no industry emission for region {}, which has enterprises", region),
                 "a row of source 'industry' for the county or its city",
                 rules::Severity::kWarning});
        }
    }

    // Whole-society emission is the sum of four sources; a region that lacks one has too small a
    // base.
    void check_area_sources() {
        const std::vector<AreaEmission>& all = state_.inventory.area_emissions;
        std::map<std::string_view, std::pair<int, std::set<Source>>> of_region;
        for (const AreaEmission& area : all) {
            auto& [row, sources] = of_region[area.region];
            row = area.row;
            sources.insert(area.source);
        }
        for (const auto& [region, rows] : of_region) {
            for (const Source source :
                 {Source::kIndustry, Source::kMobile, Source::kDust, Source::kResidential}) {
                if (rows.second.contains(source)) continue;
                add(rules::Severity::kNote, TableKind::kAreaEmissions, rows.first,
                    area_field::kSource,
                    fmt::format(
                        "region {} has no row of source '{}' ({}), so whole-society emission "
                        "lacks it",
                        region, to_text(source), to_chinese(source)),
                    "one row a source; 0 where nothing is emitted");
            }
        }
    }

    // Dust sites and goods users against whole-society emission of their source.
    void check_other_sources() {
        const Inventory& all = state_.inventory;
        for (const AreaEmission& area : all.area_emissions) {
            if (area.source != Source::kDust && area.source != Source::kMobile) continue;
            DailyEmission sum;
            for (const OtherSource& one : all.other_sources) {
                if (one.source == area.source && region_holds(area.region, one.region)) {
                    sum += one.emission;
                }
            }
            compare_sum(area, sum);
        }
    }

    void compare_sum(const AreaEmission& area, const DailyEmission& sum) {
        for (std::size_t i = 0; i < kEmissionCount; ++i) {
            const auto emission = static_cast<Emission>(i);
            if (sum.grams[i] <= area.emission.grams[i]) continue;
            const std::string_view whose = area.source == Source::kIndustry ? "enterprises' lines"
                                           : area.source == Source::kDust   ? "dust sites"
                                                                            : "goods users";
            add(rules::Severity::kWarning, TableKind::kAreaEmissions, area.row,
                area_field::kSo2 + i,
                fmt::format("{:.3f} kg/d in region {} is less than the {:.3f} kg/d of its {}",
                            area.emission.kg(emission), area.region, sum.kg(emission), whose),
                "whole-society emission holds everybody's");
        }
    }

    ReadState& state_;
};

}  // namespace

void check_inventory(ReadState& state) { Checker(state).run(); }

}  // namespace qk::plans
