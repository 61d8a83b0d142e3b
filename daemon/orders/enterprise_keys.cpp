#include "daemon/orders/enterprise_keys.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/orders.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/orders/enterprise_key_rows.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/response/signing.hpp"
#include "plans/text/json.hpp"
#include "plans/text/trimmed.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

json::object to_json(const EnterpriseKey& key, rules::Zone zone) {
    json::object object{{"number", key.number},
                        {"enterprise", key.enterprise},
                        {"key", key.key},
                        {"fingerprint", plans::fingerprint_of(key.key)},
                        {"registered_at", rules::to_iso(key.registered_at, zone)},
                        {"registered_by", key.registered_by},
                        {"registered_why", key.registered_why},
                        {"revoked_at", nullptr},
                        {"revoked_by", key.revoked_by},
                        {"revoked_why", key.revoked_why}};
    if (key.revoked_at) object["revoked_at"] = rules::to_iso(*key.revoked_at, zone);
    return object;
}

// The key and the reason that a person names.
rules::Result<EnterpriseKey> named_key(const Call& call) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) return body.error();
    rules::Faults faults = faults_of_said(*body);
    EnterpriseKey key;
    key.enterprise = call.parameter("enterprise");
    key.key = plans::string_or(*body, "key");
    key.registered_why = std::string(plans::trimmed(plans::string_or(*body, "reason")));
    key.revoked_why = key.registered_why;
    const auto fault = [&faults](std::string what, std::string cure) {
        faults.push_back(
            {{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
    };
    if (plans::fingerprint_of(key.key).empty()) {
        fault("key is not a public key", "the 64 hex digits that 'qingkong-agent new-key' prints");
    }
    if (key.registered_why.empty()) fault("reason is missing", "how the key was compared, or why");
    if (!faults.empty()) return faults;
    return key;
}

ApiResponse answer_wrong(const rules::Faults& faults) {
    return answer_problem(422, "密钥或理由有误", "the key or its reason is wrong", faults);
}

// The county of the enterprise by the inventory in use; empty: it is not in it.
std::string region_in_use(const Context& context, const std::string& enterprise) {
    const auto place = context.inventories.index()->enterprise(enterprise);
    return place ? std::string(context.inventories.current()->enterprises[*place].region)
                 : std::string();
}

// `in_use`, or that of its order; empty: there is no such enterprise.
std::string region_of(Session& db, const std::string& in_use, const std::string& enterprise) {
    if (!in_use.empty()) return in_use;
    const auto order = load_order(db, enterprise);
    return order ? order->region : std::string();
}

void note(Session& db, const Call& call, rules::Instant now, const char* kind,
          const EnterpriseKey& key) {
    json::object detail{{"enterprise", key.enterprise},
                        {"key", key.key},
                        {"fingerprint", plans::fingerprint_of(key.key)},
                        {"person", call.caller->id},
                        {"reason", key.registered_why}};
    append_event(db, now, kind, detail);
    AuditEntry entry;
    entry.at = now;
    entry.person = call.caller->id;
    entry.remote = call.request.remote;
    entry.action = kind;
    entry.subject = key.enterprise;
    entry.detail = std::move(detail);
    append_audit(db, entry);
}

asio::awaitable<ApiResponse> list_keys(Context& context, const Call& call) {
    const std::string enterprise = call.parameter("enterprise");
    const rules::Zone zone = context.pack->zone;
    const std::string in_use = region_in_use(context, enterprise);
    auto work = [&](Session& db) {
        const std::string region = region_of(db, in_use, enterprise);
        if (region.empty()) return answer_problem(404, "没有该企业", "there is no such enterprise");
        if (!covers(call, region)) {
            return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
        }
        json::array items;
        for (const EnterpriseKey& key : keys_of_enterprise(db, enterprise)) {
            items.push_back(to_json(key, zone));
        }
        return answer_json(json::object{{"items", std::move(items)}});
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> add_key(Context& context, const Call& call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    auto named = named_key(call);
    if (!named) co_return answer_wrong(named.error());
    EnterpriseKey* const key = &*named;
    key->registered_at = context.clock.now();
    key->registered_by = call.caller->id;
    const rules::Zone zone = context.pack->zone;
    const std::string in_use = region_in_use(context, key->enterprise);
    auto work = [&, key](Session& db) {
        if (region_of(db, in_use, key->enterprise).empty()) {
            return answer_problem(404, "没有该企业", "there is no such enterprise");
        }
        if (keys_of_enterprise(db, key->enterprise).size() >= kKeysPerEnterpriseMax) {
            return answer_problem(409, "该企业登记过的密钥已达上限",
                                  "too many keys were registered for this enterprise");
        }
        const auto number = put_enterprise_key(db, *key);
        if (!number) {
            return answer_problem(409, "该密钥已登记或已撤销，请生成新密钥",
                                  "this key is registered, or was revoked: make another");
        }
        key->number = *number;
        note(db, call, key->registered_at, "enterprise-key.registered", *key);
        key->revoked_why.clear();
        return answer_json(to_json(*key, zone), 201);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    if (answer.status < 300) context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> revoke_key(Context& context, const Call& call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    auto named = named_key(call);
    if (!named) co_return answer_wrong(named.error());
    EnterpriseKey* const key = &*named;
    const rules::Instant now = context.clock.now();
    key->revoked_at = now;
    key->revoked_by = call.caller->id;
    const rules::Zone zone = context.pack->zone;
    auto work = [&, key](Session& db) {
        if (!revoke_enterprise_key(db, *key)) {
            return answer_problem(409, "该企业没有使用中的这一密钥",
                                  "this enterprise has no such key in use");
        }
        note(db, call, now, "enterprise-key.revoked", *key);
        for (const EnterpriseKey& one : keys_of_enterprise(db, key->enterprise)) {
            if (one.key == key->key) return answer_json(to_json(one, zone));
        }
        return answer_problem(409, "该企业没有使用中的这一密钥",
                              "this enterprise has no such key in use");
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    if (answer.status < 300) context.events.wake();
    co_return answer;
}

}  // namespace

void add_enterprise_key_routes(Router& router, Context& context) {
    const auto with = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    router.serve(operation::kListEnterpriseKeys, kReaders, with(list_keys));
    router.serve(operation::kAddEnterpriseKey, kAdmins, with(add_key));
    router.serve(operation::kRevokeEnterpriseKey, kAdmins, with(revoke_key));
}

}  // namespace qk::daemon
