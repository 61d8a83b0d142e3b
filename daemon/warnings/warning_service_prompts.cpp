// Floors from above (上级下限要求) and regional prompts (区域预警提示): what higher tiers order
// or ask, and who has followed.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/prompt_desk.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "daemon/warnings/requests.hpp"
#include "daemon/warnings/warning_service.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr CursorKind kPromptsCursor{"prompts", "nt"};

Recorder recorder_of(const DeskPerson& person) { return {person.actor.person, person.remote}; }

ApiResponse record_floor(Session& db, const DeskView& desk, const DeskPerson& person,
                         const rules::ColourFloor& floor) {
    return answer_json(
        floor_view(enter_floor(db, desk, recorder_of(person), floor), desk.pack->zone), 201);
}

std::optional<json::object> find_prompt(Session& db, const DeskView& desk,
                                        const std::string& number) {
    const auto row = load_prompt(db, number);
    if (!row) return std::nullopt;
    return prompt_view(db, *row, desk);
}

ApiResponse record_prompt(Session& db, const DeskView& desk, const DeskPerson& person,
                          const PromptRequest& request) {
    const rules::RegionalPrompt& prompt = request.prompt;
    if (find_prompt(db, desk, prompt.number)) {
        return answer_problem(409, "该文号的提示已登记", "a prompt of this number is on record");
    }
    enter_prompt(db, desk, recorder_of(person), {prompt, request.note, {}, "", request.asks});
    return answer_json(*find_prompt(db, desk, prompt.number), 201);
}

ApiResponse record_follow(Session& db, const DeskView& desk, const DeskPerson& person,
                          const std::string& number, const FollowRequest& request) {
    if (!covers(person.region, request.region)) {
        return answer_problem(403, "只能登记本地区的落实情况", "another region's follow-up");
    }
    if (!enter_follow_up(db, desk, recorder_of(person),
                         {number, request.region, "", request.state, {}, "", request.note})) {
        return answer_problem(404, "没有这个提示或地区", "no such prompt or region");
    }
    return answer_json(*find_prompt(db, desk, number));
}

ApiResponse list_prompts(Session& db, const DeskView& desk, const Call& call) {
    const auto asked = cursor_paging_of(call, kPromptsCursor);
    if (!asked) return answer_bad_cursor(asked.error());
    const CursorPaging& paging = *asked;
    std::optional<PromptPlace> after;
    if (paging.goes_on()) {
        after = PromptPlace{instant_of(paging.number_after(0)), paging.text_after(1)};
    }
    CursorPage page;
    for (const PromptRow& row :
         list_prompt_rows(db, paging.offset(), paging.page.per_page, after)) {
        page.items.emplace_back(prompt_view(db, row, desk));
        page.last = {seconds_of(row.recorded_at), json::string(row.prompt.number)};
    }
    page.is_last = page.items.size() < paging.page.per_page;
    const auto count = [&] { return count_prompts(db); };
    return answer_cursor_page(std::move(page), paging, kPromptsCursor, count);
}

ApiResponse show_prompt(Session& db, const DeskView& desk, const Call& call) {
    const auto prompt = find_prompt(db, desk, call.parameter("number"));
    if (!prompt) return answer_problem(404, "没有这份提示", "no such prompt");
    return answer_json(*prompt);
}

ApiResponse list_floors(Session& db, const DeskView& desk, const Call& call) {
    json::array items;
    for (const rules::ColourFloor& floor : colour_floors_now(db, desk.now)) {
        items.emplace_back(floor_view(floor, desk.pack->zone));
    }
    return answer_page_of(std::move(items), paging_of(call));
}

}  // namespace

void WarningService::add_floor_and_prompt_routes(Router& router) {
    const auto get = [this, &router](OperationId id, auto answer) {
        router.serve(id, kReaders, [this, answer](const Call& call) {
            Work work = [call, answer](Session& db, const DeskView& desk,
                                       const DeskPerson&) -> ApiResponse {
                return answer(db, desk, call);
            };
            return read(call.reader(), ReadPace::kQuick, std::move(work));
        });
    };
    const auto post = [this, &router](OperationId id, const RoleSet& roles, auto parse, auto answer,
                                      Concerns concerns = Concerns::kRegion) {
        router.serve(id, roles, [this, parse, answer, concerns](const Call& call) {
            // Before the transaction, and shared, because the work may be run more than once.
            auto read = parse(call.request.body, context_.pack->zone);
            const auto request = std::make_shared<const decltype(read)>(std::move(read));
            Work work = [call, request, answer](Session& db, const DeskView& desk,
                                                const DeskPerson& person) -> ApiResponse {
                if (!*request) return answer_faults(request->error());
                return answer(db, desk, person, call, **request);
            };
            return write(call, std::move(work), concerns);
        });
    };
    get(operation::kListFloors, list_floors);
    post(operation::kRecordFloor, kProposers, read_floor,
         [](Session& db, const DeskView& desk, const DeskPerson& person, const Call&,
            const rules::ColourFloor& floor) { return record_floor(db, desk, person, floor); });
    get(operation::kListPrompts, list_prompts);
    get(operation::kShowPrompt, show_prompt);
    post(operation::kRecordPrompt, kProposers, read_prompt,
         [](Session& db, const DeskView& desk, const DeskPerson& person, const Call&,
            const PromptRequest& request) { return record_prompt(db, desk, person, request); });
    post(
        operation::kRecordFollowUp, kLiaisons,
        [](const std::string& body, rules::Zone) { return read_follow(body); },
        [](Session& db, const DeskView& desk, const DeskPerson& person, const Call& call,
           const FollowRequest& request) {
            return record_follow(db, desk, person, call.parameter("number"), request);
        },
        Concerns::kPart);
}

}  // namespace qk::daemon
