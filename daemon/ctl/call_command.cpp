// qingkongctl call METHOD PATH: any call of the API, its answer as it comes.
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"

namespace qk::ctl {

namespace {

int run_call(const Call& call) {
    const auto method = call.text("method");
    const auto path = call.text("path");
    const auto daemon = Daemon::from(call);
    if (!daemon) {
        std::cerr << rules::to_text(daemon.error());
        return kBadUsage;
    }
    if (!path->starts_with('/')) {
        std::cerr << call.command() << ": '" << *path << "': a path such as /api/v1/warnings\n";
        return kBadUsage;
    }
    std::string body = call.text("body").value_or("");
    if (const auto file = call.text("file")) {
        auto bytes = read_file(*file);
        if (!bytes) {
            std::cerr << rules::to_text(bytes.error());
            return kBadUsage;
        }
        body = std::move(*bytes);
    }
    const auto answer = daemon->call(*method, *path, body, call.text_or_default("type"));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    std::cout << answer->body << "\n";
    return kHolds;
}

}  // namespace

Command call_command() {
    return {
        .name = "call",
        .what = {"对运行中守护进程的一次接口调用，原样输出应答",
                 "one call of a running daemon, its answer as it comes"},
        .options = joined(
            {{place("method", "METHOD", {"GET、POST 等", "GET, POST, ..."}).required(),
              place("path", "PATH", {"例如 /api/v1/warnings", "for example /api/v1/warnings"})
                  .required(),
              option("body", "TEXT", {"请求正文", "text of the body"}),
              option("file", "FILE",
                     {"存放正文的文件；- 为标准输入", "file with the body; - is standard input"}),
              option("type", "TYPE", {"内容类型", "content type"}).or_else("application/json")},
             connection_options()}),
        .examples = {"qingkongctl call GET /api/v1/warnings --token-file duty.token"},
        .run = run_call,
    };
}

}  // namespace qk::ctl
