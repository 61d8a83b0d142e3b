// What instruments recorded, as rows for those who look at it: power, stacks, gates. batch_rows
// writes them.
//
// The tables are ordered by time, then by instrument, because that is how readings come: an index
// by instrument as well would make each reading cost six times as much to store. So what is asked
// of all instruments is read in one pass over a span of time, and what is asked of one meter is
// sought at each time at which anybody reported, which does not grow with the number of meters that
// did.
//
// each_...() hands over row by row and keeps nothing: the span is the bound.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/evidence.hpp"

namespace qk::daemon {

// In (from, to], of rows that arrived at `since` or later, and by `known_by`.
struct ReadingSpan {
    rules::Span span;
    rules::Instant since = rules::Instant::min();
    rules::Instant known_by = rules::Instant::max();
};

// A name in these is a view that holds until the next row.
struct PowerRow {
    std::string_view meter;
    rules::PowerReading reading;
};
// By time and meter.
void each_power(Session& db, const ReadingSpan& of,
                const std::function<void(const PowerRow&)>& take);
// Of one meter, by time.
[[nodiscard]] std::vector<rules::PowerReading> power_of_meter(Session& db, const std::string& meter,
                                                              const rules::Span& span);

struct StackRow {
    std::string_view outlet;
    std::string_view factor;
    rules::StackReading reading;
};
void each_stack(Session& db, const ReadingSpan& of,
                const std::function<void(const StackRow&)>& take);

struct PassageRow {
    std::string_view enterprise;
    rules::GatePassage passage;
};
// Those at `from` too.
void each_passage(Session& db, const ReadingSpan& of, const std::function<void(PassageRow)>& take);

// A reading as it is listed.
struct ListedReading {
    rules::Instant t{};
    std::string meter;
    double kw = 0;
    std::optional<double> kwh;
    std::optional<double> kwh_total;
    bool valid = false;
};
struct ReadingQuery {
    std::string meter;  // empty: of all
    rules::Span span;
    std::size_t offset = 0;
    std::size_t limit = 100;
    // Only those behind this one, in the order of the list.
    struct Place {
        rules::Instant t{};
        std::string meter;
    };
    std::optional<Place> after{};
};
// By time, then by meter.
[[nodiscard]] std::vector<ListedReading> list_readings(Session& db, const ReadingQuery& query);
// Of the meter and the span; it stops at `most`.
[[nodiscard]] std::size_t count_readings(Session& db, const ReadingQuery& query, std::size_t most);

}  // namespace qk::daemon
