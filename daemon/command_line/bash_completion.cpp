#include "daemon/command_line/bash_completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace qk::command_line {
namespace {

// {0} the program, {1} its name as a function, then the cases: commands, values, words.
constexpr std::string_view kScript =
    R"(# Completes {0} in bash, for this shell with: source <({0} completion bash)
_{1}() {{
    local typed="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD - 1]}}"
    local command="" word words="" files=no
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD - 1}}"; do
        case "$command $word" in
{2}        esac
    done
    case "$command $before" in
{3}        *)
            case "$command" in
{4}            esac ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$typed")
    if [ "$files" = yes ] && [ "${{typed#-}}" = "$typed" ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -f -- "$typed")
    fi
}}
complete -F _{1} {0}
)";

// What stands behind an option or in a place is a file where its value is written so.
bool is_file(const Option& option) {
    constexpr std::array<std::string_view, 6> kFiles{"FILE",    "PATH",     "FOLDER",
                                                     "ID|FILE", "KEY|FILE", "SCENARIO.toml"};
    return std::ranges::find(kFiles, option.value) != kFiles.end();
}

// "json|csv|table" names every value there is; a word in capitals names none.
bool is_closed(const Option& option) {
    const bool is_small =
        std::ranges::none_of(option.value, [](char c) { return c >= 'A' && c <= 'Z'; });
    return is_small && option.value.find('|') != std::string_view::npos;
}

std::string blanks_for_bars(std::string_view value) {
    std::string text(value);
    std::ranges::replace(text, '|', ' ');
    return text;
}

// Patterns by what is done for them, so that bash reads each deed once.
using Cases = std::map<std::string, std::vector<std::string>>;

struct Script {
    Cases commands;
    Cases values;
    Cases words;
};

void add(Script& script, const Command& command, const std::string& path) {
    std::string words;
    bool takes_files = false;
    for (const Command& part : command.commands) words += fmt::format("{} ", part.name);
    for (const Option& option : command.options) {
        if (option.is_place) {
            takes_files = takes_files || is_file(option);
            if (is_closed(option)) words += blanks_for_bars(option.value) + " ";
            continue;
        }
        words += fmt::format("--{} ", option.name);
        if (option.takes == Takes::kNothing) continue;
        const std::string deed = is_file(option) ? "files=yes"
                                 : is_closed(option)
                                     ? fmt::format("words=\"{}\"", blanks_for_bars(option.value))
                                     : "return 0";
        script.values[deed].push_back(fmt::format("\"{} --{}\"", path, option.name));
    }
    script.words[fmt::format("words=\"{}--help\"{}", words, takes_files ? "; files=yes" : "")]
        .push_back(fmt::format("\"{}\"", path));
    for (const Command& part : command.commands) {
        const std::string deeper = fmt::format("{} {}", path, part.name);
        script.commands["command=\"$command $word\""].push_back(fmt::format("\"{}\"", deeper));
        add(script, part, deeper);
    }
}

std::string cases_text(const Cases& cases, std::size_t indent) {
    std::string text;
    for (const auto& [deed, patterns] : cases) {
        text +=
            fmt::format("{}{}) {} ;;\n", std::string(indent, ' '), fmt::join(patterns, "|"), deed);
    }
    return text;
}

}  // namespace

std::string bash_completion(const Command& program) {
    Script script;
    add(script, program, "");
    std::string function(program.name);
    std::ranges::replace(function, '-', '_');
    return fmt::format(fmt::runtime(kScript), program.name, function,
                       cases_text(script.commands, 12), cases_text(script.values, 8),
                       cases_text(script.words, 16));
}

}  // namespace qk::command_line
