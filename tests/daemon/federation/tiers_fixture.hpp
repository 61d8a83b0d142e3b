// A province, its city and a county of it, each with a store, a desk and the service of documents,
// on one clock that the test moves. What one hands to another passes through a link that the test
// can cut or bend.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/federation/federation_service.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/warning_service.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/warnings/desk_fixture.hpp"

namespace qk::daemon {

struct TierPlace {
    std::string name;
    std::string tier;
    std::string region;
    char seed = 'x';
    std::vector<TierPlace> below{};
};
inline TierPlace county_place() { return {"魏都分局", "county", "411002", 'q', {}}; }
inline TierPlace city_place() { return {"许昌市局", "city", "411000", 'c', {county_place()}}; }
inline TierPlace province_place() {
    return {"河南省厅", "province", "410000", 'p', {city_place()}};
}

inline plans::SigningKey tier_key(char seed) {
    return plans::SigningKey::from_seed(std::string(32, seed)).value();
}
inline std::string trust_line(const TierPlace& place, char seed, const std::string& more = "") {
    return "[[key]]\nname = \"" + place.name + "\"\ntier = \"" + place.tier + "\"\nregions = [\"" +
           place.region + "\"]\npublic_key = \"" + tier_key(seed).public_key_hex() +
           "\"\nfrom = \"2015-01-01\"\n" + more;
}
inline std::string all_tiers() {
    return trust_line(province_place(), 'p') + trust_line(city_place(), 'c') +
           trust_line(county_place(), 'q');
}
inline std::shared_ptr<const plans::TrustList> trust_in(const std::string& text) {
    return std::make_shared<const plans::TrustList>(
        plans::read_trust_list(text, "trust.toml").value());
}
inline std::string url_of(const std::string& region) { return "https://" + region + ".example"; }

class TierDaemon {
 public:
    TierDaemon(boost::asio::io_context& io, ManualClock& clock, PeerLink& link, TierPlace place,
               const std::vector<TierPlace>& peers)
        : io_(io), clock_(clock), link_(link), place_(std::move(place)) {
        auto pack = std::make_shared<plans::RegionPack>(desk_pack());
        pack->name = place_.name;
        pack->region_code = place_.region;
        pack->sub_regions.clear();
        for (const TierPlace& one : place_.below) {
            pack->sub_regions.push_back({one.region, one.name, ""});
        }
        config_.federation.enabled = true;
        config_.federation.trust = trust_in(all_tiers());
        for (const TierPlace& one : peers) {
            FederationPeer peer;
            peer.name = one.name;
            peer.region = one.region;
            peer.url = url_of(one.region);
            config_.federation.peers.push_back(std::move(peer));
        }
        pack_ = std::move(pack);
        begin(place_.seed);
    }
    ~TierDaemon() { end(); }
    TierDaemon(const TierDaemon&) = delete;
    TierDaemon& operator=(const TierDaemon&) = delete;

    // The process ends, with what it had in memory.
    void end() {
        if (!life_) return;
        life_->tasks.cancel();
        run();
        life_.reset();
    }
    void begin(char seed) {
        end();
        life_ = std::make_unique<Life>(*this, tier_key(seed));
        run();
    }
    void trust(const std::string& text) {
        config_.federation.trust = trust_in(text);
        life_->context.config = std::make_shared<const Config>(config_);
    }
    void configure(const std::function<void(FederationConfig&)>& change) {
        change(config_.federation);
        life_->context.config = std::make_shared<const Config>(config_);
    }

    [[nodiscard]] boost::asio::awaitable<ApiResponse> handle(ApiRequest request) {
        return life_->router.handle(std::move(request));
    }
    ApiResponse call(const std::string& method, const std::string& target,
                     const std::string& body = {}, bool is_document = false) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.remote = "198.51.100.7";
        if (is_document) {
            request.content_type = "application/octet-stream";
        } else {
            request.authorization = "Bearer token-of-zhang.wei";
        }
        std::optional<ApiResponse> answer;
        boost::asio::co_spawn(io_, handle(std::move(request)),
                              [&](std::exception_ptr why, ApiResponse value) {
                                  if (why) std::rethrow_exception(why);
                                  answer.emplace(std::move(value));
                              });
        run();
        return std::move(answer).value();
    }
    ApiResponse post_document(const std::string& text) {
        return call("POST", kFederationPath, text, true);
    }
    boost::json::value get(const std::string& target) {
        const ApiResponse answer = call("GET", target);
        EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
        return boost::json::parse(answer.body);
    }
    boost::json::array items(const std::string& target) {
        return get(target).at("items").as_array();
    }
    std::int64_t count(const std::string& query) {
        return store_->transact_now([&](Session& db) { return db.count(query); });
    }
    std::uint64_t counted(Counter counter) const { return metrics_.value(counter); }
    Store& store() { return *store_; }
    [[nodiscard]] const std::string& region() const { return place_.region; }
    [[nodiscard]] bool is_alive() const { return life_ != nullptr; }
    [[nodiscard]] int assessed() const { return assessed_; }
    std::vector<std::string> log_lines;

 private:
    struct Life {
        Life(TierDaemon& of, plans::SigningKey of_key)
            : key(std::move(of_key)),
              events(of.io_.get_executor()),
              log(of.clock_,
                  [&of](LogSeverity, std::string_view line) { of.log_lines.emplace_back(line); }),
              context{of.io_.get_executor(),
                      of.clock_,
                      *of.store_,
                      log,
                      of.metrics_,
                      events,
                      of.inventories_,
                      key,
                      std::make_shared<const Config>(of.config_),
                      of.pack_},
              warnings(context),
              federation(context, &of.link_),
              tasks(of.io_.get_executor(), [](const std::string& task, std::exception_ptr) {
                  ADD_FAILURE() << task << " has failed";
              }) {
            Person person;
            person.id = "zhang.wei";
            person.roles = {Role::kDutyOfficer};
            person.token_sha256 = token_hash("token-of-zhang.wei");
            router.set_people({person});
            warnings.add_routes(router);
            federation.add_routes(router);
            federation.on_new_orders([&of]() -> boost::asio::awaitable<void> {
                ++of.assessed_;
                co_return;
            });
            federation.start(tasks);
        }
        plans::SigningKey key;
        EventFeed events;
        Log log;
        Context context;
        Router router;
        WarningService warnings;
        FederationService federation;
        TaskGroup tasks;
    };
    void run() { run_all(io_, *store_); }

    boost::asio::io_context& io_;
    ManualClock& clock_;
    PeerLink& link_;
    TierPlace place_;
    Config config_;
    std::shared_ptr<const plans::RegionPack> pack_;
    std::unique_ptr<Store> store_ = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry inventories_{*store_, {}};
    Metrics metrics_;
    int assessed_ = 0;
    std::unique_ptr<Life> life_;
};

// Hands over in the process. `bend` may change what is sent; `loses_answers`: it is taken in, and
// nobody hears of it.
class PlayedLink : public PeerLink {
 public:
    [[nodiscard]] boost::asio::awaitable<PeerReply> hand_over(PeerRequest request) override {
        ++attempts;
        PeerReply reply;
        reply.why = "Couldn't connect to server";
        const std::string host = request.url.substr(0, request.url.find("/api/"));
        const auto found = daemons.find(host);
        if (is_down || found == daemons.end() || !found->second->is_alive()) co_return reply;
        ApiRequest call;
        call.method = "POST";
        call.target = request.url.substr(host.size());
        call.content_type = "application/octet-stream";
        call.remote = "198.51.100.8";
        call.body = std::move(request.body);
        if (bend) bend(call.body);
        ApiResponse answer = co_await found->second->handle(std::move(call));
        if (loses_answers) co_return reply;
        reply.why.clear();
        reply.status = answer.status;
        reply.body = std::move(answer.body);
        if (bend_answer) bend_answer(reply);
        co_return reply;
    }
    std::map<std::string, TierDaemon*> daemons;
    std::function<void(std::string&)> bend;
    std::function<void(PeerReply&)> bend_answer;
    bool is_down = false;
    bool loses_answers = false;
    int attempts = 0;
};

class TiersFixture : public testing::Test {
 protected:
    TiersFixture() {
        for (TierDaemon* one : {&province, &city, &county}) {
            link.daemons[url_of(one->region())] = one;
        }
    }
    void run() { run_all(io, city.store()); }
    void move(std::chrono::seconds time) {
        const rules::Instant until = clock.now() + time;
        run();
        while (clock.step(until)) run();
        run();
    }
    // 16:00 UTC on 7 December 2015 is the start: the 8th, 0:00, in Beijing.
    static std::string prompt_body(const std::string& number,
                                   const std::string& colour = "orange") {
        return boost::json::serialize(boost::json::object{{"number", number},
                                                          {"zone", "豫中"},
                                                          {"colour", colour},
                                                          {"from", "2015-12-09T00:00:00+08:00"},
                                                          {"to", "2015-12-12T00:00:00+08:00"},
                                                          {"deadline", "2015-12-08T20:00:00+08:00"},
                                                          {"note", ""}});
    }
    static std::string floor_body() {
        return boost::json::serialize(boost::json::object{{"document", "豫环函9号"},
                                                          {"clause", "不低于橙色"},
                                                          {"colour", "orange"},
                                                          {"from", "2015-12-09T00:00:00+08:00"},
                                                          {"to", "2015-12-12T00:00:00+08:00"}});
    }
    static boost::json::object follow_up_of(TierDaemon& tier, const std::string& number,
                                            const std::string& region) {
        const auto prompt = tier.get("/api/v1/prompts/" + number);
        for (const auto& one : prompt.at("follow_up").as_array()) {
            if (one.at("region").as_string() == region) return one.as_object();
        }
        ADD_FAILURE() << region << " is not in the list of " << number;
        return {};
    }
    static std::string first_text(TierDaemon& tier, const std::string& list,
                                  const std::string& member) {
        const auto items = tier.items("/api/v1/federation/" + list);
        if (items.empty()) return {};
        return std::string(items.front().at(member).as_string());
    }

    boost::asio::io_context io;
    ManualClock clock{kTestStart};
    PlayedLink link;
    TierDaemon province{io, clock, link, province_place(), {city_place()}};
    TierDaemon city{io, clock, link, city_place(), {province_place(), county_place()}};
    TierDaemon county{io, clock, link, county_place(), {city_place()}};
};

}  // namespace qk::daemon
