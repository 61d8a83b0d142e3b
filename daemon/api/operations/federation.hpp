// Made by generate.py from openapi/federation.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kListFederationDocuments{"listFederationDocuments"};
inline constexpr OperationId kListFederationSendings{"listFederationSendings"};
inline constexpr OperationId kReceiveFederationDocument{"receiveFederationDocument"};
inline constexpr OperationId kShowFederation{"showFederation"};
// clang-format on

}  // namespace qk::daemon::operation
