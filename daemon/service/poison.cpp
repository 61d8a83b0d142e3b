#include "daemon/service/poison.hpp"

#include <cstdlib>
#include <new>
#include <system_error>

#include "daemon/store/broken.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

std::string key_of(const std::string& document) { return "reading " + document; }

}  // namespace

bool lies_in_input(const std::exception& error) {
    if (const auto* refused = dynamic_cast<const DatabaseError*>(&error)) {
        return is_refused_content(refused->code());
    }
    const bool is_machines = dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
                             dynamic_cast<const std::system_error*>(&error) != nullptr;
    return !is_machines;
}

bool begin_document(Session& db, const std::string& name) {
    const std::string kept = get_meta(db, key_of(name)).value_or("0");
    const int deaths = static_cast<int>(std::strtol(kept.c_str(), nullptr, 10));
    if (deaths >= kDocumentDeathsMax) return true;
    set_meta(db, key_of(name), std::to_string(deaths + 1));
    return false;
}

void end_document(Session& db, const std::string& name) { forget_meta(db, key_of(name)); }

}  // namespace qk::daemon
