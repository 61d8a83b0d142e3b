// qingkongctl broker: a broker (mosquitto 2) of one's own.
//
//   init FOLDER        configuration, access list, certificates and the daemon's user
//   renew FOLDER       a new certificate of the server, by the same authority
//   check FOLDER       tries what must fail, on a test broker of the same configuration
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/broker/kit.hpp"
#include "daemon/broker/test_broker.hpp"
#include "daemon/broker/trial.hpp"
#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

namespace {

constexpr std::uint64_t kPortMax = 65535;
constexpr const char* kAccountOfDebian = "mosquitto";

int refuse(const rules::Faults& faults) {
    std::cerr << rules::to_text(faults);
    return kBadUsage;
}

std::optional<std::uint16_t> port_of(const Call& call, std::string_view name,
                                     std::uint16_t otherwise) {
    const auto given = call.number(name);
    if (!given) return otherwise;
    if (*given < 1 || *given > kPortMax) {
        std::cerr << "--" << name << ": '" << *given << "' 不是端口 is not a port: 1 … 65535\n";
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(*given);
}

void say_what_next(const broker::KitWishes& wishes) {
    const std::string at = std::filesystem::absolute(wishes.folder).lexically_normal().string();
    const bool is_local = broker::is_loopback(wishes.daemon_address);
    std::cout << at << ": 已生成 laid out\n\n# qingkong.toml\n[mqtt]\nurl = \"mqtt"
              << (is_local ? "" : "s") << "://" << wishes.daemon_address << ":"
              << wishes.daemon_port << "\"\nuser = \"" << broker::kDaemonUser
              << "\"\npassword_file = \"" << at << "/daemon.password\"\n";
    if (!is_local) {
        std::cout << "ca = \"" << at << "/ca.crt\"\ncertificate = \"" << at
                  << "/daemon.crt\"\nkey = \"" << at
                  << "/daemon.key\"\n# 这四个文件须复制到守护进程的主机 these four files are to be "
                     "copied to the daemon's host\n";
    }
    if (wishes.simulator.empty()) std::cout << "senders = \"topic\"\n";
    if (!wishes.account.empty()) {
        std::cout
            << "\n守护进程另有账号时 where the daemon has an account of its own: install -m 0600 "
               "-o qingkong "
            << at << "/daemon.password /etc/qingkong/broker.password\n";
    }
    std::cout << "\n启动 start:  mosquitto -c " << at << "/mosquitto.conf\n企业 enrol: "
              << " qingkongctl enterprise enrol --broker " << at
              << " --inventory PATH --letters FILE.html\n";
}

int init(const Call& call) {
    broker::KitWishes wishes;
    wishes.folder = *call.text("folder");
    wishes.hosts = call.texts("host");
    wishes.address = call.text_or_default("address");
    wishes.daemon_address = call.text_or_default("daemon-address");
    wishes.simulator = call.text_or_default("simulator");
    wishes.now = call.now();
    const auto port = port_of(call, "port", wishes.port);
    const auto daemon_port = port_of(call, "daemon-port", wishes.daemon_port);
    if (!port || !daemon_port) return kBadUsage;
    wishes.port = *port;
    wishes.daemon_port = *daemon_port;
    if (call.has("certificate-port")) {
        const auto certificate_port = port_of(call, "certificate-port", 0);
        if (!certificate_port) return kBadUsage;
        wishes.certificate_port = *certificate_port;
    }
    // mosquitto that is started by root goes on as another.
    const bool is_root = ::geteuid() == 0;
    if (is_root) wishes.account = call.text("account").value_or(kAccountOfDebian);
    if (const auto made = broker::make_kit(wishes); !made) return refuse(made.error());
    say_what_next(wishes);
    return kHolds;
}

int renew(const Call& call) {
    const std::string folder = *call.text("folder");
    const auto renewed = broker::renew_server(folder, call.texts("host"), call.now());
    if (!renewed) return refuse(renewed.error());
    const auto told = broker::reload_broker(folder);
    if (!told) return refuse(told.error());
    std::cout << folder << ": 新证书已生成 the new certificate is there"
              << (*told == broker::Reload::kTold ? "，已启用 and in use\n"
                                                 : "；启动时启用 and taken at the next start\n");
    return kHolds;
}

int print(const broker::Findings& findings) {
    for (const broker::Finding& finding : findings) {
        std::cout << (finding.is_good ? "  [通过 ok]   " : "  [缺失 FAIL] ") << finding.what
                  << "\n";
        if (!finding.is_good) std::cout << "              " << finding.cure << "\n";
    }
    return broker::is_whole(findings) ? kHolds : kNegative;
}

int check(const Call& call) {
    const std::string folder = *call.text("folder");
    const auto facts = broker::read_kit(folder);
    if (!facts) return refuse(facts.error());
    const auto text =
        read_regular_file((std::filesystem::path(folder) / "mosquitto.conf").string());
    if (!text) return refuse(text.error());
    const std::string program = call.text("mosquitto").value_or(broker::find_mosquitto());
    if (program.empty()) {
        return refuse(
            rules::refuse("没有安装 mosquitto is not installed", "apt install mosquitto"));
    }
    const auto configuration = broker::read_configuration(*text);
    std::cout << "配置 the configuration\n";
    int code = print(broker::look_at(configuration));
    std::cout << "文件 the files\n";
    code = std::max(code, print(broker::look_at_files(folder, *facts, call.now())));
    std::cout << "同一配置的试验服务器 a test broker of the same configuration" << std::endl;
    const auto tried =
        broker::try_configuration(program, folder, *facts, configuration, call.now());
    if (tried) {
        code = std::max(code, print(*tried));
    } else {
        std::cout << "  [缺失 FAIL] " << rules::to_text(tried.error());
        code = kNegative;
    }
    if (call.has("running")) {
        std::cout << "运行中的服务器 the broker that runs: " << facts->host << ":" << facts->port
                  << std::endl;
        code = std::max(code, print(broker::ask_running(folder, *facts)));
    }
    std::cout << (code == kHolds ? "全部通过 everything holds\n"
                                 : "有缺失，见上 something is missing: see above\n");
    return code;
}

}  // namespace

Command broker_command() {
    const auto folder =
        place("folder", "FOLDER", {"消息服务器的目录", "the folder of the broker"}).required();
    const auto host = option("host", "NAME",
                             {"企业连接用的主机名或地址，可多个；第一个印在通知书上",
                              "name or address by which enterprises reach it, any number; the "
                              "first is in the letters"})
                          .each();
    return {
        .name = "broker",
        .what = {"消息服务器（mosquitto 2）：生成配置、证书与用户",
                 "a broker (mosquitto 2) of one's own: configuration, certificates, users"},
        .commands =
            {{.name = "init",
              .what = {"生成目录：TLS 1.3、每企业一个用户、按用户的权限、持久化；口令均随机生成",
                       "lay out a folder: TLS 1.3, a user per enterprise, access by user, "
                       "persistence; no default passwords"},
              .options =
                  {folder, host.required(),
                   option("address", "ADDRESS",
                          {"企业入口监听的地址；缺省为全部",
                           "on which the enterprises' door listens; without it on all"}),
                   option("port", "PORT", {"企业入口的端口", "port of the enterprises' door"})
                       .number()
                       .or_else("8883"),
                   option("daemon-address", "ADDRESS",
                          {"守护进程入口的地址；非本机时用 TLS",
                           "on which the daemon's door listens; beyond loopback with TLS"})
                       .or_else("127.0.0.1"),
                   option("daemon-port", "PORT",
                          {"守护进程入口的端口", "port of the daemon's door"})
                       .number()
                       .or_else("1883"),
                   option("certificate-port", "PORT",
                          {"另开凭证书的入口，企业可用证书代替口令，如 8884；缺省不开",
                           "a further door where enterprises show a certificate and need no "
                           "password, as 8884; without it there is none"})
                       .number(),
                   option(
                       "account", "NAME",
                       {"消息服务器所用账号，仅由 root 生成时有用；缺省为 mosquitto",
                        "the account of the broker, where root lays it out; without it mosquitto"}),
                   option("simulator", "NAME",
                          {"仅供演示：一个用户代所有企业收发",
                           "for a demo only: a user that speaks for all enterprises"})},
              .examples = {"qingkongctl broker init broker --host mqtt.example.cn"},
              .run = init},
             {.name = "renew",
              .what = {"换发服务器证书", "a new certificate of the server"},
              .options = {folder, host},
              .examples = {"qingkongctl broker renew broker"},
              .run = renew},
             {.name = "check",
              .what =
                  {"以陌生人和企业身份试探，并停、杀、重启，数保留多少",
                   "try what must fail, as a stranger and as an enterprise; stop, kill and restart "
                   "a test broker, and count what it kept"},
              .options = {folder,
                          flag("running", {"同时以陌生人身份试运行中的服务器",
                                           "also knock as a stranger at the broker that runs"}),
                          option("mosquitto", "PROGRAM",
                                 {"mosquitto 程序；缺省自动查找",
                                  "the program mosquitto; without it the one that is installed"})},
              .examples = {"qingkongctl broker check broker",
                           "qingkongctl broker check broker --running"},
              .run = check}},
    };
}

}  // namespace qk::ctl
