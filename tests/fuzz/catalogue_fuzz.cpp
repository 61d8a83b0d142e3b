// Any bytes as a catalogue of measures and as a season: faults with their place, never a crash;
// what loads has a sentence and a check for every measure.
#include <cstdlib>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/season.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    qk::rules::Faults remarks;
    const auto catalogue = qk::plans::read_catalogue(bytes, "fuzz", &remarks);
    if (catalogue) {
        for (const qk::plans::CatalogueClause& clause : catalogue->clauses()) {
            for (const qk::rules::Measure& measure : clause.measures) {
                const double share = qk::rules::emission_share(measure);
                if (!(share >= 0 && share <= 1)) std::abort();
                (void)qk::rules::check_of(measure, {});
                if (qk::rules::sentence_of(measure, {}).empty()) std::abort();
            }
        }
    }
    (void)qk::plans::read_season(bytes, "fuzz");
    return 0;
}
