#include "plans/inventory/edition.hpp"

#include <openssl/evp.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cassert>

#include "plans/inventory/inventory_records.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "qingkong-inventory-1";

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    [[maybe_unused]] const int answer =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    assert(answer == 1);
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += kHex[digest[i] >> 4];
        text += kHex[digest[i] & 0xF];
    }
    return text;
}

rules::Faults refuse_text(const std::string& file, int line, std::string what) {
    return {{{file, line, 0},
             std::move(what),
             "the text as it was written by Qingkong",
             rules::Severity::kError}};
}

// First line of the text, parsed; the rest stays.
rules::Result<json::value> read_head(std::string_view& text, const std::string& file) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return refuse_text(file, 1, "no inventory");
    auto head = parse_json(text.substr(0, end), file);
    if (!head) return head.error();
    if (string_or(*head, "format") != kFormat) {
        return refuse_text(file, 1, "not an inventory of format " + std::string(kFormat));
    }
    text.remove_prefix(end + 1);
    return head;
}

json::object head_of(const Inventory& inventory) {
    return {{"format", kFormat}, {"edition", inventory.edition}};
}

}  // namespace

std::string content_hash(const Inventory& inventory) {
    return sha256_hex(records_text(inventory, RowNumbers::kLeftOut));
}

rules::Result<Edition> sign_off(Inventory inventory, std::string name, std::string person,
                                rules::Instant at) {
    rules::Faults faults;
    if (name.empty()) {
        faults.push_back({{}, "the edition has no name", "for example 2026年10月修订版"});
    }
    if (person.empty()) faults.push_back({{}, "nobody signs the edition off", "a person's name"});
    if (!faults.empty()) return faults;
    inventory.edition = std::move(name);
    Edition edition{std::move(inventory), {std::move(person), at}, {}};
    edition.content_hash = content_hash(edition.inventory);
    return edition;
}

std::string to_text(const Inventory& inventory) {
    return to_text(json::value(head_of(inventory))) + "\n" +
           records_text(inventory, RowNumbers::kKept);
}

rules::Result<Inventory> inventory_from_text(std::string_view text, const std::string& file) {
    const auto head = read_head(text, file);
    if (!head) return head.error();
    auto inventory = read_records(text, file, 2);
    if (inventory) inventory->edition = string_or(*head, "edition");
    return inventory;
}

std::string to_text(const Edition& edition) {
    json::object head = head_of(edition.inventory);
    head["person"] = edition.sign_off.person;
    head["at"] = rules::to_iso(edition.sign_off.at, rules::Zone{std::chrono::minutes(0)});
    head["sha256"] = edition.content_hash;
    return to_text(json::value(std::move(head))) + "\n" +
           records_text(edition.inventory, RowNumbers::kKept);
}

rules::Result<Edition> edition_from_text(std::string_view text, const std::string& file) {
    const auto head = read_head(text, file);
    if (!head) return head.error();
    auto inventory = read_records(text, file, 2);
    if (!inventory) return inventory.error();
    const auto at = rules::parse_instant(string_or(*head, "at"), rules::Zone{});
    if (!at || string_or(*head, "person").empty()) {
        return refuse_text(file, 1, "the edition is not signed off");
    }
    auto edition = sign_off(std::move(*inventory), string_or(*head, "edition"),
                            string_or(*head, "person"), *at);
    if (!edition) return edition.error();
    if (edition->content_hash != string_or(*head, "sha256")) {
        return refuse_text(file, 1,
                           "the content does not match its hash: it was changed after "
                           "it was signed off");
    }
    return edition;
}

}  // namespace qk::plans
