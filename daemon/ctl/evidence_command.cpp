// qingkongctl evidence: packages that prove themselves (plans/evidence/evidence_file.hpp).
//
//   verify FILE [--key KEY|FILE] [--head FILE]  each link that holds or breaks, without daemon and
//                                               database; a page is read too, and its verdict
//                                               judged again
//   export [--out FILE]                         the audit log of a running daemon
//   verdict NUMBER [--out FILE]                 the evidence of one verdict, a page that checks
//   itself
#include <array>
#include <fstream>
#include <iostream>
#include <sstream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/decision/verdict_evidence.hpp"
#include "plans/evidence/evidence_file.hpp"
#include "plans/evidence/evidence_page.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {

namespace json = boost::json;

namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::size_t kLineBytesMax = std::size_t{16} << 20;
constexpr std::size_t kPageBytesMax = std::size_t{256} << 20;

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The first 64 hex digits in a row: a key or a fingerprint as it was published.
std::optional<std::string> key_in(std::string_view text) {
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && is_hex_digit(text[end])) ++end;
        if (end - begin == kHexDigits) return std::string(text.substr(begin, kHexDigits));
        begin = end + 1;
    }
    return std::nullopt;
}

// Not asked for: empty. An empty one that is given, as an unset variable of a shell is, names no
// file.
rules::Result<std::string> read_pin(const std::optional<std::string>& wanted) {
    if (!wanted) return std::string();
    const std::string& given = *wanted;
    if (given.size() == kHexDigits && key_in(given)) return given;
    const auto text = read_file(given);
    if (!text) return text.error();
    const auto key = key_in(*text);
    if (key) return *key;
    return rules::Faults{
        {{given, 0, 0}, "names no key", "64 hex digits: a key or its fingerprint"}};
}

// One head, a line each, or an answer of /api/v1/audit/heads.
rules::Result<std::vector<plans::AuditHead>> read_heads(const std::string& file) {
    std::vector<plans::AuditHead> heads;
    const auto text = read_file(file);
    if (!text) return text.error();
    const auto add = [&heads](const json::value& value) -> rules::Result<void> {
        auto head = plans::head_from_json(value);
        if (!head) return head.error();
        heads.push_back(std::move(*head));
        return {};
    };
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        const auto value = plans::parse_json(line, file);
        if (!value) return value.error();
        const json::value* items = plans::find_member(*value, "items");
        if (items == nullptr || !items->is_array()) {
            if (auto added = add(*value); !added) return added.error();
            continue;
        }
        for (const json::value& item : items->get_array()) {
            if (auto added = add(item); !added) return added.error();
        }
    }
    if (heads.empty()) return rules::Faults{{{file, 0, 0}, "has no head", "a signed head a line"}};
    return heads;
}

int refuse(const rules::Faults& faults) {
    std::cerr << rules::to_text(faults);
    return kBadUsage;
}

int no_package(const std::string& file) {
    return refuse(rules::Faults{{{file, 1, 1},
                                 "is no evidence package",
                                 "a file that 'qingkongctl evidence export' or "
                                 "/api/v1/audit/export has written"}});
}

// Line by line, each with its end; false: no package.
bool take_all(std::istream& in, plans::EvidenceCheck& check) {
    std::string line;
    bool is_package = true;
    bool is_first = true;
    while (is_package && std::getline(in, line)) {
        if (!in.eof()) line += '\n';
        if (line.size() > kLineBytesMax) line.resize(kLineBytesMax);
        is_package = check.take(line);
        is_first = false;
    }
    return is_package && !is_first;
}

int print_links(const std::vector<plans::EvidenceLink>& links, Format format) {
    json::array items;
    Table table{{"link", "holds", "why"}, {}};
    bool holds = true;
    for (const plans::EvidenceLink& link : links) {
        holds = holds && link.holds;
        items.emplace_back(
            json::object{{"link", link.what}, {"holds", link.holds}, {"why", link.why}});
        table.rows.push_back({link.what, link.holds ? "holds" : "BREAKS", link.why});
    }
    print(std::cout, format, json::object{{"holds", holds}, {"links", std::move(items)}}, table);
    return holds ? kHolds : kNegative;
}

// All that is there, up to what a page may hold.
std::string read_all(std::istream& in) {
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() <= kPageBytesMax && in) {
        in.read(piece.data(), piece.size());
        text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    }
    return text;
}

// Whether the rest of the input is a package, in a page or as it is.
struct Taken {
    bool is_package = false;
    std::vector<plans::EvidenceLink> links;  // of the page around it
};
Taken take_page(std::istream& in, plans::EvidenceCheck& check) {
    const auto page = plans::read_evidence_page(read_all(in));
    if (!page) return {};
    Taken taken{false, {page->link}};
    check.expect_key(page->key);
    std::istringstream package(page->package);
    taken.is_package = take_all(package, check);
    return taken;
}

int verify_stream(std::istream& in, const std::string& file, plans::EvidenceCheck& check,
                  Format format) {
    plans::VerdictEvidence verdict;
    check.let_others_take([&verdict](std::string_view kind, const json::value& value) {
        return verdict.take(kind, value);
    });
    Taken taken;
    if (in.peek() == '<') {
        taken = take_page(in, check);
    } else {
        taken.is_package = take_all(in, check);
    }
    if (!taken.is_package) return no_package(file);
    std::vector<plans::EvidenceLink> links = std::move(taken.links);
    for (auto& link : check.finish()) links.push_back(std::move(link));
    for (auto& link : verdict.finish()) links.push_back(std::move(link));
    return print_links(links, format);
}

int verify(const Call& call) {
    const Format format = format_of(call);
    const std::string file = *call.text("file");
    const auto pin = read_pin(call.text("key"));
    if (!pin) return refuse(pin.error());
    std::vector<plans::AuditHead> heads;
    for (const std::string& name : call.texts("head")) {
        const auto more = read_heads(name);
        if (!more) return refuse(more.error());
        heads.insert(heads.end(), more->begin(), more->end());
    }
    plans::EvidenceCheck check(*pin, std::move(heads));
    if (file == "-") return verify_stream(std::cin, file, check, format);
    std::ifstream in(file, std::ios::binary);
    if (!in) return refuse(rules::Faults{{{file, 0, 0}, "cannot be read", "name a file"}});
    return verify_stream(in, file, check, format);
}

int write_out(const Call& call, const std::string& text) {
    const auto out = call.text("out");
    if (!out || *out == "-") {
        std::cout << text;
        return kHolds;
    }
    const auto written = write_file(*out, text);
    return written ? kHolds : refuse(written.error());
}

int export_verdict(const Call& call) {
    const auto daemon = Daemon::from(call);
    if (!daemon) return refuse(daemon.error());
    const std::string path = "/api/v1/verdicts/" + *call.text("number") + "/evidence";
    const auto answer = daemon->call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    return write_out(call, answer->body);
}

int export_log(const Call& call) {
    const auto daemon = Daemon::from(call);
    if (!daemon) return refuse(daemon.error());
    const auto answer = daemon->call("GET", "/api/v1/audit/export");
    if (!answer || !answer->is_good()) return explain_failure(answer);
    return write_out(call, answer->body);
}

}  // namespace

Command evidence_command() {
    return {
        .name = "evidence",
        .what = {"能自证的证据包（审计日志、研判结论）：核验、导出",
                 "packages that prove themselves, of the audit log or a verdict: verify and fetch"},
        .commands =
            {{.name = "verify",
              .what = {"逐环核验证据包，无需守护进程和数据库",
                       "each link that holds or breaks, without daemon and database"},
              .options = {place("file", "FILE",
                                {"证据包；- 为标准输入", "the package; - is standard input"})
                              .required(),
                          option("key", "KEY|FILE",
                                 {"所信任的公钥、其指纹，或存放它的文件",
                                  "the key you trust: its fingerprint, the key itself, or a file "
                                  "that holds it"}),
                          option(
                              "head", "FILE",
                              {"本人留存的签名链头文件", "file of signed heads that you have kept"})
                              .each(),
                          format_option()},
              .examples = {"qingkongctl evidence verify audit.jsonl --key signing.fingerprint"},
              .run = verify},
             {.name = "verdict",
              .what = {"导出一条研判结论的证据包：可离线自证的网页",
                       "the evidence of one verdict: a page that checks itself without network"},
              .options =
                  joined({{place("number", "NUMBER", {"结论的编号", "the number of the verdict"})
                               .number()
                               .required(),
                           option("out", "FILE",
                                  {"写入的文件；默认标准输出",
                                   "file to write; default: standard output"})},
                          connection_options()}),
              .examples = {"qingkongctl evidence verdict 17 --out verdict-17.html"},
              .run = export_verdict},
             {.name = "export",
              .what = {"导出运行中守护进程的审计日志", "the audit log of a running daemon"},
              .options = joined({{option("out", "FILE",
                                         {"写入的文件；默认标准输出",
                                          "file to write; default: standard output"})},
                                 connection_options()}),
              .examples =
                  {"qingkongctl evidence export --out audit.jsonl --token-file auditor.token"},
              .run = export_log}},
    };
}

}  // namespace qk::ctl
