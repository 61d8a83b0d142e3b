// Orders for the tests of the agent, signed with keys of their own.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "daemon/agent/order_check.hpp"
#include "plans/response/order.hpp"

namespace qk::agent {

inline plans::SigningKey key_of(char seed) {
    return plans::SigningKey::from_seed(std::string(32, seed)).value();
}

inline boost::json::object order_content(std::int64_t revision,
                                         const std::string& detail = "停窑") {
    boost::json::object obligation{{"id", "w1:e1:L1"},
                                   {"line", "L1"},
                                   {"action", "stop"},
                                   {"ratio", 1.0},
                                   {"detail", detail},
                                   {"verified_by", "power"},
                                   {"from", "2026-11-30T00:00:00+08:00"},
                                   {"to", nullptr}};
    boost::json::object order{{"order", "w1:e1"},
                              {"revision", revision},
                              {"region", "110105"},
                              {"enterprise", "e1"},
                              {"warning", "w1"},
                              {"colour", "orange"},
                              {"exercise", false},
                              {"issued_at", "2026-11-29T20:00:00+08:00"},
                              {"effective_from", "2026-11-30T00:00:00+08:00"},
                              {"effective_to", nullptr}};
    order["obligations"] = boost::json::array{std::move(obligation)};
    return order;
}

inline std::string signed_order(std::int64_t revision, const plans::SigningKey& key,
                                const std::string& detail = "停窑") {
    return plans::signed_again(order_content(revision, detail), key);
}

inline const Addressee kUs{"e1", "110105"};

}  // namespace qk::agent
