// The roster in force (值班表): handed in through the API by a named person, or read from the file
// of [duty] roster_file at the start and at a reload. It is held against the accounts before it is
// taken; with any fault the one before stays. A file that has not changed since it was taken does
// not put aside what was handed in after it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/roster/roster_rows.hpp"
#include "daemon/service/context.hpp"
#include "plans/roster/roster.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class RosterRegistry {
 public:
    explicit RosterRegistry(Context& context) : context_(context) {}

    // Before anything runs on the store's thread.
    void restore();
    [[nodiscard]] boost::asio::awaitable<void> reloaded();

    // One that was handed in, as text: read and held against the accounts.
    struct Read {
        plans::Roster roster;
        rules::Faults warnings;
    };
    [[nodiscard]] rules::Result<Read> read(const std::string& text, const std::string& form,
                                           const std::string& file) const;
    // It is stored: in force from now on.
    void put_in_force(plans::Roster roster, RosterRow row);

    [[nodiscard]] std::shared_ptr<const plans::Roster> current() const { return roster_; }
    // Without its text; empty: there was never one.
    [[nodiscard]] const std::optional<RosterRow>& head() const { return head_; }

 private:
    // Of the file, where it is another than the last that was taken.
    struct FromFile {
        plans::Roster roster;
        RosterRow row;
    };
    [[nodiscard]] std::optional<FromFile> from_file(const std::string& last_hash);

    Context& context_;
    std::shared_ptr<const plans::Roster> roster_ = std::make_shared<const plans::Roster>();
    std::optional<RosterRow> head_;
};

}  // namespace qk::daemon
