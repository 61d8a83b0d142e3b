// qingkongctl conformance: the published protocol tried on what others have made.
//
//   client   plays the bureau against the client of an enterprise
//   broker   tries a broker: a folder of 'broker init', or one that runs
//
// Each prints a score per clause. 1: a clause that binds (MUST) is broken, or nothing was proved.
#include <sys/stat.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/broker/broker_trial.hpp"
#include "daemon/broker/client_trial.hpp"
#include "daemon/broker/configuration.hpp"
#include "daemon/broker/kit.hpp"
#include "daemon/broker/passwords.hpp"
#include "daemon/broker/trial.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"
#include "rules/base/number.hpp"

namespace qk::ctl {

namespace {

namespace json = boost::json;

constexpr std::uint64_t kPortsMost = 65535;
constexpr std::uint64_t kWaitMostS = 3600;

int refuse(const rules::Faults& faults) {
    print_faults(faults);
    return kBadUsage;
}

rules::Faults fault_of(std::string what, std::string cure) {
    return rules::refuse(std::move(what), std::move(cure));
}

int print_scores(const Call& call, std::vector<plans::ClauseScore> scores) {
    const std::vector<std::string>& only = call.texts("only");
    if (!only.empty()) {
        std::erase_if(scores, [&only](const plans::ClauseScore& one) {
            return std::ranges::find(only, one.clause.id) == only.end();
        });
    }
    json::array items;
    Table table{{"clause", "level", "score", "evidence", "text"}, {}};
    for (const plans::ClauseScore& one : scores) {
        const std::string level = one.clause.is_must ? "MUST" : "SHOULD";
        const std::string score(plans::to_text(one.score));
        items.push_back(json::object{{"clause", one.clause.id},
                                     {"level", level},
                                     {"score", score},
                                     {"evidence", one.evidence},
                                     {"zh", one.clause.chinese},
                                     {"en", one.clause.english}});
        table.rows.push_back({one.clause.id, level, score, one.evidence, one.clause.chinese});
    }
    const bool is_good = plans::is_conforming(scores);
    const json::object whole{{"conforming", is_good}, {"clauses", std::move(items)}};
    print(std::cout, format_of(call), whole, table);
    return is_good ? kHolds : kNegative;
}

// "host:port"; "[::1]:8883".
rules::Result<broker::ProbeDoor> door_of(const Call& call) {
    const std::string address = call.text("broker").value_or("");
    const std::size_t colon = address.rfind(':');
    const auto port = colon == std::string::npos
                          ? std::nullopt
                          : rules::parse_whole(address.substr(colon + 1), 1, kPortsMost);
    if (!port || colon == 0) {
        return fault_of("--broker: '" + address + "' 不是 is not HOST:PORT", "127.0.0.1:1883");
    }
    broker::ProbeDoor door;
    door.host = address.substr(0, colon);
    if (door.host.starts_with('[') && door.host.ends_with(']')) {
        door.host = door.host.substr(1, door.host.size() - 2);
    }
    door.port = static_cast<std::uint16_t>(*port);
    door.ca = call.text("ca").value_or("");
    door.is_tls = !door.ca.empty();
    return door;
}

rules::Result<broker::ProbeLogin> login_of(const Call& call, const char* user, const char* file,
                                           std::string client_id) {
    broker::ProbeLogin login;
    login.client_id = std::move(client_id);
    login.user = call.text(user).value_or("");
    if (const auto path = call.text(file)) {
        const auto text = read_regular_file(*path);
        if (!text) return text.error();
        login.password = text->substr(0, text->find_first_of("\r\n"));
    }
    return login;
}

// ---- The client ----

// Made once, so that a client that was given it can be tried again.
rules::Result<plans::SigningKey> key_in(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error) ? read_key(path) : new_key(path);
}

std::string keys_text(const plans::SigningKey& key, const plans::SigningKey& next,
                      rules::Instant now) {
    plans::KeyRecord first{key.public_key_hex(), now, now, std::nullopt};
    plans::KeyRecord second{next.public_key_hex(), now, std::nullopt,
                            plans::succeed(key, next, now, "试验 trial")};
    // As /api/v1/keys gives them: the one in use stands first.
    return plans::canonical_text(
               json::object{{"items", json::array{to_json(second), to_json(first)}}}) +
           "\n";
}

// What the vendor's client is to be given.
rules::Result<void> lay_out(const std::string& folder, broker::ClientTrialWishes& wishes,
                            bool with_keys) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const auto key = key_in(folder + "/bureau.key");
    if (!key) return key.error();
    const auto next = key_in(folder + "/bureau-next.key");
    if (!next) return next.error();
    const auto strange = key_in(folder + "/stranger.key");
    if (!strange) return strange.error();
    wishes.key = *key;
    if (with_keys) wishes.next_key = *next;
    wishes.strange_key = *strange;
    if (auto written = write_file(folder + "/bureau.public", key->public_key_hex() + "\n");
        !written)
        return written;
    return write_file(folder + "/keys.json", keys_text(*key, *next, wishes.began));
}

// For a person on the terminal, and in ready.json for a script.
void tell_ready(const broker::ClientTrialWishes& wishes, const std::string& folder,
                std::uint16_t port) {
    const std::string host = wishes.own ? "127.0.0.1" : wishes.door.host;
    json::object ready{{"host", host},
                       {"port", port},
                       {"enterprise", wishes.enterprise},
                       {"region", wishes.region},
                       {"bureau_key", wishes.key.public_key_hex()},
                       {"keys_file", folder + "/keys.json"}};
    if (wishes.own) {
        ready["user"] = wishes.own->client_user;
        ready["password_file"] = folder + "/password";
    }
    std::cerr << plans::to_pretty_text(ready) << "\n";
    (void)write_file(folder + "/ready.json", plans::canonical_text(ready) + "\n");
}

rules::Result<void> take_own_broker(const Call& call, const std::string& folder,
                                    broker::ClientTrialWishes& wishes) {
    broker::OwnTrialBroker own;
    own.program = call.text("mosquitto").value_or(broker::find_mosquitto());
    if (own.program.empty()) {
        return fault_of("没有安装 mosquitto is not installed", "apt install mosquitto");
    }
    const std::uint64_t port = call.number("port").value_or(0);
    if (port > kPortsMost) return fault_of("--port: 不是端口 is not a port", "1 … 65535");
    own.port = static_cast<std::uint16_t>(port);
    own.client_user = wishes.enterprise;
    own.client_password = broker::new_password();
    if (auto written = write_file(folder + "/password", own.client_password + "\n"); !written)
        return written;
    wishes.own = std::move(own);
    return {};
}

rules::Result<void> take_broker(const Call& call, const std::string& folder,
                                broker::ClientTrialWishes& wishes) {
    if (call.has("own-broker")) return take_own_broker(call, folder, wishes);
    auto door = door_of(call);
    if (!door) return door.error();
    auto login = login_of(call, "user", "password-file", "qingkong-trial");
    if (!login) return login.error();
    wishes.door = *std::move(door);
    wishes.login = *std::move(login);
    return {};
}

int try_a_client(const Call& call) {
    ::umask(077);
    const std::string folder = *call.text("folder");
    broker::ClientTrialWishes wishes;
    wishes.enterprise = call.text_or_default("enterprise");
    wishes.region = call.text_or_default("region");
    wishes.began = call.now();
    for (const auto& [name, seconds] : {std::pair{"join-seconds", &wishes.join_within},
                                        std::pair{"answer-seconds", &wishes.answer_within},
                                        std::pair{"cut-seconds", &wishes.cut_for}}) {
        const std::uint64_t given = call.number(name).value_or(0);
        if (given > kWaitMostS) return refuse(fault_of(std::string("--") + name, "1 … 3600"));
        if (given > 0) *seconds = std::chrono::seconds{static_cast<std::int64_t>(given)};
    }
    for (const std::string* id : {&wishes.enterprise, &wishes.region}) {
        if (const std::string why = broker::user_fault(*id); !why.empty())
            return refuse(fault_of(*id + ": " + why, "trial-1"));
    }
    if (auto laid = lay_out(folder, wishes, call.has("with-keys")); !laid)
        return refuse(laid.error());
    if (auto taken = take_broker(call, folder, wishes); !taken) return refuse(taken.error());
    wishes.say = [](const std::string& line) { std::cerr << line << std::endl; };
    wishes.is_ready = [&](std::uint16_t port) { tell_ready(wishes, folder, port); };
    const auto trial = broker::try_client(wishes);
    if (!trial) {
        print_faults(trial.error());
        return kNegative;
    }
    return print_scores(call, plans::judge_client(*trial));
}

// ---- The broker ----

rules::Result<broker::Findings> findings_of_folder(const std::string& folder, const Call& call) {
    const auto facts = broker::read_kit(folder);
    if (!facts) return facts.error();
    const auto text =
        read_regular_file((std::filesystem::path(folder) / "mosquitto.conf").string());
    if (!text) return text.error();
    const std::string program = call.text("mosquitto").value_or(broker::find_mosquitto());
    if (program.empty()) {
        return fault_of("没有安装 mosquitto is not installed", "apt install mosquitto");
    }
    return broker::try_configuration(program, folder, *facts, broker::read_configuration(*text),
                                     call.now());
}

rules::Result<broker::Findings> findings_of_running(const Call& call) {
    broker::BrokerTrialWishes wishes;
    auto door = door_of(call);
    if (!door) return door.error();
    wishes.door = *std::move(door);
    auto bureau = login_of(call, "user", "password-file", "qingkong-trial");
    if (!bureau) return bureau.error();
    wishes.bureau = *std::move(bureau);
    wishes.region = call.text_or_default("region");
    if (call.has("enterprise")) {
        auto enterprise = login_of(call, "enterprise", "enterprise-password-file", "");
        if (!enterprise) return enterprise.error();
        enterprise->client_id = enterprise->user;
        wishes.enterprise = *std::move(enterprise);
    }
    return broker::try_running_broker(wishes);
}

int try_a_broker(const Call& call) {
    const auto folder = call.text("folder");
    const auto findings = folder ? findings_of_folder(*folder, call) : findings_of_running(call);
    if (!findings) return refuse(findings.error());
    return print_scores(call, broker::scores_of(*findings));
}

Options broker_options() {
    return {
        option("broker", "HOST:PORT", {"在运行的消息服务器", "a broker that runs"}),
        option("user", "NAME", {"局方用户", "the bureau's user there"}),
        option("password-file", "FILE", {"其口令", "with its password"}),
        option("ca", "FILE", {"签发其证书的 CA；给出即用 TLS", "its CA; with it by TLS"}),
        option("mosquitto", "PROGRAM",
               {"mosquitto 程序；缺省自动查找",
                "the program mosquitto; without it the one "
                "that is installed"}),
        option("only", "CLAUSE", {"只列这些条款，可多个", "these clauses only, any number"}).each(),
        format_option()};
}

Command client_command() {
    const Options own{
        option(
            "folder", "FOLDER",
            {"密钥、口令等放在这里，交给客户端", "where keys and password for the client are laid"})
            .required(),
        flag("own-broker", {"自启一个本机 mosquitto；可切断和重启",
                            "start a mosquitto on loopback, to be cut off and restarted"}),
        option("port", "PORT", {"客户端连接的端口；缺省任取", "where the client comes in; any"})
            .number(),
        option("enterprise", "ID", {"企业编号", "id of the enterprise"}).or_else("trial-1"),
        option("region", "CODE", {"区县代码", "its county"}).or_else("000000"),
        flag("with-keys", {"客户端已取得 keys.json，可试换钥",
                           "the client was given keys.json: try a change of keys"}),
        option("join-seconds", "N", {"等待客户端连接", "wait for the client"}).number(),
        option("answer-seconds", "N", {"等待每次答复；缺省 60", "for each answer; 60"}).number(),
        option("cut-seconds", "N", {"断线多久；缺省 8", "how long it is cut off; 8"}).number()};
    return {.name = "client",
            .what = {"扮演局方，逐条检验企业客户端：真假指令、断线、重启、演练、换钥",
                     "play the bureau against a client: orders true and forged, cuts, a restart, "
                     "an exercise, a change of keys"},
            .options = joined({own, broker_options()}),
            .examples = {"qingkongctl conformance client --own-broker --folder trial --port 18883",
                         "qingkongctl conformance client --broker 127.0.0.1:1883 --user bureau "
                         "--password-file bureau.password --folder trial --only ORD-3"},
            .run = try_a_client};
}

Command broker_trial_command() {
    const Options own{
        place("folder", "FOLDER",
              {"broker init 生成的目录；其试验服务器会被停、杀、重启",
               "of 'broker init': a test broker of its configuration is "
               "stopped, killed and restarted"}),
        option("enterprise", "ID", {"以该企业身份试探权限", "try its rights as this enterprise"}),
        option("enterprise-password-file", "FILE", {"其口令", "with its password"}),
        option("region", "CODE", {"其区县代码", "its county"}).or_else("000000")};
    return {.name = "broker",
            .what = {"逐条检验消息服务器：QoS 1、保留、会话、队列、权限、TLS、重启",
                     "try a broker: QoS 1, retained messages, sessions, queues, rights, TLS, "
                     "restarts"},
            .options = joined({own, broker_options()}),
            .examples = {"qingkongctl conformance broker broker",
                         "qingkongctl conformance broker --broker 127.0.0.1:1883 --user bureau "
                         "--password-file bureau.password"},
            .run = try_a_broker};
}

}  // namespace

Command conformance_command() {
    return {.name = "conformance",
            .what = {"按公布的协议检验企业客户端和消息服务器，逐条给出结果",
                     "try a client or a broker on the published protocol, clause by clause"},
            .commands = {client_command(), broker_trial_command()}};
}

}  // namespace qk::ctl
