#include "daemon/agent/agent.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "daemon/agent/agent_messages.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kRetry{5};    // of what the disk refused
constexpr std::chrono::seconds kLook{1};     // at answers that were put down by hand
constexpr std::chrono::seconds kStatus{10};  // so often at least
constexpr std::chrono::seconds kAskFirst{30};
constexpr std::chrono::seconds kAskMost{3600};
constexpr std::chrono::seconds kHookFirst{10};
constexpr std::chrono::seconds kHookMost{3600};
constexpr std::size_t kAnswersPerLook = 100;
constexpr std::size_t kRefusedFilesMax = 100;
constexpr std::size_t kStrangeSpoolsMax = 16;  // that are told of

std::string first_fault(const rules::Faults& faults) { return rules::to_text(faults.front()); }

std::string word_in(const std::string& path) {
    const auto text = read_regular_file(path);
    if (!text) return {};
    return text->substr(0, text->find('\n'));
}

LetGo let_go_of(const Settings& settings) {
    return settings.broker.has_marks ? LetGo::kAtMark : LetGo::kAtBroker;
}

rules::Result<void> make_folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (!error) return {};
    return rules::Faults{{{path, 0, 0},
                          "无法建立 / cannot be made: " + error.message(),
                          "检查权限 / look at who may write there",
                          rules::Severity::kError}};
}

}  // namespace

std::string answers_folder(const std::string& state) { return state + "/answers"; }
std::string status_file(const std::string& state) { return state + "/status.json"; }

std::string Agent::mark_topic() const {
    if (!parts_.settings.broker.has_marks) return {};
    return stem_ + std::string(daemon::kMarkTopicEnd);
}

std::string Agent::state_file(const char* name) const { return parts_.settings.state + name; }

Agent::Agent(AgentParts parts, daemon::Log& log, Spool receipts, Spool readings)
    : parts_(std::move(parts)),
      log_(log),
      stem_("qingkong/1/" + parts_.settings.region + "/" + parts_.settings.enterprise + "/"),
      spool_(std::move(receipts)),
      sender_(spool_, stem_, let_go_of(parts_.settings)),
      readings_(std::move(readings)),
      readings_sender_(readings_, stem_, let_go_of(parts_.settings)) {
    for (const MeterSettings& meter : parts_.settings.meters) {
        meters_.push_back(
            std::make_unique<MeterSource>(meter, parts_.settings.state, readings_, log_));
    }
}

rules::Result<std::unique_ptr<Agent>> Agent::open(AgentParts parts, daemon::Log& log) {
    const Settings& settings = parts.settings;
    for (const char* folder : {"/answers", "/refused"}) {
        if (const auto made = make_folder(settings.state + folder); !made) return made.error();
    }
    std::optional<plans::SigningKey> own_key;
    if (!settings.own_key_file.empty()) {
        auto key = read_key(settings.own_key_file);
        if (!key) return key.error();
        own_key = *std::move(key);
    }
    const auto loaded = load_order(settings.state, settings.pinned,
                                   Addressee{settings.enterprise, settings.region});
    if (!loaded) return loaded.error();
    SpoolOptions options;
    options.bytes_max = settings.spool_bytes_max;
    auto spool = Spool::open(settings.state + "/receipts", options);
    if (!spool) return spool.error();
    options.bytes_max = settings.readings_bytes_max;
    auto readings = Spool::open(settings.state + "/readings", options);
    if (!readings) return readings.error();
    std::unique_ptr<Agent> agent(
        new Agent(std::move(parts), log, *std::move(spool), *std::move(readings)));
    agent->own_key_ = std::move(own_key);
    agent->record_ = loaded->record;
    agent->hooked_ = word_in(agent->state_file("/hooked"));
    agent->received_ = word_in(agent->state_file("/received"));
    if (loaded->is_of_before) {
        log.write(kAgentStateOfBefore, {{"revision", loaded->record->order.revision}});
    }
    if (loaded->is_of_other_pin) log.write(kAgentOtherPin);
    return agent;
}

std::optional<OrderOnRecord> Agent::on_record() const {
    const std::lock_guard lock(mutex_);
    return record_;
}

std::uint64_t Agent::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

// Read anew for each order: a person puts the list there when an order was refused.
Trust Agent::trust_now() const {
    Trust trust;
    trust.pinned = parts_.settings.pinned;
    if (record_) trust.last_key = record_->order.key;
    const std::string& path = parts_.settings.keys_file;
    if (path.empty()) return trust;
    const auto text = read_regular_file(path);
    auto keys = text ? read_keys(*text, path) : text.error();
    if (keys) {
        trust.history = *std::move(keys);
    } else {
        log_.write(kKeysUnreadable, {{"why", first_fault(keys.error())}});
    }
    return trust;
}

void Agent::refuse(OrderRefusal why, const std::string& payload) {
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

void Agent::take(const std::string& topic, const std::string& payload) {
    if (topic == order_topic()) return take_order(payload);
    if (topic == mark_topic()) note_marks(payload);
}

void Agent::take_order(const std::string& payload) {
    {
        const std::lock_guard lock(mutex_);
        if (payload.empty()) {
            if (record_) log_.write(kOrderTopicEmptied);
            must_ask_ = must_ask_ || record_.has_value();
            parts_.wake();
            return;
        }
        const Addressee us{parts_.settings.enterprise, parts_.settings.region};
        std::optional<VerifiedOrder> known;
        if (record_) known = record_->order;
        OrderJudgement judged = judge_order(payload, trust_now(), us, known);
        if (judged.refusal) {
            refuse(*judged.refusal, payload);
        } else if (!judged.is_known) {
            OrderOnRecord record{parts_.settings.pinned, parts_.now(), *std::move(judged.order)};
            if (const auto saved = save_order(parts_.settings.state, record); !saved) {
                log_.write(kAgentStateBroken, {{"why", first_fault(saved.error())}});
                return parts_.end_broken();
            }
            log_.write(kOrderVerified,
                       {{"order", record.order.order}, {"revision", record.order.revision}});
            record_ = std::move(record);
        }
        // What is on record is the present one for all that is known.
        if (!judged.refusal) must_ask_ = false;
    }
    parts_.wake();
}

// What they say is done on the owner's thread, and a later one says all that an earlier one said.
void Agent::note_marks(const std::string& payload) {
    if (payload.empty()) return;  // emptied: says nothing
    {
        const std::lock_guard lock(mutex_);
        marks_ = payload;
    }
    parts_.wake();
}

void Agent::take_marks(Tick now) {
    std::optional<std::string> text;
    Trust trust;
    {
        const std::lock_guard lock(mutex_);
        text.swap(marks_);
        if (text) trust = trust_now();
    }
    if (!text) return;
    const auto doubt = [this](const std::string& why) {
        log_.write(kMarkNotBelieved, {{"why", why}});
    };
    const auto signer = daemon::signer_of_marks(*text);
    if (!signer) return doubt(first_fault(signer.error()));
    if (!is_trusted(trust, *signer)) {
        return doubt("签名密钥不可信 / signed with a key that nobody vouches for: " +
                     plans::fingerprint_of(*signer));
    }
    const auto marks = daemon::parse_marks(*text, parts_.settings.enterprise);
    if (!marks) return doubt(first_fault(marks.error()));
    for (const daemon::SpoolMark& mark : *marks) take_mark(mark, now);
}

void Agent::take_mark(const daemon::SpoolMark& mark, Tick now) {
    const bool is_of_receipts = mark.spool == spool_.id();
    if (!is_of_receipts && mark.spool != readings_.id()) {
        // Of an installation before this one, or of somebody who uses our name.
        const bool is_told = strange_spools_.size() >= kStrangeSpoolsMax ||
                             !strange_spools_.insert(mark.spool).second;
        if (!is_told) log_.write(kMarkOfAnother, {{"queue", mark.spool}});
        return;
    }
    Sender& sender = is_of_receipts ? sender_ : readings_sender_;
    const std::uint64_t before = (is_of_receipts ? spool_ : readings_).taken_up_to();
    const auto answer = sender.take_mark(mark, now);
    if (!answer) return log_.write(kSpoolTrouble, {{"why", first_fault(answer.error())}});
    switch (*answer) {
        case MarkAnswer::kTaken:
        case MarkAnswer::kKnown:
            return;
        case MarkAnswer::kWentBack:
            return log_.write(kMarkWentBack, {{"from", static_cast<std::int64_t>(before)},
                                              {"to", static_cast<std::int64_t>(mark.up_to)}});
        case MarkAnswer::kUnbelieved:
            return log_.write(
                kMarkNotBelieved,
                {{"why", "第 " + std::to_string(mark.up_to) + " 条不是本队列的 / message " +
                             std::to_string(mark.up_to) + " never was in this queue"}});
    }
}

void Agent::note_overdue() {
    const bool is_overdue = sender_.is_overdue() || readings_sender_.is_overdue();
    if (is_overdue && !is_overdue_) log_.write(kMarkOverdue);
    is_overdue_ = is_overdue;
}

void Agent::on_link(bool is_up, Tick now) {
    is_up_ = is_up;
    has_said_online_ = false;
    sender_.on_link(is_up, now);
    readings_sender_.on_link(is_up, now);
}

void Agent::turn(Tick now, const Sender::Publish& publish) {
    const std::optional<OrderOnRecord> record = on_record();
    if (record) {
        write_obligations(*record, now);
        run_hook(*record, now);
        answer_received(*record, now);
    }
    if (now >= look_from_) take_answers(now);
    for (const auto& meter : meters_) meter->turn(now, parts_.now());
    take_marks(now);
    send(now, publish);
    note_overdue();
    if (is_up_) say_online(now, publish);
    write_status(now);
}

void Agent::send(Tick now, const Sender::Publish& publish) {
    for (Sender* sender : {&sender_, &readings_sender_}) {
        if (const auto sent = sender->turn(now, publish); !sent) {
            log_.write(kSpoolTrouble, {{"why", first_fault(sent.error())}});
        }
        const int reason = sender->take_refusal();
        if (reason == 0) continue;
        const daemon::ReasonWords& words = daemon::words_of(reason);
        log_.write(kAgentLinkTrouble, {{"reason", words.chinese},
                                       {"detail", sender == &sender_ ? "receipt" : "meter"},
                                       {"cure", words.cure_chinese},
                                       {"reason_en", words.english},
                                       {"cure_en", words.cure_english}});
    }
}

void Agent::write_obligations(const OrderOnRecord& record, Tick now) {
    const std::string& path = parts_.settings.obligations_file;
    if (shown_ == record.order.text || now < retry_from_) return;
    if (!path.empty()) {
        rules::Result<void> written = write_file(path, obligations_text(record));
        if (written && ::chmod(path.c_str(), parts_.settings.obligations_mode) != 0) {
            written = rules::refuse("chmod " + path + ": " + std::strerror(errno));
        }
        if (!written) {
            log_.write(kObligationsNotWritten, {{"why", first_fault(written.error())}});
            retry_from_ = now + kRetry;
            return;
        }
    }
    shown_ = record.order.text;
}

void Agent::run_hook(const OrderOnRecord& record, Tick now) {
    const std::vector<std::string>& command = parts_.settings.hook;
    if (command.empty()) return;
    const auto failed = [&](const std::string& why) {
        hook_result_ = why;
        hook_pause_ = std::clamp(hook_pause_ * 2, kHookFirst, kHookMost);
        hook_from_ = now + hook_pause_;
        log_.write(kHookFailed, {{"command", command.front()}, {"why", why}});
    };
    if (const auto ended = hook_.poll(now)) {
        if (!ended->empty()) {
            failed(*ended);
        } else if (write_file(state_file("/hooked"), hooking_ + "\n")) {
            hooked_ = hooking_;
            hook_result_.clear();
            hook_pause_ = std::chrono::seconds{0};
            log_.write(kHookDone, {{"revision", record.order.revision}});
        } else {
            failed("state");
        }
    }
    const std::string wanted = plans::sha256_hex(record.order.text);
    if (hook_.is_running() || hooked_ == wanted || shown_ != record.order.text) return;
    const bool is_another = hooking_ != wanted;  // a newer order does not wait for an older one
    if (now < hook_from_ && !is_another) return;
    hooking_ = wanted;
    const std::string why =
        hook_.start(command,
                    {"QINGKONG_OBLIGATIONS=" + parts_.settings.obligations_file,
                     "QINGKONG_ORDER=" + record.order.order,
                     "QINGKONG_REVISION=" + std::to_string(record.order.revision),
                     std::string("QINGKONG_EXERCISE=") + (record.order.is_exercise ? "yes" : "no"),
                     std::string("QINGKONG_LIFTED=") + (record.order.is_lifted ? "yes" : "no")},
                    parts_.settings.hook_limit, now);
    if (!why.empty()) failed(why);
}

// The same revision under another key of the bureau is the same order.
void Agent::answer_received(const OrderOnRecord& record, Tick now) {
    const std::string wanted = record.order.order + " " + std::to_string(record.order.revision);
    if (received_ == wanted || now < retry_from_) return;
    const Answer answer{record.order.order, record.order.revision, "received",
                        parts_.now(),       parts_.settings.by,    ""};
    const bool is_done = spool_answer(answer) && write_file(state_file("/received"), wanted + "\n");
    if (is_done) received_ = wanted;
    if (!is_done) retry_from_ = now + kRetry;
}

bool Agent::spool_answer(const Answer& answer) {
    const std::uint64_t dropped = spool_.dropped();
    const auto number = spool_.append(
        "receipt", to_text(answer, parts_.settings.enterprise, own_key_ ? &*own_key_ : nullptr));
    if (!number) {
        log_.write(kSpoolTrouble, {{"why", first_fault(number.error())}});
        return false;
    }
    if (spool_.dropped() > dropped) {
        log_.write(kSpoolFull, {{"count", static_cast<std::int64_t>(spool_.dropped() - dropped)},
                                {"all", static_cast<std::int64_t>(spool_.dropped())}});
    }
    log_.write(kAnswerSpooled, {{"state", answer.state}, {"revision", answer.revision}});
    return true;
}

void Agent::take_answers(Tick now) {
    look_from_ = now + kLook;
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(answers_folder(parts_.settings.state), error)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path().string());
        if (files.size() >= kAnswersPerLook) break;
    }
    std::ranges::sort(files);
    for (const std::string& path : files) take_answer(path);
}

void Agent::take_answer(const std::string& path) {
    const auto text = read_regular_file(path);
    const auto answer = text ? parse_request(*text, path) : text.error();
    std::error_code error;
    if (answer) {
        if (spool_answer(*answer)) fs::remove(path, error);
        return;
    }
    log_.write(kAnswerRefused, {{"file", path}, {"why", first_fault(answer.error())}});
    const std::string refused = state_file("/refused");
    std::size_t count = 0;
    for (auto at = fs::directory_iterator(refused, error); at != fs::directory_iterator(); ++at) {
        ++count;
    }
    if (count < kRefusedFilesMax) {
        fs::rename(path, refused + "/" + fs::path(path).filename().string(), error);
    } else {
        fs::remove(path, error);
    }
}

// A client that says "online" is sent its present order again (contract §4).
void Agent::say_online(Tick now, const Sender::Publish& publish) {
    bool must_ask = false;
    {
        const std::lock_guard lock(mutex_);
        must_ask = must_ask_;
        if (!must_ask) ask_pause_ = std::chrono::seconds{0};
    }
    if (has_said_online_ && (!must_ask || now < may_ask_from_)) return;
    has_said_online_ = true;
    ask_pause_ = std::clamp(ask_pause_ * 2, kAskFirst, kAskMost);
    may_ask_from_ = now + ask_pause_;
    publish({stem_ + "status", "online", false, [](daemon::PublishAnswer) {}});
}

void Agent::write_status(Tick now) {
    boost::json::object value;
    {
        const std::lock_guard lock(mutex_);
        value["enterprise"] = parts_.settings.enterprise;
        value["linked"] = is_up_;
        value["order"] = nullptr;
        if (record_) {
            value["order"] = {{"order", record_->order.order},
                              {"revision", record_->order.revision},
                              {"lifted", record_->order.is_lifted},
                              {"exercise", record_->order.is_exercise},
                              {"taken_at", rules::to_iso(record_->taken_at, rules::kBeijingTime)}};
            value["shown"] = shown_ == record_->order.text;
            value["command_done"] =
                parts_.settings.hook.empty() || hooked_ == plans::sha256_hex(record_->order.text);
        }
        value["refused"] = refused_;
        value["last_refusal"] = last_refusal_;
    }
    value["command_trouble"] = hook_result_;
    value["receipts_waiting"] = spool_.waiting();
    value["receipts_dropped"] = spool_.dropped();
    value["readings_waiting"] = readings_.waiting();
    value["readings_dropped"] = readings_.dropped();
    value["mark_overdue"] = is_overdue_;
    std::string text = plans::canonical_text(value);
    if (text == status_ && now < status_from_) return;
    status_ = std::move(text);
    status_from_ = now + kStatus;
    value["at"] = rules::to_iso(parts_.now(), rules::kBeijingTime);
    // Only words for a person: the next ones come in a moment.
    (void)write_file(status_file(parts_.settings.state), plans::canonical_text(value) + "\n");
}

void Agent::stop() {
    is_up_ = false;
    hook_.kill();
    write_status(Tick{});
}

}  // namespace qk::agent
