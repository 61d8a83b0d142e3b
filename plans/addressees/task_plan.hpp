// What each addressee is asked at a level, and why: a pure function of the bureau's list, the
// region's pack, the inventory and the segments of a warning.
//
// Sources, in this order: the rules of the bureau's own list; what the inventory says of this site,
// this goods user or this department; the pack's notice blocks that concern its kind, where nothing
// more precise was found for its own measure. Each item carries where it comes from and whether
// that is a sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plans/addressees/addressee.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/response/pre_notice.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

struct TaskItem {
    std::string text;    // Chinese, what is asked
    std::string reason;  // by which rule, Chinese
    std::string source;  // clause, document or list
    bool is_sample = false;
    std::optional<rules::Colour> colour;  // empty: of no level
    rules::Instant from{};
    std::optional<rules::Instant> to;
    std::optional<rules::Instant> deadline;

    friend bool operator==(const TaskItem&, const TaskItem&) = default;
};

struct DraftedTask {
    Addressee addressee;
    std::vector<TaskItem> items;
    // Until when it is begun, of who reports that it is carried out, or done; the earliest of the
    // items.
    std::optional<rules::Instant> deadline;

    friend bool operator==(const DraftedTask&, const DraftedTask&) = default;
};
inline constexpr std::size_t kTaskItemsMax = 100;  // of one addressee

struct TaskQuestion {
    const AddresseeList& list;
    const RegionPack& pack;
    const Inventory& inventory;
    const std::vector<rules::Segment>& segments;  // of the warning, as issued
    rules::Instant now{};
};
// By the order of all_addressees(); who is asked nothing is not in it. Advice asks nothing, and
// neither does a segment that is over.
[[nodiscard]] std::vector<DraftedTask> tasks_at_levels(const TaskQuestion& question);

// Of enterprises whose lines cannot stop at once, an entry each: what its pre-notices say
// (预提示). It orders nothing. They go out on every channel that is on.
[[nodiscard]] std::vector<DraftedTask> tasks_of_pre_notices(const std::vector<PreNotice>& notices,
                                                            const Inventory& inventory,
                                                            rules::Colour colour,
                                                            rules::Instant from);

// What a county is to see to, or an inspector to look at, because nobody has answered: matters in
// words. More than kTaskItemsMax are counted in the last item.
[[nodiscard]] std::vector<TaskItem> follow_up_items(const std::vector<std::string>& matters,
                                                    std::string_view ask, std::string_view reason,
                                                    rules::Instant now);

}  // namespace qk::plans
