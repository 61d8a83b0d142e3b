#include "daemon/agent/order_desk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>

#include "daemon/agent/agent_messages.hpp"
#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::agent {
namespace {

constexpr std::chrono::seconds kDeskRetry{5};  // of what the disk refused
constexpr std::chrono::seconds kHookFirst{10};
constexpr std::chrono::seconds kHookMost{3600};

std::string words_of_first(const rules::Faults& faults) { return rules::to_text(faults.front()); }

std::string word_in(const std::string& path) {
    const auto text = read_regular_file(path);
    if (!text) return {};
    return text->substr(0, text->find('\n'));
}

}  // namespace

rules::Result<std::unique_ptr<OrderDesk>> OrderDesk::open(DeskSettings settings, DeskPorts ports,
                                                          daemon::Log& log) {
    const auto loaded = load_order(settings.state, settings.pinned, settings.us);
    if (!loaded) return loaded.error();
    std::unique_ptr<OrderDesk> desk(new OrderDesk(std::move(settings), std::move(ports), log));
    desk->record_ = loaded->record;
    desk->hooked_ = word_in(desk->state_file("/hooked"));
    desk->received_ = word_in(desk->state_file("/received"));
    if (loaded->is_of_before) {
        log.write(kAgentStateOfBefore, {{"revision", loaded->record->order.revision}});
    }
    if (loaded->is_of_other_pin) log.write(kAgentOtherPin);
    return desk;
}

std::optional<OrderOnRecord> OrderDesk::on_record() const {
    const std::lock_guard lock(mutex_);
    return record_;
}

std::uint64_t OrderDesk::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

std::string OrderDesk::last_refusal() const {
    const std::lock_guard lock(mutex_);
    return last_refusal_;
}

bool OrderDesk::must_ask() const {
    const std::lock_guard lock(mutex_);
    return must_ask_;
}

Trust OrderDesk::trust() const {
    const std::lock_guard lock(mutex_);
    return trust_now();
}

// Read anew for each order: a person puts the list there when an order was refused.
Trust OrderDesk::trust_now() const {
    Trust trust;
    trust.pinned = settings_.pinned;
    if (record_) trust.last_key = record_->order.key;
    const std::string& path = settings_.keys_file;
    if (path.empty()) return trust;
    const auto text = read_regular_file(path);
    auto keys = text ? read_keys(*text, path) : text.error();
    if (keys) {
        trust.history = *std::move(keys);
    } else {
        log_.write(kKeysUnreadable, {{"why", words_of_first(keys.error())}});
    }
    return trust;
}

void OrderDesk::refuse(OrderRefusal why, const std::string& payload) {
    std::string fingerprint;
    if (payload.size() <= kOrderBytesMax) {
        if (const auto value = plans::parse_json(payload, "order")) {
            fingerprint = plans::fingerprint_of(plans::string_or(*value, "key"));
        }
    }
    ++refused_;
    last_refusal_ = std::string(to_chinese(why)) + " / " + std::string(to_text(why));
    must_ask_ = true;
    log_.write(kOrderNotBelieved, {{"why", to_chinese(why)},
                                   {"why_en", to_text(why)},
                                   {"fingerprint", fingerprint.empty() ? "-" : fingerprint}});
}

void OrderDesk::take(const std::string& payload) {
    {
        const std::lock_guard lock(mutex_);
        if (payload.empty()) {
            if (record_) log_.write(kOrderTopicEmptied);
            must_ask_ = must_ask_ || record_.has_value();
        } else {
            std::optional<VerifiedOrder> known;
            if (record_) known = record_->order;
            take_judged(judge_order(payload, trust_now(), settings_.us, known), payload);
        }
    }
    ports_.wake();
}

void OrderDesk::take_judged(OrderJudgement judged, const std::string& payload) {
    if (judged.refusal) return refuse(*judged.refusal, payload);
    // What is on record is the present one for all that is known.
    if (judged.is_known) {
        must_ask_ = false;
        return;
    }
    if (judged.order->is_exercise != settings_.is_of_exercises) {
        // The end of an exercise of an earlier release, which stood in the order's place: nothing
        // to do, and nothing to ask for again.
        const bool is_old_end = judged.order->is_exercise && judged.order->is_lifted &&
                                (!record_ || record_->order.is_exercise);
        if (is_old_end) {
            must_ask_ = false;
            return;
        }
        return refuse(OrderRefusal::kWrongTopic, payload);
    }
    OrderOnRecord record{settings_.pinned, ports_.now(), *std::move(judged.order)};
    if (const auto saved = save_order(settings_.state, record); !saved) {
        log_.write(kAgentStateBroken, {{"why", words_of_first(saved.error())}});
        return ports_.end_broken();
    }
    log_.write(kOrderVerified,
               {{"order", record.order.order}, {"revision", record.order.revision}});
    record_ = std::move(record);
    must_ask_ = false;
}

void OrderDesk::turn(Tick now) {
    const std::optional<OrderOnRecord> record = on_record();
    if (!record) return;
    write_obligations(*record, now);
    run_hook(*record, now);
    answer_received(*record, now);
}

void OrderDesk::write_obligations(const OrderOnRecord& record, Tick now) {
    const std::string& path = settings_.plant.file;
    if (shown_ == record.order.text || now < retry_from_) return;
    if (!path.empty()) {
        rules::Result<void> written = write_file(path, obligations_text(record));
        if (written && ::chmod(path.c_str(), settings_.plant.mode) != 0) {
            written = rules::refuse("chmod " + path + ": " + std::strerror(errno));
        }
        if (!written) {
            log_.write(kObligationsNotWritten, {{"why", words_of_first(written.error())}});
            retry_from_ = now + kDeskRetry;
            return;
        }
    }
    shown_ = record.order.text;
}

void OrderDesk::hook_failed(const std::string& why, Tick now) {
    hook_result_ = why;
    hook_pause_ = std::clamp(hook_pause_ * 2, kHookFirst, kHookMost);
    hook_from_ = now + hook_pause_;
    log_.write(kHookFailed, {{"command", settings_.plant.hook.front()}, {"why", why}});
}

void OrderDesk::run_hook(const OrderOnRecord& record, Tick now) {
    if (settings_.plant.hook.empty()) return;
    if (const auto ended = hook_.poll(now)) {
        if (!ended->empty()) {
            hook_failed(*ended, now);
        } else if (write_file(state_file("/hooked"), hooking_ + "\n")) {
            hooked_ = hooking_;
            hook_result_.clear();
            hook_pause_ = std::chrono::seconds{0};
            log_.write(kHookDone, {{"revision", record.order.revision}});
        } else {
            hook_failed("state", now);
        }
    }
    const std::string wanted = plans::sha256_hex(record.order.text);
    if (hook_.is_running() || hooked_ == wanted || shown_ != record.order.text) return;
    const bool is_another = hooking_ != wanted;  // a newer order does not wait for an older one
    if (now < hook_from_ && !is_another) return;
    hooking_ = wanted;
    const std::string why = hook_.start(
        settings_.plant.hook,
        {"QINGKONG_OBLIGATIONS=" + settings_.plant.file, "QINGKONG_ORDER=" + record.order.order,
         "QINGKONG_REVISION=" + std::to_string(record.order.revision),
         std::string("QINGKONG_EXERCISE=") + (record.order.is_exercise ? "yes" : "no"),
         std::string("QINGKONG_LIFTED=") + (record.order.is_lifted ? "yes" : "no")},
        settings_.plant.hook_limit, now);
    if (!why.empty()) hook_failed(why, now);
}

// The same revision under another key of the bureau is the same order.
void OrderDesk::answer_received(const OrderOnRecord& record, Tick now) {
    const std::string wanted = record.order.order + " " + std::to_string(record.order.revision);
    if (received_ == wanted || now < retry_from_) return;
    Answer answer{record.order.order, record.order.revision, "received",
                  ports_.now(),       settings_.by,          ""};
    answer.is_exercise = settings_.is_of_exercises;
    const bool is_done =
        ports_.spool_answer(answer) && write_file(state_file("/received"), wanted + "\n");
    if (is_done) received_ = wanted;
    if (!is_done) retry_from_ = now + kDeskRetry;
}

void OrderDesk::describe(boost::json::object& status) const {
    const std::lock_guard lock(mutex_);
    status["order"] = nullptr;
    if (!record_) return;
    status["order"] = {{"order", record_->order.order},
                       {"revision", record_->order.revision},
                       {"lifted", record_->order.is_lifted},
                       {"exercise", record_->order.is_exercise},
                       {"taken_at", rules::to_iso(record_->taken_at, rules::kBeijingTime)}};
    status["shown"] = shown_ == record_->order.text;
    status["command_done"] =
        settings_.plant.hook.empty() || hooked_ == plans::sha256_hex(record_->order.text);
}

}  // namespace qk::agent
