// qingkongctl status: how the whole stands, on one screen.
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/status_screen.hpp"
#include "daemon/ctl/watch.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

// Asks one thing after the other; the first failure ends it.
class Gathering {
 public:
    explicit Gathering(const Daemon& daemon) : daemon_(daemon) {}

    json::value get(const std::string& path) {
        if (failure_) return {};
        auto answer = daemon_.call("GET", path);
        // The answer on readiness is 503 where it is not ready, and then says why.
        const bool is_good = answer && (answer->is_good() || path == "/readyz");
        auto value = is_good ? plans::parse_json(answer->body, path)
                             : rules::Result<json::value>(json::value());
        if (is_good && value) return std::move(*value);
        failure_ = std::move(answer);
        return {};
    }
    // Of a daemon of before there was such an answer: null.
    json::value maybe(const std::string& path) {
        if (failure_) return {};
        const auto answer = daemon_.call("GET", path);
        if (!answer || !answer->is_good()) return {};
        auto value = plans::parse_json(answer->body, path);
        return value ? std::move(*value) : json::value();
    }
    // How many items a list has.
    double total(const std::string& path) {
        return plans::number_or(get(path + "per_page=1"), "total", 0);
    }
    // Numbers of /metrics, which may be for others only: null then.
    json::value metrics(const std::vector<std::pair<const char*, const char*>>& names) {
        const auto answer = daemon_.call("GET", "/metrics");
        if (failure_ || !answer || !answer->is_good()) return nullptr;
        json::object found;
        for (const auto& [member, metric] : names) {
            const std::string head = "\n" + std::string(metric) + " ";
            const std::size_t at = answer->body.find(head);
            if (at == std::string::npos) continue;
            double value = 0;
            const char* begin = answer->body.data() + at + head.size();
            std::from_chars(begin, answer->body.data() + answer->body.size(), value);
            found[member] = value;
        }
        return found;
    }
    [[nodiscard]] const std::optional<rules::Result<OnlineAnswer>>& failure() const {
        return failure_;
    }

 private:
    const Daemon& daemon_;
    std::optional<rules::Result<OnlineAnswer>> failure_;
};

json::value situation_of(const json::value& whole) {
    json::object part;
    for (const char* member : {"now", "region", "pack", "standard", "assessment", "outlooks"}) {
        const json::value* found = plans::find_member(whole, member);
        part[member] = found == nullptr ? json::value() : *found;
    }
    return part;
}

// Those that run, or that wait for somebody.
json::array warnings_of(const json::value& answer) {
    json::array open;
    for (const json::value& warning : items_in(answer, "items")) {
        const std::string standing = cell_of(warning, "standing");
        const json::value* pending = plans::find_member(warning, "pending");
        const bool is_past = standing == "archived" || standing == "evaluated" ||
                             standing == "dropped" || standing == "none";
        if (!is_past || (pending != nullptr && !pending->is_null())) open.push_back(warning);
    }
    return open;
}

json::object gather(Gathering& daemon) {
    json::object status;
    status["situation"] = situation_of(daemon.get("/api/v1/situation"));
    status["warnings"] = warnings_of(daemon.get("/api/v1/warnings?per_page=100"));
    json::object orders{{"total", daemon.total("/api/v1/orders?")}};
    constexpr std::array<const char*, 7> kStates{"none", "received", "accepted", "executing",
                                                 "done", "refused",  "set aside"};
    for (const char* state : kStates) {
        orders[state] = daemon.total("/api/v1/orders?receipt_state=" + url_encoded(state) + "&");
    }
    status["orders"] = std::move(orders);
    status["phone_list"] = daemon.total("/api/v1/phone-list?");
    status["cases"] = json::object{{"lead", daemon.total("/api/v1/cases?kind=lead&state=lead&")}};
    status["prompts"] = items_in(daemon.get("/api/v1/prompts?per_page=100"), "items");
    status["clock"] = daemon.get("/api/v1/clock");
    status["readiness"] = daemon.get("/readyz");
    status["disk"] = daemon.metrics(
        {{"journal_bytes", "qingkong_journal_bytes"}, {"store_whole", "qingkong_store_whole"}});
    status["upgrade"] = daemon.maybe("/api/v1/upgrade");
    return status;
}

int show(std::ostream& out, const OnlineSetting& online) {
    Gathering daemon(online.daemon);
    const json::value status = gather(daemon);
    if (daemon.failure()) return explain_failure(*daemon.failure());
    const Facts facts = status_facts(status);
    if (online.format == Format::kTable) {
        print_facts(out, facts);
        return kHolds;
    }
    Table table{{"what", "how"}, {}};
    for (const auto& [what, how] : facts) table.rows.push_back({what, how});
    print(out, online.format, status, table);
    return kHolds;
}

int run(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_or_watch(call, online->format,
                         [&online](std::ostream& out) { return show(out, *online); });
}

}  // namespace

Command status_command() {
    return {
        .name = "status",
        .what =
            {"一屏概览：生效级别、待办、指令与回执、消息服务器、预报、磁盘",
             "one screen: level in force, what waits for whom, orders, broker, forecasts, disk"},
        .options = joined({{watch_option()}, online_options()}),
        .examples = {"qingkongctl status", "qingkongctl status --watch",
                     "qingkongctl status --format json --token-file duty.token"},
        .run = run,
    };
}

}  // namespace qk::ctl
