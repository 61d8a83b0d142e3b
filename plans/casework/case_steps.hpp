// The way of a case (线索闭环) as a pure, total step function:
//
//     lead -> site_check -> checked -> concluded -> rectifying -> rectified -> rechecked -> closed
//                                       |   ^   \________________________________________/ ^
//                             statement v   | decision       justified: closed at once     |
//                                      stated            recheck not passed: rectifying again
//
// A verdict never sanctions by itself (handbook row 32): nothing is concluded without a site check.
// A statement (陈述申辩) is taken at any time before the end; one against a conclusion stops the
// case until it is decided, and the decision may change the conclusion.
//
// Where the pack keeps to four eyes, one account alone does not check and conclude, conclude and
// decide on the appeal, or check again and close. Who recorded a step is what counts, because that
// is proved by a token; the names of others who were present are not.
//
// A case about data (数据质量) goes the same way, and ends by itself when the data are back, as
// long as people have not concluded on it.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::plans {

enum class CaseKind { kLead, kDataQuality };
[[nodiscard]] std::string_view to_text(CaseKind kind);  // "lead", "data_quality"
[[nodiscard]] std::optional<CaseKind> parse_case_kind(std::string_view text);

enum class CaseState {
    kLead,        // 线索
    kSiteCheck,   // 待核查: inspectors are sent
    kChecked,     // 已核查: what they found is on record
    kConcluded,   // 已有结论
    kStated,      // 已陈述: the enterprise speaks against the conclusion
    kRectifying,  // 整改中
    kRectified,   // 待复查: the enterprise says that it is put right
    kRechecked,   // 复查通过
    kClosed,      // 已销号
};
inline constexpr std::size_t kCaseStates = 9;
[[nodiscard]] std::string_view to_text(CaseState state);  // "lead", "site_check", ...
[[nodiscard]] std::string_view to_chinese(CaseState state);
[[nodiscard]] std::optional<CaseState> parse_case_state(std::string_view text);

enum class CaseAct {
    kSend,          // 派员: inspectors are sent
    kCheck,         // 核查: a site check is put on record
    kConclude,      // 作出结论
    kState,         // 陈述申辩
    kDecide,        // 复核: on the statement
    kOrderMending,  // 责令整改
    kReportMended,  // 报告整改完成
    kRecheck,       // 复查
    kClose,         // 销号
    kWithdraw,      // 撤销: the readings no longer bear the lead out
    kDataBack,      // by the daemon: the data have returned
    kReopen,        // by the daemon: what ended without a conclusion is there again
};
inline constexpr std::size_t kCaseActs = 12;
[[nodiscard]] std::string_view to_text(CaseAct act);  // "site_check", "check", "conclusion", ...
[[nodiscard]] std::string_view to_chinese(CaseAct act);
[[nodiscard]] std::optional<CaseAct> parse_case_act(std::string_view text);

// What people found.
enum class Conclusion { kBreach, kMeterFault, kWrongInventory, kJustified };
inline constexpr std::size_t kConclusions = 4;
[[nodiscard]] std::string_view to_text(Conclusion conclusion);  // "meter_fault"
[[nodiscard]] std::string_view to_chinese(Conclusion conclusion);
[[nodiscard]] std::optional<Conclusion> parse_conclusion(std::string_view text);

// As a case stands. The accounts are those that recorded a step.
struct CaseStanding {
    CaseKind kind = CaseKind::kLead;
    CaseState state = CaseState::kLead;
    std::optional<Conclusion> conclusion{};
    bool is_suspected = true;  // the latest verdict still asks for a site check
    std::set<std::string> checked_by{};
    std::string concluded_by{};            // the standing conclusion
    std::set<std::string> rechecked_by{};  // since the last order to put it right
};

// What somebody wants to do.
struct CaseAsked {
    CaseAct act = CaseAct::kSend;
    std::string person;                      // the account; "system" for the daemon
    std::optional<Conclusion> conclusion{};  // of kConclude and kDecide
    bool passed = false;                     // of kRecheck
};

// The case afterwards, or why that is not possible now and what is.
[[nodiscard]] rules::Result<CaseStanding> take(const CaseStanding& standing, const CaseAsked& asked,
                                               bool four_eyes);
// What this person could do now, in the order of the way; the daemon's own acts are never among
// them. Without a person: what somebody could.
[[nodiscard]] std::vector<CaseAct> next_acts(const CaseStanding& standing, bool four_eyes,
                                             std::string_view person = {});

}  // namespace qk::plans
