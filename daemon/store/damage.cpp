#include "daemon/store/damage.hpp"

#include <sqlite3.h>

#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

constexpr int kStepsBetweenLooks = 10'000;

int is_to_be_ended(void* is_to_end) {
    return static_cast<const std::atomic<bool>*>(is_to_end)->load() ? 1 : 0;
}

}  // namespace

std::vector<std::string> find_damage(const std::string& path, const std::atomic<bool>& is_to_end) {
    std::vector<std::string> damage;
    try {
        Session db(path, SessionUse::kRead, std::chrono::milliseconds{0});
        sqlite3_progress_handler(db.handle(), kStepsBetweenLooks, is_to_be_ended,
                                 const_cast<std::atomic<bool>*>(&is_to_end));
        Statement look(db, "PRAGMA quick_check(" + std::to_string(kDamagesToldMax) + ")");
        while (look.next()) {
            const std::string found = look.text(0);
            if (found != "ok") damage.push_back(found);
        }
    } catch (const DatabaseError& error) {
        if (!is_to_end.load()) damage.emplace_back(error.what());
    }
    if (is_to_end.load()) damage.clear();
    return damage;
}

}  // namespace qk::daemon
