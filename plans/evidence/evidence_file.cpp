#include "plans/evidence/evidence_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "plans/response/order.hpp"
#include "plans/response/signing.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::string_view kPackage = "qingkong-evidence";
constexpr int kVersion = 1;

std::string iso(rules::Instant at) { return rules::to_iso(at, rules::kBeijingTime); }

json::object end_part(std::int64_t lines, std::string sum, std::string key) {
    return {{"kind", "end"}, {"lines", lines}, {"sha256", std::move(sum)}, {"key", std::move(key)}};
}

std::string first_of(const rules::Faults& faults) { return rules::to_text(faults.front()); }

std::string short_of(const std::string& key) {
    constexpr std::size_t kDigits = 16;
    return fingerprint_of(key).substr(0, kDigits);
}

// Empty where these are no 32 bytes in hex.
std::string public_key_of_seed(const std::string& hex) {
    constexpr std::size_t kSeedBytes = 32;
    const auto seed = from_hex(hex, kSeedBytes);
    if (!seed) return {};
    const auto key = SigningKey::from_seed(*seed);
    return key ? key->public_key_hex() : std::string();
}

}  // namespace

// ---- Writing ----

std::string EvidenceWriter::add(std::string text) {
    text += '\n';
    sum_.add(text);
    ++lines_;
    return text;
}

std::string EvidenceWriter::begin(const std::string& region, rules::Instant at,
                                  const std::string& subject) {
    json::object first{{"kind", json::string(kPackage)},
                       {"version", kVersion},
                       {"region", region},
                       {"made_at", iso(at)}};
    if (!subject.empty()) first["subject"] = subject;
    return add(canonical_text(first));
}

std::string EvidenceWriter::line(const json::value& record) { return add(canonical_text(record)); }

std::string EvidenceWriter::end(const SigningKey& key) {
    json::object last = end_part(lines_, sum_.hex(), key.public_key_hex());
    last["signature"] = key.sign_hex(Purpose::kEvidence, canonical_text(last));
    return canonical_text(last) + "\n";
}

// ---- Checking ----

EvidenceCheck::EvidenceCheck(std::string pinned, std::vector<AuditHead> kept)
    : pinned_(std::move(pinned)), kept_(std::move(kept)) {
    last_.hash = std::string(kNothingBefore);
}

void EvidenceCheck::tell(std::string what, std::string why) {
    const bool is_break = !why.empty();
    if (is_break && ++breaks_ > kEvidenceBreaksMax) return;
    links_.push_back({std::move(what), !is_break, std::move(why)});
}

void EvidenceCheck::note(std::string what, std::string text) {
    links_.push_back({std::move(what), true, std::move(text)});
}

bool EvidenceCheck::take(std::string_view line) {
    ++lines_;
    const std::string name = fmt::format("line {}", lines_);
    std::string_view text = line;
    if (text.ends_with('\n')) text.remove_suffix(1);
    const auto value = parse_json(text, name);
    const std::string kind = value ? string_or(*value, "kind") : std::string();
    if (lines_ == 1 && kind != kPackage) return false;
    if (has_ended_) tell(name, "stands after the end of the package");
    if (!value) {
        tell(name, "is not JSON: " + first_of(value.error()));
    } else if (text.size() == line.size() || canonical_text(*value) != text) {
        tell(name, "is not in the form in which it was written");
    }
    if (kind == "end") {
        take_end(*value);
    } else {
        sum_.add(line);
        if (value) take_record(kind, *value);
    }
    return true;
}

void EvidenceCheck::take_record(const std::string& kind, const json::value& value) {
    if (kind == kPackage) {
        made_at_ = rules::parse_instant(string_or(value, "made_at"), rules::kBeijingTime)
                       .value_or(rules::Instant{});
        const bool is_known = number_or(value, "version", 0) == kVersion && lines_ == 1;
        const std::string subject = string_or(value, "subject");
        is_excerpt_ = !subject.empty();
        tell("package of " + string_or(value, "region") + ", made at " + iso(made_at_) +
                 (is_excerpt_ ? ", of " + subject : ""),
             is_known ? "" : "is not of version 1, or not the first line");
    } else if (kind == "key") {
        take_key(value);
    } else if (kind == "audit-head") {
        take_head(value);
    } else if (kind == "audit") {
        take_entry(value);
    } else if (kind == "inclusion") {
        take_inclusion(value);
    } else if (kind == "order") {
        take_order(value);
    } else if (kind == "note" || (others_ && others_(kind, value))) {
        return;
    } else {
        tell(fmt::format("line {}", lines_),
             "is of the kind '" + kind + "', which this program cannot check");
    }
}

void EvidenceCheck::take_key(const json::value& value) {
    auto record = key_record_from_json(value, fmt::format("line {}", lines_));
    if (!record) return tell(fmt::format("line {}", lines_), first_of(record.error()));
    if (are_heads_checked_) tell("key " + short_of(record->key), "stands after the entries");
    keys_.push_back(std::move(*record));
}

void EvidenceCheck::take_head(const json::value& value) {
    auto head = head_from_json(value);
    if (!head) return tell(fmt::format("line {}", lines_), first_of(head.error()));
    if (are_heads_checked_) tell("head of " + iso(head->at), "stands after the entries");
    read_heads_.push_back(std::move(*head));
}

void EvidenceCheck::check_keys() {
    if (keys_.empty()) return tell("keys", "the package names none");
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const KeyRecord& record = keys_[i];
        const std::string name = "key " + short_of(record.key);
        const auto& succession = record.succession;
        if (i == 0) {
            tell(name, succession ? "is the first, and follows one that is not here" : "");
            continue;
        }
        std::string why;
        if (!succession || succession->from != keys_[i - 1].key || succession->to != record.key) {
            why = "does not follow the key before it";
        } else {
            why = why_not_signed(*succession);
        }
        if (keys_[i - 1].valid_to != record.valid_from) why = "begins when another is in use";
        tell(name, why);
    }
    const bool is_in_use = !keys_.back().valid_to;
    if (!is_in_use) tell("key " + short_of(keys_.back().key), "is the last, and not in use");
    trusted_ = keys_trusted_with(keys_, pinned_.empty() ? keys_.back().key : pinned_);
    const std::string own = public_key_of_seed(pinned_);
    if (trusted_.empty() && std::ranges::count(keys_, own, &KeyRecord::key) > 0) {
        // Never printed: whoever reads the answer could sign with it.
        tell("key " + short_of(own),
             "what was given to trust is its private seed: name the fingerprint " +
                 fingerprint_of(own) + ", and keep the seed to those who sign");
    } else if (trusted_.empty()) {
        tell("key " + pinned_, "the one that you trust is not among those of the package");
    } else if (pinned_.empty()) {
        note("key " + fingerprint_of(keys_.back().key),
             "not compared with anything: name the published fingerprint with --key");
    }
}

// Empty: a key that is trusted and was in use then.
std::string EvidenceCheck::why_not_by(const std::string& key, rules::Instant at) const {
    const auto record = std::ranges::find(keys_, key, &KeyRecord::key);
    if (record == keys_.end()) return "is signed by a key that is not in the package";
    if (std::ranges::count(trusted_, key) == 0) {
        return "is signed by a key that the one you trust does not lead to";
    }
    if (at < record->valid_from || (record->valid_to && at > *record->valid_to)) {
        return "is signed by a key that was not in use then";
    }
    return {};
}

void EvidenceCheck::check_heads() {
    are_heads_checked_ = true;
    check_keys();
    const auto add = [this](const AuditHead& head, std::string name) {
        std::string why =
            is_signed(head) ? why_not_by(head.key, head.at) : "its signature does not hold";
        if (!why.empty()) return tell(std::move(name), std::move(why));
        if (head.number == 0) {
            return tell(std::move(name), head.hash == kNothingBefore ? "" : "is of no entry");
        }
        heads_.emplace(head.number, HeadToCheck{head, std::move(name)});
    };
    for (std::size_t i = 0; i < read_heads_.size(); ++i) {
        const AuditHead& head = read_heads_[i];
        const std::string name = "head of " + iso(head.at);
        if (i > 0 && read_heads_[i - 1].number > head.number) {
            tell(name, "is of an earlier entry than the head before it");
        }
        // The chain gives the order. A clock that was wrong and set right accuses nobody.
        if (i > 0 && read_heads_[i - 1].at > head.at) {
            note(name, "was signed when the clock stood behind the head before it");
        }
        add(head, name);
    }
    for (const AuditHead& head : kept_) add(head, "head you kept, of " + iso(head.at));
}

void EvidenceCheck::take_entry(const json::value& value) {
    if (!are_heads_checked_) check_heads();
    auto read = chain_entry_from_json(value);
    if (!read) {
        ++entry_breaks_;
        return tell(fmt::format("line {}", lines_), first_of(read.error()));
    }
    const ChainEntry& entry = *read;
    const std::size_t breaks_before = breaks_;
    const std::string name = fmt::format("audit {}", entry.number);
    if (first_ == 0) first_ = entry.number;
    if (entry.number != last_.number + 1) {
        tell(name, fmt::format("stands after entry {}", last_.number));
    }
    if (entry.before != last_.hash) tell(name, "does not follow from the entry before it");
    if (entry.hash != hash_of(entry)) tell(name, "does not have the content it was written with");
    if (entry.action == kBreakAction) tell(name, "says that the log was found broken then");
    check_heads_at(entry);
    entry_breaks_ += breaks_ - breaks_before;
    last_ = std::move(*read);
}

void EvidenceCheck::take_inclusion(const json::value& value) {
    if (!are_heads_checked_) check_heads();
    const auto inclusion = inclusion_from_json(value);
    if (!inclusion) return tell(fmt::format("line {}", lines_), first_of(inclusion.error()));
    const std::string name =
        fmt::format("audit {}, {}", inclusion->entry.number, inclusion->entry.action);
    const auto [begin, end] = heads_.equal_range(inclusion->head);
    if (begin == end) return tell(name, "is of a head that does not hold or is not here");
    tell(name, why_not_included(*inclusion, begin->second.head));
}

void EvidenceCheck::take_order(const json::value& value) {
    if (!are_heads_checked_) check_heads();
    const json::value* document = find_member(value, "document");
    if (document == nullptr) return tell(fmt::format("line {}", lines_), "holds no order");
    const std::string name = fmt::format("order {}, revision {}", string_or(*document, "order"),
                                         number_or(*document, "revision", 0));
    // A later key may have signed it again, as it does when the keys change.
    const auto read = read_signed(canonical_text(*document), trusted_, rules::kBeijingTime);
    tell(name, read ? "" : first_of(read.error()));
}

void EvidenceCheck::check_heads_at(const ChainEntry& entry) {
    is_last_covered_ = false;
    const auto [begin, end] = heads_.equal_range(entry.number);
    for (auto one = begin; one != end; ++one) {
        const bool is_same = one->second.head.hash == entry.hash;
        is_last_covered_ = is_last_covered_ || is_same;
        tell(one->second.name + fmt::format(", entry {}", entry.number),
             is_same ? "" : "another entry stood here when it was signed");
    }
    heads_.erase(begin, end);
}

void EvidenceCheck::take_end(const json::value& value) {
    if (!are_heads_checked_) check_heads();
    has_ended_ = true;
    const std::string key = string_or(value, "key");
    json::object said = end_part(lines_ - 1, sum_.hex(), key);
    const std::string text = canonical_text(said);
    said["signature"] = string_or(value, "signature");
    std::string why;
    if (canonical_text(value) != canonical_text(said)) {
        why = "the lines are not those that were signed";
    } else if (!verify_hex(key, Purpose::kEvidence, text, string_or(value, "signature"))) {
        why = "its signature does not hold";
    } else if (!page_key_.empty() && key != page_key_) {
        why = "is not signed by the key of the page around it";
    } else if (!keys_.empty() && key != keys_.back().key) {
        // Whoever has a key that was replaced could otherwise make a package of an earlier day.
        why = "is not signed by the last key of the package";
    } else {
        why = why_not_by(key, made_at_);
    }
    tell("end of the package", why);
}

void EvidenceCheck::finish_entries() {
    for (const auto& [number, one] : heads_) {
        tell(one.name, fmt::format("names entry {}, which is not there", number));
    }
    if (last_.number == 0) return tell("audit", "the log is empty");
    if (!is_last_covered_) {
        tell(fmt::format("audit {}", last_.number), "no signed head covers the last entry");
    }
    if (entry_breaks_ == 0) {
        note(fmt::format("audit {} to {}", first_, last_.number), "");
    }
}

std::vector<EvidenceLink> EvidenceCheck::finish() {
    if (!are_heads_checked_) check_heads();
    if (!is_excerpt_) finish_entries();
    if (!has_ended_) tell("end of the package", "is missing: the file was cut");
    if (breaks_ > kEvidenceBreaksMax) {
        links_.push_back(
            {"more", false, fmt::format("{} more links break", breaks_ - kEvidenceBreaksMax)});
    }
    return std::move(links_);
}

}  // namespace qk::plans
