#include "daemon/ctl/enterprise_steps.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/broker/certificates.hpp"
#include "daemon/broker/link_cutter.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "plans/evidence/key_history.hpp"

namespace qk::ctl {

namespace fs = std::filesystem;

int refuse_all(const rules::Faults& faults) {
    std::cerr << rules::to_text(faults);
    return kBadUsage;
}

std::set<std::string> reserved_of(const broker::BrokerUserFile& book) {
    std::set<std::string> names{broker::kDaemonUser};
    if (!book.facts.simulator.empty()) names.insert(book.facts.simulator);
    return names;
}

rules::Result<std::vector<broker::Applicant>> from_inventory(const std::string& path) {
    const auto read = load_inventory(path);
    if (!read) return read.error();
    if (!read->inventory) return read->findings;
    std::vector<broker::Applicant> applicants;
    for (const plans::Enterprise& enterprise : read->inventory->enterprises) {
        applicants.push_back({std::string(enterprise.id), std::string(enterprise.name)});
    }
    return applicants;
}

rules::Result<std::vector<broker::Applicant>> applicants_of(const Call& call) {
    std::vector<broker::Applicant> known;
    if (const auto path = call.text("inventory")) {
        auto read = from_inventory(*path);
        if (!read) return read.error();
        known = std::move(*read);
    }
    const std::vector<std::string>& ids = call.texts("id");
    if (ids.empty()) {
        if (!known.empty()) return known;
        return rules::refuse("未指明企业 no enterprise is named", "ID..., 或 or --inventory PATH");
    }
    std::vector<broker::Applicant> named;
    for (const std::string& id : ids) {
        const auto found = std::ranges::find(known, id, &broker::Applicant::id);
        named.push_back({id, found == known.end() ? std::string() : found->name});
    }
    return named;
}

rules::Result<broker::LetterFacts> letter_facts(const Call& call,
                                                const broker::BrokerUserFile& book,
                                                bool is_rotation) {
    broker::LetterFacts facts;
    facts.bureau = call.text_or_default("bureau");
    facts.host = book.facts.host;
    facts.port = book.facts.port;
    facts.now = call.now();
    facts.is_rotation = is_rotation;
    const std::string authority = (fs::path(*call.text("broker")) / "ca.crt").string();
    const auto text = read_regular_file(authority);
    if (!text) return text.error();
    const auto certificate = broker::facts_of(*text, *text, "");
    if (!certificate) {
        return rules::Faults{{{authority, 0, 0}, "不是证书 is not a certificate", ""}};
    }
    facts.authority = certificate->fingerprint;
    facts.signing_key = call.text_or_default("key");
    if (facts.signing_key.empty()) return facts;
    facts.key_fingerprint = plans::fingerprint_of(facts.signing_key);
    if (facts.key_fingerprint.empty()) {
        return rules::refuse(
            "--key: 不是公钥 is not a public key",
            "'qingkongctl key show FILE' 所示的64位十六进制 the 64 hex digits it shows");
    }
    return facts;
}

int reload_users(const Call& call) {
    const auto told = broker::reload_broker(*call.text("broker"));
    if (!told) {
        std::cerr << rules::to_text(told.error())
                  << "名单已更新，消息服务器尚未读取 the users are written, and the broker has not "
                     "read them yet\n";
        return kNegative;
    }
    // In a container, or with another pid_file, it runs all the same, and who is revoked goes on.
    if (*told == broker::Reload::kNotRunning && broker::takes_the_daemon(*call.text("broker"))) {
        std::cerr << "名单已更新，但消息服务器在运行而找不到其进程（state/mosquitto.pid）："
                     "尚未读取，已连接的未断开。请使其重读 the users are written, and the broker "
                     "runs, but its process is not the one in state/mosquitto.pid: it has not read "
                     "them, and links that are up go on: systemctl reload mosquitto (kill -HUP)\n";
        return kNegative;
    }
    if (*told == broker::Reload::kNotRunning) {
        std::cerr << "消息服务器未运行，启动时生效 the broker does not run: it reads this when it "
                     "starts\n";
    }
    return kHolds;
}

void say_left_alone(const std::vector<std::string>& names, std::string_view why) {
    constexpr std::size_t kShown = 10;
    if (names.empty()) return;
    std::cerr << names.size() << " " << why << ":";
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) std::cerr << " " << names[i];
    std::cerr << (names.size() > kShown ? " …\n" : "\n");
}

}  // namespace qk::ctl
