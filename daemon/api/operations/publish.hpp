// Made by generate.py from openapi/publish.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kListNotices{"listNotices"};
inline constexpr OperationId kShowCapMessage{"showCapMessage"};
inline constexpr OperationId kShowDrillFeed{"showDrillFeed"};
inline constexpr OperationId kShowNoticeCap{"showNoticeCap"};
inline constexpr OperationId kShowNoticeFeed{"showNoticeFeed"};
inline constexpr OperationId kShowPublicPage{"showPublicPage"};
inline constexpr OperationId kShowPublicStyle{"showPublicStyle"};
// clang-format on

}  // namespace qk::daemon::operation
