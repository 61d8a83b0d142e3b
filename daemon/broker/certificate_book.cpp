#include "daemon/broker/certificate_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/broker/passwords.hpp"
#include "plans/text/json.hpp"

namespace qk::broker {
namespace {

constexpr std::chrono::hours kClockBehind{24};
constexpr std::size_t kSerialDigitsMax = 40;  // RFC 5280, 4.1.2.2: 20 bytes

bool is_live(const IssuedCertificate& one, rules::Instant now) {
    return !one.void_from && one.to > now;
}

bool is_serial(std::string_view text) {
    return !text.empty() && text.size() <= kSerialDigitsMax &&
           text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

std::optional<rules::Instant> instant_in(const boost::json::value& value, std::string_view key) {
    const auto read = rules::parse_instant(plans::string_or(value, key), rules::kBeijingTime);
    return read ? std::optional(*read) : std::nullopt;
}

std::optional<IssuedCertificate> read_one(const boost::json::value& value) {
    IssuedCertificate one;
    one.user = plans::string_or(value, "user");
    one.serial = plans::string_or(value, "serial");
    const auto to = instant_in(value, "to");
    if (!user_fault(one.user).empty() || !is_serial(one.serial) || !to) return std::nullopt;
    one.to = *to;
    if (plans::find_member(value, "void_from") == nullptr) return one;
    one.void_from = instant_in(value, "void_from");
    // Half-read it would count as good.
    return one.void_from ? std::optional(one) : std::nullopt;
}

}  // namespace

std::set<std::string> CertificateBook::users(rules::Instant now) const {
    std::set<std::string> names;
    for (const IssuedCertificate& one : issued) {
        if (is_live(one, now)) names.insert(one.user);
    }
    return names;
}

std::vector<IssuedCertificate> CertificateBook::ending_before(rules::Instant then,
                                                              rules::Instant now) const {
    std::map<std::string, const IssuedCertificate*, std::less<>> last;
    for (const IssuedCertificate& one : issued) {
        if (!is_live(one, now)) continue;
        const auto [at, is_new] = last.emplace(one.user, &one);
        if (!is_new && one.to > at->second->to) at->second = &one;
    }
    std::vector<IssuedCertificate> ending;
    for (const auto& [user, one] : last) {
        if (one->to < then) ending.push_back(*one);
    }
    return ending;
}

std::size_t CertificateBook::make_void(std::string_view user, rules::Instant now,
                                       std::string_view but) {
    std::size_t count = 0;
    for (IssuedCertificate& one : issued) {
        if (one.user != user || one.serial == but || !is_live(one, now)) continue;
        one.void_from = now;
        ++count;
    }
    return count;
}

void CertificateBook::forget_ended(rules::Instant now) {
    std::erase_if(issued,
                  [now](const IssuedCertificate& one) { return one.to + kClockBehind < now; });
}

std::vector<VoidCertificate> CertificateBook::next_list(rules::Instant now) {
    listed_from = std::max(listed_from + std::chrono::seconds{1}, now - kClockBehind);
    std::vector<VoidCertificate> list;
    for (const IssuedCertificate& one : issued) {
        if (one.void_from) list.push_back({one.serial, *one.void_from});
    }
    return list;
}

rules::Result<CertificateBook> read_certificates(std::string_view text, const std::string& file) {
    const auto value = plans::parse_json(text, file);
    if (!value) return value.error();
    const auto* all = plans::find_member(*value, "certificates");
    const auto listed = instant_in(*value, "listed_from");
    if (all == nullptr || !all->is_array() || !listed) {
        return rules::Faults{{{file, 0, 0},
                              "不是证书登记簿 is not a book of certificates",
                              "由备份恢复 restore it from a backup"}};
    }
    CertificateBook book;
    book.listed_from = *listed;
    rules::Faults faults;
    for (const boost::json::value& item : all->get_array()) {
        if (auto one = read_one(item)) {
            book.issued.push_back(std::move(*one));
        } else if (faults.size() < 10) {
            faults.push_back({{file, 0, 0},
                              fmt::format("第 {} 项不可读 entry {} cannot be read",
                                          book.issued.size() + 1, book.issued.size() + 1),
                              "由备份恢复 restore it from a backup"});
        }
    }
    if (book.issued.size() > kCertificatesMax) {
        return rules::refuse(
            fmt::format("{}: 证书过多 more than {} certificates", file, kCertificatesMax));
    }
    if (!faults.empty()) return faults;
    return book;
}

std::string to_text(const CertificateBook& book) {
    boost::json::array all;
    for (const IssuedCertificate& one : book.issued) {
        boost::json::object item;
        item["user"] = one.user;
        item["serial"] = one.serial;
        item["to"] = rules::to_iso(one.to, rules::kBeijingTime);
        if (one.void_from) item["void_from"] = rules::to_iso(*one.void_from, rules::kBeijingTime);
        all.push_back(std::move(item));
    }
    boost::json::object value;
    value["listed_from"] = rules::to_iso(book.listed_from, rules::kBeijingTime);
    value["certificates"] = std::move(all);
    return plans::to_pretty_text(value) + "\n";
}

}  // namespace qk::broker
