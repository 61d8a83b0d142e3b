#include "daemon/agent/agent.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <filesystem>

#include "daemon/agent/agent_messages.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "plans/text/json.hpp"

namespace qk::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLook{1};     // at answers that were put down by hand
constexpr std::chrono::seconds kStatus{10};  // so often at least
constexpr std::chrono::seconds kAskFirst{30};
constexpr std::chrono::seconds kAskMost{3600};
constexpr std::size_t kAnswersPerLook = 100;
constexpr std::size_t kRefusedFilesMax = 100;
constexpr std::size_t kStrangeSpoolsMax = 16;  // that are told of

std::string first_fault(const rules::Faults& faults) { return rules::to_text(faults.front()); }

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

// An exercise has files of its own, beside those of what is owed.
DeskSettings desk_settings(const Settings& settings, bool is_exercise) {
    DeskSettings desk;
    desk.state = is_exercise ? exercise_folder(settings.state) : settings.state;
    desk.pinned = settings.pinned;
    desk.keys_file = settings.keys_file;
    desk.us = Addressee{settings.enterprise, settings.region};
    desk.is_of_exercises = is_exercise;
    desk.plant = is_exercise ? settings.exercise : settings.obligations;
    desk.by = settings.by;
    return desk;
}

}  // namespace

std::string answers_folder(const std::string& state) { return state + "/answers"; }
std::string exercise_folder(const std::string& state) { return state + "/exercise"; }
std::string status_file(const std::string& state) { return state + "/status.json"; }

std::string Agent::mark_topic() const {
    if (!parts_.settings.broker.has_marks) return {};
    return stem_ + std::string(daemon::kMarkTopicEnd);
}

std::string Agent::state_file(const char* name) const { return parts_.settings.state + name; }

Agent::Agent(AgentParts parts, daemon::Log& log, AgentQueues queues)
    : parts_(std::move(parts)),
      log_(log),
      stem_("qingkong/1/" + parts_.settings.region + "/" + parts_.settings.enterprise + "/"),
      spool_(std::move(queues.receipts)),
      sender_(spool_, stem_, let_go_of(parts_.settings)),
      readings_(std::move(queues.readings)),
      readings_sender_(readings_, stem_, let_go_of(parts_.settings)) {
    for (const MeterSettings& meter : parts_.settings.meters) {
        meters_.push_back(
            std::make_unique<MeterSource>(meter, parts_.settings.state, readings_, log_));
    }
}

rules::Result<AgentQueues> open_queues(const Settings& settings) {
    for (const char* folder : {"/answers", "/refused", "/exercise"}) {
        if (const auto made = make_folder(settings.state + folder); !made) return made.error();
    }
    SpoolOptions options;
    options.bytes_max = settings.spool_bytes_max;
    auto receipts = Spool::open(settings.state + "/receipts", options);
    if (!receipts) return receipts.error();
    options.bytes_max = settings.readings_bytes_max;
    auto readings = Spool::open(settings.state + "/readings", options);
    if (!readings) return readings.error();
    return AgentQueues{*std::move(receipts), *std::move(readings)};
}

rules::Result<std::unique_ptr<Agent>> Agent::open(AgentParts parts, AgentQueues queues,
                                                  daemon::Log& log) {
    const Settings& settings = parts.settings;
    std::optional<plans::SigningKey> own_key;
    if (!settings.own_key_file.empty()) {
        auto key = read_key(settings.own_key_file);
        if (!key) return key.error();
        own_key = *std::move(key);
    }
    std::unique_ptr<Agent> agent(new Agent(std::move(parts), log, std::move(queues)));
    agent->own_key_ = std::move(own_key);
    for (const bool is_exercise : {false, true}) {
        auto desk = OrderDesk::open(desk_settings(agent->parts_.settings, is_exercise),
                                    agent->ports(), log);
        if (!desk) return desk.error();
        (is_exercise ? agent->exercises_ : agent->orders_) = *std::move(desk);
    }
    return agent;
}

DeskPorts Agent::ports() {
    DeskPorts ports;
    ports.now = parts_.now;
    ports.wake = parts_.wake;
    ports.end_broken = parts_.end_broken;
    ports.spool_answer = [this](const Answer& answer) { return spool_answer(answer); };
    return ports;
}

std::uint64_t Agent::refused() const { return orders_->refused() + exercises_->refused(); }

void Agent::take(const std::string& topic, const std::string& payload) {
    if (topic == order_topic()) return orders_->take(payload);
    if (topic == exercise_topic()) return exercises_->take(payload);
    if (topic == mark_topic()) note_marks(payload);
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
    {
        const std::lock_guard lock(mutex_);
        text.swap(marks_);
    }
    if (!text) return;
    const auto doubt = [this](const std::string& why) {
        log_.write(kMarkNotBelieved, {{"why", why}});
    };
    const auto signer = daemon::signer_of_marks(*text);
    if (!signer) return doubt(first_fault(signer.error()));
    if (!is_trusted(orders_->trust(), *signer)) {
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
    orders_->turn(now);
    exercises_->turn(now);
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

bool Agent::spool_answer(const Answer& answer) {
    const std::uint64_t dropped = spool_.dropped();
    const auto number =
        spool_.append(std::string(topic_end_of(answer)),
                      to_text(answer, parts_.settings.enterprise, own_key_ ? &*own_key_ : nullptr));
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

// A client that says "online" is sent its present order again (contract §4). A bureau that is not
// there keeps no message that was sent before it subscribed: it is said again until somebody hears.
void Agent::say_online(Tick now, const Sender::Publish& publish) {
    const bool must_ask = orders_->must_ask() || exercises_->must_ask() || *is_unheard_;
    if (!must_ask) ask_pause_ = std::chrono::seconds{0};
    if (has_said_online_ && (!must_ask || now < may_ask_from_)) return;
    has_said_online_ = true;
    ask_pause_ = std::clamp(ask_pause_ * 2, kAskFirst, kAskMost);
    may_ask_from_ = now + ask_pause_;
    publish(
        {stem_ + "status", "online", false, [unheard = is_unheard_](daemon::PublishAnswer answer) {
             *unheard = answer.outcome == daemon::PublishAnswer::Outcome::kTaken &&
                        answer.reason == daemon::kReasonNobodyListens;
         }});
}

void Agent::write_status(Tick now) {
    boost::json::object value;
    value["enterprise"] = parts_.settings.enterprise;
    value["linked"] = is_up_;
    orders_->describe(value);
    boost::json::object exercise;
    exercises_->describe(exercise);
    exercise["command_trouble"] = exercises_->hook_result();
    value["exercise"] = std::move(exercise);
    value["refused"] = refused();
    const std::string last = orders_->last_refusal();
    value["last_refusal"] = last.empty() ? exercises_->last_refusal() : last;
    value["command_trouble"] = orders_->hook_result();
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
    orders_->stop();
    exercises_->stop();
    write_status(Tick{});
}

}  // namespace qk::agent
