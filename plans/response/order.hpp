// The order document (指令): one enterprise's complete present obligations, as contract §4 names
// them.
//
// Orders are desired state with a rising revision: whoever holds the latest document knows all that
// is owed. A lifted order is a new revision with an empty list. The signature is Ed25519 over the
// RFC 8785 form of the document without its `signature` member; anyone can check it with OpenSSL
// alone.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

class JsonOut;  // plans/text/json_out.hpp

struct OrderDocument {
    std::string order;  // stable id of the order of this enterprise in this warning or season
    std::int64_t revision = 0;
    std::string region;
    std::string enterprise;
    std::string warning;                  // empty: asked by the season alone; null in JSON
    std::optional<rules::Colour> colour;  // empty once lifted, and of the season
    bool exercise = false;
    std::string edition;      // inventory edition the obligations were derived from
    std::string legal_basis;  // text of the region's pack
    rules::Instant issued_at{};
    rules::Instant effective_from{};
    std::optional<rules::Instant> effective_to;
    std::vector<rules::Obligation> obligations;
};

// JSON of what instruments must show: {"kind":"load_at_most","cut":0.2,…}; defaults are left out.
[[nodiscard]] boost::json::value to_json(const rules::Check& check);
void write_json(JsonOut& out, const rules::Check& check);
// An unknown kind or member is a fault, because a judge must not pass over what it cannot read.
[[nodiscard]] rules::Result<rules::Check> check_from_json(const boost::json::value& value,
                                                          const std::string& path,
                                                          const std::string& file);

// JSON of obligations, as `derive` prints it, orders carry it and `verify` reads it.
[[nodiscard]] boost::json::value to_json(const rules::Obligation& obligation, rules::Zone zone);
void write_json(JsonOut& out, const rules::Obligation& obligation, rules::Zone zone);
// A chain of reasons, as orders and plans carry it.
// The same with a list of reasons that `write_basis` writes.
void write_json(JsonOut& out, const rules::Obligation& obligation, rules::Zone zone,
                const std::function<void()>& write_basis);
void write_json(JsonOut& out, const rules::Reason& reason);
void write_json(JsonOut& out, const std::vector<rules::Reason>& reasons);
[[nodiscard]] rules::Result<rules::Obligation> obligation_from_json(const boost::json::value& value,
                                                                    const std::string& file,
                                                                    rules::Zone zone);

[[nodiscard]] boost::json::value to_json(const OrderDocument& order, rules::Zone zone);
// Reads a document without asking who signed it: one that we stored ourselves.
[[nodiscard]] rules::Result<OrderDocument> order_from_json(const boost::json::value& value,
                                                           rules::Zone zone);
// Canonical text of the document with `key` (the public key, 64 hex digits) and `signature` added.
// The signature covers everything but itself, so also `key`.
[[nodiscard]] std::string signed_text(const OrderDocument& order, const SigningKey& key,
                                      rules::Zone zone);
// A document that was signed with another key of ours, as it stands under this one.
[[nodiscard]] std::string signed_again(const boost::json::value& document, const SigningKey& key);
// Reads and checks a signed document; a wrong signature or an unknown key is a refusal.
[[nodiscard]] rules::Result<OrderDocument> read_signed(std::string_view text,
                                                       const std::vector<std::string>& public_keys,
                                                       rules::Zone zone);

}  // namespace qk::plans
