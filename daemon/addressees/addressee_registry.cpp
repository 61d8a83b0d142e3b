#include "daemon/addressees/addressee_registry.hpp"

#include <boost/json/object.hpp>

#include "daemon/base/log.hpp"
#include "daemon/base/task_messages.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kCsvForm = "csv";

rules::Result<plans::AddresseeList> read_list(const std::string& text, const std::string& form,
                                              const std::string& file) {
    return form == kCsvForm ? plans::read_addressees_csv(text, file)
                            : plans::read_addressees(text, file);
}

void say_list_refused(Log& log, const rules::Faults& faults) {
    for (const rules::Fault& fault : faults) {
        log.write(kAddresseesRefused, {{"fault", rules::to_text(fault)}});
    }
}

std::int64_t store_list_of_file(Session& db, const AddresseeListRow& row) {
    const std::int64_t number = store_addressee_list(db, row);
    append_audit(db, {row.at, row.person, "", "addressees.taken", std::to_string(number),
                      boost::json::object{{"source", row.source}, {"sha256", row.sha256}}});
    return number;
}

}  // namespace

rules::Result<AddresseeRegistry::Read> AddresseeRegistry::read(const std::string& text,
                                                               const std::string& form,
                                                               const std::string& file) const {
    auto list = read_list(text, form, file);
    if (!list) return list.error();
    rules::Faults faults = plans::check_addressees(*list, *context_.pack);
    if (rules::has_errors(faults)) return faults;
    return Read{*std::move(list), std::move(faults)};
}

void AddresseeRegistry::put_in_force(plans::AddresseeList list, AddresseeListRow row) {
    context_.log.write(kAddresseesTaken,
                       {{"number", row.number},
                        {"addressees", static_cast<std::int64_t>(list.addressees.size())}});
    context_.addressees = std::make_shared<const plans::AddresseeList>(std::move(list));
    row.text.clear();
    head_ = std::move(row);
}

std::optional<AddresseeRegistry::FromFile> AddresseeRegistry::from_file(
    const std::string& last_hash) {
    const AddresseeConfig& config = context_.config->addressees;
    if (config.file.empty() || config.text.empty()) return std::nullopt;
    AddresseeListRow row;
    row.sha256 = plans::sha256_hex(config.text);
    if (row.sha256 == last_hash) return std::nullopt;
    row.form = config.file.ends_with(".csv") ? kCsvForm : "toml";
    auto found = read(config.text, row.form, config.file);
    if (!found) {
        say_list_refused(context_.log, found.error());
        return std::nullopt;
    }
    row.at = context_.clock.now();
    row.person = "system";
    row.source = "file";
    row.text = config.text;
    return FromFile{std::move(found->list), std::move(row)};
}

void AddresseeRegistry::restore() {
    struct Stored {
        std::optional<AddresseeListRow> newest;
        std::string last_file;
    };
    auto load = [](Session& db) {
        return Stored{newest_addressee_list(db), last_addressee_file(db)};
    };
    Stored stored = context_.store.transact_now(std::move(load));
    if (auto fresh = from_file(stored.last_file)) {
        auto keep = [&fresh](Session& db) { return store_list_of_file(db, fresh->row); };
        fresh->row.number = context_.store.transact_now(std::move(keep));
        return put_in_force(std::move(fresh->list), std::move(fresh->row));
    }
    if (!stored.newest) return;
    // It was held against the region when it was taken.
    auto list = read_list(stored.newest->text, stored.newest->form, "addressee_lists");
    if (!list) return say_list_refused(context_.log, list.error());
    put_in_force(*std::move(list), *std::move(stored.newest));
}

boost::asio::awaitable<void> AddresseeRegistry::reloaded() {
    auto load = [](Session& db) { return last_addressee_file(db); };
    const std::string last_file = co_await context_.store.read(std::move(load));
    std::optional<FromFile> fresh = from_file(last_file);
    if (!fresh) co_return;
    auto keep = [&fresh](Session& db) { return store_list_of_file(db, fresh->row); };
    fresh->row.number = co_await context_.store.transact(std::move(keep));
    put_in_force(std::move(fresh->list), std::move(fresh->row));
}

}  // namespace qk::daemon
