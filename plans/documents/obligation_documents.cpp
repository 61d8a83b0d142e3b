#include "plans/documents/obligation_documents.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "plans/inventory/grade_cell.hpp"
#include "plans/text/html.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

constexpr std::string_view kStyle = R"(
@page { size: A4 %SHAPE%; margin: 15mm 14mm; }
* { box-sizing: border-box; }
body { font-family: "Songti SC", SimSun, "Noto Serif CJK SC", "WenQuanYi Micro Hei", serif;
  font-size: 10.5pt; line-height: 1.5; color: #111; margin: 0 auto; max-width: %WIDTH%; padding: 8mm; }
h1 { font-size: 17pt; text-align: center; margin: 0 0 2mm; }
h2 { font-size: 12.5pt; margin: 6mm 0 2mm; border-left: 4px solid #1f4e79; padding-left: 2mm;
  break-after: avoid; }
p.note { color: #444; font-size: 9pt; text-align: center; margin: 0 0 4mm; }
p.sample { border: 1px solid #b00; color: #b00; text-align: center; padding: 1mm; font-weight: bold; }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm; }
th, td { border: 1px solid #555; padding: 1mm 1.5mm; vertical-align: top; text-align: left;
  overflow-wrap: break-word; }
th { background: #eef2f6; font-weight: bold; }
td.number, th.number { text-align: right; white-space: nowrap; }
th.level { white-space: nowrap; text-align: center; vertical-align: middle; } table.board { font-size: 14pt; }
table.board td { line-height: 1.7; padding: 2.5mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.yellow { border-left: 8px solid #e0b400; } .orange { border-left: 8px solid #e07000; }
.red { border-left: 8px solid #c00000; } .blue { border-left: 8px solid #2060c0; }
.sign th, .sign td { height: 16mm; vertical-align: middle; }
.sign th { width: 26%; } .sign th + td + th { width: 9%; }
@media print { body { max-width: none; padding: 0; } th, h2, .level { print-color-adjust: exact; } }
@media (max-width: 700px) { body { padding: 3mm; } table { display: block; overflow-x: auto; } }
)";

// Rows of one enterprise in a list that is grouped in the order of enterprises.
template <class Rows, class IdOf>
auto ranges_of(const std::vector<Enterprise>& enterprises, const Rows& rows, IdOf id_of) {
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    ranges.reserve(enterprises.size());
    std::size_t at = 0;
    for (const Enterprise& enterprise : enterprises) {
        const std::size_t from = at;
        while (at < rows.size() && id_of(rows[at]) == enterprise.id) ++at;
        ranges.emplace_back(from, at);
    }
    return ranges;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

}  // namespace

DocumentSource::DocumentSource(const Inventory& inventory,
                               std::vector<const DerivedObligations*> levels,
                               DocumentOptions options)
    : inventory_(inventory), levels_(std::move(levels)), options_(std::move(options)) {
    const auto take = [&](const auto& rows, auto id_of, std::vector<Range>& into) {
        for (const auto& [from, to] : ranges_of(inventory.enterprises, rows, id_of)) {
            into.push_back({from, to});
        }
    };
    take(
        inventory.lines, [](const Line& l) -> const SharedText& { return l.enterprise; }, lines_);
    take(
        inventory.meters, [](const Meter& m) -> const SharedText& { return m.enterprise; },
        meters_);
    take(
        inventory.outlets, [](const Outlet& o) -> const SharedText& { return o.enterprise; },
        outlets_);
}

std::span<const Line> DocumentSource::lines(std::size_t enterprise) const {
    const Range range = lines_[enterprise];
    return {inventory_.lines.data() + range.from, range.to - range.from};
}

std::span<const Meter> DocumentSource::meters(std::size_t enterprise) const {
    const Range range = meters_[enterprise];
    return {inventory_.meters.data() + range.from, range.to - range.from};
}

std::span<const Outlet> DocumentSource::outlets(std::size_t enterprise) const {
    const Range range = outlets_[enterprise];
    return {inventory_.outlets.data() + range.from, range.to - range.from};
}

std::string DocumentSource::line_words(std::size_t enterprise, std::string_view line) const {
    if (line.empty()) return "全厂";
    for (const Line& known : lines(enterprise)) {
        if (known.id != line) continue;
        return known.name.empty() ? known.id.str() : fmt::format("{}（{}）", known.name, known.id);
    }
    return std::string(line);
}

std::string action_words(const rules::Obligation& obligation) {
    const std::string_view action = rules::to_chinese(obligation.action);
    const bool is_share = obligation.ratio > 0 && obligation.ratio < 1;
    if (!is_share) return std::string(action);
    // A tenth of a percent is what can be ordered and checked: 21.4 %, not 21.42857143 %.
    return fmt::format("{}{:g}%", action, std::round(obligation.ratio * 1000) / 10);
}

std::string_view verification_words(rules::VerifiedBy by) {
    switch (by) {
        case rules::VerifiedBy::kPower:
            return "用电监管";
        case rules::VerifiedBy::kStack:
            return "在线监测";
        case rules::VerifiedBy::kGate:
            return "门禁系统";
        case rules::VerifiedBy::kSiteCheck:
            return "现场核查";
        case rules::VerifiedBy::kNothing:
            return "企业自主";
    }
    return "";
}

std::string grade_words(const Enterprise& enterprise) {
    const auto words = [](const Grade& grade) { return grade_in_chinese(grade.name); };
    std::string text;
    for (const Grade& grade : enterprise.grades) text += (text.empty() ? "" : "；") + words(grade);
    if (text.empty()) text = words(enterprise.grade);
    if (enterprise.grade_suspended) {
        return fmt::format("{}（等级暂停，按{}管控）", text, words(enterprise.grade));
    }
    if (enterprise.grades.size() > 1) {
        return fmt::format("{}（按最低的{}管控）", text, words(enterprise.grade));
    }
    return text;
}

std::string obligation_words(const DocumentSource& source, std::size_t level,
                             std::size_t enterprise) {
    const EnterpriseObligations& duties = source.levels()[level]->enterprises[enterprise];
    std::string text;
    for (const rules::Obligation& obligation : duties.obligations) {
        if (!text.empty() && !text.ends_with("。")) text += "；";
        text += obligation.detail.empty()
                    ? source.line_words(enterprise, obligation.line) + action_words(obligation)
                    : obligation.detail;
    }
    if (!text.empty()) return text;
    // What paper is for every warning: the reason that names one start is not for it, nor where the
    // enterprise stands in the list.
    std::string why;
    for (const rules::Reason& reason : duties.reasons) {
        if (reason.kind == "level" || reason.kind == "inventory") continue;
        why += (why.empty() ? "" : "；") + reason.text;
    }
    return why.empty() ? "不采取强制性减排措施" : "不采取强制性减排措施：" + why;
}

std::string treatment_reason_words(const DocumentSource& source, std::size_t enterprise) {
    std::set<std::string> said;
    std::string text;
    const auto add = [&](const std::vector<rules::Reason>& reasons) {
        for (const rules::Reason& reason : reasons) {
            if (reason.kind != "reason" || !said.insert(reason.text).second) continue;
            text += (text.empty() ? "" : "；") + reason.text;
        }
    };
    for (const DerivedObligations* level : source.levels()) {
        const EnterpriseObligations& duties = level->enterprises[enterprise];
        add(duties.reasons);
        for (const rules::Obligation& obligation : duties.obligations) add(obligation.basis);
    }
    return text;
}

std::string document_page(const DocumentSource& source, std::string_view title, PageShape shape,
                          std::string_view body) {
    const bool wide = shape == PageShape::kLandscape;
    std::string style = replaced(std::string(kStyle), "%SHAPE%", wide ? "landscape" : "portrait");
    style = replaced(std::move(style), "%WIDTH%", wide ? "280mm" : "200mm");
    const DocumentOptions& options = source.options();
    std::string notes =
        fmt::format("<p class=\"note\">清单版本：{}　由应急减排清单数据自动生成</p>\n",
                    escape_html(options.edition_note.empty() ? source.inventory().edition
                                                             : options.edition_note));
    if (!options.sample_note.empty()) {
        notes += fmt::format("<p class=\"sample\">{}</p>\n", escape_html(options.sample_note));
    }
    const std::string heading = escape_html(title);
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
        "<style>{}</style></head>\n<body>\n<h1>{}</h1>\n{}{}</body></html>\n",
        heading, style, heading, notes, body);
}

std::string table_html(const XlsxSheet& sheet) {
    double width = 0;
    for (const XlsxColumn& column : sheet.columns) width += column.width;
    std::string out = "<table><colgroup>";
    for (const XlsxColumn& column : sheet.columns) {
        out += fmt::format("<col width=\"{:.0f}%\">", column.width / width * 100);
    }
    out += "</colgroup><thead><tr>";
    std::vector<bool> is_amount;
    for (const XlsxColumn& column : sheet.columns) {
        is_amount.push_back(column.title.ends_with("kg/d"));
        out += is_amount.back() ? "<th class=\"number\">" : "<th>";
        out += escape_html(column.title) + "</th>";
    }
    out += "</tr></thead><tbody>\n";
    for (const auto& row : sheet.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const double* number = std::get_if<double>(&row[i]);
            const bool to_the_right = number != nullptr || (i < is_amount.size() && is_amount[i]);
            out += to_the_right ? "<td class=\"number\">" : "<td>";
            out += number != nullptr ? to_json_number(*number)
                                     : escape_html(std::get<std::string>(row[i]));
            out += "</td>";
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
}

}  // namespace qk::plans
