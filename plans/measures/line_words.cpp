#include "plans/measures/line_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "plans/measures/trades.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kWordsBytesMax = 1 << 20;
constexpr std::string_view kCertainties = "primary, secondary, remembered or sample";

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

// Where the longest word of each process lies in a text.
struct Hit {
    std::size_t process = 0;
    std::size_t at = 0;
    std::size_t end = 0;
};

bool holds_one(std::string_view text, const std::vector<std::string>& words) {
    return std::ranges::any_of(words, [text](const std::string& word) {
        return text.find(word) != std::string_view::npos;
    });
}

std::vector<Hit> hits_in(std::string_view text, const std::vector<Process>& processes) {
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < processes.size(); ++i) {
        for (const std::string& word : processes[i].words) {
            for (std::size_t at = text.find(word); at != std::string_view::npos;
                 at = text.find(word, at + word.size())) {
                hits.push_back({i, at, at + word.size()});
            }
        }
    }
    return hits;
}

// The two furthest ends of hits of two processes: enough to ask for one of another process.
class FurthestEnds {
 public:
    void take(const Hit& hit) {
        if (hit.process == first_.process) {
            first_.end = std::max(first_.end, hit.end);
            return;
        }
        End end{hit.process, hit.end};
        if (hit.process == second_.process) end.end = std::max(end.end, second_.end);
        if (end.end >= second_.end) second_ = end;
        if (second_.end > first_.end) std::swap(first_, second_);
    }
    [[nodiscard]] std::size_t of_others(std::size_t process) const {
        return process == first_.process ? second_.end : first_.end;
    }

 private:
    struct End {
        std::size_t process = std::string_view::npos;
        std::size_t end = 0;
    };
    End first_;
    End second_;
};

ProcessMask bit(std::size_t place) { return ProcessMask{1} << place; }

// The processes of the hits over which no longer word of another process lies. One walk over the
// hits by where they begin: a longer one begins before and ends no earlier, or begins there and
// ends behind.
ProcessMask uncovered(std::vector<Hit>& hits) {
    std::ranges::sort(hits, [](const Hit& a, const Hit& b) {
        return a.at != b.at ? a.at < b.at : a.end > b.end;
    });
    ProcessMask mask = 0;
    FurthestEnds before;
    for (std::size_t i = 0; i < hits.size();) {
        FurthestEnds here;
        std::size_t end = i;
        for (; end < hits.size() && hits[end].at == hits[i].at; ++end) {
            const Hit& hit = hits[end];
            const bool is_inside =
                before.of_others(hit.process) >= hit.end || here.of_others(hit.process) > hit.end;
            if (!is_inside) mask |= bit(hit.process);
            here.take(hit);
        }
        for (; i < end; ++i) before.take(hits[i]);
    }
    return mask;
}

void add_new(std::vector<std::string>& into, const std::vector<std::string>& words, bool fold) {
    for (const std::string& word : words) {
        std::string one = fold ? lower(word) : word;
        if (!one.empty() && std::ranges::find(into, one) == into.end()) {
            into.push_back(std::move(one));
        }
    }
}

Process read_process(TomlTable& table, const LineWords& known) {
    Process process;
    process.id = table.required_text("id", "lime-kiln");
    process.name = table.text("name").value_or(std::string());
    process.words = table.texts("words");
    process.but_not = table.texts("but_not");
    process.spared = table.texts("spared");
    process.source = table.text("source").value_or(std::string());
    if (const auto certainty = table.word("certainty", rules::parse_certainty, kCertainties)) {
        process.certainty = *certainty;
    }
    const bool is_known = std::ranges::any_of(
        known.processes(), [&process](const Process& one) { return one.id == process.id; });
    if (!is_known && process.name.empty()) {
        table.wrong("name", "is missing", "the Chinese name that measures use in 'of'");
    }
    if (process.words.empty() && process.but_not.empty() && process.spared.empty()) {
        table.wrong("words", "names no word", "words = [\"套筒窑\"]");
    }
    for (const std::string& word : process.words) {
        // One character would be found in nearly every name.
        constexpr std::size_t kBytesMin = 4;
        if (word.size() < kBytesMin) {
            table.wrong("words", fmt::format("'{}' is too short", word), "two characters or more");
        }
    }
    for (const std::string& trade : process.spared) {
        if (trade_by_id(trade) == nullptr) {
            table.wrong("spared", fmt::format("'{}' is not the id of a trade", trade),
                        "an id as 'qingkongctl catalogue list' prints them");
        }
    }
    table.finish();
    return process;
}

LineWords read_built_in() {
    LineWords all;
    for (const embedded::File& file : embedded::measure_words()) {
        const std::string path(file.path);
        if (!path.ends_with("processes.toml")) continue;
        const auto document = parse_toml(file.text, path, kWordsBytesMax);
        assert(document.has_value());
        rules::Faults faults;
        TomlTable head(*document, "", path, faults);
        const std::string source = head.required_text("source", "where the words are from");
        const auto certainty = head.word("certainty", rules::parse_certainty, kCertainties);
        (void)head.day("checked");
        constexpr double kKilogramsMax = 1e6;
        all.ask_from_grams = static_cast<std::int64_t>(
            head.number("ask_from_kg_d", 0, kKilogramsMax).value_or(0) * 1000);
        for (Process& process : read_processes(head, all)) {
            process.source = source;
            process.certainty = certainty.value_or(rules::Certainty::kSample);
            all.add(process);
        }
        head.finish();
        assert(faults.empty());
    }
    assert(!all.processes().empty());
    return all;
}

}  // namespace

void LineWords::add(const Process& process) {
    const auto known = std::ranges::find(processes_, process.id, &Process::id);
    if (known == processes_.end()) {
        if (processes_.size() >= kProcessesMax) return;  // the reader has refused it
        Process fresh;
        fresh.id = process.id;
        fresh.name = process.name;
        fresh.source = process.source;
        fresh.certainty = process.certainty;
        processes_.push_back(std::move(fresh));
        add(process);
        return;
    }
    add_new(known->words, process.words, true);
    add_new(known->but_not, process.but_not, true);
    add_new(known->spared, process.spared, false);
}

ProcessMask LineWords::processes_of(std::string_view name, std::string_view equipment) const {
    ProcessMask mask = 0;
    for (const std::string_view written : {name, equipment}) {
        if (written.empty()) continue;
        const std::string text = lower(written);
        std::vector<Hit> hits = hits_in(text, processes_);
        const ProcessMask named = uncovered(hits);
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            if ((named & bit(i)) != 0 && !holds_one(text, processes_[i].but_not)) mask |= bit(i);
        }
    }
    return mask;
}

ProcessMask LineWords::named(std::string_view word) const {
    const std::string folded = lower(word);
    ProcessMask mask = 0;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
        const Process& process = processes_[i];
        if (process.id == word || process.name == word ||
            std::ranges::find(process.words, folded) != process.words.end()) {
            mask |= bit(i);
        }
    }
    return mask;
}

bool LineWords::names(const std::vector<std::string>& of, std::string_view name,
                      std::string_view equipment) const {
    if (of.empty()) return true;
    ProcessMask wanted = 0;
    for (const std::string& word : of) {
        const ProcessMask process = named(word);
        wanted |= process;
        if (process != 0) continue;
        if (name.find(word) != std::string_view::npos ||
            equipment.find(word) != std::string_view::npos) {
            return true;
        }
    }
    return wanted != 0 && (wanted & processes_of(name, equipment)) != 0;
}

ProcessMask LineWords::spared_in(std::string_view trade) const {
    ProcessMask mask = 0;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
        const std::vector<std::string>& spared = processes_[i].spared;
        if (std::ranges::find(spared, trade) != spared.end()) mask |= bit(i);
    }
    return mask;
}

std::vector<Process> read_processes(TomlTable& document, const LineWords& known) {
    std::vector<Process> all;
    if (!document.has("process")) return all;
    for (TomlTable& table : document.tables("process", kProcessesMax)) {
        all.push_back(read_process(table, known));
    }
    LineWords together = known;
    for (const Process& process : all) {
        together.add(process);
        if (std::ranges::find(together.processes(), process.id, &Process::id) ==
            together.processes().end()) {
            document.wrong("process",
                           fmt::format("are more than {} with those shipped", kProcessesMax),
                           "add words to one that is there");
            break;
        }
    }
    return all;
}

const LineWords& built_in_line_words() {
    static const LineWords words = read_built_in();
    return words;
}

}  // namespace qk::plans
