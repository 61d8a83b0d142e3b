// Bodies of the warning API as values: read with every fault at once, and the answers as JSON.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "daemon/warnings/desk.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;

[[nodiscard]] rules::Result<ChangeRequest> read_start(const std::string& body, rules::Zone zone);
[[nodiscard]] rules::Result<ChangeRequest> read_change(const std::string& body, rules::Zone zone);
[[nodiscard]] rules::Result<ConsultRequest> read_consultation(const std::string& body,
                                                              rules::Zone zone);
// `wants_reason`: a rejection must say why, a signature need not.
[[nodiscard]] rules::Result<SimpleRequest> read_simple(const std::string& body, bool wants_reason);

// A cause that is stated outside of a consultation; number and person are the desk's.
[[nodiscard]] rules::Result<plans::StatedCause> read_cause(const std::string& body);
// {"reason"}, which must be given.
[[nodiscard]] rules::Result<std::string> read_reason(const std::string& body);

struct PreviewRequest {
    rules::Colour colour = rules::Colour::kYellow;
    std::optional<rules::Instant> from;
};
[[nodiscard]] rules::Result<PreviewRequest> read_preview(const std::string& body, rules::Zone zone);

[[nodiscard]] rules::Result<rules::ColourFloor> read_floor(const std::string& body,
                                                           rules::Zone zone);

struct PromptRequest {
    rules::RegionalPrompt prompt;
    std::string asks;  // "warning" or "lift"
    std::string note;
};
[[nodiscard]] rules::Result<PromptRequest> read_prompt(const std::string& body, rules::Zone zone);

struct FollowRequest {
    std::string region;
    std::string state;  // "followed", "refused", "waiting"
    std::string note;
};
[[nodiscard]] rules::Result<FollowRequest> read_follow(const std::string& body);

// 200 with the warning, or the refusal as a problem document: 403 for a role, 409 for everything
// that another reading of the warning could cure, 422 for what the request lacks.
[[nodiscard]] ApiResponse answer_of(const DeskAnswer& answer, rules::Zone zone);
[[nodiscard]] ApiResponse answer_refused(const rules::Refused& refused);
[[nodiscard]] ApiResponse answer_faults(const rules::Faults& faults);
[[nodiscard]] boost::json::value warning_view(const StoredWarning& warning, rules::Zone zone);

}  // namespace qk::daemon
