// One connection to the broker as a state machine, without the client library: it says what the
// library shall do (LinkPort) and is told what came of it. Its owner turns it on one thread; time
// is what the owner says it is.
//
// Linked means connected and every filter granted. A pause lies between two attempts: it doubles
// while nothing comes of them and begins anew as soon as something did, be it only a message. Who
// is taken over waits longer each time, so that two clients with one id do not drive each other out
// every second. Many brokers do not say that somebody was taken over: links that end again and
// again without a word, with a broker that is there all the time, are told as that too. What was
// published and not answered when the link ended is told as cut. A broker that is there and does
// not answer, be it the connect, a subscription or a publication, is waited for only so long: then
// the link is ended from here, and made anew.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/ports.hpp"

namespace qk::daemon {

using Tick = std::chrono::steady_clock::time_point;

inline constexpr std::size_t kInFlightMax = 1024;  // publications of one link
inline constexpr std::chrono::hours kSessionKept{7 * 24};

struct LinkPauses {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds most{15'000};
    std::chrono::milliseconds taken_over_first{1'000};
    std::chrono::milliseconds taken_over_most{30'000};
    // A link that lasted so long without being taken over has made up for it.
    std::chrono::milliseconds taken_over_forgotten{600'000};
    // Ends without a word of links that were up for less than this, within three times this.
    std::chrono::milliseconds wordless_after{60'000};
    std::size_t wordless_proves = 3;
    // After a link that stood, so long at least: thousands that lose one broker together do not all
    // come back in one instant, if each has a length of its own.
    std::chrono::milliseconds spread{0};
    // A link that lasted so long has brought something.
    std::chrono::milliseconds lasting{10'000};
    std::chrono::milliseconds connect_within{15'000};
    // Subscriptions stand behind what the broker has kept for us, so this begins anew with each
    // message.
    std::chrono::milliseconds granted_within{60'000};
    std::chrono::milliseconds answered_within{300'000};  // a publication
    // The mark did not come back, and for so long nothing more of what the broker holds: that was
    // all of it.
    std::chrono::milliseconds held_quiet{10'000};
    // So many links in a row ended after the mark: it is not sent any more.
    int marks_cut_most = 2;
};

struct LinkFilter {
    // kMark: a topic on which we hear ourselves. What is published there right after kOwn was
    // granted comes back behind everything that the broker holds.
    // kBroker: one that the link does without where it is refused.
    enum class Kind { kMessages, kMark, kOwn, kBroker };
    std::string topic;
    Kind kind = Kind::kMessages;
};

// What the broker promised when it let us in.
struct LinkGreeting {
    bool has_session = false;
    std::size_t packet_bytes_max = 0;  // 0: not said
    std::size_t unanswered_max = 0;    // publications that it answers at once; 0: not said
    bool can_retain = true;
    std::optional<std::chrono::seconds> session_kept;  // where it differs from what was asked
};

// The client library.
class LinkPort {
 public:
    virtual ~LinkPort() = default;
    // Answered by connected() or not_connected(). Nothing of an earlier connection is sent again.
    virtual void connect() = 0;
    // Answered by granted().
    virtual void subscribe(const LinkFilter& filter, std::size_t number) = 0;
    // Ends the connection if there is one; no answer.
    virtual void close() = 0;
    // Answered by answered(). False: it could not be handed over.
    virtual bool send(std::uint64_t number, const std::string& topic, const std::string& payload,
                      bool retain) = 0;
};

class Link {
 public:
    struct Listener {
        std::function<void(bool is_up)> on_link;
        std::function<void(bool is_known)> on_held_all;
        std::function<void(LinkTrouble trouble)> on_trouble;
    };
    struct Publication {
        std::string topic;
        std::string payload;
        bool retain = false;
        std::function<void(PublishAnswer answer)> done;
    };

    Link(LinkPort& port, std::vector<LinkFilter> filters, Listener listener,
         LinkPauses pauses = {});

    void start(Tick now);
    void stop();  // every publication under way is answered
    // Another set of filters, from the next connect on; connects anew if there is a link.
    void replace_filters(std::vector<LinkFilter> filters, Tick now);

    void connected(const LinkGreeting& greeting, Tick now);
    void not_connected(int reason, const std::string& detail, Tick now);
    void granted(std::size_t number, int reason, Tick now);
    void ended(int reason, const std::string& detail, Tick now);
    void answered(std::uint64_t number, int reason, Tick now);
    void publish(Publication publication, Tick now);
    void pass_time(Tick now);
    // From any thread: a message came, and it stood there when we asked for what is held.
    void heard() { ++heard_; }
    void heard_held() { ++held_; }
    // A mark came back; pass_time() is due. One of an earlier connect, which the broker has kept
    // for us, says nothing.
    void heard_mark(const std::string& text) { is_marked_ = is_marked_ || text == mark_; }

    // When pass_time() has something to do by time alone.
    [[nodiscard]] std::optional<Tick> next() const;
    [[nodiscard]] bool is_up() const { return state_ == State::kUp; }
    [[nodiscard]] bool is_connected() const {
        return state_ == State::kSubscribing || state_ == State::kUp;
    }

 private:
    enum class State { kOff, kPausing, kConnecting, kSubscribing, kUp };
    void attempt(Tick now);
    void leave(int reason, Tick now);
    void answer_all(PublishAnswer answer);
    [[nodiscard]] bool is_mark_cut(int reason);
    [[nodiscard]] bool is_without_answer(Tick now);
    void rise_if_all_is_granted();
    void await_held(Tick now);
    void note_wordless_end(Tick now);
    void tell(LinkTrouble::Kind kind, int reason, std::string detail);

    LinkPort& port_;
    std::vector<LinkFilter> filters_;
    Listener listener_;
    const LinkPauses pauses_;
    State state_ = State::kOff;
    Tick attempted_{};
    Tick connected_at_{};
    Tick resumes_{};  // of kPausing
    std::chrono::milliseconds pause_{};
    int taken_over_ = 0;
    std::vector<Tick> wordless_ends_;
    bool has_answered_ = false;  // the broker, to a publication of this link
    std::vector<bool> granted_;
    bool had_session_ = false;  // the broker has promised to keep one
    std::size_t packet_bytes_max_ = 0;
    std::uint64_t last_number_ = 0;
    struct Flight {
        std::function<void(PublishAnswer)> done;
        Tick sent{};
    };
    void send(Publication publication, Tick now);
    void send_waiting(Tick now);
    [[nodiscard]] bool has_room() const;

    std::map<std::uint64_t, Flight> flights_;  // the oldest first
    std::deque<Publication> waiting_;          // until the broker has room for them
    std::size_t unanswered_max_ = 0;
    std::atomic<std::uint64_t> heard_{0};
    std::uint64_t heard_before_ = 0;
    std::uint64_t heard_seen_ = 0;
    Tick granted_until_{};  // of kSubscribing
    std::atomic<std::uint64_t> held_{0};
    std::uint64_t held_seen_ = 0;
    bool is_marked_ = false;
    std::string mark_;                // what is in the one of this connect
    std::uint64_t mark_number_ = 0;   // under which it was sent
    int marks_cut_ = 0;               // links that ended before it was answered, in a row
    std::optional<Tick> held_until_;  // then nothing more of what is held is expected
};

// Some brokers name clients after their users and so give both connections one id: each coming
// throws the other out. Told of every coming and going, it says when that is proved.
class OneIdProof {
 public:
    // True: they have thrown each other out in turn, again and again.
    [[nodiscard]] bool came(std::size_t link, Tick now);
    [[nodiscard]] bool went(std::size_t link, Tick now);

 private:
    [[nodiscard]] bool thrown(std::size_t link);
    std::array<std::optional<Tick>, 2> came_;
    std::array<std::optional<Tick>, 2> went_;
    int in_turn_ = 0;
    std::size_t last_thrown_ = 2;
};

}  // namespace qk::daemon
