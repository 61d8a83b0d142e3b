// The list of addressees in force (责任对象名单): handed in through the API by a named person, or
// read from the file of [addressees] at the start and at a reload. It is held against the region
// before it is taken; with any fault the one before stays. A file that has not changed since it was
// taken does not put aside what was handed in after it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "daemon/addressees/addressee_rows.hpp"
#include "daemon/service/context.hpp"
#include "plans/addressees/addressee.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class AddresseeRegistry {
 public:
    explicit AddresseeRegistry(Context& context) : context_(context) {}

    // Before anything runs on the store's thread.
    void restore();
    [[nodiscard]] boost::asio::awaitable<void> reloaded();

    // One that was handed in, as text: read and held against the region.
    struct Read {
        plans::AddresseeList list;
        rules::Faults warnings;
    };
    [[nodiscard]] rules::Result<Read> read(const std::string& text, const std::string& form,
                                           const std::string& file) const;
    // It is stored: in force from now on.
    void put_in_force(plans::AddresseeList list, AddresseeListRow row);
    // Without its text; empty: there was never one.
    [[nodiscard]] const std::optional<AddresseeListRow>& head() const { return head_; }

 private:
    // Of the file, where it is another than the last that was taken.
    struct FromFile {
        plans::AddresseeList list;
        AddresseeListRow row;
    };
    [[nodiscard]] std::optional<FromFile> from_file(const std::string& last_hash);

    Context& context_;
    std::optional<AddresseeListRow> head_;
};

}  // namespace qk::daemon
