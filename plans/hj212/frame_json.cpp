#include "plans/hj212/frame_json.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "plans/hj212/code_map.hpp"
#include "plans/hj212/stack_values.hpp"

namespace qk::plans::hj212 {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::seconds;

json::value or_null(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    return json::string(*text);
}

json::value time_or_null(const std::optional<rules::Instant>& time) {
    if (!time) return nullptr;
    return json::string(rules::to_iso(*time, rules::kBeijingTime));
}

// Bytes that are no text, as hexadecimal.
std::string shown_bytes(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F && c != '\\') {
            text.push_back(c);
        } else {
            text += fmt::format("\\x{:02X}", byte);
        }
    }
    return text;
}

json::value head_json(const Head& head) {
    json::object object;
    const auto add = [&object](std::string_view name, const std::optional<std::string>& value) {
        if (value) object[name] = *value;
    };
    add("QN", head.qn);
    add("ST", head.st);
    add("CN", head.cn);
    add("PW", head.pw);
    add("MN", head.mn);
    add("Flag", head.flag);
    add("PNUM", head.pnum);
    add("PNO", head.pno);
    add("RF", head.rf);
    for (const auto& [name, value] : head.others) {
        if (!object.contains(name)) object[name] = value;
    }
    if (object.empty()) return nullptr;
    return object;
}

json::value flags_json(const Frame& frame) {
    if (!frame.flags) return nullptr;
    return json::object{{"bits", frame.flags->bits},
                        {"version", to_text(frame.flags->version())},
                        {"answer", frame.flags->wants_answer()},
                        {"split", frame.flags->is_part()}};
}

json::value cp_json(const Frame& frame) {
    if (frame.has(Reason::kEncrypted) || frame.has(Reason::kKeyWrong)) {
        return json::object{{"encrypted_bytes", frame.encrypted_bytes}};
    }
    if (!frame.head.mn && !frame.head.cn) return nullptr;
    json::object object;
    for (const auto& [name, value] : frame.parameters) object[name] = value;
    for (const Factor& factor : frame.factors) {
        for (const Value& value : factor.values)
            object[factor.code + "-" + value.name] = value.text;
        if (factor.flag) object[factor.code + "-Flag"] = *factor.flag;
        if (factor.e_flag) object[factor.code + "-EFlag"] = *factor.e_flag;
    }
    return object;
}

json::object value_json(const Value& value) {
    json::object object{{"value", nullptr}, {"text", value.text}};
    if (value.number) object["value"] = *value.number;
    json::array marks;
    for (const Mark mark : value.marks) marks.emplace_back(to_text(mark));
    object["marks"] = std::move(marks);
    return object;
}

json::object factor_json(const Factor& factor) {
    json::object object{{"code", factor.code}};
    const Code* known = factor.known;
    object["factor"] = nullptr;
    object["name"] = nullptr;
    object["unit"] = nullptr;
    object["role"] = nullptr;
    if (known != nullptr) {
        if (!known->factor.empty()) object["factor"] = known->factor;
        object["name"] = known->name;
        if (!known->unit.empty()) object["unit"] = known->unit;
        object["role"] = to_text(known->role);
        object["side"] = to_text(known->side);
    }
    json::object values;
    for (const Value& value : factor.values) values[value.name] = value_json(value);
    object["values"] = std::move(values);
    object["flag"] = or_null(factor.flag);
    if (factor.e_flag) object["e_flag"] = *factor.e_flag;
    if (factor.sampled_at) object["sampled_at"] = time_or_null(factor.sampled_at);
    object["evidence"] = factor.is_evidence;
    return object;
}

json::array readings_json(const Frame& frame) {
    json::array readings;
    for (const StackValue& value : stack_values(frame)) {
        json::object object{{"factor", value.factor}};
        object["from"] = time_or_null(value.from);
        object["to"] = time_or_null(value.to);
        object["mg_per_m3"] = value.mg_per_m3;
        object["flow_m3_h"] = nullptr;
        if (value.flow_m3_h) object["flow_m3_h"] = *value.flow_m3_h;
        object["evidence"] = value.is_evidence;
        readings.push_back(std::move(object));
    }
    return readings;
}

}  // namespace

json::object to_json(const Frame& frame) {
    json::object object{{"offset", frame.offset}, {"bytes", frame.bytes}};
    object["outcome"] = to_text(frame.outcome);
    json::array reasons;
    for (const Reason reason : frame.reasons) reasons.emplace_back(to_text(reason));
    object["reasons"] = std::move(reasons);
    object["head"] = head_json(frame.head);
    object["flags"] = flags_json(frame);
    object["version"] = nullptr;
    if (frame.head.mn || frame.head.cn) object["version"] = to_text(frame.version);
    object["cp"] = cp_json(frame);
    json::array factors;
    for (const Factor& factor : frame.factors) factors.push_back(factor_json(factor));
    object["factors"] = std::move(factors);
    object["readings"] = readings_json(frame);
    object["crc_ok"] = nullptr;
    if (frame.crc_ok) object["crc_ok"] = *frame.crc_ok;
    object["crc"] = nullptr;
    if (!frame.crc.empty()) object["crc"] = shown_bytes(frame.crc);
    object["crc_kind"] = to_text(frame.crc_kind);
    object["data_time"] = time_or_null(frame.data_time);
    object["delay_s"] = nullptr;
    if (frame.sent_at && frame.data_time) {
        object["delay_s"] = duration_cast<seconds>(*frame.sent_at - *frame.data_time).count();
    }
    if (frame.parts) object["part"] = json::object{{"number", *frame.part}, {"of", *frame.parts}};
    if (!frame.noise.empty()) object["noise"] = shown_bytes(frame.noise);
    return object;
}

std::vector<std::string> columns_of_frames() {
    return {"offset", "outcome", "mn", "cn", "version", "data_time", "values", "reasons"};
}

std::vector<std::string> to_row(const Frame& frame) {
    std::string reasons;
    for (const Reason reason : frame.reasons) {
        if (!reasons.empty()) reasons += " ";
        reasons += to_text(reason);
    }
    std::string values;
    for (const Factor& factor : frame.factors) {
        for (const Value& value : factor.values) {
            if (!values.empty()) values += " ";
            values += fmt::format("{}-{}={}", factor.code, value.name, value.text);
        }
    }
    if (!frame.noise.empty()) values = shown_bytes(frame.noise);
    const bool has_head = frame.head.mn || frame.head.cn;
    return {std::to_string(frame.offset),
            std::string(to_text(frame.outcome)),
            frame.head.mn.value_or(""),
            frame.head.cn.value_or(""),
            has_head ? std::string(to_text(frame.version)) : std::string(),
            frame.data_time ? rules::to_iso(*frame.data_time, rules::kBeijingTime) : std::string(),
            values,
            reasons};
}

}  // namespace qk::plans::hj212
