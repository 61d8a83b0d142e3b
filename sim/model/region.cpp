#include "sim/model/region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

#include "sim/model/random.hpp"

namespace qk::sim {
namespace {

// Working hours, weekends and emissions are plausible inventions, not measured values.
// clang-format off
constexpr std::array<TradeProfile, 16> kTrades{{
    // name, product, line, equipment, unit, hours, weekend, uninterruptible, ramp h, lines, kW, kg/d, leading
    {"长流程钢铁", "钢铁", "烧结机", "带式烧结机", "t/d", 0, 24, 1.0, true, 8, 3, 9000, {420, 900, 310, 20}, false},
    {"焦化", "焦化", "焦炉", "6米顶装焦炉", "t/d", 0, 24, 1.0, true, 12, 2, 2600, {160, 520, 120, 90}, false},
    {"水泥", "水泥", "熟料线", "新型干法窑", "t/d", 0, 24, 1.0, true, 6, 2, 5200, {90, 780, 150, 0}, false},
    {"石灰窑", "石灰", "竖窑", "气烧竖窑", "t/d", 0, 24, 1.0, true, 8, 3, 420, {60, 120, 50, 0}, false},
    {"玻璃", "玻璃", "熔窑", "浮法玻璃熔窑", "t/d", 0, 24, 1.0, true, 24, 2, 1800, {110, 420, 40, 5}, false},
    {"砖瓦窑", "新型建材", "隧道窑", "隧道窑", "万块/d", 0, 24, 1.0, true, 4, 2, 520, {80, 70, 60, 0}, false},
    {"陶瓷", "陶瓷", "辊道窑", "辊道窑", "m2/d", 0, 24, 1.0, true, 6, 3, 680, {50, 90, 40, 5}, false},
    {"耐火材料", "耐火材料", "隧道窑", "高温隧道窑", "t/d", 0, 24, 1.0, true, 6, 3, 360, {35, 75, 35, 3}, false},
    {"铸造", "铸造", "熔炼炉", "中频感应电炉", "t/d", 7, 23, 0.45, false, 1, 4, 900, {6, 12, 45, 18}, false},
    {"有色压延", "铝材", "轧制线", "冷轧机", "t/d", 0, 24, 0.9, false, 1, 3, 1100, {8, 30, 18, 25}, false},
    {"再生铜铝铅锌", "再生金属", "熔炼炉", "双室反射炉", "t/d", 0, 24, 1.0, false, 3, 2, 640, {30, 55, 30, 12}, false},
    {"包装印刷", "包装印刷", "印刷线", "凹版印刷机", "万m2/d", 8, 20, 0.4, false, 0, 4, 180, {0, 1, 1, 60}, true},
    {"家具", "家具", "喷漆线", "水性喷漆房", "件/d", 8, 19, 0, false, 0, 3, 120, {0, 1, 6, 45}, false},
    {"工业涂装", "金属涂装", "涂装线", "喷涂烘干线", "m2/d", 8, 20, 0.35, false, 0, 3, 260, {1, 5, 6, 75}, false},
    {"橡胶制品", "橡胶", "硫化线", "平板硫化机", "t/d", 7, 23, 0.5, false, 0, 4, 300, {2, 4, 8, 32}, false},
    {"人造板", "人造板", "热压线", "连续平压机", "m3/d", 0, 24, 0.85, false, 2, 2, 950, {12, 40, 30, 40}, false},
}};

constexpr TradeProfile kWorkshop{
    "其他", "制造", "生产线", "生产设备", "t/d", 7, 23, 0.4, false, 0.5, 3, 200, {2, 5, 6, 10}, false};
// clang-format on

struct County {
    std::string_view code;
    std::string_view name;
    double lon;
    double lat;
};

constexpr std::array<County, 7> kCounties{{{"110105", "朝阳", 116.44, 39.92},
                                           {"110106", "丰台", 116.29, 39.86},
                                           {"110107", "石景山", 116.22, 39.91},
                                           {"110108", "海淀", 116.30, 39.96},
                                           {"110111", "房山", 115.98, 39.74},
                                           {"110114", "昌平", 116.23, 40.22},
                                           {"110115", "大兴", 116.34, 39.73}}};

struct Share {
    std::string_view name;
    double weight;
};

constexpr std::array<Share, 6> kGradeShares{
    {{"A", 0.06}, {"B", 0.24}, {"B-", 0.08}, {"C", 0.36}, {"D", 0.20}, {"ungraded", 0.06}}};
constexpr std::array<Share, 2> kLeadingShares{{{"leading", 0.15}, {"non-leading", 0.85}}};
constexpr std::array<Share, 4> kCategoryShares{
    {{"regular", 0.88}, {"livelihood", 0.04}, {"small", 0.05}, {"whitelist", 0.03}}};

std::string_view draw(Random& random, std::span<const Share> shares) {
    double left = random.unit();
    for (const Share& share : shares) {
        left -= share.weight;
        if (left < 0) return share.name;
    }
    return shares.back().name;
}

constexpr std::string_view kCodeDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// Check digits of GB 11714 (organisation) and GB 32100-2015 (unified code).
char organisation_check(std::string_view eight) {
    constexpr std::array<int, 8> kWeights{3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < eight.size(); ++i) sum += (eight[i] - '0') * kWeights[i];
    const int check = 11 - sum % 11;
    if (check == 11) return '0';
    return check == 10 ? 'X' : static_cast<char>('0' + check);
}

char unified_check(std::string_view seventeen) {
    int sum = 0;
    int weight = 1;
    for (const char c : seventeen) {
        sum += static_cast<int>(kCodeDigits.find(c)) * weight;
        weight = weight * 3 % 31;
    }
    return kCodeDigits[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

// 91 = enterprise registered with the market regulator.
std::string unified_code(std::string_view county, int serial) {
    const std::string organisation = fmt::format("{:08}", 70'000'000 + serial);
    std::string code =
        fmt::format("91{}{}{}", county, organisation, organisation_check(organisation));
    code += unified_check(code);
    return code;
}

struct Tables {
    std::string enterprises =
        "id,name,region,industry,grade,category,lon,lat,contact,phone,permit,exempt_evidence\n";
    std::string lines =
        "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,ramp_down_hours,"
        "so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    std::string measures = "enterprise,line,level,action,ratio,detail\n";
    std::string meters = "id,enterprise,line,role,rated_kw,idle_kw\n";
    std::string outlets = "id,enterprise,line,mn,factors\n";
    std::array<double, 4> kg_per_day{};
};

void add_line(Tables& tables, Random& random, const TradeProfile& trade, const std::string& id,
              int number, double size) {
    const std::string line = fmt::format("L{}", number);
    std::array<double, 4> kg{};
    for (std::size_t i = 0; i < kg.size(); ++i) {
        kg[i] = static_cast<double>(static_cast<int>(trade.kg_per_day[i] * size * 10)) / 10;
        tables.kg_per_day[i] += kg[i];
    }
    tables.lines += fmt::format("{},{},{}号{},{},{:.0f},{},{},{},{},{},{},{}\n", id, line, number,
                                trade.line, trade.equipment, 100 * size * random.between(3, 9),
                                trade.capacity_unit, trade.uninterruptible ? "yes" : "no",
                                trade.ramp_down_hours, kg[0], kg[1], kg[2], kg[3]);
    const double rated = trade.rated_kw * size;
    const double idle = rated * (trade.uninterruptible ? 0.08 : 0.03);
    tables.meters +=
        fmt::format("{}-P{},{},{},production,{:.0f},{:.1f}\n", id, number, id, line, rated, idle);
    tables.meters += fmt::format("{}-T{},{},{},treatment,{:.0f},{:.1f}\n", id, number, id, line,
                                 rated * 0.12 + 5, 0.5);
    if (rated > 1500) {
        tables.outlets += fmt::format("{}-O{},{},{},{}{:02},SO2;NOx;PM\n", id, number, id, line,
                                      id.substr(2, 6) + id.substr(10, 6), number);
    }
}

void add_enterprise(Tables& tables, Random& random, int serial) {
    // The first sixteen are one of each trade, so that a small region still has them all.
    const TradeProfile& trade =
        kTrades[static_cast<std::size_t>(serial < 16 ? serial : random.below(16))];
    // Half of the heavy plants are drawn again: a city has more workshops than steelworks.
    const TradeProfile& settled = serial >= 16 && trade.rated_kw > 2000 && random.chance(0.5)
                                      ? kTrades[static_cast<std::size_t>(8 + random.below(8))]
                                      : trade;
    const County& county = kCounties[static_cast<std::size_t>(random.below(kCounties.size()))];
    const std::string id = unified_code(county.code, serial + 1);
    const auto grade =
        settled.leading_only ? draw(random, kLeadingShares) : draw(random, kGradeShares);
    auto category = draw(random, kCategoryShares);
    const bool is_small = category == "small" && settled.rated_kw < 1200;
    if (category == "small" && !is_small) category = "regular";
    const bool is_spared = category == "livelihood" || category == "whitelist";
    tables.enterprises += fmt::format(
        "{},{}示例{}{:04}号,{},{},{},{},{:.4f},{:.4f},值班室{:04},010-6{:07},{}001P,{}\n", id,
        county.name, settled.product, serial + 1, county.code, settled.name, grade, category,
        county.lon + random.between(-0.12, 0.12), county.lat + random.between(-0.1, 0.1),
        serial + 1, serial + 1, id, is_spared ? "示例豁免文件" : "");
    const int lines = is_small ? 1 : 1 + random.below(settled.lines_max);
    const double size = is_small ? 0.05 : random.between(0.5, 1.6);
    double rated = 0;
    for (int number = 1; number <= lines; ++number) {
        add_line(tables, random, settled, id, number, size);
        rated += settled.rated_kw * size * 1.12;
    }
    tables.meters += fmt::format("{}-S,{},,total,{:.0f},{:.1f}\n", id, id, rated + 60, 12.0);
    // One in twelve round-the-clock plants of grade B or C has a plan of its own (一厂一策).
    if (settled.uninterruptible && (grade == "B" || grade == "C") && random.chance(1.0 / 12)) {
        tables.measures += fmt::format("{},,orange,limit_load,0.3,各线负荷降至七成\n", id);
        tables.measures += fmt::format("{},,red,limit_load,0.5,各线负荷降至五成\n", id);
    }
}

// Industry as listed, the other sources so that industry is about two thirds of the whole.
std::string area_text(const std::array<double, 4>& industry) {
    struct Other {
        std::string_view source;
        std::array<double, 4> share_of_industry;
    };
    constexpr std::array<Other, 3> kOthers{{{"mobile", {0.02, 0.34, 0.06, 0.22}},
                                            {"dust", {0, 0, 0.3, 0}},
                                            {"residential", {0.2, 0.08, 0.12, 0.12}}}};
    std::string text = "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    text += fmt::format("110000,industry,{:.1f},{:.1f},{:.1f},{:.1f}\n", industry[0], industry[1],
                        industry[2], industry[3]);
    for (const Other& other : kOthers) {
        const auto kg = [&](std::size_t i) { return industry[i] * other.share_of_industry[i]; };
        text += fmt::format("110000,{},{:.1f},{:.1f},{:.1f},{:.1f}\n", other.source, kg(0), kg(1),
                            kg(2), kg(3));
    }
    return text;
}

}  // namespace

std::vector<TableText> make_region(const RegionOptions& options) {
    assert(options.enterprises > 0 && options.enterprises <= kEnterprisesMax);
    Tables tables;
    for (int serial = 0; serial < options.enterprises; ++serial) {
        Random random(seed_of(seed_of(options.seed, "enterprise"), std::int64_t{serial}));
        add_enterprise(tables, random, serial);
    }
    return {{"enterprises.csv", std::move(tables.enterprises)},
            {"lines.csv", std::move(tables.lines)},
            {"measures.csv", std::move(tables.measures)},
            {"meters.csv", std::move(tables.meters)},
            {"outlets.csv", std::move(tables.outlets)},
            {"area_emissions.csv", area_text(tables.kg_per_day)}};
}

const TradeProfile& profile_of(std::string_view industry) {
    for (const TradeProfile& trade : kTrades) {
        if (trade.name == industry) return trade;
    }
    return kWorkshop;
}

}  // namespace qk::sim
