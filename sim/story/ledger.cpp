#include "sim/story/ledger.hpp"

#include <fmt/format.h>

#include <tuple>

#include "rules/warning/colour.hpp"

namespace qk::sim {
namespace {

int decided(const Ledger& ledger, const std::string& kind) {
    const auto found = ledger.decided.find(kind);
    return found == ledger.decided.end() ? 0 : found->second;
}

std::string line(std::string_view stage, std::string_view text) {
    return fmt::format("  {:<15} {}\n", stage, text);
}

}  // namespace

void Ledger::refuse(std::string text) {
    const auto known = refusals.find(text);
    if (known != refusals.end()) {
        ++known->second;
    } else if (refusals.size() < kRefusalsKept) {
        refusals.emplace(std::move(text), 1);
    }
}

std::vector<std::string> missing_stages(const Ledger& ledger) {
    std::vector<std::string> missing;
    const auto want = [&](bool happened, const char* stage) {
        if (!happened) missing.emplace_back(stage);
    };
    want(ledger.forecasts > 0, "no forecast was taken");
    want(ledger.proposals > 0, "nothing was proposed");
    want(decided(ledger, "start") > 0, "no warning was issued");
    // Which of the three an episode asks for is up to its air.
    const bool follows_air = decided(ledger, "raise") + decided(ledger, "lower") > 0 ||
                             (decided(ledger, "start") > 1 && decided(ledger, "lift") > 1);
    const bool asks_air = !ledger.is_of_verdicts;
    want(!asks_air || follows_air,
         "no level was raised or lowered, and no second episode followed a lift");
    want(!asks_air || decided(ledger, "lift") > 0, "no warning was lifted");
    want(ledger.orders > 0, "no order reached an enterprise");
    want(ledger.receipts > 0, "no receipt was taken");
    want(ledger.comparison.windows > 0, "nothing was judged");
    want(!ledger.floors.empty(), "no reduction was planned");
    want(ledger.reports > 0, "no report was written");
    return missing;
}

namespace {

// A floor once for each warning and colour: later plans of the same colour say it again.
std::string floors_text(const Ledger& ledger) {
    std::map<std::tuple<std::string, std::string, std::string>, const FloorLine*> latest;
    std::vector<const FloorLine*> shown;
    for (const FloorLine& floor : ledger.floors) {
        auto& place = latest[{floor.warning, floor.colour, floor.pollutant}];
        if (place == nullptr) shown.push_back(&floor);
        place = &floor;
    }
    std::string text;
    for (const FloorLine* first : shown) {
        const FloorLine& floor = *latest[{first->warning, first->colour, first->pollutant}];
        const auto colour = rules::parse_colour(floor.colour);
        text += line("减排 reduction",
                     fmt::format("{} {} {:<4} {:5.1f} %, 底线 floor {:4.1f} %, {}", floor.warning,
                                 colour ? rules::to_chinese(*colour) : floor.colour,
                                 floor.pollutant, floor.share * 100, floor.floor * 100,
                                 floor.met ? "达到 met" : "未达到 NOT MET"));
    }
    return text;
}

}  // namespace

std::string to_text(const Ledger& ledger) {
    std::string text = "汇总 summary\n";
    text += line("预报 forecasts", fmt::format("{} taken, 实况 observed {} hours", ledger.forecasts,
                                               ledger.observations));
    text += line("建议 proposals",
                 fmt::format("{}, 会商 {} consultations, 签批 {} signatures", ledger.proposals,
                             ledger.consultations, ledger.signatures));
    text += line(
        "预警 warnings",
        fmt::format("发布 issued {}, 升级 raised {}, 降级 lowered {}, 延长 extended {}, "
                    "解除 lifted {}",
                    decided(ledger, "start"), decided(ledger, "raise"), decided(ledger, "lower"),
                    decided(ledger, "extend"), decided(ledger, "lift")));
    text += line("指令 orders", fmt::format("{} documents to {} enterprises", ledger.orders,
                                            ledger.enterprises_ordered));
    text += line("回执 receipts",
                 fmt::format("{} taken, {} receipts sent", ledger.receipts, ledger.receipts_sent));
    if (ledger.season.orders > 0) {
        text += line("错峰 season",
                     fmt::format("{} documents, 应停 owed {} days, 已停 kept {}, 无法判断 cannot "
                                 "tell {}, 尚欠 debt {} of {} lines",
                                 ledger.season.orders, ledger.season.owed_days,
                                 ledger.season.kept_days, ledger.season.unknown_days,
                                 ledger.season.debt_days, ledger.season.debtors));
    }
    text += line("读数 readings", fmt::format("{}", ledger.readings));
    text += floors_text(ledger);
    text += line("报告 reports", fmt::format("{}", ledger.reports));
    text += line("研判 verdicts", fmt::format("{} windows", ledger.comparison.windows));
    text += to_text(ledger.comparison);
    for (const std::string& violation : ledger.violations)
        text += "  VIOLATION " + violation + "\n";
    for (const auto& [refusal, times] : ledger.refusals) {
        text += fmt::format("  被拒 refused {} times: {}\n", times, refusal);
    }
    for (const std::string& stage : missing_stages(ledger)) text += "  MISSING " + stage + "\n";
    text += exit_code_of(ledger) == 0 ? "闭环完成 the loop is closed\n"
                                      : "闭环未完成 the loop is NOT closed\n";
    return text;
}

int exit_code_of(const Ledger& ledger) {
    const bool is_good =
        missing_stages(ledger).empty() && ledger.violations.empty() && ledger.comparison.holds();
    return is_good ? 0 : 1;
}

}  // namespace qk::sim
