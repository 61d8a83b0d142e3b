// A province, its city and a county of it with a key each, and documents between them.
#pragma once

#include <string>

#include "plans/federation/federation_check.hpp"

namespace qk::plans {

inline SigningKey federation_key(char letter) {
    return SigningKey::from_seed(std::string(32, letter)).value();
}
inline const SigningKey& province_key() {
    static const SigningKey kKey = federation_key('p');
    return kKey;
}
inline const SigningKey& city_key() {
    static const SigningKey kKey = federation_key('c');
    return kKey;
}
inline const SigningKey& county_key() {
    static const SigningKey kKey = federation_key('q');
    return kKey;
}

inline rules::Instant on(std::string_view text) {
    return rules::parse_instant(text, rules::kBeijingTime).value();
}

inline std::string trust_entry(std::string_view name, std::string_view tier,
                               std::string_view region, const SigningKey& key,
                               std::string_view more = {}) {
    std::string text = "[[key]]\nname = \"";
    text.append(name).append("\"\ntier = \"").append(tier).append("\"\nregions = [\"");
    text.append(region).append("\"]\npublic_key = \"").append(key.public_key_hex());
    text.append("\"\nfrom = \"2026-01-01\"\n").append(more);
    return text;
}
inline TrustList trust_of_all() {
    const std::string text = trust_entry("河南省厅", "province", "410000", province_key()) +
                             trust_entry("许昌市局", "city", "411000", city_key()) +
                             trust_entry("魏都分局", "county", "411002", county_key());
    return read_trust_list(text, "trust.toml").value();
}

// Of the province to the city, on 1 December 2026.
inline FederationDocument a_prompt() {
    PromptBody body;
    body.prompt.number = "豫环发2026-3";
    body.prompt.zone = "豫北、豫中";
    body.prompt.colour = rules::Colour::kOrange;
    body.prompt.from = on("2026-12-02T00:00");
    body.prompt.to = on("2026-12-05T00:00");
    body.prompt.deadline = on("2026-12-01T20:00");
    body.note = "各市按时启动";
    FederationDocument document;
    document.issuer_tier = Tier::kProvince;
    document.issuer = "410000";
    document.addressee = "411000";
    document.id = federation_id("410000", FederationKind::kPrompt, body.prompt.number);
    document.issued_at = on("2026-12-01T10:00");
    document.effective = body.prompt.from;
    document.expires = *body.prompt.to;
    document.body = std::move(body);
    return document;
}

// Of the county to the city.
inline FederationDocument a_follow_up() {
    FederationDocument document;
    document.issuer_tier = Tier::kCounty;
    document.issuer = "411002";
    document.addressee = "411000";
    document.id = federation_id("411002", FederationKind::kFollowUp, "豫环发2026-3");
    document.issued_at = on("2026-12-01T18:00");
    document.body =
        FollowUpBody{"豫环发2026-3", "411002", "followed", "已启动", on("2026-12-01T17:50")};
    const rules::Span life = life_of(document.body, document.issued_at);
    document.effective = life.from;
    document.expires = life.to;
    return document;
}

}  // namespace qk::plans
