#include "daemon/trust/accounts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/trust.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/account_rows.hpp"
#include "daemon/trust/known_facts.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

std::string day_of(Instant at) { return rules::to_iso(rules::day_of(at, rules::kBeijingTime)); }

std::string token_mark(const Person& person) {
    return person.token_sha256.substr(0, kTokenMarkDigits);
}

void write_use(Session& db, const AccountUse& use) {
    const bool is_login = !is_login_known(db, use);
    store_use(db, use);
    if (!is_login) return;
    append_audit(db, {use.used_at, use.person, use.remote, "account.login", use.person,
                      json::object{{"day", use.day}, {"token", use.token}}});
}

const char* state_of(const Person& person, Instant now) {
    switch (admission_of(person, now)) {
        case Admission::kDisabled:
            return "disabled";
        case Admission::kExpired:
            return "expired";
        case Admission::kGood:
        case Admission::kUnknown:
            break;
    }
    return "good";
}

json::object person_json(const Person& person, Instant now) {
    json::array roles;
    json::array role_names;
    for (const Role role : person.roles) {
        roles.emplace_back(json::string(to_text(role)));
        role_names.emplace_back(json::string(to_chinese(role)));
    }
    json::array positions;
    for (const std::string& position : person.positions) positions.emplace_back(position);
    json::object object{{"id", person.id},
                        {"name", person.name},
                        {"roles", std::move(roles)},
                        {"roles_zh", std::move(role_names)},
                        {"positions", std::move(positions)},
                        {"region", person.region},
                        {"expires", nullptr},
                        {"state", state_of(person, now)},
                        {"last_use", nullptr},
                        {"last_remote", ""}};
    if (person.expires) object["expires"] = rules::to_iso(*person.expires);
    return object;
}

}  // namespace

void Accounts::note_use(const Person& person, const std::string& remote) {
    const Instant now = context_.clock.now();
    Use& use = uses_[person.id];
    use.at = now;
    if (use.remote != remote) use.remote = remote;
    if (use.is_waiting) return;
    if (now - use.written_at < kUseWrittenEvery && use.person == person &&
        day_of(now) == use.written_as) {
        return;
    }
    use.person = person;
    use.is_waiting = true;
    used_.wake();
}

void Accounts::note_refused(const std::string& remote) {
    const bool is_known = refused_.contains(remote);
    if (is_known || refused_.size() < kRefusedRemotesMax) {
        ++refused_[remote];
    } else {
        ++refused_elsewhere_;
    }
}

void Accounts::start(TaskGroup& tasks) { tasks.spawn("accounts", run()); }

asio::awaitable<void> Accounts::run() {
    for (;;) {
        const std::uint64_t seen = used_.wakes();
        co_await write_uses();
        co_await used_.next(seen);
    }
}

asio::awaitable<void> Accounts::write_uses() {
    std::vector<AccountUse> rows;
    for (auto& [id, use] : uses_) {
        if (!std::exchange(use.is_waiting, false)) continue;
        use.written_at = use.at;
        use.written_as = day_of(use.at);
        rows.push_back({use.person.id, use.at, use.remote, use.written_as, token_mark(use.person)});
    }
    if (rows.empty()) co_return;
    auto work = [rows = std::move(rows)](Session& db) {
        for (const AccountUse& row : rows) write_use(db, row);
    };
    co_await context_.store.transact(std::move(work));
}

asio::awaitable<void> Accounts::write_refused() {
    if (refused_.empty()) co_return;
    json::object by_remote;
    std::int64_t sum = std::exchange(refused_elsewhere_, 0);
    for (const auto& [remote, count] : std::exchange(refused_, {})) {
        by_remote[remote] = count;
        sum += count;
    }
    AuditEntry entry{context_.clock.now(), "system",   "",
                     "account.refused",    "accounts", json::object{{"count", sum}}};
    entry.detail.as_object()["by_remote"] = std::move(by_remote);
    auto work = [entry = std::move(entry)](Session& db) { append_audit(db, entry); };
    co_await context_.store.transact(std::move(work));
}

asio::awaitable<ApiResponse> Accounts::list(Call call) {
    const Instant now = context_.clock.now();
    struct Seen {
        Instant at{};
        std::string remote;
    };
    auto work = [](Session& db) {
        std::map<std::string, Seen> stored;
        for (AccountUse& use : list_uses(db)) {
            stored[use.person] = {use.used_at, std::move(use.remote)};
        }
        return stored;
    };
    std::map<std::string, Seen> seen = co_await context_.store.read(std::move(work), call.reader());
    for (const auto& [id, use] : uses_) seen[id] = {use.at, use.remote};
    json::array items;
    for (const Person& person : context_.config->people) {
        if (!covers(call, person.region)) continue;
        json::object object = person_json(person, now);
        const auto last = seen.find(person.id);
        if (last != seen.end()) {
            object["last_use"] = rules::to_iso(last->second.at, context_.pack->zone);
            object["last_remote"] = last->second.remote;
        }
        items.emplace_back(std::move(object));
    }
    co_return answer_page_of(items, paging_of(call));
}

void Accounts::add_routes(Router& router) {
    router.serve(operation::kListPeople, kAuditors,
                 [this](const Call& call) { return list(call); });
}

}  // namespace qk::daemon
