#include "daemon/ctl/refusal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "daemon/ctl/answer_rows.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr std::string_view kBodyPlaces[] = {"body:1:1: ", "body: "};
// Fields that have another name on the command line.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kOtherNames{
    {{"expected_to", "to"},
     {"participants", "participant"},
     {"corrections", "correct"},
     {"mandatory", "advisory"},
     {"records", "day"},
     {"trades", "trade"},
     {"enterprises", "enterprise"},
     {"regions", "region"},
     {"grades", "grade"},
     {"except_grades", "except-grade"},
     {"except_classes", "except-class"}}};
// Cures that speak of JSON, which nobody types here.
constexpr std::array<std::string_view, 3> kCuresOfJson{
    ": give it as a string", ": write it in quotes", ": write it without quotes"};

std::optional<std::string> option_of(std::string_view field,
                                     const std::vector<std::string>& options) {
    // Of "corrections[0].day" the option is that of the whole.
    std::string name(field.substr(0, field.find_first_of(".[")));
    const auto has = [&options](std::string_view wanted) {
        return std::ranges::find(options, wanted) != options.end();
    };
    for (const auto& [in_body, typed] : kOtherNames) {
        if (name == in_body && has(typed)) return std::string(typed);
    }
    std::ranges::replace(name, '_', '-');
    return has(name) ? std::optional(name) : std::nullopt;
}

}  // namespace

std::string fault_text(std::string_view fault, const std::vector<std::string>& options) {
    std::string_view rest = fault;
    for (const std::string_view place : kBodyPlaces) {
        if (rest.size() == fault.size() && rest.starts_with(place))
            rest.remove_prefix(place.size());
    }
    const std::size_t colon = rest.find(": ");
    const bool names_a_field = rest.size() != fault.size() && colon != std::string_view::npos;
    const auto option = names_a_field ? option_of(rest.substr(0, colon), options) : std::nullopt;
    if (!option) return std::string(fault);
    rest.remove_prefix(colon);
    for (const std::string_view cure : kCuresOfJson) {
        if (rest.ends_with(cure)) rest.remove_suffix(cure.size());
    }
    const std::string_view chinese = rest == ": is missing" ? "缺少 " : "";
    return fmt::format("--{}: {}{}", *option, chinese, rest.substr(2));
}

std::string refusal_text(int status, const json::value& problem,
                         const std::vector<std::string>& options) {
    constexpr int kNoToken = 401;
    std::string text =
        fmt::format("qingkongd: {} {}\n", status,
                    plans::for_terminal(plans::string_or(problem, "title", "refused")));
    for (const json::value& fault : items_in(problem, "faults")) {
        text += fmt::format(
            "  {}\n", plans::for_terminal(fault_text(plans::string_or(fault, "text"), options)));
    }
    if (status == kNoToken) {
        text +=
            "  先登录，或用 --token-file 给出令牌 log in first, or give --token-file: "
            "qingkongctl login\n";
    }
    return text;
}

}  // namespace qk::ctl
