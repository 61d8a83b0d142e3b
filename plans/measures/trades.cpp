#include "plans/measures/trades.hpp"

#include <array>

namespace qk::plans {
namespace {

// Numbers and names: the 2020 guide's list (handbook 4.1). English ids are this program's own.
constexpr auto kTrades = std::to_array<Trade>({
    {"long-process-steel", 1, "长流程钢铁",
     "长流程联合钢铁|长流程炼钢|钢铁联合|钢铁|炼铁|炼钢|steel|iron and steel"},
    {"short-process-steel", 2, "短流程钢铁",
     "短流程炼钢|电炉钢|电炉炼钢|独立烧结|独立球团|独立轧钢|轧钢|electric steel"},
    {"ferroalloy", 3, "铁合金", "ferro-alloy"},
    {"coking", 4, "焦化", "炼焦|焦炭|coke"},
    {"lime-kiln", 5, "石灰窑", "石灰|lime"},
    {"foundry", 6, "铸造", "铸件|casting"},
    {"alumina", 7, "氧化铝", ""},
    {"aluminium", 8, "电解铝", "aluminum"},
    {"carbon", 9, "炭素", "碳素"},
    {"copper-smelting", 10, "铜冶炼", "copper smelting"},
    {"lead-zinc-smelting", 11, "铅锌冶炼", "铅冶炼|锌冶炼|铅、锌冶炼"},
    {"molybdenum-smelting", 12, "钼冶炼", ""},
    {"secondary-nonferrous", 13, "再生铜铝铅锌",
     "再生铜、铝、铅、锌|再生铝|再生铜|再生铅|再生锌|再生有色"},
    {"nonferrous-rolling", 14, "有色压延", "有色金属压延|铝压延|铜压延"},
    {"cement", 15, "水泥", "水泥熟料|熟料|cement clinker|clinker"},
    {"cement.grinding", 15, "水泥粉磨站", "粉磨站|水泥粉磨|独立粉磨|矿渣粉|grinding station"},
    {"cement.products", 15, "水泥制品", "水泥构件|预制构件|cement products"},
    {"brick-kiln", 16, "砖瓦窑", "砖瓦|烧结砖|brick"},
    {"ceramics", 17, "陶瓷", "ceramic"},
    {"refractory", 18, "耐火材料", "耐材"},
    {"glass", 19, "玻璃", "平板玻璃|浮法玻璃|flat glass|float glass"},
    {"glass.other", 19, "其他玻璃制品", "日用玻璃|玻璃纤维|玻璃瓶|电子玻璃"},
    {"mineral-wool", 20, "岩矿棉", "岩棉|矿渣棉|矿棉|rock wool"},
    {"glass-reinforced-plastic", 21, "玻璃钢", "纤维增强塑料|frp"},
    {"waterproofing", 22, "防水建材", "防水建筑材料|防水卷材|防水材料"},
    {"petrochemical", 23, "炼油石化", "炼油与石油化工|炼油|石化|石油化工|petrochemicals"},
    {"carbon-black", 24, "炭黑", "碳黑|炭黑制造"},
    {"coal-nitrogen-fertiliser", 25, "煤制氮肥", "氮肥|合成氨|尿素|nitrogen fertilizer"},
    {"pharmaceutical", 26, "制药", "医药|原料药|pharmaceuticals"},
    {"pesticide", 27, "农药", "农药制造|pesticides"},
    {"paint", 28, "涂料", "涂料制造|油漆制造|paints"},
    {"ink", 29, "油墨", "油墨制造|inks"},
    {"cellulose-ether", 30, "纤维素醚", ""},
    {"packaging-printing", 31, "包装印刷", "印刷|printing|packaging and printing"},
    {"wood-panel", 32, "人造板", "胶合板|刨花板|纤维板|wood-based panel"},
    {"artificial-leather", 33, "人造革/合成革", "人造革|合成革|塑料人造革"},
    {"rubber", 34, "橡胶制品", "橡胶|轮胎|rubber products"},
    {"shoemaking", 35, "制鞋", "鞋业|shoes"},
    {"furniture", 36, "家具", "家具制造|木质家具"},
    {"vehicle-assembly", 37, "汽车整车", "汽车整车制造|汽车制造|automobile"},
    {"construction-machinery", 38, "工程机械整机", "工程机械整机制造|工程机械"},
    {"industrial-coating", 39, "工业涂装", "涂装|喷涂|coating"},
    {"ready-mix-concrete", 0, "商品混凝土", "商砼|预拌混凝土|混凝土搅拌站|混凝土|concrete"},
    {"asphalt", 0, "沥青混凝土", "沥青搅拌|沥青|沥青拌合"},
    {"power", 0, "火电", "火力发电|热电|发电|电厂|power plant"},
    {"heating", 0, "集中供热", "供热|供暖|热力|district heating"},
});

bool same_ascii_lower(char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
}

bool holds(std::string_view text, std::string_view part) {
    if (part.empty() || part.size() > text.size()) return false;
    for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
        std::size_t k = 0;
        while (k < part.size() && same_ascii_lower(text[i + k], part[k])) ++k;
        if (k == part.size()) return true;
    }
    return false;
}

// Calls `use` with the id, the name and every alias.
template <class Use>
void each_name(const Trade& trade, Use use) {
    use(trade.id);
    use(trade.chinese);
    std::string_view rest = trade.aliases;
    while (!rest.empty()) {
        const std::size_t bar = rest.find('|');
        use(rest.substr(0, bar));
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::span<const Trade> all_trades() { return kTrades; }

const Trade* find_trade(std::string_view written) {
    const Trade* best = nullptr;
    std::size_t longest = 0;
    for (const Trade& trade : kTrades) {
        each_name(trade, [&](std::string_view name) {
            if (name.size() > longest && holds(written, name)) {
                best = &trade;
                longest = name.size();
            }
        });
    }
    return best;
}

const Trade* trade_by_id(std::string_view id) {
    for (const Trade& trade : kTrades) {
        if (trade.id == id) return &trade;
    }
    return nullptr;
}

std::string_view parent_of(std::string_view id) { return id.substr(0, id.find('.')); }

std::vector<std::string_view> split_trades(std::string_view industry) {
    std::vector<std::string_view> parts;
    const auto add = [&parts](std::string_view part) {
        part = trimmed(part);
        if (!part.empty()) parts.push_back(part);
    };
    std::size_t start = 0;
    for (std::size_t i = 0; i < industry.size();) {
        const bool wide = industry.substr(i).starts_with("；");
        if (wide || industry[i] == ';' || industry[i] == '+') {
            add(industry.substr(start, i - start));
            i += wide ? std::string_view("；").size() : 1;
            start = i;
        } else {
            ++i;
        }
    }
    add(industry.substr(start));
    return parts;
}

const Trade* trade_of_line(std::string_view trade, std::string_view industry) {
    const Trade* of_line = find_trade(trade);
    if (of_line == nullptr) return nullptr;
    for (const std::string_view part : split_trades(industry)) {
        const Trade* known = find_trade(part);
        if (known != nullptr && (known == of_line || known->id == parent_of(of_line->id))) {
            return of_line;
        }
    }
    return nullptr;
}

}  // namespace qk::plans
