#include "daemon/roster/roster_registry.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "daemon/base/log.hpp"
#include "daemon/roster/matter_sources.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kCsv = "csv";

void say_refused(Log& log, const rules::Faults& faults) {
    for (const rules::Fault& fault : faults) {
        log.write(kRosterRefused, {{"fault", rules::to_text(fault)}});
    }
}

std::int64_t store_from_file(Session& db, const RosterRow& row) {
    const std::int64_t number = store_roster(db, row);
    append_audit(db, {row.at, row.person, "", "duty.roster", std::to_string(number),
                      boost::json::object{{"source", row.source}, {"sha256", row.sha256}}});
    return number;
}

}  // namespace

rules::Result<RosterRegistry::Read> RosterRegistry::read(const std::string& text,
                                                         const std::string& form,
                                                         const std::string& file) const {
    const rules::Zone zone = context_.pack->zone;
    auto roster = form == kCsv ? plans::read_roster_csv(text, file, zone)
                               : plans::read_roster(text, file, zone);
    if (!roster) return roster.error();
    rules::Faults faults = plans::check_roster(*roster, duty_people(context_));
    if (rules::has_errors(faults)) return faults;
    return Read{*std::move(roster), std::move(faults)};
}

void RosterRegistry::put_in_force(plans::Roster roster, RosterRow row) {
    context_.log.write(kRosterTaken, {{"number", row.number},
                                      {"shifts", static_cast<std::int64_t>(roster.shifts.size())}});
    roster_ = std::make_shared<const plans::Roster>(std::move(roster));
    row.text.clear();
    head_ = std::move(row);
}

std::optional<RosterRegistry::FromFile> RosterRegistry::from_file(const std::string& last_hash) {
    const DutyConfig& duty = context_.config->duty;
    if (duty.roster_file.empty() || duty.roster_text.empty()) return std::nullopt;
    RosterRow row;
    row.sha256 = plans::sha256_hex(duty.roster_text);
    if (row.sha256 == last_hash) return std::nullopt;
    row.form = duty.roster_file.ends_with(".csv") ? kCsv : "toml";
    auto found = read(duty.roster_text, row.form, duty.roster_file);
    if (!found) {
        say_refused(context_.log, found.error());
        return std::nullopt;
    }
    row.at = context_.clock.now();
    row.person = "system";
    row.source = "file";
    row.text = duty.roster_text;
    return FromFile{std::move(found->roster), std::move(row)};
}

void RosterRegistry::restore() {
    struct Stored {
        std::optional<RosterRow> newest;
        std::string last_file;
    };
    auto load = [](Session& db) { return Stored{newest_roster(db), last_roster_file(db)}; };
    Stored stored = context_.store.transact_now(std::move(load));
    if (auto fresh = from_file(stored.last_file)) {
        auto keep = [&fresh](Session& db) { return store_from_file(db, fresh->row); };
        fresh->row.number = context_.store.transact_now(std::move(keep));
        return put_in_force(std::move(fresh->roster), std::move(fresh->row));
    }
    if (!stored.newest) return;
    // Who has left since then is no fault of the roster: their shifts are nobody's any more.
    const rules::Zone zone = context_.pack->zone;
    const bool is_csv = stored.newest->form == kCsv;
    auto roster = is_csv ? plans::read_roster_csv(stored.newest->text, "rosters", zone)
                         : plans::read_roster(stored.newest->text, "rosters", zone);
    if (!roster) return say_refused(context_.log, roster.error());
    put_in_force(*std::move(roster), *std::move(stored.newest));
}

boost::asio::awaitable<void> RosterRegistry::reloaded() {
    auto load = [](Session& db) { return last_roster_file(db); };
    const std::string last_file = co_await context_.store.read(std::move(load));
    std::optional<FromFile> fresh = from_file(last_file);
    if (!fresh) co_return;
    auto keep = [&fresh](Session& db) { return store_from_file(db, fresh->row); };
    fresh->row.number = co_await context_.store.transact(std::move(keep));
    put_in_force(std::move(fresh->roster), std::move(fresh->row));
}

}  // namespace qk::daemon
