// Stored reports as rows, and what a report asks of orders.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/compliance/report_answers.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct ReportRow {
    std::string warning;
    rules::Instant made_at{};
    std::string person;
    std::string json;
    std::string html;
};
void store_report(Session& db, const ReportRow& row);
// The last one of a warning.
[[nodiscard]] std::optional<ReportRow> load_report(Session& db, const std::string& warning);
// Warnings that were lifted by `settled` and have none, at most `limit`.
[[nodiscard]] std::vector<std::string> warnings_without_report(Session& db, rules::Instant settled,
                                                               std::size_t limit);

// An order as an enterprise was first given it in a warning.
struct GivenOrder {
    std::string enterprise;
    std::string order;
    rules::Instant issued_at{};
};
// In order of enterprise; `region_prefix`: what the codes of the counties begin with. One for each
// enterprise that had an order.
[[nodiscard]] std::vector<GivenOrder> given_orders(Session& db, const std::string& warning,
                                                   const std::string& region_prefix);
// What was answered to it, as it came, by revision.
[[nodiscard]] std::map<std::int64_t, std::vector<AnswerOnRecord>> answers_on_record(
    Session& db, const GivenOrder& order);

}  // namespace qk::daemon
