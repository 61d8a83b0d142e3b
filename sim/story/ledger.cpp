#include "sim/story/ledger.hpp"

#include <fmt/format.h>

namespace qk::sim {
namespace {

int decided(const Ledger& ledger, const std::string& kind) {
    const auto found = ledger.decided.find(kind);
    return found == ledger.decided.end() ? 0 : found->second;
}

std::string line(std::string_view stage, std::string_view text) {
    return fmt::format("  {:<14} {}\n", stage, text);
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
    want(decided(ledger, "raise") > 0, "no warning was raised");
    want(decided(ledger, "lower") > 0, "no warning was lowered");
    want(decided(ledger, "lift") > 0, "no warning was lifted");
    want(ledger.orders > 0, "no order reached an enterprise");
    want(ledger.receipts > 0, "no receipt was taken");
    want(ledger.comparison.windows > 0, "nothing was judged");
    want(!ledger.floors.empty(), "no reduction was planned");
    want(ledger.reports > 0, "no report was written");
    return missing;
}

std::string to_text(const Ledger& ledger) {
    std::string text;
    text += line("forecasts",
                 fmt::format("{} taken, {} hours observed", ledger.forecasts, ledger.observations));
    text += line("proposals", fmt::format("{}, {} consultations, {} signatures", ledger.proposals,
                                          ledger.consultations, ledger.signatures));
    text += line("warnings", fmt::format("issued {}, raised {}, lowered {}, extended {}, lifted {}",
                                         decided(ledger, "start"), decided(ledger, "raise"),
                                         decided(ledger, "lower"), decided(ledger, "extend"),
                                         decided(ledger, "lift")));
    text += line("orders", fmt::format("{} documents to {} enterprises", ledger.orders,
                                       ledger.enterprises_ordered));
    text += line("receipts",
                 fmt::format("{} taken, {} receipts sent", ledger.receipts, ledger.receipts_sent));
    text += line("readings", fmt::format("{}", ledger.readings));
    for (const FloorLine& floor : ledger.floors) {
        text += line("reduction",
                     fmt::format("{} {:<6} {:<4} {:5.1f} % against a floor of {:4.1f} %: {}",
                                 floor.warning, floor.colour, floor.pollutant, floor.share * 100,
                                 floor.floor * 100, floor.met ? "met" : "NOT met"));
    }
    text += line("reports", fmt::format("{}", ledger.reports));
    text += line("verdicts", fmt::format("{} windows, against the truth (days) at the right:",
                                         ledger.comparison.windows));
    text += to_text(ledger.comparison);
    for (const std::string& violation : ledger.violations)
        text += "  VIOLATION " + violation + "\n";
    for (const auto& [refusal, times] : ledger.refusals) {
        text += fmt::format("  refused {} times: {}\n", times, refusal);
    }
    for (const std::string& stage : missing_stages(ledger)) text += "  MISSING " + stage + "\n";
    return text;
}

int exit_code_of(const Ledger& ledger) {
    const bool is_good =
        missing_stages(ledger).empty() && ledger.violations.empty() && ledger.comparison.holds();
    return is_good ? 0 : 1;
}

}  // namespace qk::sim
