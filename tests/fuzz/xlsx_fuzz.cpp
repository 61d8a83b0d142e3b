// Any bytes as a workbook: a refusal or an inventory, never a crash, never beyond the bounds.
#include "plans/inventory/read_inventory.hpp"
#include "plans/text/xlsx_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    qk::plans::XlsxLimits limits;
    limits.total_bytes_max = std::size_t{8} << 20;
    limits.cells_max = 100'000;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto book = qk::plans::read_xlsx(bytes, "fuzz.xlsx", limits);
    if (book) (void)qk::plans::read_inventory(std::move(*book), "fuzz.xlsx", "fuzz");
    // The sheet's XML alone, packed by ourselves: the fuzzer cannot make checksums.
    const std::string types = "http://x/";
    const auto relation = [&](const char* type, const char* target) {
        return "<Relationship Id=\"" + std::string(type) + "\" Type=\"" + types + type +
               "\" Target=\"" + target + "\"/>";
    };
    const std::string packed = qk::plans::write_zip(
        {{"xl/workbook.xml", "<w><sheet name=\"enterprises\" id=\"worksheet\"/></w>"},
         {"xl/_rels/workbook.xml.rels", "<r>" + relation("worksheet", "s.xml") +
                                            relation("sharedStrings", "s.xml") +
                                            relation("styles", "s.xml") + "</r>"},
         {"xl/s.xml", std::string(bytes)}});
    auto own = qk::plans::read_xlsx(packed, "own.xlsx", limits);
    if (own) (void)qk::plans::read_inventory(std::move(*own), "own.xlsx", "fuzz");
    return 0;
}
