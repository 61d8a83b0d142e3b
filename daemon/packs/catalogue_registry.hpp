// The bureau's own catalogue of measures (行业减排措施目录) and its words for lines, put in force
// in the running service.
//
// A named person puts one up from a date: it is checked with every fault, tried on the inventory in
// use, and what it changes stands with it. Another person confirms it, since it says what plants
// owe; it begins at its date and not before that. It takes the place of whole trades of the shipped
// catalogue as that stood when it was put up; the one before is laid aside whole.
//
// What was decided before keeps the measures it saw: plans note the number (plan_rows.hpp), and the
// texts stay. Orders of a warning that runs change with its next decision.
#pragma once

#include "daemon/packs/adoption_registry.hpp"

namespace qk::daemon {

class Router;

class CatalogueRegistry : public AdoptionRegistry {
 public:
    explicit CatalogueRegistry(Context& context);
    void add_routes(Router& router);

 private:
    [[nodiscard]] rules::Result<Readied> ready(const Adoption& adoption) override;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> adopt(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call);
};

}  // namespace qk::daemon
