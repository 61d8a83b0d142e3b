#include "rules/air/series.hpp"

namespace qk::rules {

std::string_view to_text(Pollutant pollutant) {
    switch (pollutant) {
        case Pollutant::kPm25:
            return "pm25";
        case Pollutant::kPm10:
            return "pm10";
        case Pollutant::kSo2:
            return "so2";
        case Pollutant::kNo2:
            return "no2";
        case Pollutant::kCo:
            return "co";
        case Pollutant::kO3:
            return "o3";
    }
    return "";
}

std::string_view to_chinese(Pollutant pollutant) {
    switch (pollutant) {
        case Pollutant::kPm25:
            return "细颗粒物(PM2.5)";
        case Pollutant::kPm10:
            return "可吸入颗粒物(PM10)";
        case Pollutant::kSo2:
            return "二氧化硫(SO2)";
        case Pollutant::kNo2:
            return "二氧化氮(NO2)";
        case Pollutant::kCo:
            return "一氧化碳(CO)";
        case Pollutant::kO3:
            return "臭氧(O3)";
    }
    return "";
}

std::optional<Pollutant> parse_pollutant(std::string_view text) {
    for (const Pollutant pollutant : kPollutants) {
        if (text == to_text(pollutant)) return pollutant;
    }
    return std::nullopt;
}

}  // namespace qk::rules
