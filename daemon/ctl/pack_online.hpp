// The part of qingkongctl pack that calls a running daemon: adopt, in-force, history, withdraw.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ctl/output.hpp"

namespace qk::ctl {

void add_pack_online_options(boost::program_options::options_description& options);
// Exit code; empty where the words are none of these commands.
[[nodiscard]] std::optional<int> pack_online(const std::vector<std::string>& words,
                                             const boost::program_options::variables_map& values,
                                             Format format);

}  // namespace qk::ctl
