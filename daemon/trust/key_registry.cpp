#include "daemon/trust/key_registry.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/trust.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/signing_keys.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr const char* kCure =
    "sign the new key with the one before: 'qingkongctl key rotate FILE', or 'qingkongctl key "
    "succeed "
    "OLD NEW'; for a key that was lost, 'qingkongctl key succeed --lost PUBLIC NEW'";

// The document that leads from the key in use to this one, or why there is none.
rules::Result<plans::Succession> leading_to(const plans::SigningKey& key, const std::string& used,
                                            const std::string& text) {
    if (text.empty()) {
        return rules::refuse("the signing key is " + key.key_id() + ", orders are signed with " +
                                 plans::fingerprint_of(used) +
                                 ", and no succession leads from one "
                                 "to the other",
                             kCure);
    }
    const auto value = plans::parse_json(text, "succession");
    if (!value) return value.error();
    auto succession = plans::succession_from_json(*value, "succession");
    if (!succession) return succession.error();
    if (succession->from != used || succession->to != key.public_key_hex()) {
        return rules::refuse("the succession of keys leads from " +
                                 plans::fingerprint_of(succession->from) + " to " +
                                 plans::fingerprint_of(succession->to) +
                                 ", which is not from the key in use to the new one",
                             kCure);
    }
    const std::string why = plans::why_not_signed(*succession);
    if (!why.empty()) return rules::refuse("the succession of keys is " + why, kCure);
    return succession;
}

void tell(Session& db, const std::string& action, const std::string& key,
          const std::optional<plans::Succession>& succession, std::size_t orders,
          rules::Instant now) {
    json::object data{{"key", key},
                      {"fingerprint", plans::fingerprint_of(key)},
                      {"from", nullptr},
                      {"emergency", succession && succession->is_emergency},
                      {"reason", succession ? succession->reason : std::string()},
                      {"orders_signed_again", orders}};
    if (succession) data["from"] = succession->from;
    append_event(db, now, action, data);
    append_audit(db, {now, "system", "", action, plans::fingerprint_of(key), data});
}

asio::awaitable<ApiResponse> list_keys(Context& context, const Call& call) {
    auto work = [](Session& db) { return key_history(db); };
    const auto keys = co_await context.store.read(std::move(work), call.reader());
    json::array items;
    for (auto one = keys.rbegin(); one != keys.rend(); ++one) items.push_back(to_json(*one));
    co_return answer_page_of(items, paging_of(call));
}

}  // namespace

rules::Result<KeyOpened> open_keys(Session& db, const plans::SigningKey& key,
                                   const std::string& text, rules::Instant now) {
    const auto history = key_history(db);
    const std::string& wanted = key.public_key_hex();
    if (history.empty()) {
        add_key(db, wanted, std::nullopt, now);
        tell(db, "key.first", wanted, std::nullopt, 0, now);
        return KeyOpened{KeyStep::kFirst, 0};
    }
    const std::string& used = history.back().key;
    if (used == wanted) return KeyOpened{};
    if (std::ranges::count(history, wanted, &plans::KeyRecord::key) > 0) {
        return rules::refuse(
            "the signing key " + key.key_id() + " was replaced, and is not taken back",
            "the key in use, " + plans::fingerprint_of(used) + ", or a new one");
    }
    const auto succession = leading_to(key, used, text);
    if (!succession) return succession.error();
    add_key(db, wanted, *succession, now);
    const std::size_t orders = sign_orders_again(db, key);
    const bool is_emergency = succession->is_emergency;
    tell(db, is_emergency ? "key.replaced_in_emergency" : "key.succeeded", wanted, *succession,
         orders, now);
    return KeyOpened{is_emergency ? KeyStep::kEmergency : KeyStep::kSucceeded, orders};
}

void add_key_routes(Router& router, Context& context) {
    router.serve(operation::kListKeys, kAnyone,
                 [&context](const Call& call) { return list_keys(context, call); });
}

}  // namespace qk::daemon
