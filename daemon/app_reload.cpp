#include "daemon/app_parts.hpp"

#include "daemon/access/token.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/session.hpp"
#include "daemon/trust/known_facts.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

// A reload that changed something, in the log; the reload itself does not wait for it.
asio::awaitable<void> note_reload(App::Parts& parts, std::shared_ptr<const Config> config,
                                  Facts facts) {
    const rules::Instant now = parts.ports.clock.now();
    PeopleNoted noted;
    auto work = [&](Session& db) {
        note_config(db, facts, now);
        noted = note_people(db, facts_of(config->people), now);
    };
    co_await parts.store->transact(std::move(work));
    for (const std::string& id : noted.added) parts.login->forget_ways_in(id);
    parts.events.wake();
}

asio::awaitable<void> note_refusal(App::Parts& parts, rules::Faults faults) {
    const rules::Instant now = parts.ports.clock.now();
    auto work = [&faults, now](Session& db) { note_refused(db, faults, now); };
    co_await parts.store->transact(std::move(work));
    parts.events.wake();
}

}  // namespace

void show_config(App::Parts& parts, bool is_good) {
    std::uint64_t hash = 0;
    for (const char c : parts.context->config->hash.substr(0, 12)) {
        hash = hash * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    parts.metrics.set(Gauge::kConfigHash, static_cast<double>(hash));
    parts.metrics.set(Gauge::kLastReloadGood, is_good ? 1 : 0);
}

void limit_calls(App::Parts& parts) {
    const auto tell = [&parts](const Person& person) {
        parts.metrics.add(Counter::kCallsOverShare);
        parts.log.write(kCallsTooMany,
                        {{"person", person.id},
                         {"waiting", static_cast<std::int64_t>(kCallsWaitingPerPersonMax)}});
    };
    parts.router.limit_calls(
        static_cast<std::size_t>(parts.context->config->limits.calls_per_person), tell);
}

void take_people(App::Parts& parts, const std::vector<Person>& people) {
    parts.router.set_people(people);
    say_who_may_act(parts.log, people, parts.ports.clock.now());
    parts.event_stream->wake();  // streams of accounts that are gone or changed look up, and end
}

void replace_people(App::Parts& parts, std::vector<Person> people) {
    auto config = std::make_shared<Config>(*parts.context->config);
    config->people = std::move(people);
    take_people(parts, config->people);
    parts.context->config = std::move(config);
    parts.login->reload();
}

rules::Faults App::reload(Config config) {
    Parts& parts = *parts_;
    const std::vector<Person> of_file = config.people;
    config.people = parts.account_desk->with_kept(of_file);
    auto pack = load_pack(config.pack);
    if (!pack) {
        refuse_reload(pack.error());
        return pack.error();
    }
    rules::Faults refused =
        people_refused(parts.context->config->people, config.people, config.people_file,
                       parts.ports.clock.now(), parts.context->pack->approval.four_eyes);
    if (!refused.empty()) {
        refuse_reload(refused);
        return refused;
    }
    TakenOver taken = take_over(*parts.context->config, std::move(config));
    for (const rules::Fault& fault : taken.waiting) {
        parts.log.write(kReloadPartial, {{"fault", fault.what}});
    }
    parts.account_desk->set_file(of_file);
    take_people(parts, taken.config.people);
    parts.context->config = std::make_shared<const Config>(std::move(taken.config));
    parts.login->reload();
    Facts facts = facts_of(parts.context->config->facts, *pack);
    parts.tasks.spawn("note reload", note_reload(parts, parts.context->config, std::move(facts)));
    limit_calls(parts);
    // One that was put in force by a person stays in force.
    parts.packs->reloaded(std::make_shared<const plans::RegionPack>(std::move(*pack)));
    parts.tasks.spawn("duty roster", parts.duty->reloaded());
    parts.tasks.spawn("addressees", parts.addressees->reloaded());
    parts.metrics.add(Counter::kReloads);
    show_config(parts, true);
    parts.log.write(kReloaded);
    return taken.waiting;
}

void App::refuse_reload(const rules::Faults& faults) {
    parts_->metrics.add(Counter::kReloadsRefused);
    show_config(*parts_, false);
    for (const rules::Fault& fault : faults) {
        parts_->log.write(kReloadRefused, {{"fault", rules::to_text(fault)}});
    }
    parts_->tasks.spawn("note reload", note_refusal(*parts_, faults));
}

}  // namespace qk::daemon
