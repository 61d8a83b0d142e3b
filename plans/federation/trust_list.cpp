#include "plans/federation/trust_list.hpp"

#include <algorithm>
#include <map>

#include "plans/response/signing.hpp"
#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

using rules::Instant;

constexpr std::size_t kRegionCodeDigits = 6;

std::optional<Instant> time_in(TomlTable& table, std::string_view key) {
    const auto text = table.text(key);
    if (!text) return std::nullopt;
    const auto at = rules::parse_instant(*text, rules::kBeijingTime);
    if (!at) table.wrong(key, rules::not_a_time(*text), rules::kTimeCure);
    return at;
}

void read_regions(TomlTable& table, TrustedKey& key, bool has_tier) {
    key.regions = table.texts("regions");
    if (key.regions.empty() || key.regions.size() > kRegionsOfKeyMax) {
        table.wrong("regions", "未写明代表的地区，或超过200个 / no regions, or more than 200",
                    "regions = [\"411000\"]");
    }
    for (const std::string& region : key.regions) {
        const bool is_code = region.size() == kRegionCodeDigits &&
                             region.find_first_not_of("0123456789") == std::string::npos;
        if (!is_code) {
            table.wrong("regions", "'" + region + "' 不是行政区划代码 / is not a region code",
                        "GB/T 2260 六位数字，如 411000 / six digits");
        } else if (has_tier && tier_of_region(region) != key.tier) {
            table.wrong("regions",
                        region + "不是" + std::string(to_chinese(key.tier)) + "级代码 / " + region +
                            " is not of tier " + std::string(to_text(key.tier)),
                        "tier = \"" + std::string(to_text(tier_of_region(region))) + "\"");
        }
    }
}

TrustedKey trusted_key_in(TomlTable& table) {
    TrustedKey key;
    key.place = table.place();
    key.name = table.required_name("name", "name = \"河南省生态环境厅\"");
    const auto tier = table.word("tier", parse_tier, "province, city or county");
    if (!table.has("tier")) {
        table.wrong("tier", "缺少 tier / is missing", "tier = \"city\"");
    }
    key.tier = tier.value_or(Tier::kCity);
    read_regions(table, key, tier.has_value());
    key.public_key = table.required_text("public_key", "public_key = \"<64 hex digits>\"");
    key.fingerprint = fingerprint_of(key.public_key);
    if (!key.public_key.empty() && key.fingerprint.empty()) {
        table.wrong("public_key", "不是公钥 / is not a public key",
                    "64位小写十六进制：'qingkongctl key show' / 64 lower-case hex digits");
    }
    const auto from = time_in(table, "from");
    if (!table.has("from")) {
        table.wrong("from", "缺少 from / is missing", "from = \"2026-01-01\"");
    }
    key.from = from.value_or(Instant{});
    key.to = time_in(table, "to");
    if (from && key.to && *key.to <= *from) {
        table.wrong("to", "不晚于 from / is not after `from`", "有效期止 / the end");
    }
    key.revoked = time_in(table, "revoked");
    key.reason = table.text("reason").value_or("");
    if (key.revoked && key.reason.empty()) {
        table.wrong("reason", "吊销未写明原因 / revoked without a reason", "reason = \"密钥遗失\"");
    }
    table.finish();
    return key;
}

rules::Fault finding(const TrustedKey& key, std::string what, std::string cure) {
    return {key.place, key.name + "：" + std::move(what), std::move(cure),
            rules::Severity::kWarning};
}

bool speaks_now(const TrustedKey& key, Instant now) {
    return key.from <= now && (!key.to || now < *key.to) && (!key.revoked || now < *key.revoked);
}

void find_of_key(const TrustedKey& key, Instant now, rules::Faults& faults) {
    if (key.revoked && *key.revoked <= now) {
        faults.push_back(finding(key, "密钥已吊销（" + key.reason + "） / the key is revoked", ""));
    } else if (key.to && *key.to <= now) {
        faults.push_back(finding(key, "密钥已到期 / the key has ended", "换用新密钥 / a new key"));
    } else if (key.from > now) {
        faults.push_back(finding(key, "密钥尚未生效 / the key begins later", ""));
    } else if (key.to && *key.to <= now + kKeyEndsSoon) {
        faults.push_back(finding(key, "密钥将于30天内到期 / the key ends within 30 days",
                                 "换用新密钥 / a new key"));
    }
}

}  // namespace

std::string_view region_stem(std::string_view code) {
    if (code.size() != kRegionCodeDigits) return code;
    while (code.ends_with("00")) code.remove_suffix(2);
    return code;
}

Tier tier_of_region(std::string_view code) {
    const std::size_t digits = region_stem(code).size();
    if (digits == 0) return Tier::kNational;
    if (digits == 2) return Tier::kProvince;
    return digits == 4 ? Tier::kCity : Tier::kCounty;
}

bool lies_below(std::string_view place, std::string_view region) {
    return place != region && place.size() == region.size() &&
           place.starts_with(region_stem(region));
}

rules::Result<TrustList> read_trust_list(std::string_view toml, const std::string& file) {
    const auto document = parse_toml(toml, file);
    if (!document) return document.error();
    rules::Faults faults;
    TrustList trust;
    TomlTable root(*document, "", file, faults);
    std::map<std::string, int> lines;  // of keys that were named before
    for (TomlTable& table : root.tables("key", kTrustedKeysMax)) {
        TrustedKey key = trusted_key_in(table);
        const auto [before, is_new] = lines.emplace(key.fingerprint, key.place.line);
        if (!is_new && !key.fingerprint.empty()) {
            table.wrong("public_key",
                        "与第" + std::to_string(before->second) +
                            "行是同一密钥 / is the key of line " + std::to_string(before->second),
                        "每个密钥一条，地区写在 regions 中 / one entry per key");
        }
        trust.keys.push_back(std::move(key));
    }
    root.finish();
    if (!faults.empty()) return faults;
    return trust;
}

const TrustedKey* find_key(const TrustList& trust, std::string_view fingerprint) {
    const auto found = std::ranges::find(trust.keys, fingerprint, &TrustedKey::fingerprint);
    return found == trust.keys.end() ? nullptr : &*found;
}

rules::Faults trust_findings(const TrustList& trust, Instant now) {
    rules::Faults faults;
    std::map<std::string, bool> spoken_for;
    for (const TrustedKey& key : trust.keys) {
        find_of_key(key, now, faults);
        for (const std::string& region : key.regions) spoken_for[region] |= speaks_now(key, now);
    }
    for (const auto& [region, is_spoken_for] : spoken_for) {
        if (is_spoken_for) continue;
        faults.push_back(
            {{},
             "地区" + region + "目前没有有效密钥 / no key speaks for " + region + " now",
             "登记新密钥 / add the new key",
             rules::Severity::kWarning});
    }
    return faults;
}

}  // namespace qk::plans
