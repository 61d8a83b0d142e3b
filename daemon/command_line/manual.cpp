#include "daemon/command_line/manual.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qk::command_line {
namespace {

// As it stands, whatever it holds: nothing of it is taken for a request, a quote or a hyphen.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool opens_a_line = out.empty() || out.back() == '\n';
        if (opens_a_line && (c == '.' || c == '\'')) out += "\\&";
        switch (c) {
            case '\\':
                out += "\\e";
                break;
            case '-':
                out += "\\-";
                break;
            case '\'':
                out += "\\(aq";
                break;
            case '"':
                out += "\\(dq";
                break;
            case '`':
                out += "\\(ga";
                break;
            case '^':
                out += "\\(ha";
                break;
            case '~':
                out += "\\(ti";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
// A line may end after each word of a choice.
std::string placeholder(std::string_view text) {
    std::string out;
    for (const char c : plain(text)) {
        out += c;
        if (c == '|') out += "\\:";
    }
    return "\\fI" + out + "\\fR";
}

std::string typed_as(const Option& option) {
    if (option.is_place) return placeholder(option.value);
    std::string text = bold(fmt::format("--{}", option.name));
    if (option.takes == Takes::kNothing) return text;
    text += " " + placeholder(option.value);
    return option.takes == Takes::kMany ? text + " ..." : text;
}

std::string synopsis(const Command& command, std::string_view path) {
    std::string text = bold(path);
    bool has_more = false;
    for (const Option& option : command.options) {
        if (!option.is_place && !option.is_required) {
            has_more = true;
            continue;
        }
        text += option.is_required ? " " + typed_as(option) : " [" + typed_as(option) + "]";
    }
    return text + (has_more ? " [" + placeholder("OPTIONS") + "]" : "");
}

std::string options_of(const Command& command) {
    std::string text;
    for (const Option& option : command.options) {
        text += fmt::format(".TP\n{}\n{}\n.br\n{}\n", typed_as(option), plain(option.what.zh),
                            plain(option.what.en));
        if (option.is_required) text += ".br\n必填 required\n";
        if (option.takes == Takes::kEach) text += ".br\n可重复 repeatable\n";
        if (!option.otherwise.empty()) {
            text += fmt::format(".br\n默认 default: {}\n", plain(option.otherwise));
        }
    }
    return text;
}

std::string examples_of(const Command& command) {
    if (command.examples.empty()) return {};
    std::string text = ".P\n示例 examples:\n.P\n.RS 4\n.nf\n";
    for (const std::string_view example : command.examples) text += plain(example) + "\n";
    return text + ".fi\n.RE\n";
}

// Every command that does something, and those within it.
void add(std::string& text, const Command& command, const std::string& path) {
    if (command.run != nullptr) {
        text += fmt::format(".SS {}\n{}\n.br\n{}\n.P\n{}\n{}{}", plain(path),
                            plain(command.what.zh), plain(command.what.en), synopsis(command, path),
                            options_of(command), examples_of(command));
    }
    for (const Command& part : command.commands) {
        add(text, part, fmt::format("{} {}", path, part.name));
    }
}

std::string title_of(std::string_view name) {
    std::string title(name);
    std::ranges::transform(title, title.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    return title;
}

}  // namespace

std::string manual(const Command& program) {
    const std::string name(program.name);
    std::string text = fmt::format(
        "'\\\" -*- coding: UTF-8 -*-\n.TH {} 1 \"\" \"{} {}\" \"晴空 Qingkong\"\n"
        ".ad l\n.nh\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n",
        plain(title_of(name)), plain(name), QK_VERSION, plain(name), plain(program.what.en));
    text += program.commands.empty() ? synopsis(program, name) + "\n"
                                     : fmt::format("{} {} [{}]\n", bold(name),
                                                   placeholder("COMMAND"), placeholder("OPTIONS"));
    text += fmt::format(".SH DESCRIPTION\n{}\n.br\n{}\n{}", plain(program.what.zh),
                        plain(program.what.en), examples_of(program));
    text += ".SH COMMANDS\n";
    add(text, program, name);
    text +=
        ".SH EXIT STATUS\n.TP\n.B 0\n结论成立 done, and the answer is good\n"
        ".TP\n.B 1\n结论不成立 done, and the answer is a negative finding\n"
        ".TP\n.B 2\n用法或输入有误 bad usage or unreadable input\n"
        ".TP\n.B 3\n无法连接或被拒绝 the daemon cannot be reached, or refused\n";
    return text;
}

}  // namespace qk::command_line
