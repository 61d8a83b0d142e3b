#include "plans/documents/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plans/text/html.hpp"

namespace qk::plans {

namespace {

using rules::Instant;
using std::chrono::hours;

constexpr std::string_view kInk = "#1f2937";
constexpr std::string_view kPale = "#e5e7eb";
constexpr std::string_view kDim = "#4b5563";
constexpr int kLeft = 52;
constexpr int kRight = 16;
constexpr int kBottom = 30;
constexpr int kLegendRow = 18;
constexpr int kThinBar = 7;
constexpr int kLabelRow = 12;

std::string_view dashes(Stroke stroke) {
    switch (stroke) {
        case Stroke::kSolid:
            return "none";
        case Stroke::kDashed:
            return "6 4";
        case Stroke::kDotted:
            return "1.5 3";
    }
    return "none";
}

// A round step that divides `range` into at most five parts or so.
double tick_step(double range) {
    const double raw = range / 5;
    const double magnitude = std::pow(10, std::floor(std::log10(raw)));
    for (const double times : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (raw <= times * magnitude * 1.0001) return times * magnitude;
    }
    return 10 * magnitude;
}

std::string label_of(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
    return fmt::format("{:.4g}", value);
}

// Width of text in px at 12 px: Chinese characters are square, others about half.
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

// The opening tag, with its title for readers of screens.
std::string open_svg(int width, int height, const std::string& title) {
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}" font-family="'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif">)",
        width, height, escape_html(title));
}

}  // namespace

std::string_view warning_colour(std::string_view colour) {
    if (colour == "blue") return "#2b6cb0";
    if (colour == "yellow") return "#d9a400";
    if (colour == "orange") return "#e8710a";
    if (colour == "red") return "#c5221f";
    return chart_colour::kGrey;
}

// The plot's place in the picture and its scales.
struct TimeChart::Frame {
    double left = kLeft;
    double right = 0;
    double top = 0;
    double bottom = 0;
    double value_top = 1;
    double tick = 1;
    Instant from{};
    double seconds = 1;

    [[nodiscard]] double x(Instant at) const {
        const auto since = static_cast<double>((at - from).count());
        return left + (right - left) * std::clamp(since / seconds, 0.0, 1.0);
    }
    [[nodiscard]] double y(double value) const {
        return bottom - (bottom - top) * std::clamp(value / value_top, 0.0, 1.0);
    }
};

namespace {

// The ends of a column of the picture: lowest and highest value that fall on it.
struct Column {
    double x = 0;
    double first = 0;
    double low = 0;
    double high = 0;
    double last = 0;
    bool starts_after_gap = false;
};

template <class X>
std::vector<Column> columns_of(const std::vector<TimePoint>& points, const rules::Span& span,
                               const X& x_of) {
    std::vector<Column> columns;
    bool is_after_gap = true;
    for (const TimePoint& point : points) {
        if (point.at < span.from || point.at > span.to) continue;
        if (!point.value || !std::isfinite(*point.value)) {
            is_after_gap = true;
            continue;
        }
        const double x = x_of(point.at);
        // Points nearer than half a pixel share a column.
        if (!columns.empty() && !is_after_gap && x - columns.back().x < 0.5) {
            Column& column = columns.back();
            column.low = std::min(column.low, *point.value);
            column.high = std::max(column.high, *point.value);
            column.last = *point.value;
            continue;
        }
        columns.push_back(
            {x, *point.value, *point.value, *point.value, *point.value, is_after_gap});
        is_after_gap = false;
    }
    return columns;
}

void append_point(std::string& path, char command, double x, double y) {
    fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", command, x, y);
}

}  // namespace

TimeChart::TimeChart(std::string title, rules::Span span, rules::Zone zone)
    : title_(std::move(title)), span_(span), zone_(zone) {}

TimeChart& TimeChart::size(int width, int height) {
    width_ = width;
    height_ = height;
    return *this;
}
TimeChart& TimeChart::unit(std::string text) {
    unit_ = std::move(text);
    return *this;
}
TimeChart& TimeChart::least_top(double value) {
    least_top_ = value;
    return *this;
}
TimeChart& TimeChart::line(std::string name, std::vector<TimePoint> points, CurveStyle style) {
    curves_.push_back({std::move(name), std::move(points), {}, std::move(style), false, false});
    return *this;
}
TimeChart& TimeChart::step(std::string name, std::vector<TimePoint> points, CurveStyle style) {
    curves_.push_back({std::move(name), std::move(points), {}, std::move(style), true, false});
    return *this;
}
TimeChart& TimeChart::band(std::string name, std::vector<TimePoint> low,
                           std::vector<TimePoint> high, std::string colour) {
    CurveStyle style;
    style.colour = std::move(colour);
    curves_.push_back({std::move(name), std::move(high), std::move(low), style, false, true});
    return *this;
}
TimeChart& TimeChart::threshold(double value, std::string label, std::string colour) {
    thresholds_.push_back({value, std::move(label), std::move(colour)});
    return *this;
}
TimeChart& TimeChart::window(rules::Span span, std::string label, std::string colour, int level) {
    windows_.push_back({span, std::move(label), std::move(colour), level});
    return *this;
}
TimeChart& TimeChart::mark(Instant at, std::string label) {
    marks_.push_back({at, std::move(label)});
    return *this;
}

TimeChart::Frame TimeChart::frame() const {
    Frame frame;
    double labels = 0;
    for (const Threshold& one : thresholds_) labels = std::max(labels, text_width(one.label) + 8);
    frame.right = width_ - std::max<double>(kRight, labels);
    frame.from = span_.from;
    frame.seconds = std::max(1.0, static_cast<double>(span_.length().count()));
    double legend = 0;
    int rows = curves_.empty() ? 0 : 1;
    for (const auto& [name, colour] : bar_names()) legend += text_width(name) + 44;
    for (const Curve& curve : curves_) {
        const double width = text_width(curve.name) + 44;
        if (legend + width > frame.right - kLeft) {
            ++rows;
            legend = 0;
        }
        legend += width;
    }
    frame.top = 30 + rows * kLegendRow + (marks_.empty() ? 0 : 14);
    frame.bottom = height_ - kBottom;
    double top = least_top_;
    for (const Curve& curve : curves_) {
        for (const TimePoint& point : curve.points) {
            if (point.at < span_.from || point.at > span_.to) continue;
            if (point.value && std::isfinite(*point.value)) top = std::max(top, *point.value);
        }
    }
    for (const Threshold& threshold : thresholds_) top = std::max(top, threshold.value);
    if (top <= 0) top = 1;
    frame.tick = tick_step(top * 1.05);
    frame.value_top = frame.tick * std::ceil(top * 1.05 / frame.tick);
    return frame;
}

namespace {

// Vertical grid: hours, midnights or months, whichever leaves room for its labels.
enum class TickKind { kHours, kDays, kMonths };

struct Ticks {
    TickKind kind = TickKind::kDays;
    std::vector<Instant> at;
};

constexpr double kTickPixels = 46;

// Every n hours for spans of up to two days.
Ticks hour_ticks(const rules::Span& span, rules::Zone zone, double pixels) {
    Ticks ticks{TickKind::kHours, {}};
    const double hour_count = static_cast<double>(span.length().count()) / 3600;
    int every = 1;
    for (const int step : {1, 2, 3, 6, 12}) {
        every = step;
        if (hour_count / step * kTickPixels <= pixels) break;
    }
    for (Instant at = rules::floor_hour(span.from); at <= span.to; at += hours{1}) {
        if (at >= span.from && rules::hour_of_day(at, zone) % every == 0) ticks.at.push_back(at);
    }
    return ticks;
}

Ticks ticks_of(const rules::Span& span, rules::Zone zone, double pixels) {
    using std::chrono::days;
    const double day_count = static_cast<double>(span.length().count()) / 86400;
    if (day_count <= 2) return hour_ticks(span, zone, pixels);
    Ticks ticks{day_count > 120 ? TickKind::kMonths : TickKind::kDays, {}};
    const bool is_months = ticks.kind == TickKind::kMonths;
    const double wanted = is_months ? day_count / 30 * 62 : day_count * kTickPixels;
    const int every = std::max(1, static_cast<int>(std::ceil(wanted / pixels)));
    int number = 0;
    for (auto day = rules::day_of(span.from, zone);; day += days{1}) {
        const Instant at = rules::start_of(day, zone);
        if (at > span.to) break;
        const std::chrono::year_month_day date{day};
        if (at < span.from || (is_months && date.day() != std::chrono::day{1})) continue;
        if (number++ % every == 0) ticks.at.push_back(at);
    }
    return ticks;
}

std::string tick_label(Instant at, rules::Zone zone, TickKind kind) {
    const std::chrono::year_month_day date{rules::day_of(at, zone)};
    const auto month = static_cast<unsigned>(date.month());
    switch (kind) {
        case TickKind::kMonths:
            return fmt::format("{}-{:02}", static_cast<int>(date.year()), month);
        case TickKind::kDays:
            break;
        case TickKind::kHours:
            if (const int hour = rules::hour_of_day(at, zone); hour != 0) {
                return fmt::format("{}:00", hour);
            }
    }
    return fmt::format("{}/{}", month, static_cast<unsigned>(date.day()));
}

std::string axis_svg(double left, double right, double top, double bottom, double tick,
                     double value_top, const std::string& unit) {
    std::string out;
    for (int i = 0; i * tick <= value_top * 1.0001; ++i) {
        const double y = bottom - (bottom - top) * (i * tick / value_top);
        out += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"/>)",
                           left, y, right, y, i == 0 ? "#9ca3af" : kPale);
        out += fmt::format(
            R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end" fill="{}" font-size="11">{}</text>)",
            left - 6, y + 4, kDim, label_of(i * tick));
    }
    if (!unit.empty()) {
        out += fmt::format(
            R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end" fill="{}" font-size="11">{}</text>)",
            left - 6, top - 8, kDim, escape_html(unit));
    }
    return out;
}

}  // namespace

std::string TimeChart::windows_svg(const Frame& frame, bool is_thin) const {
    std::string out;
    for (const Window& window : windows_) {
        if (is_thin != (window.level > 0) || !window.span.overlaps(span_)) continue;
        const double from = frame.x(window.span.from);
        const double to = std::max(frame.x(window.span.to), from + 1);
        const double top =
            window.level == 0 ? frame.top : frame.top + (window.level - 1) * (kThinBar + 2);
        const double height = window.level == 0 ? frame.bottom - frame.top : kThinBar;
        const std::string title =
            escape_html(window.label + " " + rules::to_chinese(window.span.from, zone_) + "–" +
                        rules::to_chinese(window.span.to, zone_));
        out += fmt::format(
            R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}" fill-opacity="{}"><title>{}</title></rect>)",
            from, top, to - from, height, escape_html(window.colour),
            window.level == 0 ? "0.13" : "0.85", title);
        if (window.level == 0 && text_width(window.label) + 8 < to - from) {
            out += fmt::format(
                R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="11" font-weight="600">{}</text>)",
                from + 4, frame.top + 2 * kThinBar + 8, escape_html(window.colour),
                escape_html(window.label));
        }
    }
    return out;
}

std::string TimeChart::curves_svg(const Frame& frame) const {
    std::string out;
    const auto x_of = [&](Instant at) { return frame.x(at); };
    for (const Curve& curve : curves_) {
        const std::vector<Column> columns = columns_of(curve.points, span_, x_of);
        std::string path;
        if (curve.is_band) {
            const std::vector<Column> low = columns_of(curve.low, span_, x_of);
            for (const Column& c : columns)
                append_point(path, path.empty() ? 'M' : 'L', c.x, frame.y(c.high));
            for (auto c = low.rbegin(); c != low.rend(); ++c) {
                append_point(path, path.empty() ? 'M' : 'L', c->x, frame.y(c->low));
            }
            out += fmt::format(
                R"(<path d="{}Z" fill="{}" fill-opacity="0.18" stroke="none"><title>{}</title></path>)",
                path, escape_html(curve.style.colour), escape_html(curve.name));
            continue;
        }
        double last_y = 0;
        for (const Column& c : columns) {
            if (curve.is_step && !c.starts_after_gap) append_point(path, 'L', c.x, last_y);
            append_point(path, c.starts_after_gap ? 'M' : 'L', c.x, frame.y(c.first));
            if (c.high > c.low) {
                append_point(path, 'L', c.x, frame.y(c.low));
                append_point(path, 'L', c.x, frame.y(c.high));
                append_point(path, 'L', c.x, frame.y(c.last));
            }
            last_y = frame.y(c.last);
        }
        if (curve.is_step && !columns.empty()) append_point(path, 'L', frame.right, last_y);
        out += fmt::format(
            R"(<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}" stroke-linejoin="round"><title>{}</title></path>)",
            path, escape_html(curve.style.colour), curve.style.width, dashes(curve.style.stroke),
            escape_html(curve.name));
    }
    return out;
}

std::string TimeChart::marks_svg(const Frame& frame) const {
    std::string out;
    std::vector<const Threshold*> by_value;
    for (const Threshold& threshold : thresholds_) by_value.push_back(&threshold);
    std::ranges::stable_sort(by_value, {}, [](const Threshold* one) { return one->value; });
    // Labels stand to the right of the plot, each at its line and none over another.
    double last_y = frame.bottom + kLabelRow;
    for (const Threshold* threshold : by_value) {
        const double y = frame.y(threshold->value);
        out += fmt::format(
            R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="1.1" stroke-dasharray="5 3"/>)",
            frame.left, y, frame.right, y, escape_html(threshold->colour));
        last_y = std::min(y + 4, last_y - kLabelRow);
        out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="11">{}</text>)",
                           frame.right + 4, last_y, kInk, escape_html(threshold->label));
    }
    double free_from = frame.left;
    for (const Mark& mark : marks_) {
        if (mark.at < span_.from || mark.at > span_.to) continue;
        const double x = frame.x(mark.at);
        out += fmt::format(
            R"(<g><title>{}</title><line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="1"/><circle cx="{:.1f}" cy="{:.1f}" r="2.5" fill="{}"/></g>)",
            escape_html(mark.label + " " + rules::to_chinese(mark.at, zone_)), x, frame.top, x,
            frame.bottom, kInk, x, frame.top, kInk);
        // A label that would run into the one before it is left to the title.
        const double width = text_width(mark.label);
        const double at = std::min(x, frame.right - width);
        if (at < free_from) continue;
        out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="11">{}</text>)", at,
                           frame.top - 5, kInk, escape_html(mark.label));
        free_from = at + width + 8;
    }
    return out;
}

// The thin bars by label, each once.
std::vector<std::pair<std::string, std::string>> TimeChart::bar_names() const {
    std::vector<std::pair<std::string, std::string>> names;
    for (const Window& window : windows_) {
        if (window.level == 0) continue;
        const std::pair<std::string, std::string> name{window.label, window.colour};
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

std::string TimeChart::legend_svg(const Frame& frame) const {
    std::string out;
    double x = frame.left;
    double y = 34;
    for (const auto& [name, colour] : bar_names()) {
        out += fmt::format(
            R"(<rect x="{:.1f}" y="{:.1f}" width="22" height="{}" fill="{}" fill-opacity="0.85"/>)",
            x, y - 8, kThinBar, escape_html(colour));
        out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="12">{}</text>)",
                           x + 27, y, kInk, escape_html(name));
        x += text_width(name) + 44;
    }
    for (const Curve& curve : curves_) {
        const double width = text_width(curve.name) + 44;
        if (x + width > frame.right && x > frame.left) {
            x = frame.left;
            y += kLegendRow;
        }
        if (curve.is_band) {
            out += fmt::format(
                R"(<rect x="{:.1f}" y="{:.1f}" width="22" height="9" fill="{}" fill-opacity="0.25"/>)",
                x, y - 8, escape_html(curve.style.colour));
        } else {
            out += fmt::format(
                R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>)",
                x, y - 4, x + 22, y - 4, escape_html(curve.style.colour),
                dashes(curve.style.stroke));
        }
        out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="12">{}</text>)",
                           x + 27, y, kInk, escape_html(curve.name));
        x += width;
    }
    return out;
}

std::string TimeChart::svg() const {
    const Frame f = frame();
    std::string out = open_svg(width_, height_, title_);
    out +=
        fmt::format(R"(<text x="{}" y="15" fill="{}" font-size="13" font-weight="600">{}</text>)",
                    kLeft, kInk, escape_html(title_));
    // What fills the plot lies under the grid, thin bars over it.
    out += windows_svg(f, false);
    out += axis_svg(f.left, f.right, f.top, f.bottom, f.tick, f.value_top, unit_);
    const Ticks ticks = ticks_of(span_, zone_, f.right - f.left);
    for (const Instant tick : ticks.at) {
        const double x = f.x(tick);
        const std::string label = tick_label(tick, zone_, ticks.kind);
        out += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"/>)",
                           x, f.top, x, f.bottom, kPale);
        if (x + 3 + text_width(label) > width_) continue;
        out += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="11">{}</text>)",
                           x + 3, f.bottom + 15, kDim, label);
    }
    out += windows_svg(f, true);
    out += curves_svg(f);
    out += marks_svg(f);
    out += legend_svg(f);
    return out + "</svg>";
}

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
