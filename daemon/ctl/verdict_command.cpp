// qingkongctl verdict: stored verdicts, computed again.
//
//   check NUMBER... | --all    out of a database, without a daemon
//
// By the parameters, baselines and order that were stored with a verdict and the readings that it
// names, the judge of this program must come to the same verdict; what differs is named.
//
// Exit code 1 when a verdict differs, when its inputs were taken away, or when one that was asked
// for by its number was judged before inputs were kept. With --all those are counted and named, and
// say nothing; with --strict they exit 1 too.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iostream>

#include "daemon/command_line/command_line.hpp"
#include "daemon/compliance/verdict_check.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

using daemon::CheckedVerdict;
using daemon::VerdictAgreement;

constexpr std::size_t kShownMax = 1000;  // of the findings, and of the old ones; all are counted

struct Found {
    std::array<std::size_t, daemon::kVerdictAgreementCount> counts{};  // by agreement
    json::array items;
    json::array old_ones;  // numbers of those of before inputs were kept
    Table table{
        {"number", "version", "enterprise", "obligation", "compliance", "result", "difference"},
        {}};

    [[nodiscard]] std::size_t of(VerdictAgreement agreement) const {
        return counts[static_cast<std::size_t>(agreement)];
    }
};

std::string row_text(const CheckedVerdict& checked) {
    if (checked.agreement == VerdictAgreement::kNoInputs) {
        return "作出时尚未存档研判输入，无法重算 / judged before inputs were kept";
    }
    if (checked.agreement == VerdictAgreement::kInputsGone) {
        return "已存档的研判输入被删除，无法重算 / its inputs were kept and have been deleted";
    }
    return fmt::format("{}", fmt::join(checked.differences, "; "));
}

void take(const CheckedVerdict& checked, bool is_named, Found& found) {
    ++found.counts[static_cast<std::size_t>(checked.agreement)];
    const bool is_old = checked.agreement == VerdictAgreement::kNoInputs;
    if (is_old && found.old_ones.size() < kShownMax) found.old_ones.emplace_back(checked.number);
    const bool is_shown = is_named || !(is_old || checked.agreement == VerdictAgreement::kEqual);
    if (!is_shown || found.items.size() >= kShownMax) return;
    json::array differences;
    for (const std::string& difference : checked.differences) differences.emplace_back(difference);
    found.items.emplace_back(
        json::object{{"number", checked.number},
                     {"version", checked.version},
                     {"enterprise", checked.enterprise},
                     {"obligation", checked.obligation},
                     {"compliance", checked.compliance},
                     {"result", json::string(to_text(checked.agreement))},
                     {"judged_at", rules::to_iso(checked.judged_at, rules::kBeijingTime)},
                     {"extended", checked.is_extended},
                     {"differences", std::move(differences)}});
    found.table.rows.push_back({std::to_string(checked.number), std::to_string(checked.version),
                                checked.enterprise, checked.obligation, checked.compliance,
                                std::string(to_text(checked.agreement)), row_text(checked)});
}

// "1-57, 60"; they come in order of their numbers.
std::string numbers_of(const Found& found) {
    std::string text;
    for (std::size_t i = 0; i < found.old_ones.size();) {
        const std::int64_t first = found.old_ones[i].as_int64();
        std::int64_t last = first;
        while (++i < found.old_ones.size() && found.old_ones[i].as_int64() == last + 1) ++last;
        text += (text.empty() ? "" : ", ") + std::to_string(first);
        if (last > first) text += "-" + std::to_string(last);
    }
    return found.of(VerdictAgreement::kNoInputs) > found.old_ones.size() ? text + ", …" : text;
}

std::string summary_of(const Found& found) {
    std::string text = fmt::format(
        "一致 equal: {}；不一致 differ: {}；存档输入被删除 inputs deleted: {}；"
        "存档之前作出、未重算 of before inputs were kept, not computed: {}",
        found.of(VerdictAgreement::kEqual), found.of(VerdictAgreement::kDiffers),
        found.of(VerdictAgreement::kInputsGone), found.of(VerdictAgreement::kNoInputs));
    if (!found.old_ones.empty()) text += "（" + numbers_of(found) + "）";
    return text + "\n";
}

int check(const Call& call) {
    std::vector<std::int64_t> numbers;
    for (const std::string& text : call.texts("number")) {
        std::int64_t number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        if (read.ec != std::errc{}) {  // beyond 64 bits
            print_faults(rules::refuse("'" + text + "' 不是编号 / is no number", "17"));
            return kBadUsage;
        }
        numbers.push_back(number);
    }
    if (numbers.empty() != call.has("all")) {
        print_faults(rules::refuse(
            "须写明结论编号，或用 --all，二者取一 / numbers of verdicts or --all, one of them",
            "qingkongctl verdict check 17"));
        return kBadUsage;
    }
    const bool is_named = !numbers.empty();
    Found found;
    const auto checked =
        daemon::check_verdicts(call.text_or_default("database"), numbers,
                               [&](const CheckedVerdict& one) { take(one, is_named, found); });
    if (!checked) {
        print_faults(checked.error());
        return kBadUsage;
    }
    const json::object whole{{"equal", found.of(VerdictAgreement::kEqual)},
                             {"differs", found.of(VerdictAgreement::kDiffers)},
                             {"inputs_gone", found.of(VerdictAgreement::kInputsGone)},
                             {"no_inputs", found.of(VerdictAgreement::kNoInputs)},
                             {"no_inputs_numbers", found.old_ones},
                             {"items", found.items}};
    print(std::cout, format_of(call), whole, found.table);
    std::cerr << summary_of(found);
    const bool is_unknown =
        found.of(VerdictAgreement::kNoInputs) > 0 && (is_named || call.has("strict"));
    const bool is_wrong =
        found.of(VerdictAgreement::kDiffers) > 0 || found.of(VerdictAgreement::kInputsGone) > 0;
    return is_wrong || is_unknown ? kNegative : kHolds;
}

}  // namespace

Command verdict_command() {
    return {
        .name = "verdict",
        .what = {"已存档的研判结论：重新计算并核对",
                 "stored verdicts: computed again and compared"},
        .commands =
            {{.name = "check",
              .what = {"按存档的参数、基准、义务和读数重新研判，指出不一致之处；无需守护进程",
                       "judge again by what was stored with a verdict and name what differs; "
                       "without a daemon"},
              .options = {place("number", "NUMBER", {"结论编号，可写多个", "numbers of verdicts"})
                              .many()
                              .number(),
                          flag("all", {"全部结论", "all verdicts"}),
                          option("database", "FILE",
                                 {"数据库文件或其副本", "the database or a copy of it"})
                              .or_else("/var/lib/qingkong/qingkong.db"),
                          flag("strict", {"有结论无存档输入时也以 1 退出",
                                          "exit 1 also where a verdict has no inputs"}),
                          format_option()},
              .examples = {"qingkongctl verdict check 17 --database qingkong.db",
                           "qingkongctl verdict check --all --database qingkong.db"},
              .run = check}},
    };
}

}  // namespace qk::ctl
