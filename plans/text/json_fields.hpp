// Reads the members of one JSON object and collects every fault: a member of the wrong type, a
// member that is missing, and, at the end, members nobody asked for. Each fault names the path it
// wanted
// ("obligations[3].ratio"); JSON values carry no lines, so the place is the file alone.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/number.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

class JsonFields {
 public:
    // Looks at `value` and `file` as long as it lives.
    JsonFields(const boost::json::value& value, std::string path, const std::string& file,
               rules::Faults& faults);
    // So nothing that is over at the end of the statement; an array or object that would be made a
    // value for the call is such a thing, too.
    JsonFields(const boost::json::value&& value, std::string path, const std::string& file,
               rules::Faults& faults) = delete;
    JsonFields(const boost::json::value& value, std::string path, const std::string&& file,
               rules::Faults& faults) = delete;

    // Required unless named maybe_*: a missing member is a fault and the answer is empty.
    std::string text(std::string_view key);
    std::string maybe_text(std::string_view key);  // null counts as missing
    double number(std::string_view key, double otherwise = 0);
    std::optional<double> maybe_number(std::string_view key);
    std::int64_t whole_number(std::string_view key, std::int64_t least = -rules::kWholeMost,
                              std::int64_t most = rules::kWholeMost);
    bool maybe_flag(std::string_view key);
    rules::Instant instant(std::string_view key, rules::Zone zone);
    std::optional<rules::Instant> maybe_instant(std::string_view key, rules::Zone zone);
    std::vector<std::string> maybe_texts(std::string_view key);
    // The member itself, for nested values; null when missing.
    const boost::json::value* member(std::string_view key);

    void fault(std::string_view key, std::string what, std::string cure);
    [[nodiscard]] std::string path_of(std::string_view key) const;
    // Names every member that none of the above was asked for.
    void refuse_unknown();

 private:
    const boost::json::object* object_ = nullptr;
    std::string path_;
    const std::string& file_;
    rules::Faults& faults_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace qk::plans
