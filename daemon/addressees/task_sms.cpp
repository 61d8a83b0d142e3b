#include "daemon/addressees/task_sms.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "daemon/addressees/tasks.hpp"
#include "daemon/api/answers.hpp"
#include "plans/text/json_values.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

// One number may be of several addressees, each with a few tasks.
constexpr std::size_t kTasksOfPhoneMax = 100;

plans::TaskState state_said(ReceiptState state) {
    if (state == ReceiptState::kExecuting) return plans::TaskState::kExecuting;
    if (state == ReceiptState::kRefused) return plans::TaskState::kDifficulty;
    return plans::TaskState::kReceived;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_open(const TaskRow& task) { return task.state != plans::TaskState::kDone; }

bool says_task(std::string_view text) { return text.find("任务") != std::string_view::npos; }

}  // namespace

std::optional<std::int64_t> task_named_in(std::string_view text) {
    if (text.empty()) return std::nullopt;
    // Behind the digit that answers.
    const auto first = std::find_if(text.begin() + 1, text.end(), is_digit);
    const auto end = std::find_if_not(first, text.end(), is_digit);
    if (first == end) return std::nullopt;
    return rules::parse_whole(std::string(first, end), 1, rules::kWholeMost);
}

bool has_task_open(Session& db, const std::string& phone) {
    return std::ranges::any_of(tasks_of_phone(db, phone, kTasksOfPhoneMax), is_open);
}

void list_calls_of_phone(Session& db, const std::string& phone, rules::Instant now) {
    for (const TaskRow& task : tasks_of_phone(db, phone, kTasksOfPhoneMax)) {
        list_task_call(db, task.number, now);
    }
}

ApiResponse take_task_sms(Session& db, const OtherSms& said) {
    std::vector<TaskRow> tasks = tasks_of_phone(db, said.from, kTasksOfPhoneMax);
    if (tasks.empty()) {
        return answer_problem(404, "该号码没有待答复的指令或任务",
                              "no order or task was sent to this number");
    }
    const auto named = task_named_in(said.text);
    const auto is_named = [&named](const TaskRow& task) { return task.number == named; };
    const bool is_found = named && std::ranges::any_of(tasks, is_named);
    // A number may be of what the words say ("3 缺2台雾炮"); behind 任务, or where it would choose
    // among several, it is a task's, and that of somebody else, or one that is over, is not
    // guessed.
    const bool must_be_found = named && (tasks.size() > 1 || says_task(said.text));
    if (must_be_found && !is_found) {
        return answer_problem(409, "该号码没有此编号的任务，请核对编号，或电话核实",
                              "no task of this number was sent to it; telephone");
    }
    if (is_found) {
        std::erase_if(tasks, [&is_named](const TaskRow& task) { return !is_named(task); });
    } else if (tasks.size() > 1) {
        std::erase_if(tasks, [](const TaskRow& task) { return !is_open(task); });
    }
    if (tasks.size() != 1) {
        return answer_problem(409, "该号码有多个任务，请在数字后写明任务编号，或电话核实",
                              "this number has several tasks; name one behind the digit");
    }
    const TaskRow& task = tasks.front();
    const plans::TaskAnswer answer{task.revision, state_said(said.state), said.from, said.text};
    const auto taken =
        take_task_answer(db, task, answer, {"", "sms", said.remote, said.now}, std::nullopt);
    if (!taken) return answer_problem(409, "答复未受理", "the answer is refused", taken.error());
    const bool moves = taken->effect == plans::AnswerEffect::kMoves;
    return answer_json(boost::json::object{{"task", task.number},
                                           {"revision", task.revision},
                                           {"state", plans::word(plans::to_text(answer.state))},
                                           {"effect", moves ? "moves" : "repeat"}},
                       moves ? 201 : 200);
}

}  // namespace qk::daemon
