#include "plans/hj212/code_map.hpp"

#include <algorithm>
#include <cassert>

#include "plans/text/toml_table.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr rules::EnumWords<CodeRole, 16, 1> kRoles{{
    {CodeRole::kConcentration, {"concentration"}},
    {CodeRole::kFlow, {"flow"}},
    {CodeRole::kOxygen, {"oxygen"}},
    {CodeRole::kVelocity, {"velocity"}},
    {CodeRole::kTemperature, {"temperature"}},
    {CodeRole::kPressure, {"pressure"}},
    {CodeRole::kHumidity, {"humidity"}},
    {CodeRole::kArea, {"area"}},
    {CodeRole::kState, {"state"}},
    {CodeRole::kBypass, {"bypass"}},
    {CodeRole::kCurrent, {"current"}},
    {CodeRole::kVoltage, {"voltage"}},
    {CodeRole::kPower, {"power"}},
    {CodeRole::kEnergy, {"energy"}},
    {CodeRole::kLoad, {"load"}},
    {CodeRole::kOther, {"other"}},
}};
constexpr std::string_view kRoleWords =
    "concentration, flow, oxygen, velocity, temperature, pressure, humidity, area, state, bypass, "
    "current, voltage, power, energy, load or other";

constexpr rules::EnumWords<CodeSide, 6, 1> kSides{{
    {CodeSide::kOutlet, {"outlet"}},
    {CodeSide::kProduction, {"production"}},
    {CodeSide::kTreatment, {"treatment"}},
    {CodeSide::kAmbient, {"ambient"}},
    {CodeSide::kWater, {"water"}},
    {CodeSide::kDevice, {"device"}},
}};

constexpr std::size_t kCodeLengthMax = 24;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool fits(std::string_view shape, std::string_view code) {
    return std::ranges::equal(shape, code, [](char wanted, char given) {
        return wanted == '?' ? is_digit(given) : wanted == given;
    });
}

std::optional<std::string> parse_factor(std::string_view text) {
    for (const std::string_view known : {"so2", "nox", "pm", "vocs"}) {
        if (text == known) return std::string(known);
    }
    return std::nullopt;
}

std::optional<std::string> parse_certainty(std::string_view text) {
    for (const std::string_view known : {"primary", "secondary", "remembered", "sample"}) {
        if (text == known) return std::string(known);
    }
    return std::nullopt;
}

bool is_code(std::string_view code, bool is_shape) {
    return !code.empty() && code.size() <= kCodeLengthMax &&
           std::ranges::all_of(code, [is_shape](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      (is_shape && c == '?');
           });
}

Code read_code(TomlTable& table, bool is_shape) {
    Code code;
    code.code = table.required_name("code", "a21026");
    if (!code.code.empty() && !is_code(code.code, is_shape)) {
        table.wrong("code", "'" + code.code + "' is not a code",
                    is_shape ? "letters and digits, ? for any digit" : "letters and digits");
    }
    code.name = table.required_name("name", "二氧化硫");
    code.english = table.text("english").value_or("");
    code.unit = table.text("unit").value_or("");
    code.amount_unit = table.text("amount_unit").value_or("");
    code.role = table.word("role", parse_code_role, kRoleWords).value_or(CodeRole::kOther);
    code.side = table
                    .word(
                        "side", [](std::string_view text) { return kSides.parse(text); },
                        "outlet, production, treatment, ambient, water or device")
                    .value_or(CodeSide::kOutlet);
    code.factor = table.word("factor", parse_factor, "so2, nox, pm or vocs").value_or("");
    code.certainty =
        table.word("certainty", parse_certainty, "primary, secondary, remembered or sample")
            .value_or("primary");
    return code;
}

}  // namespace

std::string_view to_text(CodeRole role) { return kRoles.english(role); }
std::optional<CodeRole> parse_code_role(std::string_view text) { return kRoles.parse(text); }
std::string_view to_text(CodeSide side) { return kSides.english(side); }

rules::Result<CodeMap> CodeMap::read(std::string_view text, const std::string& file) {
    const auto document = parse_toml(text, file, kCodeMapBytesMax);
    if (!document) return document.error();
    rules::Faults faults;
    CodeMap map;
    TomlTable top(*document, "", file, faults);
    map.source_ = top.required_text("source", "HJ 212-2017 附录 B");
    for (TomlTable& table : top.tables("code", kCodesMax)) {
        Code code = read_code(table, false);
        // The same thing under the code of an older standard.
        std::vector<std::string> names = table.texts("also");
        names.push_back(code.code);
        table.finish();
        for (const std::string& name : names) {
            code.code = name;
            if (!is_code(name, false)) {
                table.wrong("also", "'" + name + "' is not a code", "letters and digits");
            } else if (!map.codes_.emplace(name, code).second) {
                table.wrong("code", "'" + name + "' stands twice", "one entry per code");
            }
        }
    }
    for (TomlTable& table : top.tables("shape", kShapesMax)) {
        map.shapes_.push_back(read_code(table, true));
        table.finish();
    }
    top.finish();
    if (rules::has_errors(faults)) return faults;
    return map;
}

const CodeMap& CodeMap::shipped() {
    static const CodeMap kShipped = [] {
        const auto files = embedded::hj212_codes();
        assert(files.size() == 1);
        auto map = read(files.front().text, std::string(files.front().path));
        assert(map);  // tests/plans/hj212 reads it
        return std::move(*map);
    }();
    return kShipped;
}

const Code* CodeMap::find(std::string_view code) const {
    const auto found = codes_.find(code);
    if (found != codes_.end()) return &found->second;
    for (const Code& shape : shapes_) {
        if (fits(shape.code, code)) return &shape;
    }
    return nullptr;
}

void CodeMap::lay_over(CodeMap other) {
    for (auto& [name, code] : other.codes_) codes_.insert_or_assign(name, std::move(code));
    // Asked before ours.
    other.shapes_.insert(other.shapes_.end(), std::make_move_iterator(shapes_.begin()),
                         std::make_move_iterator(shapes_.end()));
    shapes_ = std::move(other.shapes_);
    source_ = other.source_ + "; " + source_;
}

}  // namespace qk::plans::hj212
