#include "plans/hj212/content.hpp"

#include <algorithm>
#include <array>

#include "plans/hj212/code_map.hpp"
#include "rules/base/number.hpp"

namespace qk::plans::hj212 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kCodeLengthMax = 24;
constexpr std::size_t kNumberLengthMax = 32;
constexpr std::string_view kMarks = "&&";

constexpr auto kNumberSuffixes = std::to_array<std::string_view>(
    {"Rtd",   "Min",   "Avg",     "Max",      "Cou",      "ZsRtd",     "ZsMin",
     "ZsAvg", "ZsMax", "ZsCou",   "Data",     "DayData",  "NightData", "RS",
     "RT",    "Ala",   "UpValue", "LowValue", "ValidNum", "TotalNum",  "RealOrigin"});
// What instruments and loggers send where they have no value. 9999.99 is the full scale of N4.2.
constexpr auto kPlaceholders =
    std::to_array<double>({999.99, 9999.99, -999, -999.99, -9999, -99999});

struct Upload {
    std::string_view command;
    minutes period;  // the longest that one message is about
};
constexpr auto kUploads = std::to_array<Upload>({{"2011", minutes{0}},
                                                 {"2013", minutes{0}},
                                                 {"2021", minutes{0}},
                                                 {"2031", hours{24}},
                                                 {"2041", hours{24}},
                                                 {"2051", minutes{30}},
                                                 {"2061", hours{1}},
                                                 {"2111", minutes{5}}});
constexpr minutes kBackfillAfter{10};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_code(std::string_view code) {
    return !code.empty() && code.size() <= kCodeLengthMax && std::ranges::all_of(code, [](char c) {
        return is_digit(c) || is_letter(c) || c == '_';
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// Digits with a sign and a point; no exponent, no NaN, nothing hexadecimal.
std::optional<double> plain_number(std::string_view text) {
    constexpr std::string_view kCharacters = "+-.0123456789";
    if (text.size() > kNumberLengthMax || text.find_first_not_of(kCharacters) != text.npos) {
        return std::nullopt;
    }
    return rules::parse_number(text);
}

// States of key production conditions are letters under codes "p..." (HJ 212-2025, ST=45).
bool is_letters_of_state(std::string_view code, std::string_view text) {
    return code.starts_with('p') && !text.empty() && text.size() <= 4 &&
           std::ranges::all_of(text, is_letter);
}

class ContentReader {
 public:
    ContentReader(const DecodeSetting& setting, Frame& frame) : setting_(setting), frame_(frame) {}

    void read(std::string_view content) {
        if (content.empty()) return;
        for (std::size_t from = 0; from <= content.size();) {
            const std::size_t end = std::min(content.find(';', from), content.size());
            read_item(content.substr(from, end - from));
            if (items_ > kItemsMax) return frame_.note(Reason::kTooManyItems);
            from = end + 1;
        }
    }

 private:
    void read_item(std::string_view item) {
        item_code_.reset();
        last_.reset();
        for (std::size_t from = 0; from <= item.size();) {
            const std::size_t end = std::min(item.find(',', from), item.size());
            read_piece(trimmed(item.substr(from, end - from)));
            if (++items_ > kItemsMax) return;
            from = end + 1;
        }
    }

    void read_piece(std::string_view piece) {
        if (piece.empty()) return frame_.note(Reason::kDanglingSeparator);
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos) return read_fragment(piece);
        const std::string_view key = trimmed(piece.substr(0, equals));
        const std::string_view text = trimmed(piece.substr(equals + 1));
        last_.reset();
        const std::size_t dash = key.rfind('-');
        if (dash != std::string_view::npos && is_code(key.substr(0, dash)) &&
            is_code(key.substr(dash + 1))) {
            const std::size_t factor = factor_of(key.substr(0, dash));
            item_code_ = factor;
            take_value(factor, key.substr(dash + 1), text);
        } else if (key == "Flag" || key == "EFlag") {
            frame_.note(Reason::kOrphanFlag);
            if (item_code_) take_value(*item_code_, key, text);
        } else if (is_code(key)) {
            take_parameter(key, text);
        } else {
            frame_.note(Reason::kFragment);
        }
    }

    // "12,5" is one number to some devices. Which one it is cannot be said.
    void read_fragment(std::string_view piece) {
        const bool is_number = std::ranges::all_of(piece, is_digit);
        if (!is_number || !last_) return frame_.note(Reason::kFragment);
        Value& value = frame_.factors[last_->first].values[last_->second];
        value.text += "," + std::string(piece);
        value.number.reset();
        value.marks = {Mark::kDecimalComma};
        frame_.note(Reason::kValueUnreadable);
        last_.reset();
    }

    std::size_t factor_of(std::string_view code) {
        const auto known = places_.find(code);
        if (known != places_.end()) return known->second;
        Factor factor;
        factor.code = code;
        if (setting_.codes != nullptr) {
            factor.known = setting_.codes->find(code);
            if (factor.known == nullptr) frame_.note(Reason::kUnknownCode);
        }
        frame_.factors.push_back(std::move(factor));
        places_.emplace(code, frame_.factors.size() - 1);
        return frame_.factors.size() - 1;
    }

    void take_parameter(std::string_view key, std::string_view text) {
        const auto [place, is_new] = parameters_.emplace(key, text);
        if (is_new) {
            frame_.parameters.emplace_back(key, text);
        } else if (place->second != text) {
            frame_.note(Reason::kGivenTwice);
            if (key == "DataTime") frame_.note(Reason::kDataTimeOdd);
        }
    }

    static void set_or_doubt(std::optional<std::string>& field, std::string_view text,
                             Frame& frame) {
        if (!field) {
            field = text;
        } else if (*field != text) {
            // Two opinions on whether a value is good: it is not.
            field = "?";
            frame.note(Reason::kGivenTwice);
        }
    }

    void take_value(std::size_t place, std::string_view name, std::string_view text) {
        Factor& factor = frame_.factors[place];
        if (name == "Flag") return set_or_doubt(factor.flag, text, frame_);
        if (name == "EFlag") return set_or_doubt(factor.e_flag, text, frame_);
        if (name == "SampleTime" && !factor.sampled_at) {
            factor.sampled_at = parse_stamp(text.substr(0, 14));
        }
        const auto same = std::ranges::find(factor.values, name, &Value::name);
        if (same != factor.values.end()) {
            if (same->text == text) return;
            same->number.reset();
            same->marks = {Mark::kGivenTwice};
            return frame_.note(Reason::kGivenTwice);
        }
        factor.values.push_back(value_of(factor.code, name, text));
        last_.emplace(place, factor.values.size() - 1);
    }

    Value value_of(std::string_view code, std::string_view name, std::string_view text) {
        Value value;
        value.name = name;
        value.text = text;
        const bool is_number = std::ranges::find(kNumberSuffixes, name) != kNumberSuffixes.end();
        if (!is_number || is_letters_of_state(code, text)) return value;
        if (text.empty()) {
            value.marks.push_back(Mark::kEmpty);
            return value;
        }
        value.number = plain_number(text);
        if (!value.number) {
            value.marks.push_back(Mark::kUnreadable);
            frame_.note(Reason::kValueUnreadable);
        } else if (std::ranges::find(kPlaceholders, *value.number) != kPlaceholders.end()) {
            value.marks.push_back(Mark::kPlaceholder);
            frame_.note(Reason::kPlaceholder);
        } else if (*value.number == 0) {
            value.marks.push_back(Mark::kZero);
        }
        return value;
    }

    const DecodeSetting& setting_;
    Frame& frame_;
    std::map<std::string, std::size_t, std::less<>> places_;
    std::map<std::string, std::string, std::less<>> parameters_;
    std::optional<std::size_t> item_code_;                     // the last code that the item named
    std::optional<std::pair<std::size_t, std::size_t>> last_;  // factor and value just taken
    std::size_t items_ = 0;
};

// What stands between the marks; where they are not, all that there is.
std::string between_marks(std::string_view area, Frame& frame) {
    area = trimmed(area);
    bool is_right = area.size() >= 2 * kMarks.size();
    if (area.starts_with(kMarks)) {
        area.remove_prefix(kMarks.size());
    } else {
        is_right = false;
    }
    if (area.ends_with(kMarks)) {
        area.remove_suffix(kMarks.size());
    } else {
        is_right = false;
    }
    std::string content(area);
    // Marks inside close one list of items and open another.
    for (std::size_t at = content.find(kMarks); at != std::string::npos;
         at = content.find(kMarks, at)) {
        const bool is_between = at > 0 && at + kMarks.size() < content.size();
        content.replace(at, kMarks.size(), is_between ? " ;" : "  ");
        is_right = false;
    }
    if (!is_right) frame.note(Reason::kCpMarksMissing);
    return content;
}

bool is_state_of_equipment(const Factor& factor) { return factor.code.starts_with("SB"); }

bool may_count(const Value& value) {
    return value.number &&
           std::ranges::all_of(value.marks, [](Mark m) { return m == Mark::kZero; });
}

}  // namespace

bool has_form_of_2017(std::string_view code) {
    return code.size() == 6 && is_letter(code[0]) && std::ranges::all_of(code.substr(1), is_digit);
}

bool has_form_of_2005(std::string_view code) {
    const auto is_number = [](std::string_view text) {
        return !text.empty() && std::ranges::all_of(text, is_digit);
    };
    if (code.size() == 3 && (code[0] == 'B' || code[0] == 'S')) return is_number(code.substr(1));
    return (code.size() == 2 || code.size() == 3) && is_number(code);
}

void read_content(std::string_view area, const DecodeSetting& setting, Frame& frame) {
    const std::string content = between_marks(area, frame);
    ContentReader(setting, frame).read(trimmed(content));
    const auto any = [&frame](bool (*has_form)(std::string_view)) {
        return std::ranges::any_of(
            frame.factors, [has_form](const Factor& factor) { return has_form(factor.code); });
    };
    if (any(has_form_of_2005) && any(has_form_of_2017)) frame.note(Reason::kCodesOf2005And2017);
}

void find_data_time(std::string_view area, Frame& frame) {
    constexpr std::string_view kKey = "DataTime=";
    constexpr std::string_view kBefore = "&;, ";
    for (std::size_t at = area.find(kKey); at != std::string_view::npos;
         at = area.find(kKey, at + 1)) {
        if (at > 0 && kBefore.find(area[at - 1]) == std::string_view::npos) continue;
        const std::string_view text = area.substr(at + kKey.size());
        const std::size_t end = std::min(text.find_first_of(";,& "), text.size());
        frame.parameters.emplace_back("DataTime", text.substr(0, end));
        return;
    }
}

void judge_data_time(Frame& frame) {
    const auto given = std::ranges::find(frame.parameters, "DataTime",
                                         &std::pair<std::string, std::string>::first);
    const auto* upload = std::ranges::find(kUploads, frame.head.cn.value_or(""), &Upload::command);
    if (given == frame.parameters.end()) {
        if (upload != kUploads.end() && !frame.factors.empty()) {
            frame.note(Reason::kDataTimeMissing);
        }
        return;
    }
    std::string_view text = given->second;
    if (!is_digits(text) || (text.size() != 14 && text.size() != 17)) {
        return frame.note(Reason::kDataTimeOdd);
    }
    if (text.size() == 17) {
        frame.note(Reason::kDataTimeCut);
        text = text.substr(0, 14);
    }
    frame.data_time = parse_stamp(text);
    if (!frame.data_time) return frame.note(Reason::kTimeImpossible);
    if (frame.sent_at && upload != kUploads.end() &&
        *frame.sent_at - *frame.data_time > upload->period + kBackfillAfter) {
        frame.note(Reason::kBackfill);
    }
}

void judge_evidence(Frame& frame) {
    const bool has_flags = std::ranges::any_of(
        frame.factors, [](const Factor& factor) { return factor.flag.has_value(); });
    std::size_t numbers = 0;
    bool is_all_zero_and_faulty = true;
    for (Factor& factor : frame.factors) {
        const bool is_normal =
            factor.flag ? *factor.flag == "N" : !has_flags || is_state_of_equipment(factor);
        factor.is_evidence = is_normal && std::ranges::any_of(factor.values, may_count);
        for (Value& value : factor.values) {
            if (!value.number) continue;
            ++numbers;
            const bool is_faulty = factor.flag && (*factor.flag == "D" || *factor.flag == "B");
            is_all_zero_and_faulty = is_all_zero_and_faulty && is_faulty && *value.number == 0;
            if (!is_normal) {
                value.marks.push_back(factor.flag ? Mark::kFlagged : Mark::kUnflagged);
            }
        }
    }
    if (numbers > 0 && is_all_zero_and_faulty) frame.note(Reason::kAllZeroFaulty);
}

}  // namespace qk::plans::hj212
