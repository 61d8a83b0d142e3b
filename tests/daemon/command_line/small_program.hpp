// A small program to try command lines on: a noun with two verbs, one of them its default, and a
// noun that only has verbs.
#pragma once

#include "daemon/command_line/command_line.hpp"

namespace qk::command_line {

inline Command small_program() {
    const auto done = [](const Call&) { return 0; };
    const Options url{option("url", "URL", {"地址", "address"})};
    return {
        .name = "shop",
        .what = {"商店", "a shop"},
        .examples = {"shop order list"},
        .commands =
            {{.name = "order",
              .what = {"订单", "orders"},
              .options = url,
              .examples = {"shop order"},
              .run = done,
              .commands =
                  {{.name = "list",
                    .what = {"列出", "list them"},
                    .options = url,
                    .examples = {"shop order list"},
                    .run = done},
                   {.name = "send",
                    .what = {"发出", "send one"},
                    .options =
                        joined({{place("id", "ID", {"编号", "its number"}).required(),
                                 place("to", "FILE", {"到", "where to"}),
                                 option("copy", "NAME", {"抄送", "who gets a copy"}).each(),
                                 option("page", "FILE", {"附页", "pages"}).many(),
                                 option("count", "NUMBER", {"份数", "how many"}).number(),
                                 option("paper", "a4|a3", {"纸张", "paper"}).one_of().or_else("a4"),
                                 flag("fast", {"加急", "at once"})},
                                url}),
                    .examples = {"shop order send 5"},
                    .run = done}}},
             {.name = "stock",
              .what = {"库存", "stock"},
              .commands = {{.name = "count",
                            .what = {"盘点", "count it"},
                            .options = {option("at", "DAY", {"日期", "a day"}).required(),
                                        option("of", "NAME", {"货品", "of what"}).required()},
                            .examples = {"shop stock count --at 2026-01-01 --of bolts"},
                            .run = done}}}},
    };
}

}  // namespace qk::command_line
