#include "plans/decision/verdict_evidence.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>

#include "plans/text/json.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::string_view kInputsName = "judge-inputs";

std::int64_t seconds(rules::Instant at) { return at.time_since_epoch().count(); }

// As evidence_digest.hpp says it, so that whoever holds the file can take the SHA-256 himself.
json::value line_of(const rules::PowerReading& one) {
    return json::array{seconds(one.end), one.kw, one.valid};
}
json::value line_of(const rules::StackReading& one) {
    json::array line{seconds(one.end), one.mg_per_m3, nullptr, one.valid};
    if (one.flow_m3_per_h) line[2] = *one.flow_m3_per_h;
    return line;
}
json::value line_of(const rules::GatePassage& one) {
    json::array line{seconds(one.at), one.plate, one.stage, one.direction};
    if (!one.kind.empty()) line.emplace_back(one.kind);
    return line;
}

template <class Reading>
json::array lines_of_series(const std::vector<Reading>& readings) {
    json::array lines;
    lines.reserve(readings.size());
    for (const Reading& one : readings) lines.push_back(line_of(one));
    return lines;
}

// Members of a line; what is of another type makes the whole unreadable.
class Line {
 public:
    explicit Line(const json::value& value)
        : line_(value.is_array() ? &value.get_array() : nullptr) {}

    [[nodiscard]] std::size_t size() const { return line_ == nullptr ? 0 : line_->size(); }
    [[nodiscard]] bool is_good() const { return is_good_; }
    rules::Instant time() {
        const double value = number();
        const auto whole = rules::whole_of(value, -rules::kWholeMost, rules::kWholeMost);
        is_good_ = is_good_ && whole;
        return rules::Instant{std::chrono::seconds{whole.value_or(0)}};
    }
    double number() {
        const json::value* value = next();
        const bool is_number = value != nullptr && value->is_number();
        is_good_ = is_good_ && is_number;
        return is_number ? value->to_number<double>() : 0;
    }
    std::optional<double> maybe_number() {
        if (at_ < size() && (*line_)[at_].is_null()) return ++at_, std::nullopt;
        return number();
    }
    bool flag() {
        const json::value* value = next();
        is_good_ = is_good_ && value != nullptr && value->is_bool();
        return is_good_ && value->get_bool();
    }
    std::string text() {
        const json::value* value = next();
        is_good_ = is_good_ && value != nullptr && value->is_string();
        return is_good_ ? std::string(value->get_string()) : std::string();
    }

 private:
    const json::value* next() { return at_ < size() ? &(*line_)[at_++] : nullptr; }

    const json::array* line_;
    std::size_t at_ = 0;
    bool is_good_ = true;
};

bool read_line(const json::value& value, rules::PowerReading& one) {
    Line line(value);
    one.end = line.time();
    one.kw = line.number();
    one.valid = line.flag();
    return line.is_good() && line.size() == 3;
}
bool read_line(const json::value& value, rules::StackReading& one) {
    Line line(value);
    one.end = line.time();
    one.mg_per_m3 = line.number();
    one.flow_m3_per_h = line.maybe_number();
    one.valid = line.flag();
    return line.is_good() && line.size() == 4;
}
bool read_line(const json::value& value, rules::GatePassage& one) {
    Line line(value);
    one.at = line.time();
    one.plate = line.text();
    one.stage = line.text();
    one.direction = line.text();
    const bool has_kind = line.size() == 5;
    if (has_kind) one.kind = line.text();
    return line.is_good() && (has_kind || line.size() == 4);
}

template <class Reading>
bool read_series(const json::array& lines, std::vector<Reading>& readings) {
    for (const json::value& line : lines) {
        Reading one;
        if (!read_line(line, one)) return false;
        readings.push_back(std::move(one));
    }
    return true;
}

// Empty: read. In the order of the digests, in which the records stand.
std::string read_records(const JudgeInputs& inputs, const std::vector<json::value>& records,
                         StoredReadings& readings) {
    if (records.size() != inputs.readings.size()) {
        return fmt::format("has {} series of readings, and the verdict names {}", records.size(),
                           inputs.readings.size());
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        const SeriesDigest& digest = inputs.readings[i];
        const json::value* lines = find_member(records[i], "lines");
        bool is_read = lines != nullptr && lines->is_array();
        if (is_read && digest.kind == SeriesKind::kPower) {
            is_read = read_series(lines->get_array(), readings.power.emplace_back());
        } else if (is_read && digest.kind == SeriesKind::kStack) {
            is_read = read_series(lines->get_array(), readings.stacks.emplace_back());
        } else if (is_read) {
            is_read = read_series(lines->get_array(), readings.passages);
        }
        if (!is_read) return "has readings that cannot be read: " + digest.id;
    }
    return {};
}

std::string joined(const std::vector<std::string>& texts) {
    constexpr std::size_t kShown = 3;
    std::string text;
    for (std::size_t i = 0; i < texts.size() && i < kShown; ++i) {
        text += (i == 0 ? "" : "; ") + texts[i];
    }
    return texts.size() > kShown ? text + fmt::format("; +{}", texts.size() - kShown) : text;
}

// Empty: the judge comes to the same once more.
std::string why_not_same(const json::value& verdict, const json::value& record,
                         const std::vector<json::value>& series) {
    const StoredJudgeInputs texts{string_or(record, "body"), string_or(record, "parameters"),
                                  string_or(record, "instruments")};
    const auto inputs = judge_inputs_from_stored(texts, std::string(kInputsName));
    if (!inputs) return rules::to_text(inputs.error().front());
    const auto found = parse_json(string_or(record, "found"), "found");
    if (!found) return rules::to_text(found.error().front());
    if (string_or(*found, "compliance") != string_or(verdict, "compliance") ||
        string_or(*found, "obligation") != string_or(verdict, "obligation")) {
        return "is not the verdict that these inputs are of";
    }
    StoredReadings readings;
    if (std::string why = read_records(*inputs, series, readings); !why.empty()) return why;
    return joined(judge_again(*inputs, readings, *found).differences);
}

}  // namespace

std::vector<json::value> verdict_records(const json::value& verdict, const StoredJudgeInputs& texts,
                                         const std::string& found, const StoredReadings& readings) {
    std::vector<json::value> records{json::object{{"kind", "verdict"}, {"verdict", verdict}}};
    const auto inputs = judge_inputs_from_stored(texts, std::string(kInputsName));
    if (!inputs) return records;  // judged before they were kept; a check says that they lack
    records.push_back(json::object{{"kind", kInputsName},
                                   {"body", texts.body},
                                   {"parameters", texts.parameters},
                                   {"instruments", texts.instruments},
                                   {"found", found}});
    std::size_t power = 0;
    std::size_t stack = 0;
    for (const SeriesDigest& digest : inputs->readings) {
        json::array lines;
        if (digest.kind == SeriesKind::kPower) {
            if (power < readings.power.size()) lines = lines_of_series(readings.power[power]);
            ++power;
        } else if (digest.kind == SeriesKind::kStack) {
            if (stack < readings.stacks.size()) lines = lines_of_series(readings.stacks[stack]);
            ++stack;
        } else {
            lines = lines_of_series(readings.passages);
        }
        records.push_back(json::object{{"kind", "readings"},
                                       {"of", to_text(digest.kind)},
                                       {"id", digest.id},
                                       {"factor", digest.factor},
                                       {"sha256", digest.sha256},
                                       {"lines", std::move(lines)}});
    }
    return records;
}

bool VerdictEvidence::take(std::string_view kind, const json::value& value) {
    if (kind == "verdict") {
        is_doubled_ = is_doubled_ || verdict_;
        const json::value* verdict = find_member(value, "verdict");
        verdict_ = verdict == nullptr ? json::value(nullptr) : *verdict;
    } else if (kind == kInputsName) {
        is_doubled_ = is_doubled_ || inputs_;
        inputs_ = value;
    } else if (kind == "readings") {
        readings_.push_back(value);
    } else {
        return false;
    }
    return true;
}

std::vector<EvidenceLink> VerdictEvidence::finish() const {
    if (!verdict_ && !inputs_ && readings_.empty()) return {};
    const std::string name =
        fmt::format("结论 verdict {}", verdict_ ? number_or(*verdict_, "number", 0) : 0);
    if (is_doubled_ || !verdict_) return {{name, false, "stands twice in the package, or not"}};
    if (!inputs_) {
        return {{name, true,
                 "作出时尚未存档研判输入，无法重算 / without its inputs: not computed again"}};
    }
    std::string why = why_not_same(*verdict_, *inputs_, readings_);
    const bool is_same = why.empty();
    if (is_same) why = "依原始读数重算一致 / computed again from the readings: the same";
    return {{name, is_same, std::move(why)}};
}

}  // namespace qk::plans
