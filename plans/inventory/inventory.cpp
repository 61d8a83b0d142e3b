#include "plans/inventory/inventory.hpp"

#include <array>

#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

constexpr std::array<std::string_view, kEmissionCount> kEmissionNames{"so2", "nox", "pm", "vocs"};
constexpr std::array<std::string_view, kEmissionCount> kEmissionChinese{"二氧化硫", "氮氧化物",
                                                                        "颗粒物", "挥发性有机物"};

constexpr rules::EnumWords<Category, 4, 6> kCategories{{
    {Category::kRegular, {"regular", "一般", "一般企业", "常规", "普通", "其他"}},
    {Category::kLivelihood,
     {"livelihood", "保障类", "民生保障", "民生保障类", "保障", "保障类企业"}},
    {Category::kSmall, {"small", "小微", "小微涉气", "小微企业", "小微涉气企业", "小微类"}},
    {Category::kWhitelist,
     {"whitelist", "自主减排白名单", "白名单", "自主减排", "白名单企业", "自主减排类"}},
}};

constexpr rules::EnumWords<Source, 4, 5> kSources{{
    {Source::kIndustry, {"industry", "工业源", "工业", "工业企业", "固定源"}},
    {Source::kMobile, {"mobile", "移动源", "机动车", "交通", "交通源"}},
    {Source::kDust, {"dust", "扬尘源", "扬尘", "施工扬尘", "面源扬尘"}},
    {Source::kResidential, {"residential", "生活源", "生活", "民用", "居民源"}},
}};

// Best first. A trade that knows only leading / non-leading ranks its leading ones just below A and
// the others just above D, so that several trades of both schemes have one lowest grade.
constexpr std::array<std::string_view, 9> kGradesByRank{
    "A+", "A", "leading", "B", "B-", "C", "non-leading", "D", "ungraded"};

}  // namespace

std::string_view to_text(Emission emission) {
    return kEmissionNames[static_cast<std::size_t>(emission)];
}
std::string_view to_chinese(Emission emission) {
    return kEmissionChinese[static_cast<std::size_t>(emission)];
}

std::string_view to_text(Category category) { return kCategories.english(category); }
std::string_view to_chinese(Category category) { return kCategories.chinese(category); }
std::optional<Category> parse_category(std::string_view text) { return kCategories.parse(text); }

std::string_view to_text(Source source) { return kSources.english(source); }
std::string_view to_chinese(Source source) { return kSources.chinese(source); }
std::optional<Source> parse_source(std::string_view text) { return kSources.parse(text); }

OtherSource::AtLevel at_level(const OtherSource& source, rules::Colour colour) {
    switch (colour) {
        case rules::Colour::kBlue:
            break;
        case rules::Colour::kYellow:
            return source.at_level[0];
        case rules::Colour::kOrange:
            return source.at_level[1];
        case rules::Colour::kRed:
            return source.at_level[2];
    }
    return {};
}

std::optional<double> minimum_load_of(const Line& line) {
    if (line.minimum_load_permille == 0) return std::nullopt;
    return line.minimum_load_permille / 1000.0;
}

std::optional<double> baseline_kwh_d_of(const Line& line) {
    if (line.baseline_kwh_d == 0) return std::nullopt;
    return line.baseline_kwh_d;
}

rules::MeterFacts facts_of(const Meter& meter) {
    return {meter.id, meter.enterprise, meter.line, meter.role, meter.rated_kw, meter.idle_kw};
}

std::optional<int> rank_of(const Grade& grade) {
    for (std::size_t i = 0; i < kGradesByRank.size(); ++i) {
        if (grade.name == kGradesByRank[i]) return static_cast<int>(i);
    }
    return std::nullopt;
}

Grade lowest_of(const std::vector<Grade>& grades) {
    const Grade* lowest = nullptr;
    for (const Grade& grade : grades) {
        if (lowest == nullptr || rank_of(*lowest) < rank_of(grade)) lowest = &grade;
    }
    return lowest == nullptr ? Grade{} : *lowest;
}

Grade next_lower(const Grade& grade) {
    if (grade.name == "A+") return {"A"};
    if (grade.name == "A") return {"B"};
    if (grade.name == "B" || grade.name == "B-") return {"C"};
    if (grade.name == "leading") return {"non-leading"};
    if (grade.name == "C") return {"D"};
    return grade;  // non-leading, D and ungraded have nothing below
}

}  // namespace qk::plans
