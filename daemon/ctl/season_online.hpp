// The part of qingkongctl season that calls a running daemon: windows, ledger, record.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace qk::ctl {

// Exit code; empty where the verb is none of these.
[[nodiscard]] std::optional<int> season_online(const std::string& verb,
                                               const std::vector<std::string>& arguments);

}  // namespace qk::ctl
