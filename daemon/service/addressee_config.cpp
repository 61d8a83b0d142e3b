#include "daemon/service/addressee_config.hpp"

#include "daemon/base/files.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::daemon {

void read_addressees_section(plans::TomlTable section, AddresseeConfig& addressees) {
    section.read("file", addressees.file, "/etc/qingkong/addressees.toml");
    section.read("drop_folder", addressees.drop_folder, "/var/lib/qingkong/tasks");
    const std::string& file = addressees.file;
    if (!file.empty() && !file.ends_with(".csv") && !file.ends_with(".toml")) {
        section.wrong("file", "'" + file + "' is not read", "a file that ends in .csv or .toml");
    }
    if (!addressees.drop_folder.empty() && !addressees.drop_folder.starts_with('/')) {
        section.wrong("drop_folder", "'" + addressees.drop_folder + "' is not an absolute path",
                      "/var/lib/qingkong/tasks");
    }
    section.finish();
}

rules::Faults load_addressees(AddresseeConfig& addressees) {
    if (addressees.file.empty()) return {};
    auto text = read_regular_file(addressees.file);
    if (!text) return text.error();
    addressees.text = *std::move(text);
    return {};
}

}  // namespace qk::daemon
