#include "sim/run/app_config.hpp"

#include <fmt/format.h>

#include "plans/text/sha256.hpp"
#include "sim/model/random.hpp"

namespace qk::sim {
namespace {

daemon::Person person(Who who, std::string name, std::set<daemon::Role> roles) {
    daemon::Person person;
    person.id = std::string(to_text(who));
    person.name = std::move(name);
    person.roles = std::move(roles);
    person.token_sha256 = plans::sha256_hex(token_of(who));
    return person;
}

std::vector<daemon::Person> people() {
    using daemon::Role;
    return {person(Who::kFeed, "数据推送", {Role::kFeed}),
            person(Who::kDutyOfficer, "示例值班员", {Role::kDutyOfficer}),
            person(Who::kApprover, "示例签发人甲", {Role::kApprover}),
            person(Who::kSecondApprover, "示例签发人乙", {Role::kApprover}),
            person(Who::kAuditor, "示例审计", {Role::kAuditor}),
            person(Who::kAdmin, "示例管理员", {Role::kAdmin})};
}

}  // namespace

std::string token_of(Who who) { return fmt::format("sim-{}", to_text(who)); }

daemon::Config config_of(const Stage& stage, const std::string& folder) {
    daemon::Config config;
    if (!stage.scenario.pack.empty()) config.pack = stage.scenario.pack;
    config.store_path = folder.empty() ? ":memory:" : folder + "/qingkong.db";
    config.store_mode = daemon::StoreMode::kInline;
    config.journal_folder = folder.empty() ? "" : folder + "/journal";
    config.clock_mode = daemon::ClockMode::kDriven;
    config.people = people();
    for (const TableText& table : stage.tables) config.inventory_files[table.name] = table.text;
    if (!stage.season.empty()) config.inventory_files["season.toml"] = stage.season;
    Random random(seed_of(stage.scenario.seed, "signing key"));
    while (config.signing_seed.size() < 32) {
        config.signing_seed += static_cast<char>(random.next() & 0xFF);
    }
    return config;
}

std::string enterprise_in(const std::string& topic) {
    const std::size_t end = topic.rfind('/');
    const std::size_t begin = end == std::string::npos ? end : topic.rfind('/', end - 1);
    return begin == std::string::npos ? "" : topic.substr(begin + 1, end - begin - 1);
}

}  // namespace qk::sim
