// qingkongctl events: what a daemon does, as it does it; in words, or as it comes over the wire.
#include <iostream>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/event_lines.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {
namespace {

int follow(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const bool is_wire = online->format != Format::kTable;
    EventReader reader;
    const auto print_piece = [&reader, is_wire](std::string_view piece) {
        if (is_wire) {
            std::cout << piece << std::flush;
            return static_cast<bool>(std::cout);
        }
        for (const auto& event : reader.take(piece)) std::cout << event_line(event) << "\n";
        std::cout << std::flush;
        return static_cast<bool>(std::cout) && !reader.is_too_long();
    };
    std::string path = "/api/v1/events";
    if (const auto after = call.text("after")) path += "?after=" + *after;
    const auto answer = online->daemon.follow(path, print_piece);
    return answer && answer->is_good() ? kHolds : explain_failure(answer);
}

}  // namespace

Command events_command() {
    return {
        .name = "events",
        .what = {"持续显示守护进程的动态", "follow what a running daemon does"},
        .options = joined(
            {{option("after", "NUMBER",
                     {"从该编号之后的事件开始；默认：从现在起",
                      "those after this one; default: from now on"})
                  .number(),
              option("format", "json|table",
                     {"table：一行一句；json：接口原样；默认：终端上为 table，否则为 json",
                      "table: a line each; json: as it comes; default: table on a terminal, else "
                      "json"})
                  .one_of()},
             connection_options()}),
        .examples = {"qingkongctl events --token-file duty.token",
                     "qingkongctl events --after 4378 --format table"},
        .run = follow,
    };
}

}  // namespace qk::ctl
