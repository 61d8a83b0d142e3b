#include "daemon/broker/certificate_trial.hpp"

#include <utility>

#include "daemon/broker/letters.hpp"

namespace qk::broker {
namespace {

constexpr const char* kOwnFile = "own";
constexpr const char* kVoidFile = "void";
constexpr const char* kStrangeFile = "strange";

ProbeDoor with_pass(ProbeDoor door, const std::string& folder, const char* name) {
    door.certificate = folder + "/" + name + ".crt";
    door.key = folder + "/" + name + ".key";
    return door;
}

std::string receipt_of(const std::string& user) { return "qingkong/1/000000/" + user + "/receipt"; }

}  // namespace

TrialPasses trial_passes(const PlantAuthority& authority, const std::string& user,
                         rules::Instant now) {
    constexpr std::chrono::hours kAround{24};
    const Validity validity{now - kAround, now + kAround};
    const CertifiedKey nobody = new_authority("Qingkong trial of nobody", validity);
    return {authority.for_a_moment(user, now), authority.for_a_moment(user, now),
            issue_client(nobody, user, validity)};
}

rules::Result<void> put_down(const TrialPasses& passes, const std::string& folder) {
    const std::pair<const char*, const CertifiedKey*> files[] = {
        {kOwnFile, &passes.own}, {kVoidFile, &passes.void_one}, {kStrangeFile, &passes.strange}};
    for (const auto& [name, pass] : files) {
        auto written = write_secret(folder + "/" + name + ".crt", pass->certificate);
        if (written) written = write_secret(folder + "/" + name + ".key", pass->key);
        if (!written) return written;
    }
    return {};
}

Findings try_certificates(const CertificateTrial& trial) {
    Findings findings;
    const auto say = [&findings](bool is_good, std::string what, std::string cure) {
        findings.push_back(
            {is_good, std::move(what), is_good ? std::string() : std::move(cure), {}});
    };
    const auto knocks = [](const ProbeDoor& door, const ProbeLogin& login) {
        Probe probe(door, login);
        return probe.connect();
    };
    const ProbeLogin nobody{"qk-trial-certificate", "", "", false};
    // The name and password of another are not asked for, and count for nothing.
    const ProbeLogin as_other{trial.other, trial.other, trial.password, false};
    {
        Probe one(with_pass(trial.door, trial.folder, kOwnFile), as_other);
        const bool is_in = one.connect() == ProbeAnswer::kTaken;
        say(is_in, "凭证书可以连接 an enterprise comes in by its certificate",
            "require_certificate true, cafile plants-ca.crt");
        say(is_in && one.publish(receipt_of(trial.user), "{}") == ProbeAnswer::kTaken &&
                one.publish(receipt_of(trial.other), "{}") == ProbeAnswer::kRefused,
            "用户名取自证书，不能报他人 its user is the name in it, whatever name it gives",
            "use_identity_as_username true");
    }
    say(knocks(trial.door, {trial.user, trial.user, trial.password, false}) != ProbeAnswer::kTaken,
        "没有证书进不来 nobody without a certificate", "require_certificate true");
    say(knocks(with_pass(trial.door, trial.folder, kStrangeFile), nobody) != ProbeAnswer::kTaken,
        "他处签发的证书进不来 no certificate of another authority", "cafile plants-ca.crt");
    say(knocks(with_pass(trial.door, trial.folder, kVoidFile), nobody) != ProbeAnswer::kTaken,
        "停用的证书进不来 no certificate that is void", "crlfile revoked.crl");
    if (trial.daemon_door.port == 0) return findings;
    // There a client names itself as it likes.
    say(knocks(with_pass(trial.daemon_door, trial.folder, kOwnFile),
               {"qk-trial-thief", trial.user, trial.password, false}) != ProbeAnswer::kTaken,
        "企业的证书进不了守护进程的入口 the certificate of an enterprise does not open the "
        "daemon's "
        "door",
        "cafile ca.crt at the daemon's door");
    return findings;
}

}  // namespace qk::broker
