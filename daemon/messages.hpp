// The catalogue of log messages (日志目录). Nothing in the daemon logs free text: each message has
// an id that is never renamed, a severity, a Chinese text with named holes, what it means, and what
// to do.
//
// Severity: error = the daemon stops or has lost something; warning = a person must act; info = a
// decision or a change of state, rare. Messages that a peer can cause at will say so, and are
// limited per minute. Secrets and personal data have no place in any of them. The operators' manual
// is written from this list.
#pragma once

#include <span>
#include <string_view>

namespace qk::daemon {

enum class LogSeverity { kInfo, kWarning, kError };

[[nodiscard]] std::string_view to_text(LogSeverity severity);

struct Message {
    std::string_view id;
    LogSeverity severity = LogSeverity::kInfo;
    std::string_view text;     // {hole}s are filled from the fields of the same name
    std::string_view meaning;  // for the administrator
    std::string_view action;   // what to do; empty only for info
    bool by_peer = false;      // others can cause it as often as they like
};

inline constexpr Message kStarting{
    "DAEMON_STARTING", LogSeverity::kInfo, "晴空 {version} 启动，地区 {region}，数据库 {store}",
    "The daemon has read its configuration and opens its store.", ""};
inline constexpr Message kReady{"DAEMON_READY", LogSeverity::kInfo, "服务就绪，监听 {address}",
                                "All parts run; requests are answered.", ""};
inline constexpr Message kStopping{"DAEMON_STOPPING", LogSeverity::kInfo, "正在停止：{why}",
                                   "A signal or a fault asked the daemon to stop.", ""};
inline constexpr Message kStopped{
    "DAEMON_STOPPED", LogSeverity::kInfo, "已停止，未发布指令 {unpublished} 条",
    "Everything is closed; unpublished orders go out at the next start.", ""};
inline constexpr Message kStoreBroken{
    "STORE_BROKEN", LogSeverity::kError, "数据库无法继续使用：{why}",
    "The disk is full or the database file is damaged. Nothing can be promised any more, so the "
    "daemon "
    "stops with a non-zero exit code.",
    "Free space or restore the file from a copy, then start the service again."};
inline constexpr Message kTaskFailed{"TASK_FAILED", LogSeverity::kError, "部件 {task} 出错：{why}",
                                     "A part of the daemon ended with an error it does not know "
                                     "how to survive; the daemon stops and the "
                                     "service manager starts it again.",
                                     "If it repeats, keep the log and the database and report it."};
inline constexpr Message kSeasonOrders{
    "SEASON_ORDERS", LogSeverity::kInfo,
    "季节性调控、错峰生产指令：下达 {issued} 家，结束 {ended} 家",
    "A window of the season opened or closed, an edition came into use or a warning was lifted; "
    "the "
    "orders follow.",
    ""};
inline constexpr Message kReloaded{
    "CONFIG_RELOADED", LogSeverity::kInfo, "配置已重新加载",
    "A reload was asked for and all that can be reloaded is in force.", ""};
inline constexpr Message kReloadRefused{
    "CONFIG_RELOAD_REFUSED", LogSeverity::kWarning, "配置未加载，继续使用原配置：{fault}",
    "The new configuration has faults; the running one stays.",
    "Correct the file, check it with 'qingkongd --check-config', and reload again."};
inline constexpr Message kReloadPartial{
    "CONFIG_RELOAD_PARTIAL", LogSeverity::kWarning, "下列配置须重启后生效：{fault}",
    "These keys cannot change while the daemon runs.", "Restart the service when it suits."};
inline constexpr Message kLinkUp{"BROKER_UP",
                                 LogSeverity::kInfo,
                                 "消息服务器已连接 {url}",
                                 "Connected to the broker and subscribed.",
                                 "",
                                 true};
inline constexpr Message kLinkDown{
    "BROKER_DOWN",
    LogSeverity::kWarning,
    "消息服务器连接中断 {url}",
    "The broker cannot be reached; orders wait in the database and go out when it is back.",
    "Check the broker and the network; telephone enterprises if a warning starts soon.",
    true};
inline constexpr Message kBrokerForgot{
    "BROKER_FORGOT",
    LogSeverity::kWarning,
    "消息服务器没有保留会话，{count} 份指令重新发布",
    "The broker was replaced or keeps nothing on disk; every order is published again.",
    "Turn on persistence of the broker, so that readings on their way survive its restart.",
    true};
inline constexpr Message kBadMessage{
    "MESSAGE_REJECTED",
    LogSeverity::kWarning,
    "拒收消息 {topic}：{why}",
    "A message could not be taken in. It is kept with its reason in the list of rejected messages.",
    "See /api/v1/rejected; tell the enterprise what its client sends wrongly.",
    true};
inline constexpr Message kQueueFull{
    "INTAKE_QUEUE_FULL",
    LogSeverity::kWarning,
    "消息接收队列已满，已让消息服务器等待",
    "Messages arrive faster than they can be stored; the broker is held back, nothing is lost.",
    "If it persists, look at the disk and the number of messages a minute.",
    true};
inline constexpr Message kJournalTorn{
    "JOURNAL_TORN", LogSeverity::kWarning, "接收日志 {file} 末尾 {bytes} 字节不完整，已截去",
    "The machine or the daemon went down while a message was being written. It was not "
    "acknowledged, so "
    "the broker sends it again.",
    "Nothing, if the machine lost power; otherwise check the disk."};
inline constexpr Message kForecastTaken{"FORECAST_TAKEN", LogSeverity::kInfo,
                                        "收到预报 {source} {issued_at}，{regions} 个地区",
                                        "A forecast was stored.", ""};
inline constexpr Message kForecastRefused{
    "FORECAST_REFUSED",
    LogSeverity::kWarning,
    "预报文件 {file} 被拒收：{why}",
    "The file was moved to refused/ with a list of all faults beside it.",
    "Correct the file and put it into the folder again.",
    true};
inline constexpr Message kFolderUnreadable{
    "FORECAST_FOLDER_UNREADABLE",
    LogSeverity::kWarning,
    "预报文件夹 {folder} 无法读取：{why}",
    "The drop folder of forecasts cannot be listed or its files cannot be moved.",
    "Check that the folder exists and belongs to the service's user.",
    true};
inline constexpr Message kPackInForce{
    "PACK_IN_FORCE", LogSeverity::kInfo, "规则包 {pack} 已启用，由 {person} 提交",
    "A rule pack that was put in force by a named person has begun.", ""};
inline constexpr Message kPackUnreadable{
    "PACK_UNREADABLE", LogSeverity::kWarning, "规则包 {pack} 到期未能启用：{why}",
    "A stored pack is due and this version of the program refuses it; the one before stays.",
    "Check it with 'qingkongctl pack check' and put a corrected one in force."};
inline constexpr Message kPullFailed{
    "FORECAST_PULL_FAILED",
    LogSeverity::kWarning,
    "抓取预报 {source} 未成功：{why}",
    "A scheduled fetch got no forecast, or one that is refused; it is tried again after a pause.",
    "See /api/v1/forecasts/pulls; look at the server, the url and its key.",
    true};
inline constexpr Message kInventoryLoaded{"INVENTORY_LOADED", LogSeverity::kInfo,
                                          "减排清单版本 {edition}：{enterprises} 家企业",
                                          "An edition of the inventory is in use.", ""};
inline constexpr Message kOrderRetry{
    "ORDER_RETRY",
    LogSeverity::kWarning,
    "企业 {enterprise} 指令第 {revision} 版未被消息服务器接收，稍后重发",
    "The broker did not acknowledge the order; it is published again after a pause that grows.",
    "Check the broker if it repeats.",
    true};
inline constexpr Message kOrderUnsigned{
    "ORDER_UNSIGNED", LogSeverity::kWarning,
    "{count} 家企业未在期限内签收或反馈指令，已列入电话名单",
    "Orders were published, but these enterprises have not signed, accepted or begun within the "
    "time set.",
    "Telephone those on /api/v1/phone-list and record each call."};
inline constexpr Message kNoticeNotTaken{
    "NOTICE_NOT_TAKEN",
    LogSeverity::kWarning,
    "发布网关 {target} 未接收消息：{why}",
    "A gateway (SMS, media) did not take a published message; it is offered again after a pause.",
    "Check the gateway; what waits is in the table of deliveries.",
    true};
inline constexpr Message kRequestFailed{
    "REQUEST_FAILED", LogSeverity::kError, "请求 {target} 处理失败：{why}",
    "An internal fault met while a request was answered; the caller was told so.",
    "Keep the log and report it."};
inline constexpr Message kConnectionsFull{
    "HTTP_CONNECTIONS_FULL",
    LogSeverity::kWarning,
    "HTTP 连接数已满，新连接被拒绝",
    "So many connections are open that new ones are refused with 503; said once each time the "
    "limit is reached.",
    "See who holds them; a proxy in front should limit connections an address.",
    true};
inline constexpr Message kDescriptorsFew{
    "DESCRIPTORS_FEW", LogSeverity::kWarning,
    "文件描述符不足：HTTP 连接上限由 {wanted} 降为 {connections}",
    "The system allows the service too few open files for limits.http_connections; the limit is "
    "what fits.",
    "Raise LimitNOFILE of the service, or lower limits.http_connections."};
inline constexpr Message kTokensWrong{
    "TOKENS_WRONG",
    LogSeverity::kWarning,
    "{remote} 一分钟内出示无效令牌超过 {limit} 次，暂以 429 答复",
    "A client keeps calling with a token that nobody has: one that was replaced, or somebody who "
    "tries. Said once a minute for each address.",
    "Find the client by its address; give it a valid token, or close the way in to it.",
    true};

// Every message above, once, in the order of the file.
[[nodiscard]] std::span<const Message* const> all_messages();

}  // namespace qk::daemon
