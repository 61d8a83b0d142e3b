#include "daemon/broker/broker_trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/broker/trial.hpp"

namespace qk::broker {
namespace {

constexpr std::chrono::milliseconds kLongQuiet{2'000};
constexpr int kHeardMax = 10 * kQueuedLeast;

void note(Findings& findings, const char* clause, bool is_good, std::string what,
          std::string cure) {
    findings.push_back(
        {is_good, std::move(what), is_good ? std::string() : std::move(cure), clause});
}

std::string trial_topic(std::string_view enterprise, std::string_view end) {
    return fmt::format("qingkong/1/000000/{}/{}", enterprise, end);
}

// What comes on this topic until it is quiet.
int count_on(Probe& probe, const std::string& topic, int* qos = nullptr) {
    int count = 0;
    // A broker that lets a stranger hear everything may never be silent.
    for (int heard = 0; heard < kHeardMax; ++heard) {
        const auto message = probe.next(kLongQuiet);
        if (!message) break;
        if (message->topic != topic) continue;
        ++count;
        if (qos != nullptr) *qos = message->qos;
    }
    return count;
}

void try_retained(Findings& findings, const ProbeDoor& door, const ProbeLogin& keeper,
                  Probe& sender) {
    const std::string topic = trial_topic("qk-retained", "order");
    const bool is_taken = sender.publish(topic, "kept", true) == ProbeAnswer::kTaken;
    Probe late(door, keeper);
    int qos = 0;
    int count = 0;
    if (late.connect() == ProbeAnswer::kTaken) {
        late.subscribe(topic);
        count = count_on(late, topic, &qos);
    }
    note(findings, "BRK-2", is_taken && count > 0 && qos == 1, "QoS 1 双向 both ways",
         "允许 QoS 1 let QoS 1 pass");
    note(findings, "BRK-3", count == 1,
         "保留消息交给后来者 what is retained is handed to who comes later",
         "retain_available true");
    (void)sender.publish(topic, "", true);
}

void try_queue(Findings& findings, const ProbeDoor& door, const ProbeLogin& keeper, Probe& sender) {
    const std::string topic = trial_topic("qk-queued", "order");
    bool has_subscribed = false;
    {
        Probe away(door, keeper);
        has_subscribed =
            away.connect() == ProbeAnswer::kTaken && away.subscribe(topic) == ProbeAnswer::kTaken;
    }
    int taken = 0;
    for (int i = 0; has_subscribed && i < kQueuedLeast; ++i) {
        taken += sender.publish(topic, std::to_string(i)) == ProbeAnswer::kTaken ? 1 : 0;
    }
    Probe back(door, keeper);
    const int count =
        back.connect() == ProbeAnswer::kTaken && taken > 0 ? count_on(back, topic) : 0;
    note(findings, "BRK-4", count > 0,
         "离线期间的消息在重连后送达 what came meanwhile is there after a reconnect",
         "持久会话 sessions: persistent_client_expiration");
    note(findings, "BRK-5", count == kQueuedLeast,
         fmt::format("离线队列：{} 条中送达 {} of what was queued", taken, count),
         fmt::format("max_queued_messages {} 或更多 or more", kQueuedLeast));
}

void try_enterprise(Findings& findings, const BrokerTrialWishes& wishes, Probe& bureau) {
    const std::string own =
        fmt::format("qingkong/1/{}/{}/", wishes.region, wishes.enterprise->user);
    Probe one(wishes.door, *wishes.enterprise);
    const bool is_in = one.connect() == ProbeAnswer::kTaken;
    note(findings, "BRK-6", is_in, "企业可以连接 the enterprise can connect", "password_file");
    if (!is_in) return;
    const std::string acl = "acl_file: packaging/sample/mosquitto.acl";
    note(findings, "BRK-6", one.publish(own + "receipt", "{}") == ProbeAnswer::kTaken,
         "企业可以回执 an enterprise can answer", acl);
    for (const std::string& topic :
         {own + "order", own + "exercise/order", own + "durable",
          trial_topic("qk-other", "receipt"), trial_topic("qk-other", "status"),
          trial_topic("qk-other", "order")}) {
        note(findings, "BRK-6", one.publish(topic, "{}") == ProbeAnswer::kRefused,
             "企业不能写 an enterprise cannot write " + topic, acl);
    }
    for (const char* filter : {"#", "qingkong/1/+/+/order"}) one.subscribe(filter);
    const std::string of_other = trial_topic("qk-other", "order");
    const bool is_said = bureau.publish(of_other, "{}") == ProbeAnswer::kTaken;
    note(findings, "BRK-7", is_said && count_on(one, of_other) == 0,
         "听不到他人 it hears nothing of another", acl);
}

}  // namespace

Findings try_sessions(const ProbeDoor& door, ProbeLogin keeper, const ProbeLogin& sender) {
    Findings findings;
    Probe speaks(door, sender);
    const bool is_in = speaks.connect() == ProbeAnswer::kTaken;
    note(findings, "BRK-2", is_in, "局方可以连接 the bureau can connect", "password_file");
    if (!is_in) return findings;
    keeper.keeps_session = false;
    try_retained(findings, door, keeper, speaks);
    keeper.keeps_session = true;
    try_queue(findings, door, keeper, speaks);
    keeper.keeps_session = false;
    Probe ends_the_session(door, keeper);
    (void)ends_the_session.connect();
    return findings;
}

Findings try_running_broker(const BrokerTrialWishes& wishes) {
    ProbeLogin nobody{"qk-trial-stranger", "", "", false};
    Findings findings;
    {
        Probe stranger(wishes.door, nobody);
        note(findings, "BRK-1", stranger.connect() == ProbeAnswer::kRefused,
             "不许匿名 nobody without a name", "allow_anonymous false");
    }
    if (wishes.door.is_tls) {
        note(findings, "BRK-8", !takes_old_tls(wishes.door.host, wishes.door.port),
             "不许 TLS 1.2 及以下 nothing older than TLS 1.3", "tls_version tlsv1.3");
    }
    ProbeLogin keeper = wishes.bureau;
    keeper.client_id += "-keeper";
    for (Finding& finding : try_sessions(wishes.door, keeper, wishes.bureau)) {
        findings.push_back(std::move(finding));
    }
    if (!wishes.enterprise) return findings;
    Probe bureau(wishes.door, wishes.bureau);
    if (bureau.connect() == ProbeAnswer::kTaken) try_enterprise(findings, wishes, bureau);
    return findings;
}

std::vector<plans::ClauseScore> scores_of(const Findings& findings) {
    std::vector<plans::ClauseScore> scores;
    for (plans::Clause& clause : plans::clauses_of("broker")) {
        plans::ClauseScore score;
        score.evidence = "没有试验 / it was not tried";
        std::size_t count = 0;
        for (const Finding& finding : findings) {
            if (finding.clause != clause.id) continue;
            ++count;
            if (score.score == plans::Score::kFail) continue;
            score.score = finding.is_good ? plans::Score::kPass : plans::Score::kFail;
            score.evidence = finding.is_good ? finding.what : finding.what + ": " + finding.cure;
        }
        if (score.score == plans::Score::kPass && count > 1) {
            score.evidence = fmt::format("{} 项试验 / trials", count);
        }
        score.clause = std::move(clause);
        scores.push_back(std::move(score));
    }
    return scores;
}

}  // namespace qk::broker
