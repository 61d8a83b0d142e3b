// What people of a part of the region see of things that are not lists of enterprises: which events
// they hear, which entries of the audit log they read. What is about an enterprise of elsewhere is
// left out; what is about the whole region, or about nobody in particular, is everybody's.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/access/person.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "plans/inventory/inventory.hpp"

namespace qk::daemon {

struct InventoryIndex;

// Whether a place lies in a person's region, or their region in the place: "110000" concerns
// everybody in Beijing.
[[nodiscard]] bool concerns(std::string_view of_person, std::string_view place);

// Whom an event is about, read once for all listeners.
struct EventSubject {
    std::string enterprise;  // empty: nobody in particular
    std::string region;      // of that enterprise's order, for one that has left the inventory
};
[[nodiscard]] EventSubject subject_of(Session& db, const Event& event);

class CountyView {
 public:
    // Of the caller; nothing is left out for a caller of the whole region, or without an account.
    CountyView(const Context& context, const std::optional<Person>& caller);

    [[nodiscard]] bool is_of_all() const { return is_of_all_; }
    // By the inventory in use, else by the enterprise's order; one that nobody knows is elsewhere.
    [[nodiscard]] bool sees(const EventSubject& subject) const;
    // Empty: not for this person. What counts over the whole region is cut to theirs.
    [[nodiscard]] std::optional<Event> restrict_to_caller(const Event& event,
                                                          const EventSubject& subject) const;
    // Of the named enterprises, regions of a temporary control (临时管控) those of the person; one
    // that names others only is not for them: empty.
    [[nodiscard]] std::optional<boost::json::value> own_part_of_control(
        boost::json::value control) const;
    // The person's enterprises as a JSON list, for a query; empty: all.
    [[nodiscard]] std::string enterprises_json(Session& db) const;

 private:
    std::string region_;
    bool is_of_all_ = true;
    std::shared_ptr<const plans::Inventory> inventory_;
    std::shared_ptr<const InventoryIndex> index_;
};

}  // namespace qk::daemon
