// Bars, and what they share with the charts over time.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plans/paper/svg.hpp"
#include "plans/paper/svg_parts.hpp"
#include "plans/text/html.hpp"

namespace qk::plans {
namespace svg_parts {

std::string label_of(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
    return fmt::format("{:.4g}", value);
}

double text_width(std::string_view text) {
    double width = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            width += 6.6;
        else if (byte >= 0xE0)
            width += 12;
        else if (byte >= 0xC0)
            width += 8;
    }
    return width;
}

std::string open_svg(int width, int height, const std::string& title) {
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}" font-family="'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif">)",
        width, height, escape_html(title));
}

}  // namespace svg_parts

using namespace svg_parts;

std::string stacked_bars_svg(const std::string& title, const std::vector<BarPart>& parts,
                             const std::vector<BarRow>& rows, int width) {
    constexpr int kRow = 26;
    constexpr int kBar = 16;
    double label_width = 60;
    double text_room = 40;
    double top = 0;
    for (const BarRow& row : rows) {
        label_width = std::max(label_width, text_width(row.label) + 14);
        text_room = std::max(text_room, text_width(row.text) + 16);
        double sum = 0;
        for (const double value : row.values) sum += value;
        top = std::max({top, sum, row.target.value_or(0)});
    }
    if (top <= 0) top = 1;
    const double plot = std::max(80.0, width - label_width - text_room);
    const int height = 44 + static_cast<int>(rows.size()) * kRow + 6;
    std::string out = open_svg(width, height, title);
    out += fmt::format(R"(<text x="0" y="15" fill="{}" font-size="13" font-weight="600">{}</text>)",
                       kInk, escape_html(title));
    double x = label_width;
    for (const BarPart& part : parts) {
        out += fmt::format(R"(<rect x="{:.1f}" y="24" width="11" height="11" fill="{}"/>)", x,
                           escape_html(part.colour));
        out += fmt::format(R"(<text x="{:.1f}" y="34" fill="{}" font-size="12">{}</text>)", x + 15,
                           kInk, escape_html(part.name));
        x += text_width(part.name) + 34;
    }
    double y = 46;
    for (const BarRow& row : rows) {
        out += fmt::format(
            R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end" fill="{}" font-size="12">{}</text>)",
            label_width - 8, y + 12, kInk, escape_html(row.label));
        double at = label_width;
        for (std::size_t i = 0; i < row.values.size() && i < parts.size(); ++i) {
            const double length = plot * row.values[i] / top;
            if (length <= 0) continue;
            out += fmt::format(
                R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" fill="{}"><title>{} {}: {}</title></rect>)",
                at, y, length, kBar, escape_html(parts[i].colour), escape_html(row.label),
                escape_html(parts[i].name), label_of(row.values[i]));
            at += length;
        }
        if (row.target) {
            const double mark = label_width + plot * *row.target / top;
            out += fmt::format(
                R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="2"/>)",
                mark, y - 3, mark, y + kBar + 3, kInk);
            at = std::max(at, mark);
        }
        out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="12">{}</text>)",
                           at + 8, y + 12, kInk, escape_html(row.text));
        y += kRow;
    }
    return out + "</svg>";
}

}  // namespace qk::plans
