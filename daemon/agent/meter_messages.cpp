#include "daemon/agent/meter_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <map>
#include <optional>

#include "plans/text/csv_table.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/json.hpp"
#include "rules/base/number.hpp"
#include "rules/base/time.hpp"

namespace qk::agent {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kNumbers{"kw", "kwh", "kwh_total", "minutes"};
constexpr std::size_t kMeterFaultsMax = 100;
constexpr double kNumberMax = 1e12;

// Readings on their way into messages, meter by meter.
class Gathering {
 public:
    Gathering(std::string file, std::string meter)
        : file_(std::move(file)), meter_(std::move(meter)) {}

    void fault(int line, std::string what, std::string cure) {
        if (faults_.size() >= kMeterFaultsMax) return;
        faults_.push_back(
            {{file_, line, 0}, std::move(what), std::move(cure), rules::Severity::kError});
    }

    void add(int line, std::string meter, json::object reading) {
        if (meter.empty()) meter = meter_;
        if (meter.empty()) {
            return fault(line, "未写表号 / no meter is named", "meter（表号）列 / a column meter");
        }
        if (const auto wrong = plans::id_fault(meter, plans::IdUse::kTopic)) {
            return fault(line, wrong->what, wrong->cure);
        }
        const json::value* t = reading.if_contains("t");
        const std::string written =
            t != nullptr && t->is_string() ? std::string(t->get_string()) : std::string();
        if (!rules::parse_instant(written, rules::kBeijingTime)) {
            return fault(line, rules::not_a_time(written), rules::kTimeCure);
        }
        const bool has_power =
            reading.contains("kw") || reading.contains("kwh") || reading.contains("kwh_total");
        if (!has_power) return fault(line, "没有读数 / has no power", "kw, kwh 或 / or kwh_total");
        if (++count_ > kReadingsPerFileMax) {
            if (count_ == kReadingsPerFileMax + 1) {
                fault(line, "读数过多 / too many readings",
                      fmt::format("每个文件至多 {0} 条 / at most {0} in a file",
                                  kReadingsPerFileMax));
            }
            return;
        }
        readings_[std::move(meter)].emplace_back(std::move(reading));
    }

    [[nodiscard]] rules::Result<std::vector<MeterMessage>> messages() {
        if (faults_.empty() && count_ == 0) {
            fault(0, "没有读数 / holds no readings", "至少一条 / at least one");
        }
        if (!faults_.empty()) return faults_;
        std::vector<MeterMessage> messages;
        for (const auto& [meter, readings] : readings_) {
            for (std::size_t from = 0; from < readings.size(); from += kReadingsPerMessage) {
                const std::size_t to = std::min(readings.size(), from + kReadingsPerMessage);
                json::array part(readings.begin() + static_cast<std::ptrdiff_t>(from),
                                 readings.begin() + static_cast<std::ptrdiff_t>(to));
                messages.push_back({meter, plans::to_text(part)});
            }
        }
        return messages;
    }

 private:
    std::string file_;
    std::string meter_;
    rules::Faults faults_;
    std::size_t count_ = 0;
    std::map<std::string, json::array> readings_;
};

bool is_number_of_a_meter(double number) {
    return std::isfinite(number) && number >= 0 && number <= kNumberMax;
}

void take_object(const json::value& item, int place, Gathering& gathering) {
    if (!item.is_object()) {
        return gathering.fault(place, "不是对象 / is not an object", "{\"t\":…, \"kw\":…}");
    }
    json::object reading;
    reading["t"] = plans::string_or(item, "t");
    for (const std::string_view name : kNumbers) {
        const json::value* found = plans::find_member(item, name);
        if (found == nullptr || found->is_null()) continue;
        if (!found->is_number() || !is_number_of_a_meter(found->to_number<double>())) {
            return gathering.fault(place, fmt::format("{} 不是读数 / is not a reading", name),
                                   "0 到 1e12 的数 / a number from 0");
        }
        reading[name] = *found;
    }
    if (const json::value* valid = plans::find_member(item, "valid")) {
        if (!valid->is_bool()) {
            return gathering.fault(place, "valid 不是布尔值 / is not a boolean", "true, false");
        }
        reading["valid"] = *valid;
    }
    gathering.add(place, plans::string_or(item, "meter"), std::move(reading));
}

rules::Result<std::vector<MeterMessage>> of_json(std::string_view bytes, const std::string& file,
                                                 Gathering gathering) {
    const auto parsed = plans::parse_json(bytes, file);
    if (!parsed) return parsed.error();
    if (const json::array* list = parsed->if_array()) {
        int place = 0;
        for (const json::value& item : *list) take_object(item, ++place, gathering);
    } else {
        take_object(*parsed, 1, gathering);
    }
    return gathering.messages();
}

std::optional<bool> valid_word(std::string_view word) {
    if (word.empty() || word == "1" || word == "true" || word == "yes" || word == "是") return true;
    if (word == "0" || word == "false" || word == "no" || word == "否") return false;
    return std::nullopt;
}

rules::Result<std::vector<MeterMessage>> of_csv(std::string_view bytes, const std::string& file,
                                                Gathering gathering) {
    plans::CsvTable table(bytes, file);
    auto time = table.column("t", "时间");
    if (!time) time = table.column("time", "时间");
    if (!time) time = table.required("t", "时间");
    const auto meter = table.column("meter", "表号");
    const auto valid = table.column("valid", "有效");
    const std::array columns{table.column("kw", "功率"), table.column("kwh", "电量"),
                             table.column("kwh_total", "表码"),
                             table.column("minutes", "间隔分钟")};
    while (time && table.next()) {
        json::object reading;
        reading["t"] = std::string(table.cell(time));
        bool is_good = true;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string_view cell = table.cell(columns[i]);
            if (cell.empty()) continue;
            const auto number = rules::parse_number(cell);
            if (!number || !is_number_of_a_meter(*number)) {
                table.fault(columns[i], fmt::format("'{}' 不是读数 / is not a reading", cell),
                            "0 到 1e12 的数 / a number from 0");
                is_good = false;
                continue;
            }
            reading[kNumbers[i]] = *number;
        }
        const auto is_valid = valid_word(table.cell(valid));
        if (!is_valid) table.fault(valid, "valid", "true, false");
        if (is_valid && !*is_valid) reading["valid"] = false;
        if (is_good)
            gathering.add(table.line(), std::string(table.cell(meter)), std::move(reading));
    }
    if (const rules::Faults faults = table.faults(); !faults.empty()) return faults;
    return gathering.messages();
}

}  // namespace

rules::Result<std::vector<MeterMessage>> meter_messages(std::string_view bytes,
                                                        const std::string& file,
                                                        const std::string& meter) {
    if (bytes.size() > kMeterFileBytesMax) {
        return rules::Faults{{{file, 0, 0},
                              "过大 / is too long",
                              "至多 8 MiB / at most 8 MiB",
                              rules::Severity::kError}};
    }
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    const bool is_json =
        first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[');
    return is_json ? of_json(bytes, file, {file, meter}) : of_csv(bytes, file, {file, meter});
}

}  // namespace qk::agent
