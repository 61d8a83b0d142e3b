// The settings of addressees (责任对象): the list's file, and the folder in which tasks are dropped
// as files.
#pragma once

#include <string>

#include "rules/base/result.hpp"

namespace qk::plans {
class TomlTable;
}  // namespace qk::plans

namespace qk::daemon {

struct AddresseeConfig {
    std::string file;         // .toml or .csv; empty: handed in through the API
    std::string drop_folder;  // an absolute path; empty: nothing is dropped

    std::string text;  // read from the file above by load_addressees()
};

void read_addressees_section(plans::TomlTable section, AddresseeConfig& addressees);
// What is wrong with the file; the list is held against the region later.
[[nodiscard]] rules::Faults load_addressees(AddresseeConfig& addressees);

}  // namespace qk::daemon
