// Any bytes as a column map, which is then tried on a small workbook: a map or named faults, never
// a crash.
#include <cstdint>
#include <cstdlib>

#include "plans/inventory/column_map.hpp"
#include "plans/inventory/read_inventory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk;
    const std::string text(reinterpret_cast<const char*>(data), size);
    (void)plans::confirmed_map(text, "甲\"\\");
    const auto map = plans::read_column_map(text, "map.toml");
    if (!map) {
        if (map.error().empty()) std::abort();
        return 0;
    }
    auto book = plans::workbook_of({{"名单.csv", "编号,单位,区县\nE1,甲厂,110105\n,乙厂,\n"}});
    if (!book) std::abort();
    (void)plans::misfits(*book, *map, "名单");
    (void)plans::read_mapped(std::move(*book), *map, "名单", "fuzz", {});
    return 0;
}
