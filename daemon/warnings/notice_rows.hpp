// Published messages as rows: written in the transaction of the decision, with one delivery row for
// each gateway, and read by the public routes and the publisher. A message is never changed
// afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "plans/documents/notice.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/life.hpp"

namespace qk::daemon {

struct StoredNotice {
    std::int64_t number = 0;
    std::string identifier;
    std::string warning;
    std::string kind;  // "alert", "update", "cancel"
    rules::Colour colour = rules::Colour::kYellow;
    bool exercise = false;
    std::string sender;
    rules::Instant sent{};
    std::optional<rules::Instant> expires;
    std::string headline;
    std::string body;
    std::string measures;
    std::string instruction;
    std::string cap;
    // The bureau's number of it; empty: it has none.
    std::string document{};
    std::string text_kind{};  // of notices from before it was kept: empty
    bool mandatory = true;
    rules::Instant effective_from{};
    std::optional<rules::Instant> expected_to{};
};

struct NoticeOrder {
    const plans::RegionPack& pack;
    const rules::Warning& warning;
    rules::PublishNotice notice;
    rules::Why why;
    std::string measures;  // mandatory measures in a sentence
    rules::Instant now{};
    std::string public_url;
    std::vector<std::string> hooks;
};

// Composes the texts and the CAP message, gives them the bureau's next number and stores all;
// answers the identifier. What is rolled back has used no number. A text with a place that is not
// filled in is our own mistake here: whoever signs asks draft_notice() first.
std::string write_notice(Session& db, const NoticeOrder& order);
// What write_notice() would store now, to the byte; stores nothing and uses no number.
struct NoticeDraft {
    std::string identifier;
    std::string document;  // empty: the bureau numbers nothing
    std::string kind;      // "alert", "update", "cancel"
    plans::NoticeText text;
    std::string cap;
};
[[nodiscard]] NoticeDraft draft_notice(Session& db, const NoticeOrder& order);

[[nodiscard]] std::optional<StoredNotice> find_notice(Session& db, const std::string& identifier);
[[nodiscard]] std::optional<StoredNotice> load_notice(Session& db, std::int64_t number);
// Empty `warning`: of all.
[[nodiscard]] std::vector<StoredNotice> list_notices(Session& db, const std::string& warning,
                                                     const NewestFirst& stretch);
[[nodiscard]] std::size_t count_notices(Session& db, const std::string& warning);
// Of the warnings alone, or of the exercises alone; newest first.
[[nodiscard]] std::vector<StoredNotice> list_notices_of(Session& db, bool exercise,
                                                        std::size_t limit);

// ---- Deliveries to gateways ----

struct WaitingDelivery {
    std::int64_t notice = 0;
    std::string target;
    int attempts = 0;
    rules::Instant next{};  // when it is due
};
// The next one of each gateway, the first due first. A gateway gets messages in order: none before
// the one ahead of it has been taken.
[[nodiscard]] std::vector<WaitingDelivery> waiting_deliveries(Session& db, std::size_t limit);
void note_taken(Session& db, const WaitingDelivery& delivery, rules::Instant now);
void note_refused(Session& db, const WaitingDelivery& delivery, const std::string& why,
                  rules::Instant next);

// Where the public finds a message.
[[nodiscard]] std::string cap_path(const std::string& identifier);

}  // namespace qk::daemon
