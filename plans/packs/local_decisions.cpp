#include "plans/packs/local_decisions.hpp"

#include <algorithm>

#include "plans/measures/trades.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kTiesMax = 5000;

// Who decided, when, and on what paper.
template <class Decision>
void read_decision(TomlTable& table, Decision& into) {
    into.by = table.required_name("by", "the name of who decided");
    into.source = table.required_text("source", "the paper on which it was decided");
    if (!table.has("on")) table.wrong("on", "is missing", "the day it was decided, 2026-11-20");
    if (const auto day = table.day("on")) into.on = *day;
}

}  // namespace

void read_trades(TomlTable& head, std::vector<TradeTie>& ties) {
    std::optional<TomlTable> table = head.table("trades");
    if (!table) return;
    for (TomlTable& entry : table->tables("tie", kTiesMax)) {
        TradeTie tie;
        tie.name = entry.required_name("name", "the trade as inventories write it");
        tie.trade = entry.required_text("trade", "cement");
        if (!tie.trade.empty() && trade_by_id(tie.trade) == nullptr) {
            entry.wrong(
                "trade", "'" + tie.trade + "' is not the id of a trade",
                "an id as 'qingkongctl catalogue list' prints them; other for none of them");
        }
        read_decision(entry, tie);
        entry.finish();
        const std::string key = trade_name_key(tie.name);
        std::erase_if(ties,
                      [&key](const TradeTie& one) { return trade_name_key(one.name) == key; });
        ties.push_back(std::move(tie));
    }
    table->finish();
}

void read_rotation(TomlTable& head, Rotation& rotation) {
    std::optional<TomlTable> table = head.table("rotation");
    if (!table) return;
    rotation.batch = table->required_name("batch", "H1");
    if (!rotation.batch.empty() && batch_number(rotation.batch) == 0) {
        table->wrong("batch", "'" + rotation.batch + "' names no batch",
                     "a name with the number of the batch, from 1: H1, 第1批");
    }
    read_decision(*table, rotation);
    table->finish();
}

int batch_number(std::string_view name) {
    constexpr int kBatchesMax = 100;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto last = std::find_if(name.rbegin(), name.rend(), is_digit);
    int number = 0;
    int place = 1;
    for (auto digit = last; digit != name.rend() && is_digit(*digit); ++digit) {
        if (place > kBatchesMax) return 0;
        number += (*digit - '0') * place;
        place *= 10;
    }
    return number > kBatchesMax ? 0 : number;
}

}  // namespace qk::plans
