#include "daemon/ctl/commands.hpp"

#include <iostream>

#include "daemon/command_line/bash_completion.hpp"
#include "daemon/command_line/manual.hpp"
#include "daemon/ctl/keeping_commands.hpp"

namespace qk::ctl {
namespace {

Command completion_command() {
    return {
        .name = "completion",
        .what = {"命令行补全脚本", "the script with which a shell completes commands"},
        .commands = {{.name = "bash",
                      .what = {"输出 bash 补全脚本", "print the script for bash"},
                      .examples = {"source <(qingkongctl completion bash)"},
                      .run =
                          [](const Call&) {
                              std::cout << command_line::bash_completion(qingkongctl());
                              return static_cast<int>(kHolds);
                          }}},
    };
}

Command manual_command() {
    return {
        .name = "manual",
        .what = {"输出手册页（roff），由命令表生成",
                 "print the manual page (roff), made from the table of commands"},
        .examples = {"man -l <(qingkongctl manual)"},
        .run =
            [](const Call&) {
                std::cout << command_line::manual(qingkongctl());
                return static_cast<int>(kHolds);
            },
    };
}

}  // namespace

Command qingkongctl() {
    return {
        .name = "qingkongctl",
        .what = {"晴空命令行：离线工具，以及对运行中守护进程的操作",
                 "offline tools, and what can be asked of a running daemon"},
        .examples = {"qingkongctl init xuchang --region 411000 --name 许昌市",
                     "qingkongctl standard list",
                     "qingkongctl warning list --url http://127.0.0.1:8080 --token-file duty.token",
                     "qingkongctl login --url http://127.0.0.1:8080", "qingkongctl status --watch",
                     "source <(qingkongctl completion bash)"},
        .commands = {account_command(),     addressee_command(), aqi_command(),
                     archive_command(),     backtest_command(),  backup_command(),
                     broker_command(),      call_command(),      case_command(),
                     catalogue_command(),   cause_command(),     completion_command(),
                     conformance_command(), control_command(),   coverage_command(),
                     derive_command(),      draw_command(),      duty_command(),
                     enterprise_command(),  events_command(),    evidence_command(),
                     federation_command(),  floor_command(),     forecast_command(),
                     grade_command(),       hj212_command(),     init_command(),
                     inventory_command(),   key_command(),       login_command(),
                     logout_command(),      manual_command(),    notice_command(),
                     order_command(),       pack_command(),      paper_command(),
                     plan_command(),        prompt_command(),    protocol_command(),
                     replay_command(),      restore_command(),   season_command(),
                     standard_command(),    status_command(),    targets_command(),
                     task_command(),        token_command(),     trigger_command(),
                     verdict_command(),     verify_command(),    warning_command()},
    };
}

}  // namespace qk::ctl
