#include "sim/model/truth.hpp"

namespace qk::sim {
namespace {

constexpr int kQuartersADay = 96;
constexpr int kQuartersInEightHours = 32;
constexpr int kTrifleQuartersMax = 2;
constexpr double kWholeShare = 0.9;

}  // namespace

std::string_view to_text(DayTruth truth) {
    switch (truth) {
        case DayTruth::kKept:
            return "kept";
        case DayTruth::kTrifle:
            return "trifle";
        case DayTruth::kHidden:
            return "hidden";
        case DayTruth::kPartly:
            return "partly";
        case DayTruth::kWholeDay:
            return "whole_day";
    }
    return "";
}

DayTruth DayCount::truth() const {
    if (did == 0) return DayTruth::kKept;
    if (seen == 0) return DayTruth::kHidden;
    if (did <= kTrifleQuartersMax) return DayTruth::kTrifle;
    const bool is_whole = bound == kQuartersADay && would >= kQuartersInEightHours &&
                          whole >= kWholeShare * would && seen >= kWholeShare * did;
    return is_whole ? DayTruth::kWholeDay : DayTruth::kPartly;
}

bool DayCount::is_treatment_off_all_day() const {
    return running >= kQuartersInEightHours && treatment_off_seen >= kWholeShare * running;
}

}  // namespace qk::sim
