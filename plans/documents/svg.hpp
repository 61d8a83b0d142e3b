// Charts over time and bars, as inline SVG for self-contained pages: no script, no font, no asset
// from outside; prints well; every mark has a title that a pointer shows and a screen reader reads.
//
// A chart of years draws as fast as one of days: a curve with more points than the plot has columns
// is drawn by the lowest and highest value of each column, so no peak is lost. A point without
// value is a gap in the curve. Colours never carry a meaning alone: curves differ in stroke, spans
// and thresholds carry their label.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

struct TimePoint {
    rules::Instant at{};
    std::optional<double> value;
};

enum class Stroke { kSolid, kDashed, kDotted };

struct CurveStyle {
    std::string colour = "#1f4e79";
    Stroke stroke = Stroke::kSolid;
    double width = 1.6;
};

// Colours that stay apart for colour-blind readers and in print.
namespace chart_colour {
inline constexpr std::string_view kBlue = "#1f5fa8";
inline constexpr std::string_view kTeal = "#11806a";
inline constexpr std::string_view kVermilion = "#c8461e";
inline constexpr std::string_view kPurple = "#7b3f98";
inline constexpr std::string_view kGrey = "#6b7280";
}  // namespace chart_colour

// Colour of a warning ("yellow", "orange", "red", "blue") for spans and badges; grey for others.
[[nodiscard]] std::string_view warning_colour(std::string_view colour);

class TimeChart {
 public:
    TimeChart(std::string title, rules::Span span, rules::Zone zone);

    TimeChart& size(int width, int height);
    TimeChart& unit(std::string text);   // beside the value axis: "AQI", "kW"
    TimeChart& least_top(double value);  // the axis reaches at least this high

    // Straight lines from point to point.
    TimeChart& line(std::string name, std::vector<TimePoint> points, CurveStyle style = {});
    // Each value holds until the next point.
    TimeChart& step(std::string name, std::vector<TimePoint> points, CurveStyle style = {});
    // Area between two curves of equal times, for example the range of forecasts.
    TimeChart& band(std::string name, std::vector<TimePoint> low, std::vector<TimePoint> high,
                    std::string colour);
    TimeChart& threshold(double value, std::string label, std::string colour);
    // A shaded stretch of time; `level` 0 fills the plot, 1, 2, ... are thin bars below its top.
    TimeChart& window(rules::Span span, std::string label, std::string colour, int level = 0);
    // A vertical mark at an instant.
    TimeChart& mark(rules::Instant at, std::string label);

    [[nodiscard]] std::string svg() const;

 private:
    struct Curve {
        std::string name;
        std::vector<TimePoint> points;
        std::vector<TimePoint> low;  // of a band
        CurveStyle style;
        bool is_step = false;
        bool is_band = false;
    };
    struct Threshold {
        double value;
        std::string label;
        std::string colour;
    };
    struct Window {
        rules::Span span;
        std::string label;
        std::string colour;
        int level;
    };
    struct Mark {
        rules::Instant at;
        std::string label;
    };
    struct Frame;

    [[nodiscard]] Frame frame() const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> bar_names() const;
    [[nodiscard]] std::string windows_svg(const Frame& frame, bool is_thin) const;
    [[nodiscard]] std::string curves_svg(const Frame& frame) const;
    [[nodiscard]] std::string marks_svg(const Frame& frame) const;
    [[nodiscard]] std::string legend_svg(const Frame& frame) const;

    std::string title_;
    rules::Span span_;
    rules::Zone zone_;
    int width_ = 960;
    int height_ = 280;
    std::string unit_;
    double least_top_ = 0;
    std::vector<Curve> curves_;
    std::vector<Threshold> thresholds_;
    std::vector<Window> windows_;
    std::vector<Mark> marks_;
};

// One horizontal bar per row, made of parts; the legend names the parts.
struct BarPart {
    std::string name;
    std::string colour;
};
struct BarRow {
    std::string label;
    std::vector<double> values;    // one a part, not negative
    std::optional<double> target;  // a mark across the bar
    std::string text;              // printed after the bar
};
[[nodiscard]] std::string stacked_bars_svg(const std::string& title,
                                           const std::vector<BarPart>& parts,
                                           const std::vector<BarRow>& rows, int width = 960);

}  // namespace qk::plans
