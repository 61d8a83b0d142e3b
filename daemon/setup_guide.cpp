#include "daemon/setup_guide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "daemon/access/token.hpp"
#include "daemon/app.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/service/config.hpp"
#include "plans/text/html.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStyle =
    "body{font:16px/1.6 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin:1.5rem 0 .3rem}"
    ".done{color:#1b6e2c}.open{color:#a33}"
    "pre{background:#f3f3f3;padding:.6rem;overflow-x:auto}li{margin:.3rem 0}";

rules::Result<Config> read_text_of(const std::string& configuration) {
    const auto text = read_regular_file(configuration);
    if (!text) return text.error();
    return read_config(*text, configuration);
}

bool is_there(const std::string& path) {
    std::error_code error;
    return !path.empty() && fs::exists(path, error);
}

// First of the faults, in one line.
std::string first_of(const rules::Faults& faults) { return rules::to_text(faults.front()); }

std::string there_or_not(const std::string& path) {
    if (path.empty()) return "配置中没有写 / not named by the configuration";
    return is_there(path) ? path + "：已有 / is there" : path + "：没有 / is missing";
}

SetupStep pack_step(const Config& config) {
    SetupStep step{"本地区的规则包", "the rules of the region", false, {}, {}};
    step.commands = {"qingkongctl init /root/my-region --region 411000 --name 许昌市",
                     "install -m 0640 -g qingkong /root/my-region/pack.toml /etc/qingkong/",
                     "qingkongctl pack check /etc/qingkong/pack.toml"};
    const auto pack = load_pack(config.pack);
    step.is_done = pack.has_value();
    step.found = pack ? fmt::format("{}：{}", config.pack, pack->name) : first_of(pack.error());
    return step;
}

// One of them must be an admin, who registers keys and sees how the daemon is.
SetupStep people_step(const Config& config) {
    SetupStep step{"人员，先要一名管理员", "people, an admin first of all", false, {}, {}};
    step.commands = {
        "qingkongctl token new --id wang.wu --name 王五 --role admin --out /root/wang.wu.token >> "
        "/etc/qingkong/people.toml",
        "qingkongctl token new --id zhang.san --name 张三 --role duty_officer --out "
        "/root/zhang.san.token >> /etc/qingkong/people.toml",
        "qingkongctl token new --id li.si --name 李四 --role approver --out /root/li.si.token >> "
        "/etc/qingkong/people.toml"};
    step.found = there_or_not(config.people_file);
    if (!is_there(config.people_file)) return step;
    const auto text = read_regular_file(config.people_file);
    const auto people = text ? read_people(*text, config.people_file)
                             : rules::Result<std::vector<Person>>(text.error());
    if (!people) {
        step.found = first_of(people.error());
        return step;
    }
    step.is_done = std::ranges::any_of(*people, [](const Person& person) {
        return std::ranges::find(person.roles, Role::kAdmin) != person.roles.end();
    });
    step.found = step.is_done
                     ? fmt::format("{0} 人 / {0} people", people->size())
                     : fmt::format("{0} 人，没有管理员 / {0} people, and no admin", people->size());
    return step;
}

SetupStep key_step(const Config& config) {
    SetupStep step{"签名私钥", "the signing key", false, there_or_not(config.signing_key_file), {}};
    step.commands = {"qingkongctl key new /etc/qingkong/signing.key",
                     "chown qingkong: /etc/qingkong/signing.key"};
    if (!is_there(config.signing_key_file)) return step;
    const auto seed = read_signing_seed(config.signing_key_file);
    step.is_done = seed.has_value();
    if (!seed) step.found = first_of(seed.error());
    return step;
}

SetupStep broker_step(const Config& config) {
    SetupStep step{"消息服务器的成套配置", "the kit of the broker", false, {}, {}};
    step.commands = {
        "qingkongctl broker init /var/lib/qingkong-broker --host \"$(hostname -f || hostname)\"",
        "install -m 0600 -o qingkong -g qingkong /var/lib/qingkong-broker/daemon.password "
        "/etc/qingkong/broker.password",
        // Debian's mosquitto runs already, with a configuration of its own that asks nobody's name.
        "install -d /etc/systemd/system/mosquitto.service.d",
        "printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/mosquitto -c "
        "/var/lib/qingkong-broker/mosquitto.conf\\n' > "
        "/etc/systemd/system/mosquitto.service.d/qingkong.conf",
        "sed -i 's|^# senders = \"topic\".*|senders = \"topic\"|' /etc/qingkong/qingkong.toml",
        "qingkongctl enterprise enrol --broker /var/lib/qingkong-broker --inventory "
        "/etc/qingkong/inventory --letters /root/letters.html --key \"$(qingkongctl key show "
        "/etc/qingkong/signing.key | sed -n 's/^public //p')\""};
    step.is_done = is_there(config.mqtt.password_file);
    step.found = there_or_not(config.mqtt.password_file);
    if (step.is_done && config.mqtt.senders != SenderProof::kTopic) {
        step.found += "；[mqtt] senders 不是 \"topic\" / senders of [mqtt] is not \"topic\"";
    }
    return step;
}

SetupStep inventory_step(const Config& config) {
    SetupStep step{"应急减排清单", "the inventory", false, there_or_not(config.inventory_path), {}};
    step.commands = {
        "install -m 0640 -g qingkong /root/my-region/inventory/*.csv /etc/qingkong/inventory/",
        "qingkongctl inventory check /etc/qingkong/inventory"};
    std::error_code error;
    const bool is_folder = fs::is_directory(config.inventory_path, error);
    step.is_done = is_there(config.inventory_path) &&
                   !(is_folder && fs::is_empty(config.inventory_path, error));
    if (is_folder && !step.is_done) step.found = config.inventory_path + "：空 / is empty";
    return step;
}

}  // namespace

bool is_fresh(const std::string& configuration) {
    const auto config = read_text_of(configuration);
    return config && !is_there(config->store_path);
}

std::uint16_t setup_port(const std::string& configuration) {
    const auto config = read_text_of(configuration);
    return config ? config->http.port : HttpConfig{}.port;
}

SetupState look_at_setup(const std::string& configuration, rules::Instant now) {
    SetupState state;
    state.configuration = configuration;
    const auto config = read_text_of(configuration);
    if (!config) {
        state.faults = config.error();
        return state;
    }
    state.steps = {pack_step(*config), inventory_step(*config), people_step(*config),
                   key_step(*config), broker_step(*config)};
    const auto whole = load_config(configuration);
    state.faults = whole ? check_what_is_named(*whole, now) : whole.error();
    return state;
}

std::string setup_page(const SetupState& state) {
    using plans::escape_html;
    std::string page = fmt::format(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta "
        "http-equiv=\"refresh\" content=\"5\"><title>晴空：初次设置</title><style>{}</style></head>"
        "<body><h1>晴空：初次设置 / Qingkong: set-up</h1><p>本页只读、只在本机可见，每 5 "
        "秒更新；各命令以 "
        "root 在本机执行，地区、名称、人员换成自己的。 / Read-only, on this host alone, renewed "
        "every 5 "
        "s. Run the commands here as root, with your own region, names and people.</p>",
        kStyle);
    int number = 0;
    for (const SetupStep& step : state.steps) {
        page += fmt::format("<h2>{}. {} / {} — <span class=\"{}\">{}</span></h2><p>{}</p><pre>",
                            ++number, step.zh, step.en, step.is_done ? "done" : "open",
                            step.is_done ? "已完成 / done" : "未完成 / not done",
                            escape_html(step.found));
        for (const std::string& command : step.commands) page += escape_html(command) + "\n";
        page += "</pre>";
    }
    page += fmt::format("<h2>{}. 检查并启动 / check and start — <span class=\"{}\">{}</span></h2>",
                        number + 1, state.is_ready() ? "done" : "open",
                        state.is_ready() ? "可以启动 / can be started" : "还不能启动 / not yet");
    if (state.is_ready()) {
        page +=
            "<pre>systemctl daemon-reload\nsystemctl restart mosquitto\n"
            "systemctl restart qingkongd</pre>";
    } else {
        page += "<ul>";
        for (const rules::Fault& fault : state.faults) {
            page += "<li>" + escape_html(rules::to_text(fault)) + "</li>";
        }
        page += "</ul>";
    }
    return page + fmt::format(
                      "<p>配置 / configuration: <code>{}</code>；全文 / the whole: "
                      "<code>/usr/share/doc/qingkong/README.Debian</code></p></body></html>",
                      escape_html(state.configuration));
}

}  // namespace qk::daemon
