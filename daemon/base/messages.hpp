// The catalogue of log messages (日志目录). Nothing in the daemon logs free text: each message has
// an id that is never renamed, a severity, a Chinese text with named placeholders, what it means,
// and what to do.
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
    std::string_view text;     // {placeholders} are filled from the fields of the same name
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
    "STORE_BROKEN", LogSeverity::kError,
    "{part} {path} 无法继续使用：{what}（磁盘剩余 {free}；{why}）。{cure}",
    "The database or the intake journal takes no more: the disk is full, the file is damaged, or "
    "nothing may be written. Nothing can be promised any more, so the daemon stops with a non-zero "
    "exit code. What was acknowledged is in the database or the journal.",
    "The line names the part, its path, the room that is left and the cure."};
inline constexpr Message kStoreDamaged{
    "STORE_DAMAGED", LogSeverity::kError, "数据库 {path} 检查发现损坏：{why}。{cure}",
    "The check at the start or at night has found damaged pages. At the start the daemon refuses "
    "to "
    "run on them; found later, it runs on as long as it does not meet them.",
    "Keep the database, its -wal and -shm files and the journal's folder; restore the last copy, "
    "or "
    "read what can be read with '.recover' of sqlite3. store.run_damaged = true starts all the "
    "same."};
inline constexpr Message kStartRefused{
    "START_REFUSED", LogSeverity::kError, "无法启动：{fault}",
    "The daemon cannot start as it is configured, or on the storage that it finds.",
    "Cure what is named; check with 'qingkongd --check-config'; start the service again."};
inline constexpr Message kStopForced{
    "STOP_FORCED", LogSeverity::kWarning, "停止超时，强制结束：{what}",
    "The daemon was asked to stop and something did not end within the time that it is given. "
    "Nothing that was acknowledged is lost; the rest goes on at the next start.",
    "If it repeats, keep the log and report what is named."};
inline constexpr Message kTaskFailed{"TASK_FAILED", LogSeverity::kError, "部件 {task} 出错：{why}",
                                     "A part of the daemon ended with an error it does not know "
                                     "how to survive; the daemon stops and the "
                                     "service manager starts it again.",
                                     "If it repeats, keep the log and the database and report it."};
inline constexpr Message kSeasonOrders{
    "SEASON_ORDERS", LogSeverity::kInfo,
    "季节性调控、错峰生产、临时管控指令：下达 {issued} 家，结束 {ended} 家",
    "A window of the season opened or closed, an edition came into use, a warning was lifted, or "
    "a temporary control was signed or taken back; the orders follow.",
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
    "消息服务器连接中断 {url}（指令：{orders}，数据：{readings}）",
    "The broker cannot be reached; orders wait in the database and go out when it is back.",
    "Check the broker and the network; telephone enterprises if a warning starts soon.",
    true};
inline constexpr Message kBrokerForgot{
    "BROKER_FORGOT",
    LogSeverity::kWarning,
    "消息服务器上缺少 {missing} 份指令，{outdated} 份为旧版，重新发布",
    "What the broker holds was held against the orders in force at a connect: these were missing "
    "or "
    "older. It was replaced, restored, or keeps nothing on disk; they are published again.",
    "Turn on persistence of the broker, so that readings on their way survive its restart. If all "
    "orders are missing at every connect, let the daemon's user read qingkong/1/+/+/order.",
    true};
inline constexpr Message kBrokerWaits{
    "BROKER_WAITING", LogSeverity::kWarning, "尚未连接消息服务器 {url}，此前不接收任何数据",
    "The daemon answers requests; of the broker it receives nothing until BROKER_UP. What is "
    "published before the first BROKER_UP reaches nobody, though the broker acknowledges it.",
    "Start meters and clients of enterprises after the first BROKER_UP of this client id."};
inline constexpr Message kLinkRefused{
    "BROKER_REFUSED",
    LogSeverity::kWarning,
    "消息服务器未接受{what}：{reason}（{code}）{detail}；{cure}",
    "The broker cannot be reached, does not let the daemon in, or refuses a subscription; reason "
    "and cure are in the line. It is tried again.",
    "Do as the line says.",
    true};
inline constexpr Message kLinkEnded{
    "BROKER_ENDED_LINK",
    LogSeverity::kWarning,
    "消息服务器主动断开连接：{reason}（{code}）{detail}；{cure}",
    "The broker ended the link and said why; the daemon connects again.",
    "Do as the line says.",
    true};
inline constexpr Message kBrokerTakenOver{
    "BROKER_TAKEN_OVER",
    LogSeverity::kError,
    "{what}（{code}）：可能有另一客户端使用本服务的客户端标识，查明并停用",
    "The broker said that another client connected with the daemon's client id, or it ended link "
    "after link without a word, which is how most brokers do it (a line that breaks again and "
    "again looks the same). It may have given messages meant for the daemon to that client. The "
    "daemon comes back after pauses that grow.",
    "Find that client in the broker's log: a second daemon on the same store, or an attack. Leave "
    "mqtt.client_id out, so that the id cannot be guessed, and give each client a user of its own.",
    true};
inline constexpr Message kOneId{
    "BROKER_ONE_ID", LogSeverity::kWarning, "消息服务器给两条连接分配了同一标识，改用一条连接",
    "The broker names clients after their users (use_username_as_clientid), so the connections for "
    "orders and for readings threw each other out. One is used from now on; orders may wait behind "
    "readings.",
    "Give the daemon a listener of its own without that setting, as "
    "packaging/sample/mosquitto.conf "
    "does."};
inline constexpr Message kBrokerSessionLost{
    "BROKER_SESSION_LOST",
    LogSeverity::kWarning,
    "消息服务器没有保留会话，中断期间的数据可能丢失",
    "The broker had a session of the daemon and no longer has: what was sent while the link was "
    "down is gone, though the broker acknowledged it.",
    "Turn on persistence of the broker, and let sessions live for 7 days.",
    true};
inline constexpr Message kBrokerPromises{
    "BROKER_PROMISES_LESS",
    LogSeverity::kWarning,
    "消息服务器承诺低于要求：{detail}",
    "The broker said at the connect that it grants less than the daemon needs: without retained "
    "messages an enterprise that comes later gets no order; a session kept for a shorter time "
    "loses what is sent during a longer stop.",
    "Change the broker's settings.",
    true};
inline constexpr Message kBrokerDrops{
    "BROKER_DROPPED",
    LogSeverity::kError,
    "消息服务器丢弃了 {count} 条消息，累计 {total} 条：其队列已满，这些消息未到本系统；{cure}",
    "The broker acknowledged messages and threw them away, of the daemon or of another client, "
    "because a queue was full ($SYS/broker/publish/messages/dropped).",
    "Raise max_queued_messages in mosquitto.conf and give max_queued_bytes as the bound; ask the "
    "meters whose readings are missing for them again.",
    true};
inline constexpr Message kOrderRefused{
    "ORDER_REFUSED",
    LogSeverity::kWarning,
    "企业 {enterprise} 指令第 {revision} 版被搁置：{reason}（{code}）；{cure}",
    "The broker refuses this order; it is set aside, tried again now and then, and on the phone "
    "list. Orders of all others go on.",
    "Telephone the enterprise; do as the line says. See /api/v1/orders?receipt_state=set%20aside.",
    true};
inline constexpr Message kOrderTampered{
    "ORDER_TOPIC_TAMPERED",
    LogSeverity::kError,
    "企业 {enterprise} 的指令主题被他人改写或删除，重新发布本系统的指令",
    "On the topic of this enterprise's order the broker holds, or was just given, something that "
    "the daemon did not issue. The order in force is published again; who goes on is answered "
    "after pauses that grow.",
    "Let nobody but the daemon write order topics (the broker's access list), and find out who "
    "did.",
    true};
inline constexpr Message kOrdersUnknown{
    "ORDERS_NOT_OF_THIS_STORE",
    LogSeverity::kError,
    "消息服务器上有 {count} 份本系统签名的指令不在本数据库中",
    "The broker holds orders that bear the daemon's signature and are not in its database. They "
    "are left as they are.",
    "Is this the right database? If it was restored from a copy, issue the orders again.",
    true};
inline constexpr Message kOrdersFlooded{
    "ORDER_TOPICS_FLOODED",
    LogSeverity::kError,
    "指令主题上的消息过多，来不及核对，{count} 份指令全部重新发布",
    "So much was published on order topics at once that some of it was not compared; to be safe "
    "every order is published again, once a minute at most.",
    "Let nobody but the daemon write order topics (the broker's access list), and find out who "
    "did.",
    true};
inline constexpr Message kOrdersUnreadable{
    "ORDER_TOPICS_UNREADABLE",
    LogSeverity::kWarning,
    "无法读取消息服务器上的指令，全部重新发布 {count} 份",
    "The broker does not let the daemon read its own order topics, so nothing can be compared and "
    "every order is published again at each connect; who replaces one is not seen.",
    "Let the daemon's user read qingkong/1/+/+/order.",
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
    "The daemon ended while a message was being written. It was not acknowledged, so its sender "
    "sends "
    "it again. After a loss of power it may have been acknowledged, unless limits.sync_meters is "
    "set.",
    "Nothing, if the daemon was killed; after a loss of power, see which meters have a gap."};
inline constexpr Message kJournalDamaged{
    "JOURNAL_DAMAGED", LogSeverity::kError,
    "接收日志 {file} 自第 {from} 字节起有 {bytes} 字节损坏，丢失已确认的消息{exact} {records} "
    "条；原文件留存于 {kept}",
    "Bytes that were written whole can no longer be read. Those messages were acknowledged, so "
    "nobody "
    "sends them again; all others are taken in. The file is copied before anything is done with "
    "it.",
    "Check the disk and the memory. Keep the copy; ask enterprises to send the readings of that "
    "time "
    "again."};
inline constexpr Message kJournalMissing{
    "JOURNAL_MISSING", LogSeverity::kError,
    "接收日志缺失：{file}，丢失已确认的消息{exact} {records} 条",
    "Files of the journal, or messages in them, are gone that the database has not taken in.",
    "Find out who deleted or moved them. If the file is found, stop the daemon, put it back and "
    "start "
    "it; else ask enterprises to send the readings of that time again."};
inline constexpr Message kJournalForeign{"JOURNAL_FOREIGN", LogSeverity::kWarning,
                                         "接收日志文件夹中有不属于它的文件：{file}；现位于 {kept}",
                                         "A file lies in the journal's folder that the daemon has "
                                         "not put there, or not under that name. A "
                                         "segment under a wrong name got its own name back, or was "
                                         "moved to damaged/ where that is taken; "
                                         "other files are left alone.",
                                         "Keep nothing else in that folder."};
inline constexpr Message kJournalZeros{
    "JOURNAL_ZEROS", LogSeverity::kWarning,
    "接收日志 {file} 末尾 {bytes} 字节全为零，不含任何消息，已截去",
    "The file system had set that room apart and nothing reached the disk in it, as after a loss "
    "of "
    "power. Receipts and status are on the disk before they are acknowledged. Readings of the last "
    "moments before a loss of power may have been acknowledged, unless limits.sync_meters is set.",
    "After a loss of power, see which meters have a gap."};
inline constexpr Message kJournalTooLong{
    "JOURNAL_TOO_LONG", LogSeverity::kError,
    "接收日志文件夹中的 {file} 有 {bytes} 字节，远大于任何日志段，未读取；现位于 {kept}",
    "A file is named like a segment of the journal and is far longer than one gets (64 MiB). It "
    "was not read, so that the start does not wait for it.",
    "Find out who put it there and delete it. Where it was a segment that the file system has "
    "damaged: stop the daemon, put its first 70 MB (head -c 70M) back under its name, start it."};
inline constexpr Message kJournalPlaceLost{
    "JOURNAL_PLACE_LOST", LogSeverity::kError,
    "数据库记下的接收日志位置 {file} 第 {from} 字节不可信，改从第 {segment} 段重新读取",
    "The place up to which messages are taken in does not fit the journal: the database and the "
    "journal are not of one moment, or one of them was changed. Messages are read again from the "
    "start "
    "of a segment, which changes nothing where they were taken in already.",
    "Find out whether the database or the journal was restored from a copy. Restore both "
    "together."};
inline constexpr Message kIntakeBacklogLeft{
    "INTAKE_BACKLOG", LogSeverity::kInfo, "接收日志中还有 {count} 条消息待入库，服务同时开始接收",
    "The last run ended before it had stored all it had received. Judging and the phone list wait "
    "until these are stored; see qingkong_intake_backlog.",
    ""};
inline constexpr Message kIntakeBacklogTaken{"INTAKE_BACKLOG_TAKEN", LogSeverity::kInfo,
                                             "启动时待入库的消息已全部入库",
                                             "Judging and the phone list begin.", ""};
inline constexpr Message kMessageSetAside{
    "MESSAGE_SET_ASIDE", LogSeverity::kError, "消息 {topic} 已隔离：{why}；存于 {file}",
    "Taking in this message ended the process or failed inside it. It lies in quarantine/ in the "
    "journal's folder and everything else is taken in.",
    "Report it with the file. To have it taken in again, for example after an update, move the "
    "file to "
    "retry/ beside quarantine/."};
inline constexpr Message kMessageRetried{
    "MESSAGE_RETRIED", LogSeverity::kInfo, "隔离的消息已重新提交：{file}",
    "A file from retry/ was appended to the journal and is taken in like a new message.", ""};
inline constexpr Message kRetryRefused{
    "MESSAGE_RETRY_REFUSED", LogSeverity::kWarning, "无法重新提交 {file}：{why}",
    "A file in retry/ is not one that the daemon has set aside; it was renamed to *.refused.",
    "Move the file there as it lay in quarantine/."};
inline constexpr Message kSenderOverLimit{
    "SENDER_OVER_LIMIT",
    LogSeverity::kWarning,
    "企业 {enterprise} 超出接收限额，{count} 条消息未入库",
    "An enterprise sends more than is allowed. What is beyond the limit is kept among the rejected "
    "messages with its reason.",
    "See /api/v1/rejected; ask the enterprise what its client does. The limits are in [limits].",
    true};
inline constexpr Message kMessagesWaitForTime{
    "MESSAGES_HELD",
    LogSeverity::kWarning,
    "系统时钟回拨期间收到 {count} 条时间在后的消息，暂存，到时入库",
    "By the clock as it stands these messages lie in the future; by the clock as it was they do "
    "not. "
    "They are kept and taken in when the clock has come so far.",
    "Set the clock right.",
    true};
inline constexpr Message kClockJumped{
    "CLOCK_JUMPED", LogSeverity::kError, "系统时钟跳变 {seconds} 秒：应为 {from}，现为 {to}",
    "The wall clock was set, or has jumped, by so much (negative: back) against a clock that only "
    "runs. Everything with a time in it is off by that much while it is wrong.",
    "Check the time service (chronyc tracking, timedatectl) and the host of the virtual machine."};
inline constexpr Message kStoodStill{
    "STOOD_STILL", LogSeverity::kWarning,
    "进程停顿了 {seconds} 秒，其间不收数据、不发指令、不答请求；{cure}",
    "The process did not run for so long: it was stopped, the machine or its virtual machine was "
    "suspended or moved, or one thing held up all others. What was acknowledged before and after "
    "is "
    "there; whoever called meanwhile may have given up.",
    "Look at the host of the virtual machine (snapshots, migration), at swap and at the disk at "
    "that "
    "time."};
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
inline constexpr Message kCatalogueInForce{
    "CATALOGUE_IN_FORCE", LogSeverity::kInfo, "措施目录 {catalogue} 已启用，由 {person} 提交",
    "A catalogue of measures that was put in force by a named person has begun.", ""};
inline constexpr Message kCatalogueUnreadable{
    "CATALOGUE_UNREADABLE", LogSeverity::kWarning, "措施目录 {catalogue} 到期未能启用：{why}",
    "A stored catalogue is due and this version of the program refuses it; the one before stays.",
    "Check it with 'qingkongctl catalogue check' and put a corrected one in force."};
inline constexpr Message kControlUnreadable{
    "CONTROL_UNREADABLE", LogSeverity::kError, "临时管控 {control} 无法读取，不再执行：{why}",
    "A signed temporary control names what this version of the program does not know any more, "
    "such as a trade of an older catalogue. It asks nothing of anybody; the other controls go on.",
    "Take it back ('qingkongctl control withdraw') and propose it anew in the words of today."};
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
inline constexpr Message kMarksRefused{
    "MARKS_REFUSED",
    LogSeverity::kWarning,
    "消息服务器拒收入账标记：{reason} / the broker refuses the marks of what is durable: "
    "{reason_en}",
    "Enterprises are not told up to where their readings are stored here; their agents keep them "
    "and "
    "send them again. Nothing is lost.",
    "Let the daemon's user write qingkong/1/+/+/durable and each enterprise read its own "
    "(mosquitto.acl).",
    true};
inline constexpr Message kMarksRest{
    "MARKS_REST", LogSeverity::kWarning,
    "消息服务器在收到入账标记时断开，一小时内不再发送 / the link ended again and again under a "
    "mark of "
    "what is durable; none is sent for an hour",
    "A broker may end the link of whoever publishes something that it may not. Orders need that "
    "link.",
    "Let the daemon's user write qingkong/1/+/+/durable (mosquitto.acl)."};
inline constexpr Message kOrderUnsigned{
    "ORDER_UNSIGNED", LogSeverity::kWarning,
    "{count} 家企业未在期限内签收或反馈指令，已列入电话名单",
    "Orders were published, but these enterprises have not signed, accepted or begun within the "
    "time set.",
    "Telephone those on /api/v1/phone-list and record each call."};
inline constexpr Message kRetentionDone{"RETENTION_DONE", LogSeverity::kInfo,
                                        "按保存期限清理 {count} 行（{kinds}）",
                                        "What was older than the retention settings say and is "
                                        "cited by nothing was let go; see [retention].",
                                        ""};
inline constexpr Message kOrderNotKnown{
    "ORDER_NOT_KNOWN", LogSeverity::kWarning,
    "{count} "
    "家企业的指令已到生效时间但尚不可知悉（未经消息代理确认发布，无回执、无电话记录），已列入电话名"
    "单",
    "Orders are in force that no record shows could be known: the broker has not acknowledged "
    "them, and "
    "there is neither a receipt nor a recorded call. Nothing counts against these enterprises "
    "until then.",
    "Look at the link to the broker; telephone those on /api/v1/phone-list and record each call."};
inline constexpr Message kDutyCallNotTaken{
    "DUTY_CALL_NOT_TAKEN",
    LogSeverity::kWarning,
    "值班呼叫网关 {target} 未接收呼叫：{why}",
    "A gateway of [duty] hooks did not take a call to people on duty; it is offered again.",
    "Check the gateway, and telephone whoever is on duty (qingkongctl duty).",
    true};
inline constexpr Message kRosterGapAhead{
    "ROSTER_GAP", LogSeverity::kWarning, "值班表有空缺：{gap}",
    "Nobody is on duty in a role that the roster needs, now or within duty.gap_days.",
    "Fill the roster: 'qingkongctl duty roster FILE'."};
inline constexpr Message kRosterRefused{
    "ROSTER_REFUSED", LogSeverity::kWarning, "值班表未采用，继续使用原值班表：{fault}",
    "The roster's file has faults, or names people that the people file does not have.",
    "Correct it and reload; each fault is a line."};
inline constexpr Message kRosterTaken{"ROSTER_TAKEN", LogSeverity::kInfo,
                                      "值班表第 {number} 版生效，{shifts} 个班次",
                                      "A roster was handed in, or its file has changed.", ""};
inline constexpr Message kMattersBeyond{
    "MATTERS_BEYOND_LIMIT", LogSeverity::kWarning, "待办事项超过上限，另有至少 {count} 项未列入",
    "More waits for people than duty.matters_most. What is listed is followed up; the rest comes "
    "when something is answered. The phone list holds every enterprise all the same.",
    "Answer what can be answered in bulk, or raise duty.matters_most."};
inline constexpr Message kNoticeNotTaken{
    "NOTICE_NOT_TAKEN",
    LogSeverity::kWarning,
    "发布网关 {target} 未接收消息：{why}",
    "A gateway (SMS, media) did not take a published message; it is offered again after a pause.",
    "Check the gateway; what waits is in the table of deliveries.",
    true};
inline constexpr Message kOrderNotTakenBeside{
    "ORDER_NOT_TAKEN_BESIDE",
    LogSeverity::kWarning,
    "{channel} 未接收企业 {enterprise} 的指令：{why}",
    "The webhook of an enterprise or the gateway of SMS did not take an order; it is offered again "
    "after a pause. Over the broker the order goes its own way.",
    "Check the gateway; every attempt is at /api/v1/orders/ID/sendings.",
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
inline constexpr Message kAddressIsFull{
    "HTTP_ADDRESS_FULL",
    LogSeverity::kWarning,
    "{remote} 占用的 HTTP 连接已达上限 {limit}，新连接被拒绝",
    "One address holds as many busy connections as it may; further ones are refused with 503. "
    "Others are not affected.",
    "Find out what runs at that address. If it is a proxy, name it in http.trusted_proxies; if "
    "many "
    "people share it, raise limits.http_connections_per_address.",
    true};
inline constexpr Message kUploadsFull{
    "UPLOADS_FULL",
    LogSeverity::kWarning,
    "来自 {remote} 的上传被拒绝：接收上传的余地已满",
    "One account sends one large body at a time, and what all of them send together has a limit, "
    "as "
    "has the line of uploads that wait to be read; beyond that 429 or 503 says when to come again.",
    "Let the program at that address send one file after the other and wait for the answer. If it "
    "does, see in the log which other uploads are under way.",
    true};
inline constexpr Message kDescriptorsOut{
    "DESCRIPTORS_OUT",
    LogSeverity::kWarning,
    "文件描述符已用尽，新的 HTTP 连接须等待",
    "The system gives the service no further file descriptor; new connections wait until there is "
    "one. What is connected goes on.",
    "Raise LimitNOFILE of the service, or lower limits.http_connections.",
    true};
inline constexpr Message kCertificateReloaded{
    "CERTIFICATE_RELOADED", LogSeverity::kInfo, "已换用证书 {certificate}",
    "A reload has read the certificate anew; connections from now on get it.", ""};
inline constexpr Message kCertificateRefused{
    "CERTIFICATE_REFUSED", LogSeverity::kWarning, "证书未能重新加载，继续使用原证书：{why}",
    "The certificate or its key cannot be used; the ones that were read before stay in use.",
    "Correct the files (a PEM chain and the key that belongs to it) and reload again."};
inline constexpr Message kFilesTightened{
    "FILES_TIGHTENED", LogSeverity::kInfo, "已收回其他用户对 {path} 的权限",
    "Others could read what the daemon keeps; they no longer can.", ""};
inline constexpr Message kFilesOpen{
    "FILES_OPEN", LogSeverity::kWarning, "无法收回其他用户对数据文件的权限：{why}",
    "Others can read or change what the daemon keeps, and it may not change that.",
    "Give the file to the service's user and take it from the others: chown, chmod 0600."};
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

inline constexpr Message kActsAlone{
    "PERSON_ACTS_ALONE", LogSeverity::kWarning, "账号权限可单人完成提出和签发：{who}",
    "An account holds roles that belong to two persons. The rule pack refuses that one person does "
    "both where it keeps to four eyes; elsewhere nothing does.",
    "Give the roles to two accounts in the people file and reload."};

inline constexpr Message kNobodyCanAct{
    "NOBODY_CAN_ACT", LogSeverity::kWarning, "{what}",
    "No account of the people file can log in, or none of those that can administrates. The daemon "
    "runs: "
    "readings are taken in and orders go out, but nobody can sign, lift or set anything right.",
    "Make a token with 'qingkongctl token new', enter the account in the people file (one with the "
    "role "
    "admin, not disabled, not expired) and reload with SIGHUP."};

inline constexpr Message kAuditBroken{
    "AUDIT_BROKEN", LogSeverity::kError,
    "审计日志被外部改动，{count} 处不符：{why}。请另存数据库，与存于别处的链头和导出核对"
    "（qingkongctl evidence verify），查明何人可写该文件",
    "The audit log is not as it was written: entries were changed, cut or put in outside the "
    "daemon. "
    "The break is noted in the log for good; work goes on.",
    "Keep a copy of the database; compare with the heads and exports kept elsewhere "
    "('qingkongctl evidence verify'); find out who could write the file."};
inline constexpr Message kAuditHeadNotKept{
    "AUDIT_HEAD_NOT_KEPT", LogSeverity::kWarning, "审计链头未能存到 {target}：{why}",
    "A signed head is in the database and at /api/v1/audit/heads, but not there. Where the target "
    "is the "
    "database, the last head at a stop could not be signed.",
    "See that the file can be written or the gateway answers; the next head follows in an hour at "
    "most."};
inline constexpr Message kKeySucceeded{
    "KEY_SUCCEEDED", LogSeverity::kInfo,
    "签名密钥已更换为 {fingerprint}，由原密钥签名确认，{count} 份指令重新签名",
    "A new signing key is in use; the key before it has signed the succession.", ""};
inline constexpr Message kKeyEmergency{
    "KEY_REPLACED_IN_EMERGENCY", LogSeverity::kError,
    "签名密钥已应急更换为 {fingerprint}，未经原密钥签名，{count} 份指令重新签名",
    "The key before could not sign the new one. Enterprises cannot follow by themselves and refuse "
    "the new key until somebody tells them its fingerprint.",
    "Publish the new fingerprint by other ways and have every enterprise enter it; if nobody "
    "ordered this, stop the daemon and find out who did."};

inline constexpr Message kPackWaits{
    "PACK_WAITS", LogSeverity::kWarning,
    "规则包 {pack}（{person} 提交）改变审批程序，等待第二人确认",
    "A rule pack that changes who may sign was put up; it begins only after another person has "
    "confirmed it and the delay has passed.",
    "Look at what it changes (/api/v1/packs); another admin or approver confirms it, or it is "
    "taken "
    "back."};

inline constexpr Message kCallsTooMany{
    "CALLS_TOO_MANY",
    LogSeverity::kWarning,
    "{person} 的请求已有 {waiting} 个在等待，暂以 429 答复",
    "A program or page of this account calls faster than its share of the daemon is worked off. "
    "The calls of the others are not held up by it.",
    "Find the program and let it wait for its answers, or give it an account of its own; the share "
    "is limits.calls_per_person.",
    true};

inline constexpr Message kAnswersForgotten{
    "REPEATS_FORGOTTEN",
    LogSeverity::kWarning,
    "{person} 带 Idempotency-Key 的请求超过 {count} 条或 {mib} MiB，最早的答复不再保留",
    "This account sends so many requests with an Idempotency-Key that the oldest answers are not "
    "kept "
    "for the whole time. Such a request, sent again so late, would be carried out again. Said once "
    "a "
    "person; qingkong_repeats_forgotten_total counts.",
    "Nothing, if the program sends a request again within minutes; else raise "
    "limits.repeats_per_person "
    "or limits.repeats_mib_per_person.",
    true};

inline constexpr Message kReadingTooLong{
    "READING_TOO_LONG",
    LogSeverity::kWarning,
    "请求 {target} 查询量过大，已中止",
    "A caller asked for more than one reading may go through; it was told to ask for less. Nothing "
    "else waited for it.",
    "Ask for a shorter time or fewer enterprises; large exports are made piece by piece.",
    true};

// Every message above and of the *_messages.hpp beside this file, once.
[[nodiscard]] std::span<const Message* const> all_messages();

}  // namespace qk::daemon
