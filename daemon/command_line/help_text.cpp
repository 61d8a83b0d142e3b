#include "daemon/command_line/help_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plans/text/shown.hpp"

namespace qk::command_line {
namespace {

constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kNamesMax = 30;  // a longer name has its line to itself

// "--format json|csv|table", "FILE", "-h, --help".
std::string typed_as(const Option& option) {
    if (option.is_place) return std::string(option.value);
    if (option.takes == Takes::kNothing) return fmt::format("--{}", option.name);
    const char* more = option.takes == Takes::kMany ? "..." : "";
    return fmt::format("--{} {}{}", option.name, option.value, more);
}

std::string in_usage(const Option& option) {
    const std::string text = typed_as(option);
    return option.is_required ? text : "[" + text + "]";
}

bool is_in_usage(const Option& option) { return option.is_place || option.is_required; }

std::string usage_line(const Command& command, std::string_view path) {
    std::string line = fmt::format("  {}", path);
    if (command.run == nullptr) return line + " COMMAND [OPTIONS]\n";
    bool has_more = false;
    for (const Option& option : command.options) {
        if (is_in_usage(option))
            line += " " + in_usage(option);
        else
            has_more = true;
    }
    return line + (has_more ? " [OPTIONS]\n" : "\n");
}

// What to do with it, beyond what it is.
std::string remarks_on(const Option& option) {
    std::string text;
    if (option.is_required && !option.is_place) text += "（必填 required）";
    if (option.takes == Takes::kEach) text += "（可重复 repeatable）";
    if (!option.otherwise.empty()) text += fmt::format("（默认 default: {}）", option.otherwise);
    return text;
}

struct Entry {
    std::string name;
    Bilingual what;
    std::string remark;
};

// Names in one column; both languages in one line where they fit, else in two.
std::string columns_of(const std::vector<Entry>& entries) {
    std::size_t names = 0;
    for (const Entry& entry : entries) {
        const std::size_t width = plans::display_width(entry.name);
        if (width <= kNamesMax) names = std::max(names, width);
    }
    std::string text;
    for (const Entry& entry : entries) {
        const std::string zh = std::string(entry.what.zh) + entry.remark;
        const std::string blanks(names + 4, ' ');
        if (plans::display_width(entry.name) > names)
            text += fmt::format("  {}\n{}", entry.name, blanks);
        else
            text += fmt::format("  {:<{}}  ", entry.name, names);
        const bool fits =
            names + 6 + plans::display_width(zh) + plans::display_width(entry.what.en) <=
            kColumnsMax;
        text += fits ? fmt::format("{}  {}\n", zh, entry.what.en)
                     : fmt::format("{}\n{}{}\n", zh, blanks, entry.what.en);
    }
    return text;
}

std::string section(const char* title, const std::vector<Entry>& entries) {
    return entries.empty() ? "" : fmt::format("\n{}:\n{}", title, columns_of(entries));
}

std::vector<Entry> entries_of(const Options& options, bool is_place) {
    std::vector<Entry> entries;
    for (const Option& option : options) {
        if (option.is_place != is_place) continue;
        entries.push_back({typed_as(option), option.what, remarks_on(option)});
    }
    return entries;
}

std::string usage_text(const Command& command, std::string_view path) {
    std::string text = "用法 usage:\n";
    if (command.run != nullptr || command.commands.empty()) text += usage_line(command, path);
    for (const Command& part : command.commands) {
        text += usage_line(part, fmt::format("{} {}", path, part.name));
    }
    return text;
}

}  // namespace

std::string hint_text(const Command& command, std::string_view path) {
    std::string names;
    for (const Command& part : command.commands) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", part.name);
    }
    const std::string text = names.empty() ? "用法 usage:\n" + usage_line(command, path)
                                           : fmt::format("命令 commands:\n  {}\n", names);
    return text + fmt::format("详见 see '{} --help'\n", path);
}

std::string help_text(const Command& command, std::string_view path) {
    const bool is_program = path.find(' ') == std::string_view::npos;
    std::string text = fmt::format("{}\n{}\n\n", command.what.zh, command.what.en);
    text += is_program && !command.commands.empty() ? "用法 usage:\n" + usage_line(command, path)
                                                    : usage_text(command, path);
    std::vector<Entry> parts;
    for (const Command& part : command.commands) {
        parts.push_back({std::string(part.name), part.what, ""});
    }
    text += section("命令 commands", parts);
    text += section("参数 arguments", entries_of(command.options, true));
    std::vector<Entry> options = entries_of(command.options, false);
    options.push_back({"-h, --help", {"显示本帮助", "show this help"}, ""});
    if (is_program) options.push_back({"--version", {"显示版本号", "show the version"}, ""});
    text += section("选项 options", options);
    if (!command.examples.empty()) text += "\n示例 examples:\n";
    for (const std::string_view example : command.examples) text += fmt::format("  {}\n", example);
    if (!command.commands.empty()) {
        text += fmt::format(
            "\n各命令的选项和示例 options and examples of a command:\n  {} COMMAND --help\n", path);
    }
    return text;
}

}  // namespace qk::command_line
