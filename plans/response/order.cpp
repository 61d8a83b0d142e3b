#include "plans/response/order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_out.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr double kMinutesMost = 1e6;

json::value time_or_null(const std::optional<rules::Instant>& instant, rules::Zone zone) {
    if (!instant) return nullptr;
    return json::value(rules::to_iso(*instant, zone));
}

std::vector<rules::Reason> read_basis(JsonFields& fields, const std::string& file,
                                      rules::Faults& faults) {
    std::vector<rules::Reason> basis;
    const json::value* list = fields.member("basis");
    if (list == nullptr) return basis;
    if (!list->is_array()) {
        fields.fault("basis", "is not a list", "write it as [{\"kind\":…,\"text\":…}, …]");
        return basis;
    }
    for (const json::value& item : list->get_array()) {
        JsonFields reason(item, fmt::format("{}[{}]", fields.path_of("basis"), basis.size()), file,
                          faults);
        std::string kind = reason.text("kind");
        std::string text = reason.text("text");
        std::string source = reason.maybe_text("source");
        basis.push_back(
            {std::move(kind), std::move(text), std::move(source), reason.maybe_text("text_en")});
    }
    return basis;
}

rules::Obligation read_obligation(const json::value& value, const std::string& path,
                                  const std::string& file, rules::Zone zone,
                                  rules::Faults& faults) {
    rules::Obligation obligation;
    JsonFields fields(value, path, file, faults);
    obligation.id = fields.text("id");
    obligation.enterprise = fields.maybe_text("enterprise");
    obligation.line = fields.maybe_text("line");
    const std::string action = fields.text("action");
    if (const auto parsed = rules::parse_action(action)) {
        obligation.action = *parsed;
    } else if (!action.empty()) {
        fields.fault("action", fmt::format("'{}' is not an action", action),
                     "stop, limit_load, limit_emission, stop_process, ban_vehicles or "
                     "self_discipline");
    }
    obligation.ratio = fields.number("ratio");
    if (!(obligation.ratio >= 0 && obligation.ratio <= 1)) {
        fields.fault("ratio", fmt::format("{} is not a share", obligation.ratio), "0 to 1");
    }
    obligation.from = fields.instant("from", zone);
    obligation.to = fields.maybe_instant("to", zone);
    obligation.detail = fields.maybe_text("detail");
    const std::string by = fields.text("verified_by");
    if (const auto parsed = rules::parse_verified_by(by)) {
        obligation.verified_by = *parsed;
    } else if (!by.empty()) {
        fields.fault("verified_by", fmt::format("'{}' is not known", by),
                     "power, stack, gate, site or none");
    }
    if (const json::value* check = fields.member("check")) {
        auto read = check_from_json(*check, fields.path_of("check"), file);
        if (read) {
            obligation.check = *std::move(read);
        } else {
            const rules::Faults found = read.error();
            faults.insert(faults.end(), found.begin(), found.end());
        }
    } else {
        obligation.check = rules::SeenOnSite{obligation.detail};
    }
    const double after = fields.maybe_number("treatment_after_stop_min").value_or(0);
    if (after >= 0 && after <= kMinutesMost) {
        obligation.treatment_after_stop = std::chrono::minutes{static_cast<std::int64_t>(after)};
    } else {
        fields.fault("treatment_after_stop_min",
                     fmt::format("{} is not a number of minutes", after), "0 to 1000000");
    }
    obligation.basis = read_basis(fields, file, faults);
    return obligation;
}

void read_obligations(JsonFields& fields, const std::string& file, rules::Zone zone,
                      OrderDocument& order, rules::Faults& faults) {
    const json::value* list = fields.member("obligations");
    if (list == nullptr || !list->is_array()) {
        fields.fault("obligations", "is not a list", "write it as […]; empty when lifted");
        return;
    }
    for (const json::value& item : list->get_array()) {
        order.obligations.push_back(read_obligation(
            item, fmt::format("obligations[{}]", order.obligations.size()), file, zone, faults));
    }
}

OrderDocument read_order(const json::value& value, rules::Zone zone, rules::Faults& faults) {
    const std::string file = "order";
    OrderDocument order;
    JsonFields fields(value, "", file, faults);
    order.order = fields.text("order");
    order.revision = fields.whole_number("revision");
    order.region = fields.text("region");
    order.enterprise = fields.text("enterprise");
    order.warning = fields.maybe_text("warning");
    const std::string colour = fields.maybe_text("colour");
    order.colour = rules::parse_colour(colour);
    if (!order.colour && !colour.empty()) {
        fields.fault("colour", fmt::format("'{}' is not a colour", colour),
                     "yellow, orange, red or blue; null once lifted");
    }
    order.exercise = fields.maybe_flag("exercise");
    order.edition = fields.maybe_text("edition");
    order.legal_basis = fields.maybe_text("legal_basis");
    order.issued_at = fields.instant("issued_at", zone);
    order.effective_from = fields.instant("effective_from", zone);
    order.effective_to = fields.maybe_instant("effective_to", zone);
    read_obligations(fields, file, zone, order, faults);
    return order;
}

}  // namespace

void write_json(JsonOut& out, const rules::Reason& reason) {
    out.begin_object();
    out.member("kind", reason.kind);
    out.member("text", reason.text);
    if (!reason.source.empty()) out.member("source", reason.source);
    if (!reason.english.empty()) out.member("text_en", reason.english);
    out.end_object();
}

void write_json(JsonOut& out, const std::vector<rules::Reason>& reasons) {
    out.begin_array();
    for (const rules::Reason& reason : reasons) write_json(out, reason);
    out.end_array();
}

void write_json(JsonOut& out, const rules::Obligation& obligation, rules::Zone zone) {
    write_json(out, obligation, zone, [&] { write_json(out, obligation.basis); });
}

void write_json(JsonOut& out, const rules::Obligation& obligation, rules::Zone zone,
                const std::function<void()>& write_basis) {
    out.begin_object();
    out.member("id", obligation.id);
    out.member("enterprise", obligation.enterprise);
    out.member("line", obligation.line);
    out.member("action", rules::to_text(obligation.action));
    out.number_member("ratio", obligation.ratio);
    out.member("from", rules::to_iso(obligation.from, zone));
    out.key("to");
    if (obligation.to)
        out.text(rules::to_iso(*obligation.to, zone));
    else
        out.null();
    out.member("detail", obligation.detail);
    out.member("verified_by", rules::to_text(obligation.verified_by));
    out.key("check");
    write_json(out, obligation.check);
    if (obligation.treatment_after_stop.count() != 0) {
        out.whole_member("treatment_after_stop_min", obligation.treatment_after_stop.count());
    }
    out.key("basis");
    write_basis();
    out.end_object();
}

json::value to_json(const rules::Obligation& obligation, rules::Zone zone) {
    JsonTree tree;
    write_json(tree, obligation, zone);
    return tree.release();
}

rules::Result<rules::Obligation> obligation_from_json(const json::value& value,
                                                      const std::string& file, rules::Zone zone) {
    rules::Faults faults;
    rules::Obligation obligation = read_obligation(value, "obligation", file, zone, faults);
    if (!faults.empty()) return faults;
    return obligation;
}

json::value to_json(const OrderDocument& order, rules::Zone zone) {
    json::object object;
    object["order"] = order.order;
    object["revision"] = order.revision;
    object["region"] = order.region;
    object["enterprise"] = order.enterprise;
    object["warning"] = nullptr;
    if (!order.warning.empty()) object["warning"] = order.warning;
    object["colour"] = nullptr;
    object["level"] = nullptr;
    if (order.colour) {
        object["colour"] = rules::to_text(*order.colour);
        object["level"] = rules::level_of(*order.colour);
    }
    object["exercise"] = order.exercise;
    object["edition"] = order.edition;
    object["legal_basis"] = order.legal_basis;
    object["issued_at"] = rules::to_iso(order.issued_at, zone);
    object["effective_from"] = rules::to_iso(order.effective_from, zone);
    object["effective_to"] = time_or_null(order.effective_to, zone);
    json::array obligations;
    for (const rules::Obligation& obligation : order.obligations) {
        obligations.emplace_back(to_json(obligation, zone));
    }
    object["obligations"] = std::move(obligations);
    return object;
}

std::string signed_text(const OrderDocument& order, const SigningKey& key, rules::Zone zone) {
    return signed_again(to_json(order, zone), key);
}

std::string signed_again(const json::value& order, const SigningKey& key) {
    json::value document = order;
    document.get_object().erase("signature");
    document.get_object()["key"] = key.public_key_hex();
    document.get_object()["signature"] = key.sign_hex(Purpose::kOrder, canonical_text(document));
    return canonical_text(document);
}

rules::Result<OrderDocument> read_signed(std::string_view text,
                                         const std::vector<std::string>& public_keys,
                                         rules::Zone zone) {
    auto parsed = parse_json(text, "order");
    if (!parsed) return parsed.error();
    json::value document = *std::move(parsed);
    if (!document.is_object()) return rules::refuse("order is not an object", "an order document");
    const std::string signature = string_or(document, "signature");
    const std::string key = string_or(document, "key");
    if (std::find(public_keys.begin(), public_keys.end(), key) == public_keys.end()) {
        return rules::refuse(fmt::format("order: key '{}' is not one that is trusted", key),
                             "a document signed with a known key");
    }
    document.get_object().erase("signature");
    if (!verify_hex(key, Purpose::kOrder, canonical_text(document), signature)) {
        return rules::refuse("order: the signature does not fit the document",
                             "the document as it was signed, unaltered");
    }
    return order_from_json(document, zone);
}

rules::Result<OrderDocument> order_from_json(const json::value& value, rules::Zone zone) {
    rules::Faults faults;
    OrderDocument order = read_order(value, zone, faults);
    if (!faults.empty()) return faults;
    return order;
}

}  // namespace qk::plans
