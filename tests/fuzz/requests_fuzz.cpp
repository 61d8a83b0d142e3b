// Bodies of the commands on warnings, floors, prompts and temporary controls: a request, or faults
// that can be answered in JSON.
#include <cstdint>
#include <cstdlib>

#include "daemon/api/call.hpp"
#include "daemon/warnings/requests.hpp"
#include "plans/casework/draw.hpp"
#include "plans/casework/site_check.hpp"
#include "plans/measures/control.hpp"
#include "plans/text/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk::daemon;
    const std::string body(reinterpret_cast<const char*>(data), size);
    const qk::rules::Zone zone = qk::rules::kBeijingTime;
    const auto answer = [](const auto& read) {
        if (read) return;
        if (read.error().empty()) std::abort();
        if (!qk::plans::parse_json(answer_faults(read.error()).body, "answer")) std::abort();
    };
    answer(read_start(body, zone));
    answer(read_change(body, zone));
    answer(read_consultation(body, zone));
    answer(read_simple(body, true));
    answer(read_preview(body, zone));
    answer(read_floor(body, zone));
    answer(read_prompt(body, zone));
    answer(read_follow(body));
    answer(read_reason(body));
    const auto value = qk::plans::parse_json(body, "body");
    if (value) {
        answer(qk::plans::read_control(*value, "body", {}));
        answer(qk::plans::read_draw_lists(*value));
        answer(qk::plans::check_draw(*value));
        answer(qk::plans::read_site_check(*value, qk::rules::Instant{}, zone));
    }
    return 0;
}
