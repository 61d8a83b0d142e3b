#include "plans/inventory/cell_words.hpp"

#include <array>
#include <span>

#include "plans/inventory/fields.hpp"

namespace qk::plans {
namespace {

template <class Value>
struct Word {
    std::string_view written;
    Value value;
};

template <class Value>
std::optional<Value> find_word(std::span<const Word<Value>> words, std::string_view wanted) {
    for (const Word<Value>& word : words) {
        if (word.written == wanted) return word.value;
    }
    return std::nullopt;
}

using rules::Action;
using rules::Colour;
using rules::MeterRole;

constexpr std::array<Word<Colour>, 15> kLevels{{
    {"iii", Colour::kYellow},
    {"ⅲ", Colour::kYellow},
    {"三", Colour::kYellow},
    {"3", Colour::kYellow},
    {"ⅲ级", Colour::kYellow},
    {"ii", Colour::kOrange},
    {"ⅱ", Colour::kOrange},
    {"二", Colour::kOrange},
    {"2", Colour::kOrange},
    {"ⅱ级", Colour::kOrange},
    {"i", Colour::kRed},
    {"ⅰ", Colour::kRed},
    {"一", Colour::kRed},
    {"1", Colour::kRed},
    {"ⅰ级", Colour::kRed},
}};

constexpr std::array<Word<Action>, 26> kActions{{
    {"全部停产", Action::kStop},
    {"全厂停产", Action::kStop},
    {"停止生产", Action::kStop},
    {"停产措施", Action::kStop},
    {"停工", Action::kStop},
    {"限制生产", Action::kLimitLoad},
    {"限产措施", Action::kLimitLoad},
    {"降负荷", Action::kLimitLoad},
    {"限负荷", Action::kLimitLoad},
    {"降低负荷", Action::kLimitLoad},
    {"压减产量", Action::kLimitLoad},
    {"限制排放", Action::kLimitEmission},
    {"限排措施", Action::kLimitEmission},
    {"停工序", Action::kStopProcess},
    {"工序停产", Action::kStopProcess},
    {"部分工序停产", Action::kStopProcess},
    {"停产部分工序", Action::kStopProcess},
    {"停止部分工序", Action::kStopProcess},
    {"禁止车辆", Action::kBanVehicles},
    {"车辆禁行", Action::kBanVehicles},
    {"车辆管控", Action::kBanVehicles},
    {"运输管控", Action::kBanVehicles},
    {"停止运输", Action::kBanVehicles},
    {"禁止运输", Action::kBanVehicles},
    {"企业自主减排", Action::kSelfDiscipline},
    {"自律减排", Action::kSelfDiscipline},
}};

constexpr std::array<Word<MeterRole>, 16> kRoles{{
    {"总电表", MeterRole::kTotal},
    {"全厂", MeterRole::kTotal},
    {"企业总表", MeterRole::kTotal},
    {"总进线", MeterRole::kTotal},
    {"总用电", MeterRole::kTotal},
    {"生产设施", MeterRole::kProduction},
    {"产污设施", MeterRole::kProduction},
    {"生产设备", MeterRole::kProduction},
    {"生产用电", MeterRole::kProduction},
    {"产污", MeterRole::kProduction},
    {"治污设施", MeterRole::kTreatment},
    {"治理设施", MeterRole::kTreatment},
    {"治污用电", MeterRole::kTreatment},
    {"治污设备", MeterRole::kTreatment},
    {"治理", MeterRole::kTreatment},
    {"环保设施", MeterRole::kTreatment},
}};

std::string without(std::string word, std::span<const std::string_view> endings) {
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view ending : endings) {
            if (word.size() <= ending.size() || !word.ends_with(ending)) continue;
            word.resize(word.size() - ending.size());
            again = true;
        }
    }
    return word;
}

}  // namespace

std::optional<Colour> read_level(std::string_view cell) {
    if (const auto exact = rules::parse_colour(cell)) return exact;
    if (cell.empty()) return std::nullopt;
    constexpr std::array<std::string_view, 5> kWrapped{"预警", "响应", "应急", "级别", "时"};
    const std::string word = without(normalised_header(cell), kWrapped);
    if (const auto plain = rules::parse_colour(word)) return plain;
    constexpr std::array<std::string_view, 1> kLevel{"级"};
    return find_word<Colour>(kLevels, without(word, kLevel));
}

std::optional<Action> read_action(std::string_view cell) {
    if (const auto exact = rules::parse_action(cell)) return exact;
    const std::string word = normalised_header(cell);
    if (const auto plain = rules::parse_action(word)) return plain;
    return find_word<Action>(kActions, word);
}

std::optional<MeterRole> read_role(std::string_view cell) {
    if (const auto exact = rules::parse_meter_role(cell)) return exact;
    const std::string word = normalised_header(cell);
    if (const auto plain = rules::parse_meter_role(word)) return plain;
    return find_word<MeterRole>(kRoles, word);
}

std::optional<Category> read_category(std::string_view cell) {
    if (const auto exact = parse_category(cell)) return exact;
    return parse_category(normalised_header(cell));
}

std::optional<Source> read_source(std::string_view cell) {
    if (const auto exact = parse_source(cell)) return exact;
    return parse_source(normalised_header(cell));
}

}  // namespace qk::plans
