#include "plans/hj212/repeats.hpp"

#include <functional>

namespace qk::plans::hj212 {
namespace {

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

// Fields are set apart by a byte that no frame can hold.
void add(std::string& text, std::string_view field) {
    text += field;
    text += '\x01';
}

}  // namespace

void Repeats::look(Frame& frame) {
    const bool is_data = frame.outcome <= Outcome::kQuarantine && frame.data_time &&
                         frame.head.mn && frame.head.cn && !frame.factors.empty();
    if (!is_data) return;
    std::string of;
    add(of, *frame.head.mn);
    add(of, *frame.head.cn);
    add(of, std::to_string(frame.data_time->time_since_epoch().count()));
    bool is_all_known = true;
    bool is_other = false;
    for (const Factor& factor : frame.factors) {
        std::string says;
        for (const Value& value : factor.values) {
            add(says, value.name);
            add(says, value.text);
        }
        add(says, factor.flag.value_or(""));
        const std::uint64_t hash = hash_of(says);
        const std::uint64_t key = hash_of(of + factor.code);
        const auto [known, is_new] = seen_.emplace(key, hash);
        if (is_new) {
            order_.push_back(key);
            is_all_known = false;
        } else if (known->second != hash) {
            known->second = hash;
            is_other = true;
        }
    }
    while (order_.size() > codes_max_) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    if (is_other) {
        frame.note(Reason::kRevision);
    } else if (is_all_known) {
        frame.note(Reason::kRepeat);
    }
}

}  // namespace qk::plans::hj212
