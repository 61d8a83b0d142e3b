#include "daemon/app_sources.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "daemon/base/canary.hpp"
#include "daemon/base/files.hpp"
#include "daemon/store/store.hpp"
#include "plans/measures/own_measure.hpp"

namespace qk::daemon {

plans::ReadOptions read_options_of(const plans::RegionPack& pack) {
    return plans::inventory_read_options({}, plans::from_pack(pack));
}

rules::Result<plans::RegionPack> load_pack(const std::string& id_or_file) {
    if (id_or_file.find('/') == std::string::npos && !id_or_file.ends_with(".toml")) {
        return plans::built_in_pack(id_or_file);
    }
    auto text = read_regular_file(id_or_file);
    if (!text) return text.error();
    return plans::read_pack(*text, id_or_file);
}

rules::Result<InventoryFiles> inventory_of(const Config& config) {
    if (!config.inventory_files.empty()) return config.inventory_files;
    if (config.inventory_path.empty()) return InventoryFiles{};
    return read_inventory_files(config.inventory_path);
}

std::string inventory_name_of(const Config& config) {
    if (config.inventory_path.empty()) return "inventory";
    std::filesystem::path path = std::filesystem::path(config.inventory_path).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return path.stem().string();
}

rules::Result<std::vector<StateLock>> lock_state(const Config& config) {
    std::vector<std::string> paths;
    if (config.store_path != ":memory:") paths.push_back(StateLock::beside(config.store_path));
    if (!config.journal_folder.empty()) {
        std::error_code failed;  // the lock then cannot be made, and says why
        std::filesystem::create_directories(config.journal_folder, failed);
        paths.push_back(config.journal_folder + "/lock");
    }
    std::vector<StateLock> locks;
    if (planted(Canary::kStateUnlocked)) return locks;
    for (const std::string& path : paths) {
        auto lock = StateLock::take(path);
        if (!lock) return lock.error();
        locks.push_back(std::move(*lock));
    }
    return locks;
}

rules::Faults check_what_is_named(const Config& config, rules::Instant now) {
    const auto pack = load_pack(config.pack);
    if (!pack) return pack.error();
    rules::Faults of_federation =
        federation_faults(config.federation, pack->region_code, config.file);
    if (!of_federation.empty()) return of_federation;
    const auto files = inventory_of(config);
    if (!files) return files.error();
    if (files->empty()) return {};
    auto store = Store::open(":memory:", StoreMode::kInline);
    if (!store) return store.error();
    InventoryRegistry book(**store, read_options_of(*pack));
    const auto taken = book.take_now(*files, inventory_name_of(config), now);
    if (taken) return {};
    rules::Faults faults = taken.error();
    std::erase_if(faults, [](const rules::Fault& fault) {
        return fault.severity != rules::Severity::kError;
    });
    return faults;
}

}  // namespace qk::daemon
