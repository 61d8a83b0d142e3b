// Any bytes as the tables of an inventory, split at zero bytes: findings, never a crash; what loads
// has not changed in any field when it is compared with itself.
#include <cstdlib>

#include "plans/inventory/compare.hpp"
#include "plans/inventory/read_inventory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::vector<qk::plans::NamedTable> tables;
    for (const char* name : {"enterprises.csv", "lines.csv", "area_emissions.csv", "measures.csv",
                             "meters.csv", "outlets.csv"}) {
        const std::size_t end = bytes.find('\0');
        tables.push_back({name, std::string(bytes.substr(0, end))});
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    }
    const auto answer = qk::plans::read_inventory(std::move(tables), "fuzz");
    if (!answer.inventory) return 0;
    const qk::plans::Inventory& inventory = *answer.inventory;
    for (const qk::plans::Change& change : qk::plans::compare(inventory, inventory).changes) {
        if (change.kind == qk::plans::ChangeKind::kChanged) std::abort();
    }
    return 0;
}
