// Any bytes as the configuration and as the list of people: settings, or faults with their place.
#include <cstdint>
#include <cstdlib>

#include "daemon/access/token.hpp"
#include "daemon/service/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk::daemon;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = read_config(text, "qingkong.toml");
    if (!config && config.error().empty()) std::abort();
    const auto people = read_people(text, "people.toml");
    if (!people && people.error().empty()) std::abort();
    if (people) {
        for (const Person& person : *people) {
            if (person.id.empty()) std::abort();
        }
    }
    return 0;
}
