#include "daemon/base/message_sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cassert>

#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "\"seq\":\"";
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kSequenceBytesMax = 80;
constexpr std::size_t kMarkBytesMax = 16 << 10;

std::optional<std::uint64_t> number_in(std::string_view text, std::int64_t least,
                                       std::int64_t most) {
    const auto number = rules::parse_whole(text, least, most);
    if (!number) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

// Whether it begins so, behind blanks that JSON may have; they and the piece are gone then.
bool takes(std::string_view& text, std::string_view piece) {
    const std::string_view rest =
        text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (!rest.starts_with(piece)) return false;
    text = rest.substr(piece.size());
    return true;
}

// The four parts; empty where there are not four.
std::optional<std::array<std::string_view, 4>> parts_of(std::string_view text) {
    std::array<std::string_view, 4> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t slash = text.find('/');
        const bool is_last = i + 1 == parts.size();
        if (is_last != (slash == std::string_view::npos)) return std::nullopt;
        parts[i] = text.substr(0, slash);
        if (!is_last) text.remove_prefix(slash + 1);
    }
    return parts;
}

rules::Faults not_marks() {
    return rules::refuse("不是入账标记 / is not a mark of what is durable",
                         R"({"enterprise":"e1","marks":[…]})");
}

std::optional<SpoolMark> mark_in(const json::value& value) {
    SpoolMark mark;
    mark.spool = plans::string_or(value, "spool");
    mark.check = plans::string_or(value, "check");
    const auto up_to = rules::whole_of(plans::number_or(value, "up_to", 0), 1, rules::kWholeMost);
    if (!up_to || !is_spool_id(mark.spool) || !is_spool_id(mark.check)) return std::nullopt;
    mark.up_to = static_cast<std::uint64_t>(*up_to);
    return mark;
}

}  // namespace

bool is_spool_id(std::string_view text) { return plans::from_hex(text, kIdBytes).has_value(); }

std::string with_sequence(std::string_view payload, const MessageSequence& sequence) {
    const std::size_t brace = payload.starts_with('[') ? 1 : 0;
    assert(payload.substr(brace).starts_with('{'));
    const std::size_t rest = brace + 1;
    const bool is_empty = payload.substr(rest).starts_with('}');
    return fmt::format("{}{}{}/{}/{}/{}\"{}{}", payload.substr(0, rest), kMember, sequence.spool,
                       sequence.number, sequence.after, sequence.check, is_empty ? "" : ",",
                       payload.substr(rest));
}

std::optional<MessageSequence> sequence_of(std::string_view payload) {
    (void)takes(payload, "[");
    for (const std::string_view piece : {"{", "\"seq\"", ":", "\""}) {
        if (!takes(payload, piece)) return std::nullopt;
    }
    payload = payload.substr(0, kSequenceBytesMax);
    const std::size_t end = payload.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    const auto parts = parts_of(payload.substr(0, end));
    if (!parts) return std::nullopt;
    const auto number = number_in((*parts)[1], 1, rules::kWholeMost);
    if (!number || !is_spool_id((*parts)[0]) || !is_spool_id((*parts)[3])) return std::nullopt;
    const auto after = number_in((*parts)[2], 0, static_cast<std::int64_t>(*number) - 1);
    if (!after) return std::nullopt;
    return MessageSequence{std::string((*parts)[0]), *number, *after, std::string((*parts)[3])};
}

bool is_next(std::uint64_t up_to, const MessageSequence& sequence) {
    return sequence.after <= up_to && up_to < sequence.number;
}

std::string to_mark_text(const std::string& enterprise, const std::vector<SpoolMark>& marks,
                         const plans::SigningKey& key) {
    json::array list;
    for (const SpoolMark& mark : marks) {
        list.push_back(
            json::object{{"spool", mark.spool}, {"up_to", mark.up_to}, {"check", mark.check}});
    }
    json::object value{
        {"enterprise", enterprise}, {"key", key.public_key_hex()}, {"marks", std::move(list)}};
    value["signature"] = key.sign_hex(plans::Purpose::kMark, plans::canonical_text(value));
    return plans::canonical_text(value);
}

rules::Result<std::string> signer_of_marks(std::string_view text) {
    if (text.size() > kMarkBytesMax) return not_marks();
    auto value = plans::parse_json(text, "durable");
    if (!value) return value.error();
    if (!value->is_object()) return not_marks();
    std::string key = plans::string_or(*value, "key");
    const std::string signature = plans::string_or(*value, "signature");
    if (key.empty() || signature.empty()) {
        return rules::refuse(
            "没有局方签名 / carries no signature of the bureau",
            "局方升级到本版本，或 / a bureau of this release, or mqtt.marks = false");
    }
    value->get_object().erase("signature");
    if (!plans::verify_hex(key, plans::Purpose::kMark, plans::canonical_text(*value), signature)) {
        return rules::refuse("签名不符 / the signature does not fit");
    }
    // A vector of faults can be made of a text, too: say which is meant.
    return rules::Result<std::string>(boost::system::in_place_value, std::move(key));
}

rules::Result<std::vector<SpoolMark>> parse_marks(std::string_view text,
                                                  const std::string& enterprise) {
    if (text.size() > kMarkBytesMax) return not_marks();
    const auto value = plans::parse_json(text, "durable");
    if (!value) return value.error();
    const json::value* list = plans::find_member(*value, "marks");
    if (list == nullptr || !list->is_array()) return not_marks();
    if (plans::string_or(*value, "enterprise") != enterprise) {
        return rules::refuse("是另一家企业的入账标记 / is the mark of another enterprise",
                             enterprise);
    }
    std::vector<SpoolMark> marks;
    for (const json::value& item : list->get_array()) {
        auto mark = mark_in(item);
        if (!mark || marks.size() >= kMarksPerEnterpriseMax) return not_marks();
        marks.push_back(*std::move(mark));
    }
    return marks;
}

}  // namespace qk::daemon
