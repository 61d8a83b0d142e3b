// Made by generate.py from openapi/air.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kListForecastPulls{"listForecastPulls"};
inline constexpr OperationId kListForecasts{"listForecasts"};
inline constexpr OperationId kListObservations{"listObservations"};
inline constexpr OperationId kShowForecast{"showForecast"};
inline constexpr OperationId kShowForecastSkill{"showForecastSkill"};
inline constexpr OperationId kSubmitForecast{"submitForecast"};
inline constexpr OperationId kSubmitObservations{"submitObservations"};
// clang-format on

}  // namespace qk::daemon::operation
