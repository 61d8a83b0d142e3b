#include "daemon/base/mqtt_reason.hpp"

#include <algorithm>
#include <array>

namespace qk::daemon {
namespace {

constexpr std::array kWords{
    ReasonWords{0x00, "对方没有说明原因", "no reason was given",
                "检查消息服务器是否运行、地址和网络是否通",
                "see whether the broker runs, and its address and the network"},
    ReasonWords{0x10, "没有订阅者", "no matching subscribers", "检查企业客户端是否在线",
                "see whether the enterprise's client is online"},
    ReasonWords{0x80, "未说明原因", "unspecified error", "查看消息服务器的日志",
                "see the broker's own log"},
    ReasonWords{0x81, "报文格式错误", "malformed packet", "查看消息服务器的日志并保留本日志",
                "see the broker's own log and keep this one"},
    ReasonWords{0x82, "协议错误", "protocol error", "查看消息服务器的日志并保留本日志",
                "see the broker's own log and keep this one"},
    ReasonWords{0x83, "消息服务器不接受", "implementation specific error",
                "查看消息服务器的日志和限制", "see the broker's own log and limits"},
    ReasonWords{0x84, "不支持的协议版本", "unsupported protocol version",
                "将 mqtt.version 设为 3.1.1，或升级消息服务器",
                "set mqtt.version = \"3.1.1\", or a newer broker"},
    ReasonWords{0x85, "客户端标识无效", "client identifier not valid", "修改或去掉 mqtt.client_id",
                "change mqtt.client_id, or leave it out"},
    ReasonWords{0x86, "用户名或口令错误", "bad user name or password",
                "核对 mqtt.user 和 mqtt.password_file", "check mqtt.user and mqtt.password_file"},
    ReasonWords{0x87, "没有权限", "not authorized", "在消息服务器的权限表中授权本服务的用户",
                "allow it to the daemon's user in the broker's access list"},
    ReasonWords{0x88, "消息服务器不可用", "server unavailable", "查看消息服务器",
                "look at the broker"},
    ReasonWords{0x89, "消息服务器繁忙", "server busy", "查看消息服务器的负载和连接数",
                "look at the broker's load and connections"},
    ReasonWords{0x8A, "已被禁止", "banned", "在消息服务器上解除禁止", "lift the ban at the broker"},
    ReasonWords{0x8B, "消息服务器正在关闭", "server shutting down", "启动消息服务器",
                "start the broker again"},
    ReasonWords{0x8C, "认证方式错误", "bad authentication method", "检查消息服务器的认证插件",
                "check the broker's authentication plugin"},
    ReasonWords{0x8D, "心跳超时", "keep alive timeout", "检查网络和主机负载",
                "check the network and the load of the machine"},
    ReasonWords{0x8E, "会话被接管", "session taken over",
                "查明以同一客户端标识登录的程序；停用第二个守护进程，或去掉 mqtt.client_id",
                "find who logs in with the same client id: stop a second daemon, or leave "
                "mqtt.client_id out"},
    ReasonWords{0x8F, "订阅主题无效", "topic filter invalid", "查看消息服务器的日志",
                "see the broker's own log"},
    ReasonWords{0x90, "主题名无效", "topic name invalid", "更正清单中企业或区县的编号",
                "correct the id of the enterprise or county in the inventory"},
    ReasonWords{0x93, "超出接收上限", "receive maximum exceeded", "调小 limits.publish_window",
                "make limits.publish_window smaller"},
    ReasonWords{0x94, "主题别名无效", "topic alias invalid", "查看消息服务器的日志",
                "see the broker's own log"},
    ReasonWords{0x95, "报文过大", "packet too large",
                "调大消息服务器的 max_packet_size 或 message_size_limit",
                "raise the broker's max_packet_size or message_size_limit"},
    ReasonWords{0x96, "消息速率过高", "message rate too high", "放宽消息服务器的速率限制",
                "raise the broker's rate limit"},
    ReasonWords{0x97, "超出配额", "quota exceeded", "增大消息服务器给本服务用户的配额",
                "raise the broker's quota of the daemon's user"},
    ReasonWords{0x98, "被管理员断开", "administrative action", "询问消息服务器的管理员",
                "ask whoever runs the broker"},
    ReasonWords{0x99, "内容格式无效", "payload format invalid", "查看消息服务器的内容检查规则",
                "see the broker's rules on payloads"},
    ReasonWords{0x9A, "不支持保留消息", "retain not supported", "打开消息服务器的保留消息",
                "turn on retained messages at the broker"},
    ReasonWords{0x9B, "不支持该服务质量", "QoS not supported", "允许 QoS 1", "allow QoS 1"},
    ReasonWords{0x9C, "应使用另一服务器", "use another server", "修改 mqtt.url", "change mqtt.url"},
    ReasonWords{0x9D, "服务器已迁移", "server moved", "修改 mqtt.url", "change mqtt.url"},
    ReasonWords{0x9F, "连接过于频繁", "connection rate exceeded", "放宽消息服务器的连接速率限制",
                "raise the broker's limit of connections a second"},
    ReasonWords{0xA0, "超过最长连接时间", "maximum connect time", "调整消息服务器的限制",
                "change that limit at the broker"},
    ReasonWords{kReasonCutsLink, "发布后连接随即中断", "the broker ends the link right after it",
                "查看消息服务器的日志和大小限制", "see the broker's own log and its size limits"},
};
constexpr ReasonWords kUnknown{-1, "未知原因", "unknown reason", "查看消息服务器的日志",
                               "see the broker's own log"};

}  // namespace

const ReasonWords& words_of(int reason) {
    const auto* found = std::ranges::find(kWords, reason, &ReasonWords::code);
    return found == kWords.end() ? kUnknown : *found;
}

int reason_of_v3_connack(int code) {
    switch (code) {
        case 1:
            return 0x84;
        case 2:
            return 0x85;
        case 3:
            return 0x88;
        case 4:
            return 0x86;
        case 5:
            return 0x87;
        default:
            return 0;
    }
}

Blame blame_of(int reason) {
    switch (reason) {
        case 0x81:
        case 0x82:
        case 0x83:
        case 0x87:
        case 0x90:
        case 0x94:
        case 0x95:
        case 0x99:
        case 0x9A:
        case 0x9B:
            return Blame::kPublication;
        case 0:
        case 0x80:
            return Blame::kUnknown;
        default:
            return Blame::kSomethingElse;
    }
}

}  // namespace qk::daemon
