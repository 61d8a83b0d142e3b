#include "plans/measures/trades.hpp"

#include <algorithm>
#include <cassert>
#include <deque>
#include <unordered_map>

#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kTradesBytesMax = 1 << 20;
constexpr std::size_t kTradesMax = 200;

// What words/trades.toml says. Trades keep views into `texts`.
struct TradeTable {
    std::deque<std::string> texts;
    std::vector<Trade> trades;
    std::unordered_map<std::string, std::size_t> by_name;  // place in `trades`
    std::unordered_map<std::string, std::vector<std::size_t>> by_code;
    std::vector<std::string> suffixes;

    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

void read_trade(TomlTable& table, TradeTable& into) {
    const std::size_t place = into.trades.size();
    Trade trade;
    trade.id = into.keep(table.required_text("id", "cement"));
    trade.number = static_cast<int>(table.whole("number", 0, kGuideTradeCount).value_or(0));
    trade.chinese = into.keep(table.required_text("name", "水泥"));
    std::vector<std::string> names = table.texts("names");
    names.emplace_back(trade.id);
    names.emplace_back(trade.chinese);
    for (const std::string& name : names) {
        const auto [entry, fresh] = into.by_name.emplace(trade_name_key(name), place);
        if (!fresh && entry->second != place) table.wrong("names", "'" + name + "'", "one trade");
    }
    for (std::string& code : table.texts("codes")) {
        into.by_code[code].push_back(place);
        trade.codes.push_back(into.keep(std::move(code)));
    }
    into.trades.push_back(std::move(trade));
    table.finish();
}

TradeTable read_trade_table() {
    TradeTable all;
    for (const embedded::File& file : embedded::measure_words()) {
        if (!std::string_view(file.path).ends_with("trades.toml")) continue;
        const std::string path(file.path);
        const auto document = parse_toml(file.text, path, kTradesBytesMax);
        assert(document.has_value());
        rules::Faults faults;
        TomlTable head(*document, "", path, faults);
        all.suffixes = head.texts("suffixes");
        (void)head.required_text("source", "where names and codes are from");
        (void)head.required_text("certainty", "secondary");
        (void)head.day("checked");
        for (TomlTable& table : head.tables("trade", kTradesMax)) read_trade(table, all);
        head.finish();
        assert(faults.empty());
    }
    assert(!all.trades.empty());
    return all;
}

const TradeTable& table() {
    static const TradeTable all = read_trade_table();
    return all;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "3110" and "311" are one class of GB/T 4754.
std::string four_digits(std::string_view digits) {
    std::string code(digits);
    if (code.size() == 3) code += '0';
    return code;
}

struct Written {
    std::string code;  // four digits; empty: none
    std::string name;  // key; empty: none
};

// "c3041平板玻璃制造" -> "3041" and "平板玻璃制造".
Written apart(std::string key) {
    constexpr std::size_t kDigitsMin = 2, kDigitsMax = 4;
    Written written;
    std::size_t at = !key.empty() && key[0] >= 'a' && key[0] <= 't' ? 1 : 0;
    const std::size_t first = at;
    while (at < key.size() && is_digit(key[at])) ++at;
    const std::size_t digits = at - first;
    if (digits < kDigitsMin || digits > kDigitsMax) {
        written.name = std::move(key);
        return written;
    }
    written.code = four_digits(std::string_view(key).substr(first, digits));
    while (at < key.size() && (key[at] == '-' || key[at] == ':' || key[at] == '_')) ++at;
    written.name = key.substr(at);
    return written;
}

// By the name as it is, or without the words that end names of trades ("水泥制造业").
const Trade* named(std::string name) {
    const TradeTable& all = table();
    for (;;) {
        if (const auto found = all.by_name.find(name); found != all.by_name.end()) {
            return &all.trades[found->second];
        }
        const auto suffix = std::ranges::find_if(all.suffixes, [&name](const std::string& one) {
            return name.size() > one.size() && name.ends_with(one);
        });
        if (suffix == all.suffixes.end()) return nullptr;
        name.resize(name.size() - suffix->size());
    }
}

const Trade* placed(const Written& written) {
    const Trade* by_name = written.name.empty() ? nullptr : named(written.name);
    if (written.code.empty()) return by_name;
    const auto found = table().by_code.find(written.code);
    if (found == table().by_code.end()) return by_name;  // the code is outside the table
    const std::vector<std::size_t>& coded = found->second;
    if (by_name == nullptr) return coded.size() == 1 ? &table().trades[coded.front()] : nullptr;
    const auto place = static_cast<std::size_t>(by_name - table().trades.data());
    return std::ranges::find(coded, place) == coded.end() ? nullptr : by_name;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// The parts between ';', '；' and '+', empty ones too.
std::vector<std::string_view> parts_of(std::string_view industry) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i < industry.size();) {
        const bool wide = industry.substr(i).starts_with("；");
        if (wide || industry[i] == ';' || industry[i] == '+') {
            parts.push_back(trimmed(industry.substr(start, i - start)));
            i += wide ? std::string_view("；").size() : 1;
            start = i;
        } else {
            ++i;
        }
    }
    parts.push_back(trimmed(industry.substr(start)));
    return parts;
}

}  // namespace

std::span<const Trade> all_trades() { return table().trades; }

std::string trade_name_key(std::string_view name) {
    std::string key;
    key.reserve(name.size());
    for (std::size_t i = 0; i < name.size(); ++i) {
        const std::string_view rest = name.substr(i);
        const auto at = [rest](std::size_t k) { return static_cast<unsigned char>(rest[k]); };
        char c = name[i];
        if (rest.starts_with("\u3000") || rest.starts_with("\u00A0")) {
            i += rest.starts_with("\u3000") ? 2 : 1;
            continue;
        }
        if (rest.size() >= 3 && at(0) == 0xEF && at(1) == 0xBC && at(2) >= 0x81 && at(2) <= 0xBF) {
            c = static_cast<char>(at(2) - 0x60);  // U+FF01 to U+FF3F
            i += 2;
        } else if (rest.size() >= 3 && at(0) == 0xEF && at(1) == 0xBD && at(2) >= 0x80 &&
                   at(2) <= 0x9E) {
            c = static_cast<char>(at(2) - 0x20);  // U+FF40 to U+FF5E
            i += 2;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        key += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return key;
}

bool is_trade_code(std::string_view text) {
    const Written written = apart(trade_name_key(text));
    return !written.code.empty() && written.name.empty();
}

const Trade* find_trade(std::string_view written) { return placed(apart(trade_name_key(written))); }

const Trade* find_trade(std::string_view written, const TradeTies& ties) {
    const Written parts = apart(trade_name_key(written));
    if (const auto tied = ties.find(parts.name); tied != ties.end()) {
        if (const Trade* trade = trade_by_id(tied->second)) return trade;
    }
    return placed(parts);
}

const Trade* trade_by_id(std::string_view id) {
    for (const Trade& trade : table().trades) {
        if (trade.id == id) return &trade;
    }
    return nullptr;
}

std::string_view parent_of(std::string_view id) { return id.substr(0, id.find('.')); }

std::vector<std::string_view> split_trades(std::string_view industry) {
    std::vector<std::string_view> parts = parts_of(industry);
    std::erase_if(parts, [](std::string_view part) { return part.empty(); });
    return parts;
}

std::string with_codes(std::string_view industry, std::string_view codes) {
    if (codes.empty()) return std::string(industry);
    const std::vector<std::string_view> of_codes = parts_of(codes);
    std::string text;
    std::size_t place = 0;
    for (const std::string_view name : split_trades(industry)) {
        const std::string_view code = place < of_codes.size() ? of_codes[place] : "";
        if (place++ > 0) text += ';';
        text += code;
        // An id or another name is what a person decided; a code is read with the name.
        if (!code.empty() && !is_trade_code(code)) continue;
        if (!code.empty()) text += ' ';
        text += name;
    }
    return text;
}

const Trade* trade_of_line(std::string_view trade, std::string_view industry,
                           const TradeTies& ties) {
    const Trade* of_line = find_trade(trade, ties);
    if (of_line == nullptr) return nullptr;
    for (const std::string_view part : split_trades(industry)) {
        const Trade* known = find_trade(part, ties);
        if (known != nullptr && (known == of_line || known->id == parent_of(of_line->id))) {
            return of_line;
        }
    }
    return nullptr;
}

}  // namespace qk::plans
