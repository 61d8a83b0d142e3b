#include "daemon/agent/agent_commands.hpp"

#include <unistd.h>

#include <iostream>

#include "daemon/agent/agent.hpp"
#include "daemon/base/exit_code.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"
#include "plans/text/unseen.hpp"

namespace qk::agent {
namespace {

using command_line::Call;
using command_line::flag;
using command_line::option;
using command_line::Options;
using command_line::place;

constexpr std::string_view kConfigFile = "/etc/qingkong-agent/agent.toml";
constexpr std::chrono::seconds kFresh{60};  // a status that is older is of an agent that stands

int refuse(const rules::Faults& faults) {
    std::cerr << plans::with_unseen_shown(rules::to_text(faults));
    return kBadUsage;
}

int check_config(const Call& call) {
    const auto settings = load_settings(call.text_or_default("config"));
    if (!settings) return refuse(settings.error());
    const rules::Faults faults = check_what_is_named(*settings);
    if (!faults.empty()) return refuse(faults);
    std::cout << "配置无误 / the configuration is in order\n";
    return kHolds;
}

std::string yes_no(const boost::json::value& status, std::string_view key) {
    const auto* found = plans::find_member(status, key);
    return found != nullptr && found->is_bool() && found->get_bool() ? "是 / yes" : "否 / no";
}

void print_status(const boost::json::value& status, bool is_fresh) {
    const auto* order = plans::find_member(status, "order");
    std::cout << "运行 / running: " << (is_fresh ? "是 / yes" : "否 / no") << "\n"
              << "已连接消息服务器 / linked to the broker: " << yes_no(status, "linked") << "\n";
    if (order == nullptr || !order->is_object()) {
        std::cout << "尚无指令 / no order yet\n";
    } else {
        std::cout << "现行指令 / order: " << plans::for_terminal(plans::string_or(*order, "order"))
                  << "\n"
                  << "版本 / revision: " << plans::number_or(*order, "revision", 0) << "\n"
                  << "已解除 / lifted: " << yes_no(*order, "lifted") << "\n"
                  << "演练 / exercise: " << yes_no(*order, "exercise") << "\n"
                  << "义务文件已更新 / obligations file is up to date: " << yes_no(status, "shown")
                  << "\n"
                  << "指令命令已完成 / command was run: " << yes_no(status, "command_done") << "\n";
    }
    const auto* exercise = plans::find_member(status, "exercise");
    const auto* drill = exercise != nullptr ? plans::find_member(*exercise, "order") : nullptr;
    if (drill != nullptr && drill->is_object()) {
        std::cout << "另有演练 / an exercise beside it: "
                  << plans::for_terminal(plans::string_or(*drill, "order")) << ", "
                  << plans::number_or(*drill, "revision", 0)
                  << ", 已结束 / ended: " << yes_no(*drill, "lifted") << "\n";
    }
    std::cout << "局方尚未收妥的回执 / receipts that the bureau does not have yet: "
              << plans::number_or(status, "receipts_waiting", 0) << "\n"
              << "局方尚未收妥的读数报文 / messages of readings that it does not have yet: "
              << plans::number_or(status, "readings_waiting", 0) << "\n"
              << "因队列满丢弃 / dropped because the queue was full: "
              << plans::number_or(status, "readings_dropped", 0) << "\n"
              << "拒收 / refused documents: " << plans::number_or(status, "refused", 0);
    const std::string last = plans::string_or(status, "last_refusal");
    if (!last.empty()) std::cout << " (" << last << ")";
    std::cout << "\n";
}

int show_status(const Call& call) {
    const auto settings = load_settings(call.text_or_default("config"));
    if (!settings) return refuse(settings.error());
    const std::string path = status_file(settings->state);
    const auto text = read_regular_file(path);
    if (!text) return refuse(text.error());
    const auto status = plans::parse_json(*text, path);
    if (!status) return refuse(status.error());
    const auto at = rules::parse_instant(plans::string_or(*status, "at"), rules::kBeijingTime);
    const bool is_fresh = at && call.now() - *at < kFresh;
    const auto* linked = plans::find_member(*status, "linked");
    const bool is_linked = linked != nullptr && linked->is_bool() && linked->get_bool();
    const std::string format =
        call.text("format").value_or(::isatty(STDOUT_FILENO) == 1 ? "table" : "json");
    if (format == "json") {
        boost::json::value shown = *status;
        shown.get_object()["running"] = is_fresh;
        std::cout << plans::to_pretty_text(shown) << "\n";
    } else {
        print_status(*status, is_fresh);
    }
    return is_fresh && is_linked ? kHolds : kNegative;
}

// The answer is put down for the running agent, or for the next one: it signs and sends it.
int give_receipt(const Call& call) {
    const auto settings = load_settings(call.text_or_default("config"));
    if (!settings) return refuse(settings.error());
    const bool is_exercise = call.has("exercise");
    const auto loaded =
        load_order(is_exercise ? exercise_folder(settings->state) : settings->state,
                   settings->pinned, Addressee{settings->enterprise, settings->region});
    if (!loaded) return refuse(loaded.error());
    if (!loaded->record) {
        return refuse(rules::refuse("尚无指令可答复 / there is no order to answer",
                                    "等待指令送达 / wait for an order"));
    }
    Answer answer;
    answer.order = loaded->record->order.order;
    answer.revision = loaded->record->order.revision;
    answer.state = state_of_word(call.text("state").value_or(""));
    answer.at = call.now();
    answer.by = call.text("by").value_or(settings->by);
    answer.note = call.text("note").value_or("");
    answer.is_exercise = is_exercise;
    if (answer.state == "refused" && plans::is_blank(answer.note)) {
        return refuse(rules::refuse("拒绝执行须说明理由 / a refusal needs its reason",
                                    "--note '高炉不能停'"));
    }
    for (const std::string* said : {&answer.by, &answer.note}) {
        if (const auto unseen = plans::find_unseen(*said)) {
            return refuse(rules::refuse(plans::to_text(*unseen), std::string(plans::kUnseenCure)));
        }
    }
    if (answer.note.size() > kAnswerNoteBytesMax) {
        return refuse(rules::refuse("说明过长 / the note is too long",
                                    "至多 2000 字节 / at most 2000 bytes"));
    }
    const std::string path = answers_folder(settings->state) + "/" +
                             std::to_string(call.now().time_since_epoch().count()) + "-" +
                             std::to_string(::getpid()) + ".json";
    if (const auto written = write_file(path, to_request_text(answer)); !written) {
        return refuse(written.error());
    }
    std::cout << "已交给企业端发送 / handed to the agent: " << answer.state << ", "
              << answer.revision << "\n";
    return kHolds;
}

int make_key(const Call& call) {
    const auto key = new_key(*call.text("file"));
    if (!key) return refuse(key.error());
    std::cout << "public " << key->public_key_hex() << "\nfingerprint "
              << plans::fingerprint_of(key->public_key_hex()) << "\n";
    return kHolds;
}

Options with_config() {
    return {
        option("config", "FILE", {"配置文件（TOML）", "configuration, TOML"}).or_else(kConfigFile)};
}

command_line::Command receipt_command() {
    const Options own{place("state", "accepted|executing|executed|refused",
                            {"答复：接受、执行中、已执行、拒绝", "the answer"})
                          .required()
                          .one_of(),
                      option("note", "TEXT", {"说明；拒绝时必填", "a note; needed for a refusal"}),
                      option("by", "NAME", {"答复人", "who answers"}),
                      flag("exercise", {"答复演练，而不是现行指令",
                                        "answer the exercise, not the present order"})};
    return {.name = "receipt",
            .what = {"答复现行指令", "answer the present order"},
            .options = command_line::joined({own, with_config()}),
            .examples = {"qingkong-agent receipt executed --config agent.toml --note 已停窑",
                         "qingkong-agent receipt accepted --exercise --config agent.toml",
                         "qingkong-agent receipt refused --config agent.toml --note 高炉不能停"},
            .run = give_receipt,
            .commands = {}};
}

}  // namespace

command_line::Command qingkong_agent(int (*serve_call)(const Call&)) {
    command_line::Command status{
        .name = "status",
        .what = {"企业端与现行指令的状态", "the agent and the order on record"},
        .options = command_line::joined(
            {with_config(),
             {option("format", "json|table", {"输出格式", "form of output"}).one_of()}}),
        .examples = {"qingkong-agent status --config agent.toml"},
        .run = show_status,
        .commands = {}};
    command_line::Command run{.name = "run",
                              .what = {"运行企业端", "run the agent"},
                              .options = with_config(),
                              .examples = {"qingkong-agent run --config agent.toml"},
                              .run = serve_call,
                              .commands = {}};
    command_line::Command check{
        .name = "check-config",
        .what = {"检查配置及其所引用的文件", "check the configuration and what it names"},
        .options = with_config(),
        .examples = {"qingkong-agent check-config --config agent.toml"},
        .run = check_config,
        .commands = {}};
    command_line::Command key{
        .name = "new-key",
        .what = {"生成企业签收密钥", "make the enterprise's key for receipts"},
        .options = {place("file", "FILE", {"新文件", "a new file"}).required()},
        .examples = {"qingkong-agent new-key receipt.key"},
        .run = make_key,
        .commands = {}};
    return {.name = "qingkong-agent",
            .what = {"晴空企业端：接收并核验指令，签收回执",
                     "the agent of an enterprise: verified orders in, receipts out"},
            .options = {},
            .examples = {"qingkong-agent run --config agent.toml"},
            .run = nullptr,
            .commands = {run, check, status, receipt_command(), key}};
}

}  // namespace qk::agent
