// qingkongctl verify: judges obligations by readings, offline.
//
// Exit code 1 when a verdict is breach or breach_suspected. "Cannot tell" alone exits 0, because it
// accuses nobody; with --strict it exits 1 as well, for scripts that want proof of compliance.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/documents/verdict_json.hpp"
#include "plans/feeds/columns.hpp"
#include "plans/feeds/readings_csv.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/packs/judging.hpp"
#include "plans/response/read_obligations.hpp"
#include "plans/response/season_obligations.hpp"
#include "rules/compliance/judge.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

using rules::Instant;

struct Inputs {
    plans::Inventory inventory;
    std::vector<plans::GivenObligation> obligations;
    plans::ReadingsFeed readings;
    rules::JudgingParameters parameters;
    rules::Zone zone;
    Instant now{};  // nothing later has been seen
    std::optional<Instant> asked_now{};
    // Since when the season has bound an enterprise, by obligations of its own; by id.
    std::map<std::string, Instant> season_since{};
};

// The numbers, zone and rules of --pack: the id of a built-in pack, or a file.
rules::Faults use_pack(const std::string& name, Inputs& inputs, plans::RegionRules& region) {
    const auto use = [&](const plans::RegionPack& pack) {
        inputs.parameters = plans::judging_parameters(pack);
        inputs.zone = pack.zone;
        region = plans::from_pack(pack);
    };
    if (plans::built_in_pack_text(name)) {
        const auto pack = plans::built_in_pack(name);
        if (!pack) return pack.error();
        use(*pack);
        return {};
    }
    const auto text = read_file(name);
    if (!text) return text.error();
    const auto pack = plans::read_pack(*text, name, sources_beside(name));
    if (!pack) return pack.error();
    use(*pack);
    return {};
}

// Adds the readings of one file to those of files before it: an instant that both know is taken
// once where they agree and is no evidence where they do not.
template <class Reading>
void join(std::vector<Reading>& into, std::vector<Reading>&& more) {
    into.insert(into.end(), more.begin(), more.end());
    std::ranges::stable_sort(into, {}, &Reading::end);
    std::vector<Reading> once;
    for (const Reading& reading : into) {
        if (once.empty() || once.back().end != reading.end) {
            once.push_back(reading);
        } else if (!(once.back() == reading)) {
            once.back().valid = false;
        }
    }
    into = std::move(once);
}

using Places = std::map<std::string, std::size_t>;  // of a series by its key

template <class Series>
void add_series(std::vector<Series>& all, Places& places, const std::string& key, Series&& more) {
    const auto [place, is_new] = places.emplace(key, all.size());
    if (is_new) {
        all.push_back(std::move(more));
        return;
    }
    Series& known = all[place->second];
    // Few readings tell little of how often an instrument reports.
    if (more.readings.size() > known.readings.size()) known.interval = more.interval;
    join(known.readings, std::move(more.readings));
}

// Puts file after file together; what the inventory does not name is said and left out.
class ReadingsCollector {
 public:
    explicit ReadingsCollector(Inputs& inputs) : inputs_(inputs) {
        for (const plans::Meter& meter : inputs.inventory.meters) meters_.insert(meter.id);
        for (const plans::Outlet& outlet : inputs.inventory.outlets) outlets_.insert(outlet.id);
    }

    void take(plans::ReadingsFeed feed, const std::string& file) {
        for (const rules::Fault& fault : feed.warnings) warn(fault);
        for (rules::PowerSeries& series : feed.meters) {
            reach(series);
            const std::string id = series.meter.id;
            if (meters_.contains(id)) {
                add_series(inputs_.readings.meters, meter_places_, id, std::move(series));
            } else {
                warn({{file, 0, 0},
                      fmt::format("the inventory has no meter '{}'", id),
                      "an id of meters.csv; its readings count for nobody",
                      rules::Severity::kWarning});
            }
        }
        for (rules::StackSeries& series : feed.stacks) {
            reach(series);
            const std::string key = series.outlet + "\n" + series.factor;
            if (outlets_.contains(series.outlet)) {
                add_series(inputs_.readings.stacks, stack_places_, key, std::move(series));
            } else {
                warn({{file, 0, 0},
                      fmt::format("the inventory has no outlet '{}'", series.outlet),
                      "an id of outlets.csv; its readings count for nobody",
                      rules::Severity::kWarning});
            }
        }
    }

 private:
    void warn(rules::Fault fault) { plans::add_fault(inputs_.readings.warnings, std::move(fault)); }
    template <class Series>
    void reach(const Series& series) {
        if (!series.readings.empty()) {
            inputs_.now = std::max(inputs_.now, series.readings.back().end);
        }
    }

    Inputs& inputs_;
    std::set<std::string, std::less<>> meters_;
    std::set<std::string, std::less<>> outlets_;
    Places meter_places_;
    Places stack_places_;
};

// Every file of --readings, and how far they reach.
rules::Faults read_readings(const Call& call, Inputs& inputs) {
    rules::Faults faults;
    const auto note = [&](const rules::Faults& more) {
        faults.insert(faults.end(), more.begin(), more.end());
    };
    std::map<std::string, rules::MeterFacts, std::less<>> facts;
    for (const plans::Meter& meter : inputs.inventory.meters) {
        facts.emplace(meter.id, facts_of(meter));
    }
    plans::ReadingsCsvOptions options{.zone = inputs.zone};
    options.meter = [&facts](std::string_view id) {
        const auto found = facts.find(id);
        return found == facts.end() ? nullptr : &found->second;
    };
    if (const auto now = call.text("now")) {
        options.now = rules::parse_instant(*now, inputs.zone);
        if (!options.now)
            note(rules::refuse("--now: " + rules::not_a_time(*now), rules::kTimeCure));
    }
    ReadingsCollector book(inputs);
    for (const std::string& file : call.texts("readings")) {
        const auto text = read_file(file);
        if (!text) {
            note(text.error());
            continue;
        }
        auto feed = plans::read_readings_csv(*text, file, options);
        if (!feed) {
            note(feed.error());
            continue;
        }
        book.take(std::move(*feed), file);
    }
    inputs.asked_now = options.now;
    if (options.now) inputs.now = std::min(inputs.now, *options.now);
    return faults;
}

// What a window of the season asks of an enterprise is no normal work of it: since when is seen for
// each, on the days on which its obligations begin.
void note_season(const plans::SeasonPlan& season, const plans::RegionRules& region,
                 Inputs& inputs) {
    std::set<rules::CivilDay> days;
    std::map<std::string, rules::CivilDay> first;
    for (const auto& [obligation, delivery] : inputs.obligations) {
        const rules::CivilDay day = rules::day_of(obligation.from, inputs.zone);
        days.insert(day);
        const auto [at, is_new] = first.emplace(obligation.enterprise, day);
        if (!is_new) at->second = std::min(at->second, day);
    }
    for (const rules::CivilDay day : days) {
        for (const rules::Obligation& duty :
             plans::season_duties(inputs.inventory, season, region, day, inputs.zone)) {
            const auto owes = first.find(duty.enterprise);
            if (owes == first.end() || owes->second != day) continue;
            const auto [at, is_new] = inputs.season_since.emplace(duty.enterprise, duty.from);
            if (!is_new) at->second = std::min(at->second, duty.from);
        }
    }
}

bool use_season(const Call& call, const plans::RegionRules& region, Inputs& inputs) {
    PlanInputs plan{.rules = region, .zone = inputs.zone};
    if (!load_season(call, *call.text("inventory"), plan)) return false;
    if (plan.season) note_season(*plan.season, region, inputs);
    return true;
}

// Everything the command line names; every fault of every file at once.
std::optional<Inputs> read_inputs(const Call& call) {
    Inputs inputs{.zone = rules::kBeijingTime};
    inputs.parameters = plans::sample_judging_parameters();
    rules::Faults faults;
    const auto note = [&](const rules::Faults& more) {
        faults.insert(faults.end(), more.begin(), more.end());
    };
    plans::RegionRules region = plans::national_sample_rules();
    if (const auto pack = call.text("pack")) note(use_pack(*pack, inputs, region));
    auto loaded = load_inventory(*call.text("inventory"));
    if (!loaded) {
        note(loaded.error());
    } else if (!loaded->inventory) {
        note(loaded->findings);
    } else {
        inputs.inventory = std::move(*loaded->inventory);
    }
    const std::string obligations_file = *call.text("obligations");
    if (const auto text = read_file(obligations_file)) {
        auto read = plans::read_obligations(*text, obligations_file, inputs.zone);
        if (read)
            inputs.obligations = std::move(*read);
        else
            note(read.error());
    } else {
        note(text.error());
    }
    note(read_readings(call, inputs));
    const bool has_season = use_season(call, region, inputs);
    if (rules::has_errors(faults)) print_faults(faults);
    if (rules::has_errors(faults) || !has_season) return std::nullopt;
    return inputs;
}

// What belongs to one enterprise; meters that report nothing are there, empty.
struct Holdings {
    std::vector<rules::PowerSeries> meters;
    std::vector<std::string> lines;
    std::vector<rules::StackSeries> stacks;
};

std::map<std::string, Holdings> holdings_of(const Inputs& inputs) {
    std::map<std::string, const rules::PowerSeries*> by_meter;
    for (const auto& series : inputs.readings.meters) by_meter[series.meter.id] = &series;
    std::multimap<std::string, const rules::StackSeries*> by_outlet;
    for (const auto& series : inputs.readings.stacks) by_outlet.emplace(series.outlet, &series);
    std::map<std::string, Holdings> holdings;
    for (const plans::Meter& meter : inputs.inventory.meters) {
        const auto found = by_meter.find(meter.id);
        rules::PowerSeries silent;
        silent.meter = facts_of(meter);
        holdings[meter.enterprise].meters.push_back(found == by_meter.end() ? silent
                                                                            : *found->second);
    }
    for (const plans::Line& line : inputs.inventory.lines) {
        if (!line.idle) holdings[line.enterprise].lines.push_back(line.id);
    }
    for (const plans::Outlet& outlet : inputs.inventory.outlets) {
        const auto [first, last] = by_outlet.equal_range(outlet.id);
        for (auto at = first; at != last; ++at) {
            auto& stacks = holdings[outlet.enterprise].stacks;
            stacks.push_back(*at->second);
            stacks.back().line = outlet.line;
        }
    }
    return holdings;
}

rules::Evidence evidence_of(const Inputs& inputs, Holdings held, Instant before,
                            const std::vector<rules::Span>& warnings) {
    rules::Evidence evidence = rules::gather_evidence(std::move(held.meters), before, warnings,
                                                      inputs.parameters, inputs.zone);
    evidence.lines = std::move(held.lines);
    evidence.stacks = std::move(held.stacks);
    return evidence;
}

struct Judged {
    std::vector<std::pair<const rules::Obligation*, rules::Verdict>> verdicts;
    std::vector<std::pair<const rules::Obligation*, std::string>> not_judged;
};

// Readings that all end before an obligation begins say nothing of it, unless --now says that it
// has just begun or is yet to begin.
rules::Judgement judge_one(const rules::JudgeInput& seen, const Inputs& inputs) {
    const Instant from = seen.obligation.from;
    const Instant until = inputs.asked_now.value_or(from + std::chrono::hours{24});
    if (inputs.now > from || until - from < rules::minutes_of(inputs.parameters.observed_min)) {
        return rules::judge(seen);
    }
    rules::JudgeInput silent = seen;
    silent.window.to = std::max(
        from, std::min(seen.obligation.to.value_or(until), inputs.asked_now.value_or(from)));
    return rules::judge_without_readings(silent);
}

Judged judge_all(const Inputs& inputs) {
    // Days under any of these obligations are no baseline for the others.
    std::vector<rules::Span> warnings;
    std::map<std::string, Instant> earliest;
    for (const auto& [obligation, delivery] : inputs.obligations) {
        warnings.push_back({obligation.from, obligation.to.value_or(inputs.now)});
        const auto [at, is_new] = earliest.emplace(obligation.enterprise, obligation.from);
        if (!is_new) at->second = std::min(at->second, obligation.from);
    }
    for (const auto& [enterprise, since] : inputs.season_since) {
        Instant& before = earliest.at(enterprise);
        before = std::min(before, since);
    }
    std::sort(warnings.begin(), warnings.end(),
              [](const auto& a, const auto& b) { return a.from < b.from; });
    warnings.erase(std::unique(warnings.begin(), warnings.end()), warnings.end());
    Judged judged;
    std::map<std::string, Holdings> holdings = holdings_of(inputs);
    std::map<std::string, rules::Evidence> evidence;
    for (const auto& [obligation, delivery] : inputs.obligations) {
        const auto found = evidence.find(obligation.enterprise);
        const rules::Evidence& seen =
            found != evidence.end()
                ? found->second
                : evidence
                      .emplace(obligation.enterprise,
                               evidence_of(inputs, std::move(holdings[obligation.enterprise]),
                                           earliest[obligation.enterprise], warnings))
                      .first->second;
        const Instant to = std::min(obligation.to.value_or(inputs.now), inputs.now);
        const rules::Span window{obligation.from, std::max(obligation.from, to)};
        const rules::JudgeInput question{obligation,        seen,        window,
                                         inputs.parameters, inputs.zone, delivery};
        rules::Judgement answer = judge_one(question, inputs);
        if (answer.verdict)
            judged.verdicts.emplace_back(&obligation, std::move(*answer.verdict));
        else
            judged.not_judged.emplace_back(&obligation, std::move(answer.not_judged));
    }
    return judged;
}

// Which may stand in the region's list of accused: breaches, so many that of the list at most the
// stated share is wrong, reckoned over all that were judged by power.
std::vector<bool> listed_of(const Judged& judged, const Inputs& inputs) {
    std::vector<double> log_e;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < judged.verdicts.size(); ++i) {
        const rules::Verdict& verdict = judged.verdicts[i].second;
        if (!verdict.accusation) continue;
        const bool is_breach = verdict.compliance == rules::Compliance::kBreach;
        log_e.push_back(is_breach ? verdict.accusation->log_e : 0);
        places.push_back(i);
    }
    const auto in = rules::listed(log_e, inputs.parameters.region_false_share);
    std::vector<bool> all(judged.verdicts.size(), false);
    for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = in[i];
    return all;
}

json::object to_json(const Judged& judged, const Inputs& inputs) {
    std::map<std::string, int> counts;
    json::array verdicts;
    const std::vector<bool> listed = listed_of(judged, inputs);
    for (const auto& [obligation, verdict] : judged.verdicts) {
        ++counts[std::string(rules::to_text(verdict.compliance))];
        json::object object = plans::to_json(verdict, inputs.zone).as_object();
        object["enterprise"] = obligation->enterprise;
        object["line"] = obligation->line;
        object["action"] = rules::to_text(obligation->action);
        if (verdict.accusation) object["listed"] = bool{listed[verdicts.size()]};
        verdicts.emplace_back(std::move(object));
    }
    json::array not_judged;
    for (const auto& [obligation, why] : judged.not_judged) {
        not_judged.emplace_back(json::object{{"obligation", obligation->id},
                                             {"enterprise", obligation->enterprise},
                                             {"reason", why}});
    }
    json::object summary;
    for (const char* name : {"compliant", "breach_suspected", "breach", "cannot_tell"}) {
        summary[name] = counts[name];
    }
    summary["not_judged"] = judged.not_judged.size();
    return {{"verdicts", std::move(verdicts)},
            {"not_judged", std::move(not_judged)},
            {"summary", std::move(summary)},
            {"parameters", plans::to_json(inputs.parameters)}};
}

Table to_table(const Judged& judged) {
    Table table;
    table.columns = {"enterprise",  "obligation", "compliance", "measured_kwh",
                     "allowed_kwh", "coverage",   "text"};
    for (const auto& [obligation, verdict] : judged.verdicts) {
        table.rows.push_back({obligation->enterprise, obligation->id,
                              std::string(rules::to_text(verdict.compliance)),
                              fmt::format("{:.1f}", verdict.measured_kwh),
                              fmt::format("{:.1f}", verdict.allowed_kwh),
                              fmt::format("{:.3f}", verdict.coverage), verdict.text});
    }
    for (const auto& [obligation, why] : judged.not_judged) {
        table.rows.push_back(
            {obligation->enterprise, obligation->id, "not_judged", "", "", "", why});
    }
    return table;
}

int run(const Call& call) {
    const auto inputs = read_inputs(call);
    if (!inputs) return kBadUsage;
    print_faults(inputs->readings.warnings);
    const Judged judged = judge_all(*inputs);
    print(std::cout, format_of(call), to_json(judged, *inputs), to_table(judged));
    const bool is_strict = call.has("strict");
    const bool is_negative =
        std::any_of(judged.verdicts.begin(), judged.verdicts.end(), [&](const auto& entry) {
            if (rules::is_lead(entry.second)) return true;
            switch (entry.second.compliance) {
                case rules::Compliance::kCompliant:
                    return false;
                case rules::Compliance::kCannotTell:
                    return is_strict;
                case rules::Compliance::kBreachSuspected:
                case rules::Compliance::kBreach:
                    return true;
            }
            return true;
        });
    return is_negative ? kNegative : kHolds;
}

}  // namespace

Command verify_command() {
    return {
        .name = "verify",
        .what = {"按用电和烟气读数研判减排义务", "judge obligations by meter and stack readings"},
        .options = {inventory_option(),
                    option("obligations", "FILE",
                           {"derive 输出的义务；其中的 delivery.published_at 说明何时起可知",
                            "obligations as 'qingkongctl derive' prints them; "
                            "delivery.published_at in one or "
                            "around it: from when it could be known"})
                        .required(),
                    option("readings", "FILE",
                           {"CSV meter,time,kwh[,kw] 或 outlet,time,FACTOR...",
                            "readings of meters or stacks"})
                        .each()
                        .required(),
                    option("pack", "ID|FILE",
                           {"采用其研判参数的区域规则包",
                            "region pack whose judging parameters count"}),
                    season_option(),
                    option("now", "TIME",
                           {"此后的读数视为尚未收到", "nothing after this instant has been seen"}),
                    flag("strict", {"有“无法判定”时也以 1 退出",
                                    "exit 1 also where a verdict is cannot_tell"}),
                    format_option()},
        .examples = {"qingkongctl verify --inventory packaging/sample/inventory --obligations "
                     "build/obligations.json "
                     "--readings packaging/sample/readings.csv --now 2026-12-02T08:00"},
        .run = run,
    };
}

}  // namespace qk::ctl
