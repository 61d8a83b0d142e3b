#include "daemon/agent/broker_line.hpp"

#include <utility>

#include "daemon/mqtt/paho_client.hpp"
#include "plans/text/sha256.hpp"

namespace qk::agent {

using daemon::Link;
using daemon::LinkFilter;
using daemon::PahoClient;
using daemon::Tick;

namespace {

daemon::PahoSettings settings_of(const BrokerSettings& broker, std::string password,
                                 const std::string& topic_stem) {
    daemon::PahoSettings settings;
    settings.url = broker.url;
    settings.client_id = broker.client_id;
    settings.is_v5 = broker.is_v5;
    settings.user = broker.user;
    settings.password = std::move(password);
    settings.ca = broker.ca;
    settings.certificate = broker.certificate;
    settings.key = broker.key;
    settings.will_topic = topic_stem + "status";
    return settings;
}

}  // namespace

daemon::LinkPauses pauses_of(const std::string& topic_stem) {
    constexpr std::size_t kDigits = 8;
    std::uint64_t place = 0;
    for (const char digit : plans::sha256_hex(topic_stem).substr(0, kDigits)) {
        place =
            place * 16 + static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    const auto most = static_cast<std::uint64_t>(kSpreadMost.count());
    daemon::LinkPauses pauses;
    pauses.spread = std::chrono::milliseconds{place % most};
    return pauses;
}

struct BrokerLine::Parts {
    Parts(daemon::PahoSettings settings, std::vector<LinkFilter> filters,
          const daemon::LinkPauses& pauses, std::function<void(Event)> hand_over, Listener told)
        : post(std::move(hand_over)),
          listener(std::move(told)),
          client(std::move(settings), owner_of_client()) {
        Link::Listener of_link;
        of_link.on_link = listener.on_link;
        of_link.on_trouble = [this](const daemon::LinkTrouble& trouble) {
            // What the broker does not promise, the daemon says.
            if (trouble.kind == daemon::LinkTrouble::Kind::kFewerPromises) return;
            listener.on_trouble(trouble);
        };
        link = std::make_unique<Link>(client, std::move(filters), std::move(of_link), pauses);
        client.serve(*link);
    }
    PahoClient::Owner owner_of_client() {
        PahoClient::Owner owner;
        owner.post = [this](Event event) {
            post([this, event = std::move(event)](Tick now) {
                last = now;
                event(now);
            });
        };
        owner.on_message = [this](const std::string& topic, const std::string& payload, bool) {
            listener.on_message(topic, payload);
        };
        owner.now = [this] { return last; };
        owner.on_end = [this](int reason, const std::string& detail, Tick now) {
            link->ended(reason, detail, now);
        };
        return owner;
    }

    const std::function<void(Event)> post;
    const Listener listener;
    Tick last{};  // when the owner's thread last did something here
    std::unique_ptr<Link> link;
    PahoClient client;  // last, so that its threads end before what they call goes
};

BrokerLine::BrokerLine(const BrokerSettings& settings, std::string password,
                       const std::string& topic_stem, std::vector<LinkFilter> filters,
                       std::function<void(Event)> post, Listener listener)
    : parts_(std::make_unique<Parts>(settings_of(settings, std::move(password), topic_stem),
                                     std::move(filters), pauses_of(topic_stem), std::move(post),
                                     std::move(listener))) {}

BrokerLine::~BrokerLine() = default;

void BrokerLine::start(Tick now) {
    parts_->last = now;
    parts_->link->start(now);
}

void BrokerLine::pass_time(Tick now) {
    parts_->last = now;
    parts_->link->pass_time(now);
}

void BrokerLine::publish(Link::Publication publication, Tick now) {
    parts_->last = now;
    parts_->link->publish(std::move(publication), now);
}

bool BrokerLine::is_up() const { return parts_->link->is_up(); }

std::optional<Tick> BrokerLine::next() const { return parts_->link->next(); }

void BrokerLine::stop() {
    parts_->client.end();
    parts_->link->stop();
}

}  // namespace qk::agent
