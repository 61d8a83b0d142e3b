#include "daemon/broker/trial.hpp"
#include "daemon/broker/broker_trial.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "daemon/base/files.hpp"
#include "daemon/broker/certificate_trial.hpp"
#include "daemon/broker/certificates.hpp"
#include "daemon/broker/plant_authority.hpp"
#include "daemon/broker/test_broker.hpp"

namespace qk::broker {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::days kRenewWithin{30};
constexpr std::chrono::milliseconds kQuiet{1'000};
constexpr std::size_t kTooLong = (1U << 20U) + 1;
constexpr int kKeptTried = 100;
constexpr const char* kOne = "qk-trial-1";
constexpr const char* kOther = "qk-trial-2";
constexpr const char* kDaemonClient = "qk-trial-daemon";
constexpr const char* kSessionClient = "qk-trial-session";

void say(Findings& findings, bool is_good, std::string what, std::string cure) {
    findings.push_back({is_good, std::move(what), is_good ? std::string() : std::move(cure)});
}

// What was found since then is about this clause.
void place(Findings& findings, std::size_t since, const char* clause) {
    for (std::size_t i = since; i < findings.size(); ++i) {
        if (findings[i].clause.empty()) findings[i].clause = clause;
    }
}

std::string topic_of(const std::string& enterprise, std::string_view kind) {
    return fmt::format("qingkong/1/000000/{}/{}", enterprise, kind);
}

bool is_mode_within(const fs::path& path, mode_t forbidden) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && (found.st_mode & forbidden) == 0;
}

void look_at_certificate(Findings& findings, const fs::path& folder, const KitFacts& facts,
                         rules::Instant now) {
    const auto server = read_regular_file((folder / "server.crt").string());
    const auto authority = read_regular_file((folder / "ca.crt").string());
    const auto found =
        server && authority ? facts_of(*server, *authority, facts.host) : std::nullopt;
    const std::string cure = "qingkongctl broker renew " + folder.string();
    say(findings, found && found->is_of_authority,
        "服务器证书由 ca.crt 签发 its certificate is of ca.crt", cure);
    if (!found) return;
    say(findings, found->is_for_host, "服务器证书用于 its certificate is for " + facts.host, cure);
    say(findings, found->to > now + kRenewWithin,
        "服务器证书有效至 its certificate lasts until " +
            rules::to_iso(found->to, rules::kBeijingTime),
        cure);
}

// Nobody sees the end of a certificate coming but who keeps the book.
void look_at_book(Findings& findings, const std::string& folder, const KitFacts& facts,
                  rules::Instant now) {
    if (facts.certificate_port == 0) return;
    const auto authority = PlantAuthority::open(folder, facts);
    say(findings, authority.has_value(), "企业证书有登记 certificates of enterprises are in a book",
        authority ? std::string() : rules::to_text(authority.error()));
    if (!authority) return;
    const auto ending = authority->book.ending_before(now + kRenewWithin, now);
    say(findings, ending.empty(),
        ending.empty()
            ? "企业证书均不在30日内到期 no certificate of an enterprise ends within 30 days"
            : fmt::format("{} 家证书30日内到期 certificates end within 30 days: {}", ending.size(),
                          ending.front().user),
        "qingkongctl enterprise rotate --certificates FOLDER ID");
}

void look_at_access(Findings& findings, const fs::path& folder, const KitFacts& facts) {
    const std::string path = (folder / "mosquitto.acl").string();
    const auto text = read_regular_file(path);
    const std::vector<std::string> wanted = access_rules("");
    std::vector<std::string> found;
    if (text) found = rules_in(*text);
    for (const std::string& rule : wanted) {
        if (std::ranges::find(found, rule) != found.end()) continue;
        say(findings, false, "权限名单缺少 the access list lacks: " + rule, path);
    }
    bool has_more = false;
    for (const std::string& rule : found) {
        if (std::ranges::find(wanted, rule) != wanted.end()) continue;
        has_more = true;
        say(findings, false, "权限名单多出 the access list grants more: " + rule,
            "删去 remove it: " + path);
    }
    say(findings, text && !has_more, "权限名单没有多余 the access list grants no more than it must",
        path);
    say(findings, facts.simulator.empty(),
        "没有代所有企业的用户 no user speaks for all enterprises",
        "仅供演示 for a demo only; qingkongctl broker init 不带 without --simulator");
}

// Knocks once and goes.
ProbeAnswer knock(const ProbeDoor& door, const ProbeLogin& login) {
    Probe probe(door, login);
    return probe.connect();
}

// What an enterprise must not be able to say or do, and what it must.
class Trial {
 public:
    Trial(TestBroker& broker, ProbeDoor plants, ProbeDoor daemon, std::string password)
        : broker_(broker),
          plants_(std::move(plants)),
          daemon_(std::move(daemon)),
          password_(std::move(password)) {}

    Findings run() {
        findings_ = try_as_stranger(plants_);
        for (Finding& finding : try_as_stranger_without_tls(daemon_))
            findings_.push_back(std::move(finding));
        Probe one(plants_, login(kOne, kOne));
        Probe other(plants_, login(kOther, kOther));
        Probe daemon(daemon_, login(kDaemonUser, kDaemonClient));
        const bool is_let_in = one.connect() == ProbeAnswer::kTaken &&
                               other.connect() == ProbeAnswer::kTaken &&
                               daemon.connect() == ProbeAnswer::kTaken;
        say(findings_, is_let_in, "企业和守护进程可以连接 enterprises and the daemon can connect",
            "password_file, certfile, keyfile");
        if (!is_let_in) return findings_;
        std::size_t since = findings_.size();
        try_to_speak(one);
        place(findings_, since, "BRK-6");
        since = findings_.size();
        try_to_hear(one, other, daemon);
        place(findings_, since, "BRK-7");
        try_to_take_over(one, daemon);
        return findings_;
    }
    Findings count_what_is_kept() {
        findings_ = try_sessions(daemon_, login(kDaemonUser, kSessionClient),
                                 login(kDaemonUser, kDaemonClient));
        const std::size_t since = findings_.size();
        put(0);
        broker_.end();
        say_kept(1, "停止后重启 after a stop");
        put(1);
        const bool is_saved = broker_.save();
        broker_.kill();
        if (is_saved) say_kept(2, "落盘后被杀 when it is killed after it has written");
        say(findings_, is_saved, "会写盘 it writes what it holds", "persistence true");
        if (!is_saved) {
            place(findings_, since, "BRK-9");
            return findings_;
        }
        // What came since is lost; what was written before must not be.
        put(2);
        broker_.kill();
        say_kept(3, "未及落盘即被杀 when it is killed at once", 2);
        place(findings_, since, "BRK-9");
        return findings_;
    }

 private:
    [[nodiscard]] ProbeLogin login(const std::string& user, const std::string& id) const {
        return {id, user, password_, false};
    }
    static Findings try_as_stranger_without_tls(const ProbeDoor& door) {
        Findings findings;
        say(findings, knock(door, {"qk-trial-stranger", "", "", false}) == ProbeAnswer::kRefused,
            "守护进程的入口不许匿名 no anonymous access at the daemon's door",
            "allow_anonymous false");
        return findings;
    }
    void refused(Probe& probe, const std::string& topic, const std::string& payload, bool retain,
                 std::string what, std::string cure) {
        say(findings_, probe.publish(topic, payload, retain) == ProbeAnswer::kRefused,
            std::move(what), std::move(cure));
    }
    void try_to_speak(Probe& one) {
        const std::string acl = "acl_file: 'qingkongctl broker init' 的名单 its list";
        say(findings_, one.publish(topic_of(kOne, "receipt"), "{}") == ProbeAnswer::kTaken,
            "企业可以回执 an enterprise can answer", acl);
        refused(one, topic_of(kOther, "receipt"), "{}", false,
                "不能替他人回执 it cannot answer for another", acl);
        say(findings_, one.publish(topic_of(kOne, "exercise/receipt"), "{}") == ProbeAnswer::kTaken,
            "企业可以答复演练 an enterprise can answer in an exercise", acl);
        refused(one, topic_of(kOther, "exercise/receipt"), "{}", false,
                "不能替他人答复演练 it cannot answer for another in an exercise", acl);
        refused(one, topic_of(kOne, "exercise/order"), "{}", true,
                "不能编造演练 it cannot make up an exercise", acl);
        refused(one, topic_of(kOther, "meter/m1"), "{}", false,
                "不能替他人报数 it cannot report for another", acl);
        refused(one, topic_of(kOther, "status"), "offline", false,
                "不能替他人下线 it cannot set another offline", acl);
        refused(one, topic_of(kOne, "order"), "{}", true,
                "不能改写自己的指令 it cannot overwrite its own order", acl);
        refused(one, topic_of(kOne, "order"), "", true,
                "不能删除自己的指令 it cannot delete its own order", acl);
        refused(one, topic_of(kOther, "order"), "{}", true,
                "不能改写他人的指令 it cannot overwrite another's order", acl);
        refused(one, topic_of(kOne, "durable"), "{}", true,
                "不能改写自己的入账标记 it cannot raise its own mark of what is durable", acl);
        refused(one, topic_of(kOther, "durable"), "{}", true,
                "不能改写他人的入账标记 it cannot raise another's mark of what is durable", acl);
        refused(one, "qingkong/1/mark/x", "x", false, "不能冒充守护进程 it cannot play the daemon",
                acl);
        refused(one, topic_of(kOne, "meter/m1"), std::string(kTooLong, 'x'), false,
                "过长的消息被拒 a message that is too long is refused",
                "message_size_limit 1048576");
    }
    // A filter may be granted; what counts is what comes by it. The order at the end shows that all
    // before it has come.
    void try_to_hear(Probe& one, Probe& other, Probe& daemon) {
        for (const char* filter :
             {"#", "qingkong/#", "qingkong/1/+/+/order", "qingkong/1/+/+/exercise/order"})
            one.subscribe(filter);
        one.subscribe(topic_of(kOther, "receipt"));
        const bool is_said =
            other.publish(topic_of(kOther, "receipt"), "{}") == ProbeAnswer::kTaken &&
            daemon.publish(topic_of(kOther, "order"), "{}", true) == ProbeAnswer::kTaken &&
            daemon.publish(topic_of(kOther, "exercise/order"), "{}", true) == ProbeAnswer::kTaken &&
            daemon.publish(topic_of(kOne, "exercise/order"), "{}", true) == ProbeAnswer::kTaken &&
            daemon.publish(topic_of(kOther, "durable"), "{}", true) == ProbeAnswer::kTaken &&
            daemon.publish(topic_of(kOne, "durable"), "{}", true) == ProbeAnswer::kTaken &&
            daemon.publish(topic_of(kOne, "order"), "{}", true) == ProbeAnswer::kTaken;
        bool has_own = false;
        bool has_mark = false;
        bool has_exercise = false;
        std::string heard;
        while (const auto message = one.next(kQuiet)) {
            const bool is_order = message->topic == topic_of(kOne, "order");
            const bool is_mark = message->topic == topic_of(kOne, "durable");
            const bool is_exercise = message->topic == topic_of(kOne, "exercise/order");
            has_own |= is_order;
            has_mark |= is_mark;
            has_exercise |= is_exercise;
            // Its own answer comes back to nobody: it may not read it.
            if (!is_order && !is_mark && !is_exercise) heard = message->topic;
        }
        say(findings_, is_said && has_own, "指令到达企业 an order reaches its enterprise",
            "acl_file");
        say(findings_, is_said && has_exercise,
            "演练指令到达企业 an order of an exercise reaches its enterprise",
            "acl_file: topic readwrite qingkong/1/+/+/exercise/order; pattern read "
            "qingkong/1/+/%u/exercise/order");
        say(findings_, is_said && has_mark,
            "入账标记到达企业 the mark of what is durable reaches its enterprise",
            "acl_file: topic write qingkong/1/+/+/durable; pattern read qingkong/1/+/%u/durable");
        say(findings_, heard.empty(),
            "听不到他人 it hears nothing of another" + (heard.empty() ? "" : ": " + heard),
            "acl_file: pattern read qingkong/1/+/%u/order");
    }
    void try_to_take_over(Probe& one, Probe& daemon) {
        const std::string cure = "use_username_as_clientid true";
        {
            Probe thief(plants_, login(kOther, kOne));
            (void)thief.connect();
            say(findings_, one.publish(topic_of(kOne, "status"), "online") == ProbeAnswer::kTaken,
                "不能顶替他人的连接 it cannot throw out another", cure);
        }
        if (!daemon_.certificate.empty()) {
            ProbeDoor bare = daemon_;
            bare.certificate.clear();
            bare.key.clear();
            Probe thief(bare, login(kOther, kOne));
            say(findings_, thief.connect() == ProbeAnswer::kNone,
                "企业进不了守护进程的入口 it does not come in by the daemon's door",
                "require_certificate true");
        }
        Probe thief(plants_, login(kOther, kDaemonClient));
        (void)thief.connect();
        say(findings_, daemon.publish(topic_of(kOne, "order"), "{}", true) == ProbeAnswer::kTaken,
            "不能顶替守护进程 it cannot throw out the daemon", cure);
    }
    // A series of retained orders, each acknowledged.
    void put(int series) {
        Probe daemon(daemon_, login(kDaemonUser, kDaemonClient));
        if (daemon.connect() != ProbeAnswer::kTaken) return;
        for (int i = 0; i < kKeptTried; ++i) {
            const std::string enterprise = fmt::format("qk-kept-{}-{}", series, i);
            if (daemon.publish(topic_of(enterprise, "order"), "{}", true) == ProbeAnswer::kTaken)
                ++put_;
        }
    }
    // `least`: so many series must be there, where not all of them.
    void say_kept(int series, std::string_view when, int least = 0) {
        const auto started = broker_.start();
        int kept = 0;
        if (started) {
            Probe daemon(daemon_, login(kDaemonUser, kDaemonClient));
            if (daemon.connect() == ProbeAnswer::kTaken) {
                daemon.subscribe("qingkong/1/+/+/order");
                while (const auto message = daemon.next(kQuiet)) {
                    kept += message->topic.find("/qk-kept-") != std::string::npos ? 1 : 0;
                }
            }
        }
        const int wanted = (least > 0 ? least : series) * kKeptTried;
        say(findings_, put_ == series * kKeptTried && kept >= wanted,
            fmt::format("{}：已确认 of {} acknowledged orders, 保留 {} are kept", when, put_, kept),
            "persistence true, persistence_location");
    }

    TestBroker& broker_;
    ProbeDoor plants_;
    ProbeDoor daemon_;
    std::string password_;
    Findings findings_;
    int put_ = 0;
};

std::optional<std::size_t> door_at(const BrokerConfiguration& configuration, std::uint16_t port) {
    for (std::size_t i = 0; i < configuration.doors.size(); ++i) {
        if (configuration.doors[i].port == port) return i;
    }
    return std::nullopt;
}

ProbeDoor probe_door(const Door& door, std::uint16_t port, const std::string& folder) {
    ProbeDoor probe;
    probe.port = port;
    probe.is_tls = !value_in(door.own, "certfile").empty();
    probe.ca = (fs::path(folder) / "ca.crt").string();
    if (value_in(door.own, "require_certificate") == "true") {
        probe.certificate = (fs::path(folder) / "daemon.crt").string();
        probe.key = (fs::path(folder) / "daemon.key").string();
    }
    return probe;
}

}  // namespace

Findings look_at_files(const std::string& folder, const KitFacts& facts, rules::Instant now) {
    Findings findings;
    const fs::path at = folder;
    std::vector<std::string> secrets = {"authority/ca.key", "daemon.password"};
    if (!is_loopback(facts.daemon_address)) secrets.emplace_back("daemon.key");
    if (facts.certificate_port != 0) secrets.emplace_back("authority/plants-ca.key");
    for (const std::string& name : secrets) {
        say(findings, is_mode_within(at / name, 077), name + ": 仅本人可读 for its owner alone",
            "chmod 0600 " + (at / name).string());
    }
    for (const char* name : {"server.key", "passwords"}) {
        say(findings, is_mode_within(at / name, 027),
            std::string(name) + ": 他人不可读 closed to others",
            "chmod 0640 " + (at / name).string());
    }
    const std::string path = (at / "passwords").string();
    const auto text = read_regular_file(path);
    const auto users = text ? read_users(*text, path) : rules::Result<Users>(text.error());
    say(findings, users.has_value(), "口令均为加盐散列 every password is a salted hash",
        users ? std::string() : rules::to_text(users.error()));
    say(findings, users && users->contains(kDaemonUser), "守护进程是用户 the daemon is a user",
        path);
    bool is_guessed = false;
    if (users) {
        for (const auto& [user, hash] : *users) {
            if (is_password_of(hash, user) || is_password_of(hash, "")) is_guessed = true;
        }
    }
    say(findings, !is_guessed, "口令不是用户名 no password is its user's name",
        "qingkongctl enterprise rotate");
    look_at_access(findings, at, facts);
    look_at_certificate(findings, at, facts, now);
    look_at_book(findings, folder, facts, now);
    return findings;
}

namespace {

// What a trial of the door for certificates needs beside the broker; nothing where there is none.
struct TrialAuthority {
    std::size_t door = 0;
    TrialPasses passes;
    std::string list;  // with the one that is void
    std::string folder{};
};

rules::Result<std::optional<TrialAuthority>> trial_authority(
    const std::string& folder, const KitFacts& facts, const BrokerConfiguration& configuration,
    rules::Instant now) {
    if (facts.certificate_port == 0) return std::optional<TrialAuthority>{};
    const auto door = door_at(configuration, facts.certificate_port);
    if (!door) {
        return rules::refuse(
            fmt::format("mosquitto.conf: 缺少入口 a door is missing: {}", facts.certificate_port),
            "listener");
    }
    const auto authority = PlantAuthority::open(folder, facts);
    if (!authority) return authority.error();
    TrialAuthority trial{*door, trial_passes(*authority, kOne, now), {}};
    trial.list = authority->list_with(trial.passes.void_one.certificate, now);
    return std::optional(std::move(trial));
}

}  // namespace

rules::Result<Findings> try_configuration(const std::string& program, const std::string& folder,
                                          const KitFacts& facts,
                                          const BrokerConfiguration& configuration,
                                          rules::Instant now) {
    const auto plants = door_at(configuration, facts.port);
    const auto daemon = door_at(configuration, facts.daemon_port);
    if (!plants || !daemon) {
        return rules::refuse(fmt::format("mosquitto.conf: 缺少入口 a door is missing: {} 或 or {}",
                                         facts.port, facts.daemon_port),
                             "listener");
    }
    auto certificates = trial_authority(folder, facts, configuration, now);
    if (!certificates) return certificates.error();
    std::optional<TrialAuthority>& by_certificate = *certificates;
    const std::string password = new_password();
    const std::string hash = password_hash(password);
    const Users users = {{kDaemonUser, hash}, {kOne, hash}, {kOther, hash}};
    TestBroker broker(program, configuration.doors.size(),
                      [&](const std::string& at,
                          const std::vector<std::uint16_t>& ports) -> rules::Result<std::string> {
                          auto written = write_file(at + "/passwords", to_text(users));
                          if (!written) return written.error();
                          if (by_certificate && by_certificate->folder.empty()) {
                              by_certificate->folder = at;
                              written = write_file(at + "/revoked.crl", by_certificate->list);
                              if (written) written = put_down(by_certificate->passes, at);
                              if (!written) return written.error();
                          }
                          return trial_configuration(configuration, at, ports, ::geteuid() == 0);
                      });
    if (const auto started = broker.start(); !started) return started.error();
    Trial trial(broker, probe_door(configuration.doors[*plants], broker.port(*plants), folder),
                probe_door(configuration.doors[*daemon], broker.port(*daemon), folder), password);
    Findings findings = trial.run();
    if (by_certificate) {
        CertificateTrial doors;
        doors.door = probe_door(configuration.doors[by_certificate->door],
                                broker.port(by_certificate->door), folder);
        doors.door.certificate.clear();
        doors.door.key.clear();
        const Door& of_daemon = configuration.doors[*daemon];
        if (value_in(of_daemon.own, "require_certificate") == "true") {
            doors.daemon_door = probe_door(of_daemon, broker.port(*daemon), folder);
        }
        doors.folder = by_certificate->folder;
        doors.user = kOne;
        doors.other = kOther;
        doors.password = password;
        for (Finding& finding : try_certificates(doors)) findings.push_back(std::move(finding));
    }
    for (Finding& finding : trial.count_what_is_kept()) findings.push_back(std::move(finding));
    return findings;
}

Findings try_as_stranger(const ProbeDoor& door) {
    Findings findings;
    const auto knocks = [&door](const std::string& user, const std::string& password) {
        return knock(door, {"qk-trial-stranger", user, password, false});
    };
    say(findings, knocks("", "") == ProbeAnswer::kRefused, "不许匿名 nobody without a name",
        "allow_anonymous false");
    place(findings, 0, "BRK-1");
    say(findings, knocks("qk-trial-nobody", "x") == ProbeAnswer::kRefused,
        "不许陌生人 nobody who is not enrolled", "password_file");
    say(findings, knocks(kDaemonUser, kDaemonUser) == ProbeAnswer::kRefused,
        "没有默认口令 no default password", "qingkongctl broker init");
    ProbeDoor plain = door;
    plain.is_tls = false;
    // A refusal would mean that what was said has been read.
    const ProbeLogin nobody{"qk-trial-stranger", "qk-trial-nobody", "x", false};
    say(findings, knock(plain, nobody) == ProbeAnswer::kNone, "不许明文 not without TLS",
        "certfile, keyfile");
    say(findings, !takes_old_tls(door.host, door.port),
        "不许 TLS 1.2 及以下 nothing older than TLS 1.3", "tls_version tlsv1.3");
    findings.back().clause = "BRK-8";
    return findings;
}

Findings ask_running(const std::string& folder, const KitFacts& facts) {
    ProbeDoor door;
    door.host = facts.host;
    door.port = facts.port;
    door.is_tls = true;
    door.ca = (fs::path(folder) / "ca.crt").string();
    Findings findings;
    // Silence refuses nobody, and it would pass for a door that is closed.
    if (knock(door, {"qk-trial-stranger", "", "", false}) == ProbeAnswer::kNone) {
        say(findings, false, fmt::format("{}:{} 没有应答 does not answer", door.host, door.port),
            "查看是否运行、主机名能否解析、证书是否由 ca.crt 签发 whether it runs, "
            "whether the name resolves, whether ca.crt has signed its certificate");
        return findings;
    }
    findings = try_as_stranger(door);
    if (is_loopback(facts.host) || !is_loopback(facts.daemon_address)) return findings;
    // By the name that enterprises use, the daemon's door must not be there.
    ProbeDoor inner = door;
    inner.port = facts.daemon_port;
    inner.is_tls = false;
    say(findings,
        knock(inner, {"qk-trial-stranger", "qk-trial-nobody", "x", false}) == ProbeAnswer::kNone,
        "守护进程的入口不对外 the daemon's door is not to be reached from outside",
        fmt::format("listener {} 127.0.0.1", facts.daemon_port));
    return findings;
}

}  // namespace qk::broker
