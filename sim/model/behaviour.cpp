#include "sim/model/behaviour.hpp"

namespace qk::sim {
namespace {

struct Words {
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array<Words, kBehaviourCount> kWords{{{"obeys", "守法"},
                                                     {"slow", "迟缓"},
                                                     {"late", "拖延"},
                                                     {"night_runner", "夜间生产"},
                                                     {"meter_cutter", "断表"},
                                                     {"treatment_off", "治污停运"},
                                                     {"silent", "失联"},
                                                     {"refuses", "拒不执行"},
                                                     {"over_cap", "超限"}}};

}  // namespace

std::string_view to_text(Behaviour behaviour) {
    return kWords[static_cast<std::size_t>(behaviour)].english;
}

std::string_view to_chinese(Behaviour behaviour) {
    return kWords[static_cast<std::size_t>(behaviour)].chinese;
}

}  // namespace qk::sim
