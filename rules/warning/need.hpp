// What the fresh forecasts, floors and prompts call for, near enough to act on; proposal.cpp says
// what is to be done about it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rules/warning/proposal.hpp"

namespace qk::rules {

struct Need {
    bool any = false;
    Colour colour = Colour::kYellow;
    bool mandatory = false;
    Span window{};          // union of the windows that count
    Instant colour_from{};  // where the deciding colour begins
    std::optional<std::size_t> clause;
    std::array<int, kColourCount> agree{};
    int of = 0;
    bool bound = false;             // by a floor or prompt rather than by a forecast
    std::optional<Colour> ordered;  // the strictest that a floor or prompt asks for
    std::vector<EpisodeCause> causes;
    std::vector<ProposalReason> reasons;
    std::vector<std::string> sources;
};

// What binds and is not over; where nothing does, what is advised on. `fresh` are the newest
// forecasts of their sources; what opens after `latest_start` is another matter.
[[nodiscard]] Need find_need(const Situation& situation, const std::vector<const Outlook*>& fresh,
                             Instant latest_start);

// A window counts when it is not over and opens soon enough. One that has begun and ends with a day
// whose other hours are clean is over: only the day's mean goes on.
[[nodiscard]] bool counts(const Outlook& outlook, const OutlookWindow& window, Instant now,
                          Instant latest_start);

// A window in Chinese words, with its legs and values.
[[nodiscard]] ProposalReason window_reason(const Outlook& outlook, const OutlookWindow& window,
                                           Zone zone);

}  // namespace qk::rules
