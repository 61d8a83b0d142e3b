// Reports of how an order is carried out (执行上报), with their photos, as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Of one revision of one order: a telephone that sends for ever fills no disk.
inline constexpr std::int64_t kOrderPhotosMax = 60;
inline constexpr std::int64_t kOrderReportsMax = 100;
inline constexpr std::size_t kReportPhotosMax = 12;

struct OrderPhoto {
    std::int64_t number = 0;
    std::string holder;
    std::int64_t revision = 0;
    rules::Instant at{};
    std::string name;
    std::string media;
    std::int64_t bytes = 0;
    std::string sha256;
    std::optional<rules::Instant> taken_at{};
    std::optional<double> longitude{};
    std::optional<double> latitude{};
    std::string datum;
};
// Its number; of the same bytes for the same revision the one there is.
std::int64_t store_order_photo(Session& db, const OrderPhoto& photo, std::string_view content);
[[nodiscard]] std::optional<OrderPhoto> find_order_photo(Session& db, std::int64_t number);
[[nodiscard]] std::optional<OrderPhoto> same_order_photo(Session& db, const OrderPhoto& photo);
[[nodiscard]] std::optional<std::string> content_of_order_photo(Session& db, std::int64_t number);
[[nodiscard]] std::int64_t count_order_photos(Session& db, const std::string& holder,
                                              std::int64_t revision);
[[nodiscard]] std::vector<OrderPhoto> photos_of_report(Session& db, std::int64_t report);
// Any number of reports may name one.
void name_photo(Session& db, std::int64_t photo, std::int64_t report);

struct OrderReport {
    std::int64_t number = 0;
    std::string holder;
    std::int64_t revision = 0;
    std::string line;  // empty: the whole enterprise
    rules::Instant at{};
    std::string by;
    std::string note;
    std::string person;
};
std::int64_t store_order_report(Session& db, const OrderReport& report);
[[nodiscard]] std::int64_t count_order_reports(Session& db, const std::string& holder,
                                               std::int64_t revision);
// Of both holders, newest first, of numbers below `below`.
[[nodiscard]] std::vector<OrderReport> list_order_reports(Session& db, const std::string& holder,
                                                          const std::string& other_holder,
                                                          std::int64_t below, std::size_t offset,
                                                          std::size_t limit);
[[nodiscard]] std::size_t count_all_order_reports(Session& db, const std::string& holder,
                                                  const std::string& other_holder);

}  // namespace qk::daemon
