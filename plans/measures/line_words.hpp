// The words by which lines of an inventory are known as the processes that measures speak of:
// 白灰窑, 套筒窑 and 麦尔兹窑 are lime kilns. Data: words/processes.toml, and [[process]] of a
// catalogue of the bureau's own.
//
// Of two words at one place the longer decides, so that 石灰竖炉 is not the 竖炉 of a pellet plant;
// a word of `but_not` in the same text takes the line out (烧结余热发电). A line may be of several.
// A name of any length is matched in time that grows with it, not with its square.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/warning/standard.hpp"

namespace qk::plans {

class TomlTable;  // plans/text/toml_table.hpp

struct Process {
    std::string id;
    std::string name;  // as measures name it
    std::vector<std::string> words;
    std::vector<std::string> but_not;
    std::vector<std::string> spared;  // trades whose measures know it and may leave it alone
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
};

using ProcessMask = std::uint64_t;  // by place in LineWords
inline constexpr std::size_t kProcessesMax = 64;

class LineWords {
 public:
    // Which processes a line is of.
    [[nodiscard]] ProcessMask processes_of(std::string_view name, std::string_view equipment) const;
    // Which process a measure names: by its id, its name or one of its words; 0: none.
    [[nodiscard]] ProcessMask named(std::string_view word) const;
    // Whether a measure of these words speaks of a line; a word that names no process is looked for
    // as it is. No words: of every line.
    [[nodiscard]] bool names(const std::vector<std::string>& of, std::string_view name,
                             std::string_view equipment) const;
    [[nodiscard]] ProcessMask spared_in(std::string_view trade) const;
    [[nodiscard]] const std::vector<Process>& processes() const { return processes_; }
    // Adds a process, or words to the one of that id.
    void add(const Process& process);

    std::int64_t ask_from_grams = 0;  // of a pollutant a day; less is no question

 private:
    std::vector<Process> processes_;  // words in lower case
};

// Reads the [[process]] tables of a document; `known` are the ones that may be named by id alone.
[[nodiscard]] std::vector<Process> read_processes(TomlTable& document, const LineWords& known);

// As shipped. A fault in it is our bug and asserts.
[[nodiscard]] const LineWords& built_in_line_words();

}  // namespace qk::plans
