#include "plans/text/missing_mark.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace qk::plans {
namespace {

constexpr std::array kWords{
    std::string_view("na"),      std::string_view("n/a"),     std::string_view("#n/a"),
    std::string_view("#na"),     std::string_view("n.a."),    std::string_view("n.a"),
    std::string_view("<na>"),    std::string_view("nan"),     std::string_view("-nan"),
    std::string_view("nat"),     std::string_view("nil"),     std::string_view("null"),
    std::string_view("(null)"),  std::string_view("\\n"),     std::string_view("none"),
    std::string_view("nodata"),  std::string_view("no data"), std::string_view("missing"),
    std::string_view("无"),      std::string_view("无数据"),  std::string_view("缺"),
    std::string_view("缺测"),    std::string_view("缺失"),    std::string_view("缺数"),
    std::string_view("未监测"),  std::string_view("空"),      std::string_view("暂无"),
    std::string_view("暂无数据")};

// A cell of strokes alone, however many: "-", "——", "//", "_".
constexpr std::array kStrokes{
    std::string_view("-"),      std::string_view("_"),      std::string_view("/"),
    std::string_view("\\"),     std::string_view("*"),      std::string_view("?"),
    std::string_view("\u2010"), std::string_view("\u2011"), std::string_view("\u2012"),
    std::string_view("\u2013"), std::string_view("\u2014"), std::string_view("\u2015"),
    std::string_view("\u2212"), std::string_view("\u2500"), std::string_view("\u2026"),
    std::string_view("－"),     std::string_view("／"),     std::string_view("＿"),
    std::string_view("？"),     std::string_view("＊"),     std::string_view("\uFE58")};

}  // namespace

bool is_left_out(std::string_view cell) {
    while (!cell.empty()) {
        const auto begins = [cell](std::string_view stroke) { return cell.starts_with(stroke); };
        const auto stroke = std::ranges::find_if(kStrokes, begins);
        if (stroke == kStrokes.end()) return false;
        cell.remove_prefix(stroke->size());
    }
    return true;
}

bool is_missing_mark(std::string_view cell) {
    constexpr std::size_t kBytesMax = 24;
    if (cell.size() > kBytesMax) return false;
    if (is_left_out(cell)) return true;
    std::string lower;
    for (const char c : cell) {
        lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return std::ranges::find(kWords, lower) != kWords.end();
}

}  // namespace qk::plans
