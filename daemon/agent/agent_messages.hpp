// What the agent says in its log; the form is that of daemon/base/messages.hpp.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::agent {

using daemon::LogSeverity;
using daemon::Message;

inline constexpr Message kAgentStarting{
    "AGENT_STARTING", LogSeverity::kInfo,
    "企业端 {version} 启动，企业 {enterprise}，现行指令版本 {revision} / agent started, order on "
    "record: revision {revision}",
    "The agent has read its configuration and its state.", ""};
inline constexpr Message kAgentStopped{"AGENT_STOPPED", LogSeverity::kInfo,
                                       "企业端已停止：{why} / agent stopped: {why}",
                                       "A signal asked the agent to stop.", ""};
inline constexpr Message kAgentLinkUp{"AGENT_LINK_UP", LogSeverity::kInfo,
                                      "已连接消息服务器 {url} / linked to the broker {url}",
                                      "The agent is subscribed to its order topic.", ""};
inline constexpr Message kAgentLinkDown{
    "AGENT_LINK_DOWN",
    LogSeverity::kWarning,
    "与消息服务器 {url} 的连接中断，自动重连 / the link to the broker {url} is down",
    "No order can arrive until the link is there again.",
    "If it lasts, look at the network and telephone the bureau.",
    true};
inline constexpr Message kAgentLinkTrouble{
    "AGENT_LINK_TROUBLE",
    LogSeverity::kWarning,
    "消息服务器：{reason}（{detail}）。{cure} / the broker: {reason_en} ({detail}): {cure_en}",
    "The broker does not let the agent in, or ends its link.",
    "The line says what to do.",
    true};
inline constexpr Message kOrderVerified{
    "ORDER_VERIFIED", LogSeverity::kInfo,
    "收到局方指令 {order} 版本 {revision}，签名相符 / order {order} revision {revision} verified",
    "An order of the bureau is on record; obligations file and command follow.", ""};
inline constexpr Message kOrderNotBelieved{
    "ORDER_NOT_BELIEVED",
    LogSeverity::kWarning,
    "拒收一份指令：{why}（密钥指纹 {fingerprint}）。请电话询问局方 / a document on the order topic "
    "was refused: {why_en} (key {fingerprint}); telephone the bureau",
    "What came is not an order of the bureau for this enterprise, or an older one. Nothing of it "
    "is "
    "acted on; the order on record stays, and the bureau is asked to send the present one again.",
    "Telephone the bureau. After a change of its key, fetch /api/v1/keys into bureau.keys_file.",
    true};
inline constexpr Message kOrderTopicEmptied{
    "ORDER_TOPIC_EMPTIED",
    LogSeverity::kWarning,
    "指令主题被清空，现行指令不变 / the order topic was emptied; the order on record stays",
    "Emptying the topic lifts nothing: only a signed order does.",
    "",
    true};
inline constexpr Message kAgentStateBroken{
    "AGENT_STATE_BROKEN", LogSeverity::kError,
    "状态无法写入，退出且不确认：{why} / the state cannot be written: {why}",
    "What came cannot be made durable, so it was not acknowledged; it comes again.",
    "Make room on the disk; the service manager starts the agent again."};
inline constexpr Message kAgentStateOfBefore{"AGENT_STATE_OF_BEFORE", LogSeverity::kWarning,
                                             "指令记录损坏，暂用上一份（版本 {revision}） / the "
                                             "order on record is damaged; the one before it "
                                             "stands in",
                                             "The present order is asked for.",
                                             "Look at the disk."};
inline constexpr Message kAgentOtherPin{"AGENT_OTHER_PIN", LogSeverity::kWarning,
                                        "配置的局方密钥已更换，旧指令不再作数 / another key of the "
                                        "bureau is pinned; the order on record "
                                        "counts no more",
                                        "The present order is asked for.",
                                        "Compare the key with what the bureau has told you."};
inline constexpr Message kKeysUnreadable{
    "KEYS_UNREADABLE", LogSeverity::kWarning,
    "局方密钥列表无法读取：{why} / the list of the bureau's keys cannot be read",
    "Only the pinned key, and those taken before, are believed.", "Fetch /api/v1/keys anew."};
inline constexpr Message kObligationsNotWritten{
    "OBLIGATIONS_NOT_WRITTEN",
    LogSeverity::kError,
    "义务文件无法写入，将重试：{why} / the obligations file cannot be written",
    "The order is on record, but the plant's systems do not see it.",
    "Cure what is named; 'qingkong-agent status' shows the order.",
    true};
inline constexpr Message kHookFailed{
    "HOOK_FAILED",
    LogSeverity::kWarning,
    "指令命令 {command} 失败，将重试：{why} / the command {command} failed",
    "It is run again after a pause, until it succeeds or another order comes.",
    "Look at the command.",
    true};
inline constexpr Message kHookDone{"HOOK_DONE", LogSeverity::kInfo,
                                   "指令命令完成，版本 {revision} / the command was run",
                                   "The plant's command has taken the order.", ""};
inline constexpr Message kAnswerSpooled{"ANSWER_SPOOLED", LogSeverity::kInfo,
                                        "回执 {state} 已存盘待发，版本 {revision} / receipt "
                                        "{state} of revision {revision} is on the disk",
                                        "It is sent until the bureau has it.", ""};
inline constexpr Message kAnswerRefused{
    "ANSWER_REFUSED",
    LogSeverity::kWarning,
    "回执文件 {file} 无法采用：{why} / a receipt put down by hand cannot be used",
    "It lies in the folder 'refused' of the state folder.",
    "Give the receipt again.",
    true};
inline constexpr Message kSpoolTrouble{
    "SPOOL_TROUBLE",
    LogSeverity::kError,
    "待发队列：{why} / the queue of what is to be sent: {why}",
    "The disk is full or broken. Nothing that was taken is lost; it is tried again.",
    "Make room on the disk.",
    true};
inline constexpr Message kSpoolFull{
    "SPOOL_FULL", LogSeverity::kError,
    "待发队列已满，最早的 {count} 条已丢弃（累计 {all}） / the queue is full: the oldest {count} "
    "were "
    "dropped ({all} in all)",
    "The bureau has not taken what waits for longer than the queue can hold.",
    "Look at the link; raise spool.mib."};
inline constexpr Message kMarkOverdue{
    "MARK_OVERDUE",
    LogSeverity::kWarning,
    "局方尚未确认收妥已发的消息，稍后重发 / the bureau has not said that it has what was sent; it "
    "is "
    "sent again",
    "Nothing is lost: it stays on the disk. The bureau's daemon is away, takes no more of this "
    "enterprise in this minute, does not know the enterprise, or is of a release that gives no "
    "marks; or the broker does not let its mark through.",
    "If it lasts, telephone the bureau. The broker's access list needs 'pattern read "
    "qingkong/1/+/%u/durable'. For a bureau that gives no marks: mqtt.marks = false.",
    true};
inline constexpr Message kMarkOfAnother{
    "MARK_OF_ANOTHER", LogSeverity::kInfo,
    "局方的入账标记中有另一队列 {queue}，不予采用 / the bureau's mark names another queue {queue}, "
    "which is ignored",
    "It is of an installation before this one, whose messages the bureau has.",
    "If there was none, somebody else sends in this enterprise's name: telephone the bureau."};
inline constexpr Message kMarkWentBack{
    "MARK_WENT_BACK",
    LogSeverity::kWarning,
    "局方的入账标记从 {from} 退到 {to}，不予采用 / the bureau's mark went back from {from} to "
    "{to}; "
    "it is ignored",
    "The bureau has brought back a database of before. What it had said that it has was let go "
    "here.",
    "Telephone the bureau: readings of the time between may have to be handed in again.",
    true};
inline constexpr Message kMarkNotBelieved{
    "MARK_NOT_BELIEVED",
    LogSeverity::kWarning,
    "局方的入账标记不可信：{why} / the bureau's mark is not believed: {why}",
    "Nothing is let go by it: it is not signed by the bureau, or not about what is here. Where the "
    "state folder was brought back from a copy, all that is there is sent once more under another "
    "id.",
    "If the state folder was not brought back from a copy, telephone the bureau: after a change of "
    "its key, fetch /api/v1/keys into bureau.keys_file; otherwise somebody else writes on the "
    "broker.",
    true};
inline constexpr Message kReadingsRefused{
    "READINGS_REFUSED",
    LogSeverity::kWarning,
    "读数 {what} 无法采用：{why} / readings cannot be taken: {why}",
    "A file of readings cannot be read and lies in the folder 'refused', or a command that prints "
    "them failed. The others go on.",
    "Correct what is named and drop the file again.",
    true};

}  // namespace qk::agent
