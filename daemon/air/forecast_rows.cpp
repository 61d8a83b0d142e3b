#include "daemon/air/forecast_rows.hpp"

#include "daemon/store/row_filter.hpp"

namespace qk::daemon {
namespace {

const std::string kSelect =
    "SELECT number, issued_at, source, file, given, members, regions FROM forecasts";

ForecastHead head_of(const Statement& row) {
    return {row.integer(0), row.instant(1), row.text(2), row.text(3),
            row.text(4),    row.text(5),    row.text(6)};
}

}  // namespace

void each_forecast(Session& db, const ForecastSpan& of,
                   const std::function<bool(const ForecastHead&)>& take) {
    RowFilter filter;
    filter.add("issued_at > ?", of.after);
    if (of.until) filter.add("issued_at <= ? AND arrived <= ?", *of.until, *of.until);
    filter.add_if_given("source = ?", of.source);
    filter.add("length(bytes) > 0");
    Statement read(db, kSelect + filter.where() + " ORDER BY issued_at DESC, number DESC");
    filter.bind_to(read);
    while (read.next()) {
        if (!take(head_of(read))) return;
    }
}

std::optional<ForecastHead> load_forecast(Session& db, std::int64_t number) {
    Statement read(db, kSelect + " WHERE number = ?", number);
    if (!read.next()) return std::nullopt;
    return head_of(read);
}

std::string bytes_of_forecast(Session& db, std::int64_t number) {
    return db.one<std::string>("SELECT bytes FROM forecasts WHERE number=?1", number).value();
}

}  // namespace qk::daemon
