#include "plans/response/apply_reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "plans/inventory/grade_cell.hpp"

namespace qk::plans {
namespace {

std::string_view trimmed_part(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// The n-th part of a ';'-separated list; empty: it has none.
std::string_view part_of(std::string_view list, std::size_t place) {
    for (; place > 0; --place) {
        const std::size_t end = list.find(';');
        if (end == std::string_view::npos) return {};
        list.remove_prefix(end + 1);
    }
    return trimmed_part(list.substr(0, list.find(';')));
}

std::string lower_by(std::string grade, int steps) {
    for (; steps > 0; --steps) {
        // Treated like a C, so that what is stricter is a D.
        grade = grade == "non-leading" ? "D" : next_lower(Grade{grade}).name;
    }
    return grade;
}

std::string next_higher(const std::string& grade) {
    if (grade == "D") return "C";
    if (grade == "C" || grade == "B-") return "B";
    if (grade == "B") return "A";
    if (grade == "A") return "A+";
    if (grade == "non-leading") return "leading";
    return grade;  // who is not graded is not graded milder
}

std::string higher_by(std::string grade, const TreatmentReason& reason) {
    const std::optional<int> best = rank_of(Grade{reason.not_above});
    for (int step = 0; step < reason.grades_by; ++step) {
        const std::string next = next_higher(grade);
        const std::optional<int> rank = rank_of(Grade{next});
        if (!rank || !best || *rank < *best) break;
        grade = next;
    }
    return grade;
}

// What can be said of one reason without the others.
ReasonOutcome alone(const NamedReason& named, const ReasonsQuestion& question) {
    if (named.of == nullptr) return ReasonOutcome::kUnknown;
    const TreatmentReason& reason = *named.of;
    if (!speaks_of_trade(reason, question.trade)) return ReasonOutcome::kOtherTrade;
    if (!reason.grades.empty() &&
        std::ranges::find(reason.grades, question.grade) == reason.grades.end()) {
        return ReasonOutcome::kOtherGrade;
    }
    if (!reason.relaxes) return ReasonOutcome::kCounts;
    if (named.evidence.empty()) return ReasonOutcome::kNoEvidence;
    if (reason.up_to && question.colour > *reason.up_to) return ReasonOutcome::kAboveLevel;
    return question.may_relax ? ReasonOutcome::kCounts : ReasonOutcome::kBelowFloor;
}

class Weighing {
 public:
    Weighing(const NamedReasons& named, AppliedReasons& applied)
        : named_(named), applied_(applied) {}

    // Tightening precedes relaxing, except where a relaxation precedes all that tightens.
    void weigh() {
        const bool is_tightened = any(false);
        if (!is_tightened || !any(true)) return;
        const bool is_preceding = std::ranges::any_of(
            named_, [this](const NamedReason& one) { return counts(one, true) && is_over(one); });
        for (std::size_t i = 0; i < named_.size(); ++i) {
            if (applied_.outcomes[i] != ReasonOutcome::kCounts) continue;
            const bool relaxes = named_[i].of->relaxes;
            const bool stays = is_preceding ? relaxes && is_over(named_[i]) : !relaxes;
            if (!stays) preceded_.push_back(i);
        }
        for (const std::size_t i : preceded_) applied_.outcomes[i] = ReasonOutcome::kPreceded;
    }
    [[nodiscard]] bool any(bool relaxes) const {
        return std::ranges::any_of(named_,
                                   [&](const NamedReason& one) { return counts(one, relaxes); });
    }
    [[nodiscard]] bool counts(const NamedReason& one, bool relaxes) const {
        const auto place = static_cast<std::size_t>(&one - named_.data());
        return applied_.outcomes[place] == ReasonOutcome::kCounts && one.of->relaxes == relaxes;
    }

 private:
    // Whether a relaxation says of everything that tightens that it precedes it.
    [[nodiscard]] bool is_over(const NamedReason& relaxing) const {
        return std::ranges::all_of(named_, [&](const NamedReason& other) {
            const std::vector<std::string>& over = relaxing.of->over;
            return !counts(other, false) || std::ranges::find(over, other.of->id) != over.end();
        });
    }

    const NamedReasons& named_;
    AppliedReasons& applied_;
    std::vector<std::size_t> preceded_;
};

std::string effect_text(const TreatmentReason& reason) {
    return reason.effect_source.empty() ? std::string(rules::to_chinese(reason.effect_certainty))
                                        : reason.effect_source;
}

}  // namespace

void add_named(NamedReasons& named, const TreatmentReasons& known, std::string_view reasons,
               std::string_view evidence) {
    if (reasons.empty()) return;
    const auto parts = static_cast<std::size_t>(std::ranges::count(reasons, ';')) + 1;
    for (std::size_t i = 0; i < std::min(parts, kReasonsNamedMax); ++i) {
        const std::string_view written = part_of(reasons, i);
        if (written.empty()) continue;
        named.push_back(
            {std::string(written), std::string(part_of(evidence, i)), known.find(written)});
    }
}

AppliedReasons apply_reasons(const NamedReasons& named, const ReasonsQuestion& question) {
    AppliedReasons applied;
    applied.grade = question.grade;
    for (const NamedReason& one : named) applied.outcomes.push_back(alone(one, question));
    Weighing weighing(named, applied);
    weighing.weigh();
    int stricter = 0;
    std::optional<std::string> milder;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const NamedReason& one = named[i];
        if (weighing.counts(one, false) && one.of->grades_by > stricter) {
            stricter = one.of->grades_by;
            applied.moves = i;
        }
        if (!weighing.counts(one, true)) continue;
        std::string reached = higher_by(question.grade, *one.of);
        const bool relaxes_less = !milder || rank_of(Grade{*milder}) < rank_of(Grade{reached});
        if (!relaxes_less) continue;
        milder = std::move(reached);
        applied.moves = i;
    }
    if (stricter > 0) {
        applied.grade = lower_by(question.grade, stricter);
    } else if (milder) {
        applied.grade = *milder;
        applied.is_relaxed = applied.grade != question.grade;
    }
    return applied;
}

rules::Reason reason_text(const NamedReason& named, const std::string& before,
                          const std::string& after, const NamedReason* beside) {
    const TreatmentReason& reason = *named.of;
    std::string text = fmt::format("{}理由：{}", reason.relaxes ? "放宽" : "加严", reason.name);
    std::string english =
        fmt::format("{}: {}", reason.relaxes ? "relaxed" : "tightened", reason.english);
    if (before != after) {
        text += fmt::format("，由{}改按{}执行", grade_in_chinese(before), grade_in_chinese(after));
        english += fmt::format(", treated as {} instead of {}", after, before);
    }
    if (beside != nullptr) {
        text += fmt::format("，与“{}”不叠加，从其规定", beside->of->name);
        english += fmt::format(", does not add to: {}", beside->of->english);
    }
    text += fmt::format("（{}）", effect_text(reason));
    if (!named.evidence.empty()) {
        text += fmt::format("，依据：{}", named.evidence);
        english += ", by " + named.evidence;
    }
    return {"reason", std::move(text), fmt::format("{}；{}", reason.id, reason.source),
            std::move(english)};
}

NotCounted not_counted_text(const NamedReason& named, ReasonOutcome outcome,
                            const TreatmentReasons& known) {
    const std::string name = named.of == nullptr
                                 ? named.written
                                 : fmt::format("{} / {}", named.of->name, named.of->english);
    switch (outcome) {
        case ReasonOutcome::kCounts:
            return {};
        case ReasonOutcome::kUnknown:
            return {fmt::format("加严放宽理由“{}”不在目录中，不计 / '{}' is not a known reason",
                                named.written, named.written),
                    fmt::format("写作下列之一 / one of: {}；或在本地目录 [[reason]] 中补充",
                                known.names())};
        case ReasonOutcome::kNoEvidence:
            return {fmt::format("放宽理由“{}”没有依据，不予放宽 (no document)", name),
                    "在 reason_evidence（加严放宽依据）填写文号或证明材料，与理由次序一致"};
        case ReasonOutcome::kOtherTrade:
            return {fmt::format("理由“{}”不适用于该行业，不计 (not of this trade)", name), ""};
        case ReasonOutcome::kOtherGrade:
            return {fmt::format("理由“{}”不适用于该绩效等级，不计 (not of this grade)", name), ""};
        case ReasonOutcome::kAboveLevel:
            return {fmt::format("放宽理由“{}”本级别不适用 (not at this level)", name), ""};
        case ReasonOutcome::kPreceded:
            return {fmt::format("理由“{}”与另一理由相抵，从其规定，不计 (another one precedes it)",
                                name),
                    ""};
        case ReasonOutcome::kBelowFloor:
            return {
                fmt::format("放宽理由“{}”不计：计入后减排比例达不到下限 (floors not met)", name),
                ""};
        case ReasonOutcome::kSpared:
            return {fmt::format("理由“{}”不计：该类别不按绩效分级管控 (spared class)", name), ""};
    }
    return {};
}

}  // namespace qk::plans
