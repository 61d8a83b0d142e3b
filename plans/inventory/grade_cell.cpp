#include "plans/inventory/grade_cell.hpp"

#include <array>
#include <optional>

#include "plans/inventory/fields.hpp"

namespace qk::plans {
namespace {

struct GradeWords {
    std::string_view grade;
    std::array<std::string_view, 11> all;  // as normalised_header() leaves them
};

constexpr std::array<GradeWords, 9> kGradeWords{{
    {"A+", {"a+", "a+级"}},
    {"A", {"a", "a级"}},
    {"leading", {"leading", "引领性", "绩效引领性", "引领", "引领性企业"}},
    {"B", {"b", "b级"}},
    {"B-", {"b-", "b-级"}},
    {"C", {"c", "c级"}},
    {"non-leading", {"non-leading", "非引领性", "绩效非引领性", "非引领", "非引领性企业"}},
    {"D", {"d", "d级"}},
    {"ungraded",
     {"ungraded", "未评级", "未定级", "无评级", "未评定", "无等级", "暂未评级", "尚未评级", "/",
      "-", "无"}},
}};

constexpr std::array<std::string_view, 9> kSuspendedMarks{"(暂停)",     "(已暂停)",    "(绩效暂停)",
                                                          "(暂停绩效)", "(suspended)", "-suspended",
                                                          "suspended",  "-暂停",       "暂停"};

// Letters and signs of full width, and strokes that look like a minus, as their plain ones.
std::string plain(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i);
        const auto at = [rest](std::size_t k) { return static_cast<unsigned char>(rest[k]); };
        const bool is_three = rest.size() >= 3;
        if (is_three && at(0) == 0xEF && at(1) == 0xBC && at(2) >= 0x81 && at(2) <= 0xBF) {
            out += static_cast<char>(at(2) - 0x60);  // U+FF01 to U+FF3F
            i += 2;
        } else if (is_three && at(0) == 0xEF && at(1) == 0xBD && at(2) >= 0x80 && at(2) <= 0x9E) {
            out += static_cast<char>(at(2) - 0x20);  // U+FF40 to U+FF5E
            i += 2;
        } else if (rest.starts_with("\u2212") ||
                   (is_three && at(0) == 0xE2 && at(1) == 0x80 && at(2) >= 0x90 && at(2) <= 0x95)) {
            out += '-';  // U+2010 to U+2015
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

bool take_suffix(std::string& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.resize(text.size() - suffix.size());
    return true;
}

bool take_prefix(std::string& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.erase(0, prefix.size());
    return true;
}

std::optional<Grade> find_grade(const std::string& word, std::string_view as_written,
                                const GradeNames& names) {
    for (const GradeWords& words : kGradeWords) {
        for (const std::string_view spelling : words.all) {
            if (!spelling.empty() && word == spelling) return Grade{std::string(words.grade)};
        }
    }
    for (const auto& [name, grade] : names) {
        if (name == as_written || normalised_header(name) == word) return Grade{grade};
    }
    return std::nullopt;
}

// One grade of the cell; adds to the answer, and gives the grade that counts for its trade.
std::optional<Grade> read_one(std::string_view part, GradeCell& answer, const GradeNames& names) {
    std::string word = normalised_header(plain(part));
    bool suspended = false;
    for (const std::string_view mark : kSuspendedMarks) suspended |= take_suffix(word, mark);
    if (take_prefix(word, "民生豁免-") || take_prefix(word, "民生豁免")) {
        answer.livelihood_exempt = true;
    }
    const auto own_name = find_grade(word, part, names);
    if (!own_name) (void)(take_prefix(word, "地方-") || take_prefix(word, "地方"));
    if (word == "长期停产") {
        answer.long_idle = true;
        word = "ungraded";
    }
    if (word.empty()) word = "ungraded";             // "民生豁免" alone
    if (!own_name) (void)take_suffix(word, "企业");  // "未评级企业"
    const auto grade = own_name ? own_name : find_grade(word, part, names);
    if (!grade) {
        answer.unknown.emplace_back(part);
        return std::nullopt;
    }
    answer.grades.push_back(*grade);
    answer.suspended |= suspended;
    return suspended ? next_lower(*grade) : *grade;
}

}  // namespace

std::string grade_in_chinese(std::string_view grade) {
    if (grade == "leading") return "引领性";
    if (grade == "non-leading") return "非引领性";
    if (grade == "ungraded") return "未评级";
    // A local name is a name by itself (绩效先进性); a letter becomes one by the word behind it.
    const bool is_letter = !grade.empty() && grade.front() >= 'A' && grade.front() <= 'Z';
    return std::string(grade) + (is_letter ? "级" : "");
}

std::optional<Grade> grade_named(std::string_view written, const GradeNames& names) {
    if (rank_of(Grade{std::string(written)})) return Grade{std::string(written)};
    if (const auto own = names.find(std::string(written)); own != names.end()) {
        return Grade{own->second};
    }
    const std::string word = normalised_header(plain(written));
    return word.empty() ? std::nullopt : find_grade(word, written, names);
}

GradeCell read_grade_cell(std::string_view cell, const GradeNames& names) {
    GradeCell answer;
    // A base grade alone is what nearly every row says.
    std::string name(cell);
    if (rank_of(Grade{name}) && !names.contains(name)) {
        answer.counts.name = std::move(name);
        answer.grades.push_back(answer.counts);
        return answer;
    }
    std::vector<Grade> counting;
    while (!cell.empty()) {
        std::size_t end = cell.find(';');
        std::size_t mark = 1;
        for (const std::string_view other : {std::string_view("；"), std::string_view("、")}) {
            const std::size_t at = cell.find(other);
            if (at < end) {
                end = at;
                mark = other.size();
            }
        }
        if (const auto grade = read_one(cell.substr(0, end), answer, names)) {
            counting.push_back(*grade);
        }
        if (end == std::string_view::npos) break;
        cell.remove_prefix(end + mark);
    }
    answer.counts = lowest_of(counting);
    return answer;
}

}  // namespace qk::plans
