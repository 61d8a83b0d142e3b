// The command line of a program as a table: commands, the commands within them, their options, what
// each does in both languages, and examples. From the one table come parsing (CLI11), --help,
// --version, the nearest word for a wrong one, and completion in a shell. The three programs share
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::command_line {

struct Bilingual {
    std::string_view zh;
    std::string_view en;
};

enum class Takes {
    kNothing,  // a switch
    kOne,      // one value
    kEach,     // one value each time that it stands there
    kMany,     // every value up to the next option
};

// An option (--name VALUE) or a place (VALUE alone, in the order of the table; --name VALUE is
// taken too).
struct Option {
    std::string_view name;
    std::string_view value;  // what stands for it in the help: FILE, TEXT, json|csv|table
    Bilingual what;
    Takes takes = Takes::kOne;
    bool is_place = false;
    bool is_required = false;
    bool is_number = false;      // 0, 1, 2, ...
    bool is_one_of = false;      // `value` names every word that may stand there
    std::string_view otherwise;  // its value where none is given

    [[nodiscard]] Option required() const;
    [[nodiscard]] Option each() const;
    [[nodiscard]] Option many() const;
    [[nodiscard]] Option number() const;
    [[nodiscard]] Option one_of() const;
    [[nodiscard]] Option or_else(std::string_view value_otherwise) const;
};

[[nodiscard]] Option option(std::string_view name, std::string_view value, Bilingual what);
[[nodiscard]] Option flag(std::string_view name, Bilingual what);
[[nodiscard]] Option place(std::string_view name, std::string_view value, Bilingual what);

using Options = std::vector<Option>;

// Options that several commands have, and a command's own, as one list.
[[nodiscard]] Options joined(std::initializer_list<Options> lists);

// What was typed for one command. Only options of that command may be asked for.
class Call {
 public:
    Call() = default;
    Call(std::string command, const Options& options, rules::Instant now);

    [[nodiscard]] std::optional<std::string> text(std::string_view option) const;
    // The value, or what the table says for one that is not given; empty where it says nothing.
    [[nodiscard]] std::string text_or_default(std::string_view option) const;
    [[nodiscard]] const std::vector<std::string>& texts(std::string_view option) const;
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view option) const;
    [[nodiscard]] bool has(std::string_view option) const { return !texts(option).empty(); }
    // Every option that the command has, given or not.
    [[nodiscard]] std::vector<std::string> option_names() const;

    // As it is typed: "qingkongctl warning sign".
    [[nodiscard]] const std::string& command() const { return command_; }
    // When the program was called: only its main reads the clock.
    [[nodiscard]] rules::Instant now() const { return now_; }

    void give(std::string_view option, std::vector<std::string> values);

 private:
    std::string command_;
    rules::Instant now_{};
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
    std::map<std::string, std::string, std::less<>> otherwise_;
};

struct Command {
    std::string_view name;
    Bilingual what;
    Options options;
    std::vector<std::string_view> examples;  // whole lines, as they can be pasted
    // Gives the exit code. Null: only the commands within it do something.
    int (*run)(const Call&) = nullptr;
    std::vector<Command> commands;
};

// A command line, understood: the command that is meant and what it was given, or what is wrong.
struct Typed {
    const Command* command = nullptr;  // the deepest that was named
    Call call;
    bool wants_help = false;
    bool wants_version = false;
    bool names_no_command = false;   // a word stands where a command should
    std::vector<std::string> wrong;  // sentences; none: it can be run
};
[[nodiscard]] Typed understand(const Command& program, const std::vector<std::string>& arguments,
                               rules::Instant now);

// Runs what was typed after the program's name. Help and version go to stdout and give 0; wrong
// usage is told on stderr and gives 2.
[[nodiscard]] int run(const Command& program, const std::vector<std::string>& arguments,
                      rules::Instant now);

}  // namespace qk::command_line
