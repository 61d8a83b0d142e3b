// What the codes of HJ 212 mean: data that the bureau owns, not built in. The shipped map holds the
// tables of 2005 and 2017 and the shapes of 2025; a map of the bureau is laid over it code by code.
// A code that no map knows is kept as text and never a reason to drop a frame.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/embedded.hpp"
#include "rules/base/result.hpp"

namespace qk::plans::hj212 {

inline constexpr std::size_t kCodesMax = 10'000;
inline constexpr std::size_t kShapesMax = 200;
inline constexpr std::size_t kCodeMapBytesMax = std::size_t{2} << 20;

// What a value of the code tells about an outlet or a line.
enum class CodeRole {
    kConcentration,
    kFlow,
    kOxygen,
    kVelocity,
    kTemperature,
    kPressure,
    kHumidity,
    kArea,
    kState,  // of equipment: on, off
    kBypass,
    kCurrent,
    kVoltage,
    kPower,
    kEnergy,
    kLoad,
    kOther,
};
[[nodiscard]] std::string_view to_text(CodeRole role);
[[nodiscard]] std::optional<CodeRole> parse_code_role(std::string_view text);

// Whose the thing is that the code speaks of.
enum class CodeSide { kOutlet, kProduction, kTreatment, kAmbient, kWater, kDevice };
[[nodiscard]] std::string_view to_text(CodeSide side);

struct Code {
    std::string code;    // or a shape: '?' stands for a digit
    std::string factor;  // "so2", "nox", "pm", "vocs" where the verdicts know it; else empty
    std::string name;    // 二氧化硫
    std::string english;
    std::string unit;         // of the concentration or value: "mg/m3"
    std::string amount_unit;  // of Cou
    CodeRole role = CodeRole::kOther;
    CodeSide side = CodeSide::kOutlet;
    std::string certainty;  // primary, secondary, remembered, sample
};

class CodeMap {
 public:
    // A map as a file; every fault with its place.
    [[nodiscard]] static rules::Result<CodeMap> read(std::string_view text,
                                                     const std::string& file);
    // The one that is shipped.
    [[nodiscard]] static const CodeMap& shipped();

    // By the code itself, else by the first shape that fits.
    [[nodiscard]] const Code* find(std::string_view code) const;
    // What `other` says replaces what this says.
    void lay_over(CodeMap other);

    [[nodiscard]] const std::map<std::string, Code, std::less<>>& codes() const { return codes_; }
    [[nodiscard]] const std::vector<Code>& shapes() const { return shapes_; }
    [[nodiscard]] const std::string& source() const { return source_; }

 private:
    std::map<std::string, Code, std::less<>> codes_;
    std::vector<Code> shapes_;
    std::string source_;
};

}  // namespace qk::plans::hj212

namespace qk::embedded {
[[nodiscard]] std::span<const File> hj212_codes();  // plans/hj212/codes.toml
}  // namespace qk::embedded
