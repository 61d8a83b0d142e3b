// Every hour and day of a table of hourly concentrations, printed as it is computed: twenty years
// of a city are millions of rows, and none of them is kept. The columns of a table for a terminal
// are as wide as their widest cell: its rows are computed twice, measured and then printed.
#pragma once

#include <boost/json/value.hpp>
#include <iosfwd>
#include <string>
#include <string_view>

#include "daemon/ctl/output.hpp"
#include "daemon/ctl/table_lines.hpp"
#include "rules/air/averages.hpp"
#include "rules/air/stations.hpp"

namespace qk::ctl {

[[nodiscard]] boost::json::value number_json(rules::Decimal value);

class AirPrinter {
 public:
    AirPrinter(std::ostream& out, Format format, const rules::AirRules& air);

    // True: each region is measured before the first of them is printed.
    [[nodiscard]] bool measures() const { return format_ == Format::kTable; }
    void measure(const rules::HourlySeries& series);
    // One region after the other; of a city also how many places it has.
    void print(const rules::HourlySeries& series, const rules::CityAir* city = nullptr);
    // Ends the answer; null: stations were not asked for.
    void finish(const std::vector<rules::StationExclusion>* exclusions);

 private:
    void print_hours(const rules::HourlySeries& series);
    void print_days(const rules::HourlySeries& series);
    void print_unusable(const rules::HourlySeries& series);
    void row(const std::vector<std::string>& cells);
    void flush_when_full();
    void flush();

    std::ostream& out_;
    Format format_;
    const rules::AirRules& air_;
    std::string text_;  // not yet written
    TableLines lines_;
    bool is_measuring_ = false;
    bool has_region_ = false;
};

}  // namespace qk::ctl
