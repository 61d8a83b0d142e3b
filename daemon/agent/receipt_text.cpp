#include "daemon/agent/receipt_text.hpp"

#include <algorithm>
#include <array>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"

namespace qk::agent {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kStates{"received", "accepted", "executing", "done",
                                                  "refused"};

json::object to_object(const Answer& answer) {
    return {{"order", answer.order}, {"revision", answer.revision},
            {"state", answer.state}, {"at", rules::to_iso(answer.at, rules::kBeijingTime)},
            {"by", answer.by},       {"note", answer.note}};
}

}  // namespace

std::string state_of_word(std::string_view word) {
    if (word == "executed") return "done";
    const bool is_known = std::ranges::find(kStates, word) != kStates.end();
    return is_known ? std::string(word) : std::string();
}

std::string to_text(const Answer& answer, const std::string& enterprise,
                    const plans::SigningKey* key) {
    json::object object = to_object(answer);
    if (key != nullptr) {
        object["enterprise"] = enterprise;
        object["key"] = key->public_key_hex();
        object["signature"] =
            key->sign_hex(plans::Purpose::kReceipt, plans::canonical_text(object));
    }
    return plans::canonical_text(object);
}

bool is_signed_by(const json::value& receipt, const std::string& public_key) {
    if (!receipt.is_object()) return false;
    json::value bare = receipt;
    const std::string signature = plans::string_or(receipt, "signature");
    bare.get_object().erase("signature");
    bare.get_object().erase("seq");
    return plans::string_or(receipt, "key") == public_key &&
           plans::verify_hex(public_key, plans::Purpose::kReceipt, plans::canonical_text(bare),
                             signature);
}

std::string_view topic_end_of(const Answer& answer) {
    return answer.is_exercise ? "exercise/receipt" : "receipt";
}

std::string to_request_text(const Answer& answer) {
    json::object object = to_object(answer);
    if (answer.is_exercise) object["exercise"] = true;
    return plans::canonical_text(object) + "\n";
}

rules::Result<Answer> parse_request(std::string_view text, const std::string& file) {
    const auto value = plans::parse_json(text, file);
    if (!value) return value.error();
    rules::Faults faults;
    plans::JsonFields fields(*value, "", file, faults);
    Answer answer;
    answer.order = fields.text("order");
    answer.revision = fields.whole_number("revision", 1);
    answer.state = fields.text("state");
    answer.at = fields.instant("at", rules::kBeijingTime);
    answer.by = fields.maybe_text("by");
    answer.note = fields.maybe_text("note");
    answer.is_exercise = fields.maybe_flag("exercise");
    fields.refuse_unknown();
    if (faults.empty() && state_of_word(answer.state) != answer.state) {
        fields.fault("state", "'" + answer.state + "' is not one",
                     "accepted, executing, done or refused");
    }
    if (answer.note.size() > kAnswerNoteBytesMax) {
        fields.fault("note", "过长 / is too long", "至多 2000 字节 / at most 2000 bytes");
    }
    if (!faults.empty()) return faults;
    return answer;
}

}  // namespace qk::agent
