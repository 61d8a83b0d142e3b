// qingkongctl federation: signed documents of other tiers at a running daemon, and their proof
// without one.
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/federation/federation_check.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kReceived = "/api/v1/federation/documents?";
constexpr const char* kSent = "/api/v1/federation/sendings?";
const Columns kReceivedColumns{"number", "received_at", "issuer", "kind",
                               "id",     "revision",    "proved", "verdict"};
const Columns kSentColumns{"number",   "peer",     "kind",   "subject",
                           "revision", "standing", "answer", "ended_at"};

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return call.has("sent")
               ? show_all_rows(online->daemon, kSent, online->format, kSentColumns)
               : show_all_rows(online->daemon, kReceived, online->format, kReceivedColumns);
}

int peers(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", "/api/v1/federation"), online->format, "peers",
                     {"name", "region", "above", "url", "waiting", "answer"});
}

rules::Result<OnlineAnswer> ask_for_one(const Call& call, const Daemon& daemon) {
    return daemon.call("GET", std::string(call.has("sent") ? kSent : kReceived) +
                                  "number=" + url_encoded(*call.text("number")));
}

int show(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(ask_for_one(call, online->daemon), online->format, "items",
                     call.has("sent") ? kSentColumns : kReceivedColumns);
}

int refuse_file(const rules::Faults& faults) {
    print_faults(faults);
    return kBadUsage;
}

// The bytes that were signed, with nothing behind them.
int export_one(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto answer = ask_for_one(call, online->daemon);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    const auto& items = items_in(*value, "items");
    const char* member = call.has("receipt") ? "receipt" : "document";
    const std::string text =
        items.empty() ? std::string() : plans::string_or(items.front(), member);
    if (text.empty()) {
        std::cerr << "没有这份文书或回执 / no such document or receipt\n";
        return kNegative;
    }
    const auto written = write_file(*call.text("file"), text);
    return written ? int{kHolds} : refuse_file(written.error());
}

Facts facts_of_document(const plans::FederationDocument& document) {
    const auto time = [](rules::Instant at) { return rules::to_iso(at, rules::kBeijingTime); };
    return {{"文书 kind", std::string(plans::to_chinese(document.kind()))},
            {"编号 id", document.id},
            {"版本 revision", std::to_string(document.revision)},
            {"签发 issuer",
             std::string(plans::to_chinese(document.issuer_tier)) + " " + document.issuer},
            {"收文 addressee", document.addressee},
            {"签发时间 issued at", time(document.issued_at)},
            {"有效至 expires", time(document.expires)},
            {"密钥 key", document.key}};
}

rules::Result<plans::TrustList> trust_named(const Call& call) {
    const std::string file = *call.text("trust");
    const auto text = read_file(file);
    if (!text) return text.error();
    return plans::read_trust_list(*text, file);
}

int verify(const Call& call) {
    const auto trust = trust_named(call);
    if (!trust) return refuse_file(trust.error());
    const std::string file = *call.text("file");
    const auto text = read_file(file);
    if (!text) return refuse_file(text.error());
    plans::FederationView view{.trust = *trust, .now = call.now()};
    view.own_region = call.text("for").value_or("");
    if (const auto at = call.text("at")) {
        const auto instant = rules::parse_instant(*at, rules::kBeijingTime);
        if (!instant) {
            std::cerr << "--at " << rules::not_a_time(*at) << ": " << rules::kTimeCure << "\n";
            return kBadUsage;
        }
        view.now = *instant;
    }
    const plans::FederationVerdict verdict = plans::check_federation(*text, view);
    if (verdict.document) print_facts(std::cout, facts_of_document(*verdict.document));
    if (verdict.refusal == plans::FederationRefusal::kNone) {
        std::cout << "已验签 / proved: "
                  << plans::source_name(*verdict.key, verdict.document->issuer) << "\n";
        return kHolds;
    }
    std::cout << "未采信 / not believed: " << plans::with_unseen_shown(verdict.why) << "\n";
    return kNegative;
}

int check_trust(const Call& call) {
    const auto trust = trust_named(call);
    if (!trust) return refuse_file(trust.error());
    for (const plans::TrustedKey& key : trust->keys) {
        std::cout << key.fingerprint << "  " << plans::source_name(key, key.regions.front())
                  << "\n";
    }
    const rules::Faults findings = plans::trust_findings(*trust, call.now());
    print_faults(findings);
    return findings.empty() ? kHolds : kNegative;
}

}  // namespace

Command federation_command() {
    const auto number = place("number", "NUMBER", {"序号", "its number"}).required();
    const auto sent = flag("sent", {"本机发出的，而非收到的", "of those sent, not received"});
    const auto file = place("file", "FILE", {"文书原文", "the document as it came"}).required();
    const auto trust = option("trust", "FILE", {"信任名单", "the trust list"}).required();
    return {
        .name = "federation",
        .what = {"上下级联动：签名文书的收发、留证与验签",
                 "signed documents between the tiers: sent, received, proved"},
        .commands =
            {{.name = "export",
              .what = {"把一份文书（或其回执）原样存为文件",
                       "write a document, or its receipt, to a file as it was signed"},
              .options = joined({{number, place("file", "FILE", {"存到", "where to"}).required(),
                                  sent, flag("receipt", {"存回执", "its receipt"})},
                                 online_options()}),
              .examples = {"qingkongctl federation export 3 prompt.json"},
              .run = export_one},
             {.name = "list",
              .what = {"收到的文书及验签结论；--sent 为发出的及回执",
                       "documents that came, with their verdict; with --sent those that went"},
              .options = joined({{sent}, online_options()}),
              .examples = {"qingkongctl federation list --sent"},
              .run = list},
             {.name = "peers",
              .what = {"对端及待送数", "the peers, and what waits for them"},
              .options = online_options(),
              .examples = {"qingkongctl federation peers"},
              .run = peers},
             {.name = "show",
              .what = {"查看一份文书", "one document"},
              .options = joined({{number, sent}, online_options()}),
              .examples = {"qingkongctl federation show 3 --format json"},
              .run = show},
             {.name = "trust",
              .what = {"核对信任名单，列出指纹", "check a trust list, and list its fingerprints"},
              .options = {place("trust", "FILE", {"信任名单", "the trust list"}).required()},
              .examples = {"qingkongctl federation trust /etc/qingkong/trust.toml"},
              .run = check_trust},
             {.name = "verify",
              .what = {"离线验签：不需服务在运行", "prove a document without a daemon"},
              .options = {file, trust,
                          option("at", "TIME", {"收到的时刻，缺省为现在", "when it came; now"}),
                          option("for", "CODE", {"收文地区", "the region it must be for"})},
              .examples = {"qingkongctl federation verify prompt.json --trust "
                           "/etc/qingkong/trust.toml --for 411000"},
              .run = verify}},
    };
}

}  // namespace qk::ctl
