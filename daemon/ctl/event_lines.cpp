#include "daemon/ctl/event_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <optional>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t kKindColumns = 32;

// What stands behind a field of a line; empty where the line is of another.
std::string_view behind(std::string_view line, std::string_view field) {
    if (!line.starts_with(field)) return {};
    line.remove_prefix(field.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

std::optional<json::value> event_in(std::string_view block) {
    std::string data;
    std::string kind;
    for (std::size_t at = 0; at < block.size();) {
        const std::size_t end = std::min(block.find('\n', at), block.size());
        const std::string_view line = block.substr(at, end - at);
        at = end + 1;
        data += behind(line, "data:");
        kind += behind(line, "event:");
    }
    if (data.empty()) return std::nullopt;
    auto event = plans::parse_json(data, "event");
    if (!event) return std::nullopt;
    if (plans::find_member(*event, "kind") != nullptr) return std::move(*event);
    // A gap tells of no event: it has no number and no time of its own.
    return json::object{{"kind", kind}, {"data", std::move(*event)}};
}

// Numbers by county: "110105 3, 110106 1".
std::string counted(const json::value& data, std::string_view member) {
    const json::value* counts = plans::find_member(data, member);
    std::string text;
    if (counts == nullptr || !counts->is_object()) return text;
    for (const auto& [county, count] : counts->get_object()) {
        text += (text.empty() ? "" : ", ") + std::string(county) + " " + plans::to_text(count);
    }
    return text;
}

std::string of_warning(const json::value& data) {
    const std::string colour = cell_of(data, "colour");
    const std::string person = cell_of(data, "person");
    return fmt::format("{}{}{}{}{}", cell_of(data, "warning"),
                       cell_of(data, "exercise") == "true" ? "（演练 exercise）" : "",
                       colour.empty() ? "" : "  " + in_words(colour),
                       person.empty() ? "" : "  " + person,
                       cell_of(data, "reason").empty() ? "" : "：" + cell_of(data, "reason"));
}

std::string of_asked(const json::value& data) {
    const bool wants_consultation = cell_of(data, "consultation_missing") == "true";
    return fmt::format("{}  {}尚需签发 signatures wanted: {}", cell_of(data, "warning"),
                       wants_consultation ? "须先会商 consultation first；" : "",
                       cell_of(data, "persons_missing"));
}

std::string of_verdict(const json::value& data) {
    const std::string wire = cell_of(data, "compliance");
    const auto compliance = rules::parse_compliance(wire);
    return fmt::format("{}  {}  {} {}", cell_of(data, "enterprise"), cell_of(data, "obligation"),
                       compliance ? rules::to_chinese(*compliance) : "", wire);
}

std::string of_receipt(const json::value& data) {
    const std::string corrects = cell_of(data, "corrects");
    const std::string proof = cell_of(data, "proof");
    return fmt::format("{}  第 {} 版  {}  {}{}{}", cell_of(data, "enterprise"),
                       cell_of(data, "revision"), in_words(cell_of(data, "state")),
                       cell_of(data, "by"), proof.empty() ? "" : "  " + in_words(proof),
                       corrects.empty() ? "" : "  更正 corrects " + in_words(corrects));
}

std::string of_contradiction(const json::value& data) {
    return fmt::format("{}  第 {} 版  {}  登记为 on record {}  {}", cell_of(data, "enterprise"),
                       cell_of(data, "revision"), in_words(cell_of(data, "state")),
                       in_words(cell_of(data, "on_record")), cell_of(data, "by"));
}

std::string of_refusal(const json::value& data) {
    return fmt::format("{}  第 {} 版  {}  {}  {}", cell_of(data, "enterprise"),
                       cell_of(data, "revision"), in_words(cell_of(data, "standing")),
                       cell_of(data, "person"), cell_of(data, "reason"));
}

// Every member that is no list: what no sentence is written for is still told.
std::string of_anything(const json::value& data) {
    std::string text;
    if (!data.is_object()) return text;
    for (const auto& [member, value] : data.get_object()) {
        if (value.is_null() || value.is_array() || value.is_object()) continue;
        text += (text.empty() ? "" : "  ") + std::string(member) + " " + cell_of(data, member);
    }
    return text;
}

std::string sentence_of(const std::string& kind, const json::value& data) {
    if (kind == "warning.asked") return of_asked(data);
    if (kind.starts_with("warning.")) return of_warning(data);
    if (kind == "receipt-contradicts") return of_contradiction(data);
    if (kind == "receipt" || kind == "receipt-wrong-signature") return of_receipt(data);
    if (kind == "refusal") return of_refusal(data);
    if (kind == "verdict") return of_verdict(data);
    if (kind == "case") {
        return fmt::format("{}  {}", cell_of(data, "number"), in_words(cell_of(data, "state")));
    }
    if (kind == "phone-list" || kind == "meters-silent") {
        return fmt::format("新增 new {}  {}{}", cell_of(data, "new"), cell_of(data, "enterprise"),
                           counted(data, "by_region"));
    }
    if (kind == "order-refused") {
        return fmt::format("{}  {}", cell_of(data, "reason_zh"), counted(data, "by_region"));
    }
    if (kind == "forecast" || kind == "observations") {
        const std::string issued = time_in(data, "issued_at");
        return fmt::format("{}{}", cell_of(data, "source"),
                           issued.empty() ? "" : "  起报 issued " + issued);
    }
    if (kind == "season.orders") {
        return fmt::format("{}  下达 issued {}  结束 ended {}", cell_of(data, "day"),
                           cell_of(data, "issued"), cell_of(data, "ended"));
    }
    if (kind == "gap") {
        return fmt::format("编号 numbers {} — {}", cell_of(data, "from"), cell_of(data, "to"));
    }
    return of_anything(data);
}

}  // namespace

std::vector<json::value> EventReader::take(std::string_view piece) {
    rest_ += piece;
    std::vector<json::value> events;
    for (std::size_t end = rest_.find("\n\n"); end != std::string::npos; end = rest_.find("\n\n")) {
        if (auto event = event_in(std::string_view(rest_).substr(0, end))) {
            events.push_back(std::move(*event));
        }
        rest_.erase(0, end + 2);
    }
    return events;
}

std::string event_line(const json::value& event) {
    static const json::value kNone;
    const json::value* data = plans::find_member(event, "data");
    const std::string kind = cell_of(event, "kind");
    return plans::for_terminal(fmt::format("{}  {:<{}}  {}", time_in(event, "at"),
                                           event_in_words(kind), kKindColumns,
                                           sentence_of(kind, data == nullptr ? kNone : *data)));
}

}  // namespace qk::ctl
