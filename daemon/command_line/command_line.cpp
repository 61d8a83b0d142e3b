#include "daemon/command_line/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cassert>
#include <charconv>
#include <iostream>
#include <memory>

#include "daemon/base/exit_code.hpp"
#include "daemon/command_line/help_text.hpp"
#include "daemon/command_line/nearest_word.hpp"

namespace qk::command_line {

Option Option::required() const {
    Option changed = *this;
    changed.is_required = true;
    return changed;
}

Option Option::each() const {
    Option changed = *this;
    changed.takes = Takes::kEach;
    return changed;
}

Option Option::many() const {
    Option changed = *this;
    changed.takes = Takes::kMany;
    return changed;
}

Option Option::number() const {
    Option changed = *this;
    changed.is_number = true;
    return changed;
}

Option Option::one_of() const {
    Option changed = *this;
    changed.is_one_of = true;
    return changed;
}

Option Option::or_else(std::string_view value_otherwise) const {
    Option changed = *this;
    changed.otherwise = value_otherwise;
    return changed;
}

Option option(std::string_view name, std::string_view value, Bilingual what) {
    return {.name = name, .value = value, .what = what};
}

Option flag(std::string_view name, Bilingual what) {
    return {.name = name, .what = what, .takes = Takes::kNothing};
}

Option place(std::string_view name, std::string_view value, Bilingual what) {
    return {.name = name, .value = value, .what = what, .is_place = true};
}

Options joined(std::initializer_list<Options> lists) {
    Options all;
    for (const Options& list : lists) all.insert(all.end(), list.begin(), list.end());
    return all;
}

Call::Call(std::string command, const Options& options, rules::Instant now)
    : command_(std::move(command)), now_(now) {
    for (const Option& option : options) {
        values_.emplace(option.name, std::vector<std::string>{});
        otherwise_.emplace(option.name, option.otherwise);
    }
}

void Call::give(std::string_view option, std::vector<std::string> values) {
    const auto found = values_.find(option);
    assert(found != values_.end());
    std::ranges::move(values, std::back_inserter(found->second));
}

const std::vector<std::string>& Call::texts(std::string_view option) const {
    const auto found = values_.find(option);
    assert(found != values_.end() && "an option that the command does not have");
    return found->second;
}

std::vector<std::string> Call::option_names() const {
    std::vector<std::string> names;
    for (const auto& [name, values] : values_) names.push_back(name);
    return names;
}

std::optional<std::string> Call::text(std::string_view option) const {
    const std::vector<std::string>& values = texts(option);
    return values.empty() ? std::nullopt : std::optional(values.back());
}

std::string Call::text_or_default(std::string_view option) const {
    return text(option).value_or(otherwise_.find(option)->second);
}

std::optional<std::uint64_t> Call::number(std::string_view option) const {
    const auto typed = text(option);
    std::uint64_t value = 0;
    if (!typed) return std::nullopt;
    std::from_chars(typed->data(), typed->data() + typed->size(), value);
    return value;
}

namespace {

bool is_whole_number(const std::string& text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return !text.empty() && error == std::errc{} && stopped == end;
}

// One command of the table as CLI11 knows it.
struct Mirror {
    const Command* command = nullptr;
    CLI::App* app = nullptr;
    std::vector<std::pair<Option, CLI::Option*>> options;
    CLI::Option* help = nullptr;
    std::vector<Mirror> parts;
};

void add_option(Mirror& mirror, const Option& option) {
    const std::string name = fmt::format("--{}", option.name);
    if (option.takes == Takes::kNothing) {
        mirror.options.emplace_back(option, mirror.app->add_flag(name)->disable_flag_override());
        return;
    }
    CLI::Option* added =
        mirror.app->add_option(option.is_place ? fmt::format("{},{}", option.name, name) : name);
    added->expected(option.takes == Takes::kMany ? -1 : 1);
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    mirror.options.emplace_back(option, added);
}

bool knows(const Mirror& mirror, std::string_view option) {
    return std::ranges::any_of(mirror.options,
                               [option](const auto& known) { return known.first.name == option; });
}

Mirror mirror_of(const Command& command, CLI::App& app) {
    Mirror mirror{.command = &command, .app = &app};
    app.set_help_flag("");
    app.allow_extras();
    app.require_subcommand(0, 1);  // so that a value is never taken for a second command
    mirror.help = app.add_flag("-h,--help");
    for (const Option& option : command.options) add_option(mirror, option);
    for (const Command& part : command.commands) {
        mirror.parts.push_back(mirror_of(part, *app.add_subcommand(std::string(part.name))));
        // An option may stand before the word that it belongs to: 'warning --url U list'.
        for (const Option& option : part.options) {
            if (part.commands.empty() && !option.is_place && !knows(mirror, option.name)) {
                add_option(mirror, option);
            }
        }
    }
    return mirror;
}

std::vector<std::string> words_of(std::string_view value) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t bar = std::min(value.find('|', at), value.size());
        words.emplace_back(value.substr(at, bar - at));
        at = bar + 1;
    }
    return words;
}

bool looks_like_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

std::vector<std::string> option_names(const Command& command) {
    std::vector<std::string> names{"--help"};
    for (const Option& option : command.options) names.push_back(fmt::format("--{}", option.name));
    return names;
}

std::string did_you_mean(const std::string& typed, const std::vector<std::string>& words) {
    const auto word = nearest_word(typed, words);
    return word ? fmt::format(": 是不是 did you mean '{}'?", *word) : std::string();
}

class Understanding {
 public:
    Understanding(const Command& program, rules::Instant now) : now_(now) {
        root_ = mirror_of(program, app_);
        // Options of one command say nothing to the whole program.
        version_ = app_.add_flag("--version");
    }

    Typed understand(const std::vector<std::string>& arguments) {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        try {
            app_.parse(std::move(reversed));
        } catch (const CLI::ArgumentMismatch&) {
            // Only what stands last can lack its value.
            lacks_value_ = arguments.empty() ? "" : arguments.back();
        } catch (const CLI::Error& error) {
            typed_.wrong.emplace_back(error.what());
        }
        find_command(root_, std::string(root_.command->name));
        typed_.call = Call(path_, typed_.command->options, now_);
        typed_.wants_version = version_->count() > 0;
        if (!lacks_value_.empty()) say(fmt::format("{}: 缺少取值 wants a value", lacks_value_));
        for (const Mirror* level : levels_) take_values(*level);
        if (typed_.command->run != nullptr && lacks_value_.empty()) look_for_required();
        return std::move(typed_);
    }

 private:
    void say(const std::string& sentence) {
        typed_.wrong.push_back(fmt::format("{}: {}", path_, sentence));
    }

    // Down to the deepest command that was named; words that nothing takes are told on the way.
    void find_command(const Mirror& mirror, const std::string& path) {
        levels_.push_back(&mirror);
        path_ = path;
        typed_.command = mirror.command;
        typed_.wants_help = typed_.wants_help || mirror.help->count() > 0;
        const std::vector<std::string> left = mirror.app->remaining();
        for (const Mirror& part : mirror.parts) {
            if (!part.app->parsed()) continue;
            tell_unknown(mirror, left, path, part);
            return find_command(part, fmt::format("{} {}", path, part.command->name));
        }
        tell_unknown(mirror, left, path, mirror);
    }

    // `meant`: the command whose options may stand here.
    void tell_unknown(const Mirror& mirror, const std::vector<std::string>& left,
                      const std::string& path, const Mirror& meant) {
        const auto is_option = [](const std::string& word) { return looks_like_option(word); };
        if (std::ranges::any_of(left, is_option)) {
            for (const std::string& word : left) {
                if (!is_option(word)) continue;
                const std::string name = word.substr(0, word.find('='));
                typed_.wrong.push_back(
                    fmt::format("{}: 没有此选项 no option '{}'{}", path, name,
                                did_you_mean(name, option_names(*meant.command))));
            }
            return;
        }
        if (left.empty()) return;
        typed_.names_no_command = !mirror.parts.empty();
        if (mirror.parts.empty()) {
            typed_.wrong.push_back(
                fmt::format("{}: 多余的参数 nothing takes '{}'", path, left.front()));
            return;
        }
        std::vector<std::string> names;
        for (const Mirror& part : mirror.parts) names.emplace_back(part.command->name);
        typed_.wrong.push_back(fmt::format("{}: 没有此命令 no command '{}'{}", path, left.front(),
                                           did_you_mean(left.front(), names)));
    }

    void take_values(const Mirror& level) {
        for (const auto& [option, typed] : level.options) {
            if (typed->count() == 0) continue;
            const auto& known = typed_.command->options;
            const bool is_known = std::ranges::any_of(
                known, [&](const Option& one) { return one.name == option.name; });
            if (!is_known) {
                say(fmt::format("没有此选项 no option '--{}'", option.name));
                continue;
            }
            check(option, typed->results());
            typed_.call.give(option.name, typed->results());
        }
    }

    void check(const Option& option, const std::vector<std::string>& values) {
        const std::string name = fmt::format("--{}", option.name);
        if (option.takes == Takes::kOne && values.size() > 1) {
            say(fmt::format("{}: 只能给一次 may be given once", name));
        }
        const std::vector<std::string> names = option_names(*typed_.command);
        const std::vector<std::string> words = words_of(option.value);
        for (const std::string& value : values) {
            if (option.takes != Takes::kNothing && std::ranges::find(names, value) != names.end()) {
                say(fmt::format("{}: 缺少取值 wants a value: {} {}", name, name, option.value));
            } else if (option.is_number && !is_whole_number(value)) {
                say(fmt::format("{}: '{}' 不是整数 is no whole number: 0, 1, 2, ...", name, value));
            } else if (option.is_one_of && std::ranges::count(words, value) == 0) {
                say(fmt::format("{}: '{}' 应为 should be {}{}", name, value, fmt::join(words, ", "),
                                did_you_mean(value, words)));
            }
        }
    }

    void look_for_required() {
        for (const Option& option : typed_.command->options) {
            if (!option.is_required || typed_.call.has(option.name)) continue;
            const std::string as = option.is_place
                                       ? std::string(option.value)
                                       : fmt::format("--{} {}", option.name, option.value);
            say(fmt::format("缺少 is missing: {}: {} {}", as, option.what.zh, option.what.en));
        }
    }

    rules::Instant now_;
    CLI::App app_;
    Mirror root_;
    CLI::Option* version_ = nullptr;
    std::vector<const Mirror*> levels_;
    std::string path_;
    std::string lacks_value_;
    Typed typed_;
};

}  // namespace

Typed understand(const Command& program, const std::vector<std::string>& arguments,
                 rules::Instant now) {
    if (arguments.empty() || arguments.front() != "help") {
        return Understanding(program, now).understand(arguments);
    }
    std::vector<std::string> asked(arguments.begin() + 1, arguments.end());
    asked.emplace_back("--help");
    return Understanding(program, now).understand(asked);
}

int run(const Command& program, const std::vector<std::string>& arguments, rules::Instant now) {
    const Typed typed = understand(program, arguments, now);
    const std::string& path = typed.call.command();
    if (typed.wants_version) {
        std::cout << program.name << " " << QK_VERSION << "\n";
        return kHolds;
    }
    if (typed.wants_help && !typed.names_no_command) {
        std::cout << help_text(*typed.command, path);
        return kHolds;
    }
    if (typed.wrong.empty() && typed.command->run != nullptr) return typed.command->run(typed.call);
    for (const std::string& sentence : typed.wrong) std::cerr << sentence << "\n";
    std::cerr << (typed.wrong.empty() ? help_text(*typed.command, path)
                                      : hint_text(*typed.command, path));
    return kBadUsage;
}

}  // namespace qk::command_line
