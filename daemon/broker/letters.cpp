#include "daemon/broker/letters.hpp"

#include <fmt/format.h>
#include <qrencode.h>
#include <sys/stat.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "daemon/base/files.hpp"
#include "plans/text/html.hpp"
#include "plans/text/json.hpp"

namespace qk::broker {
namespace {

using plans::escape_html;

constexpr int kQuietModules = 4;  // the white edge that a reader of codes needs

constexpr std::string_view kStyle =
    "@page{size:A4;margin:20mm}body{font:12pt/1.6 'Noto Serif CJK SC','SimSun',serif;margin:0}"
    ".letter{page-break-after:always;break-after:page;padding:8mm}"
    ".letter:last-child{page-break-after:auto;break-after:auto}h1{text-align:center;font-size:20pt}"
    "table{border-collapse:collapse;width:100%;margin:6mm 0}td{border:1px solid #000;padding:2mm "
    "3mm;"
    "vertical-align:top}td:first-child{width:34%}code{font:11pt/1.5 monospace;word-break:break-all}"
    ".password{font-size:14pt;font-weight:bold}svg{display:block;width:60mm;height:60mm;margin:4mm "
    "auto}"
    "p.en{color:#444;font-size:10pt}";

std::string row(std::string_view what, std::string_view value, std::string_view kind = {}) {
    return fmt::format("<tr><td>{}</td><td><code class=\"{}\">{}</code></td></tr>\n",
                       escape_html(what), kind, escape_html(value));
}

// How a receipt comes to be proved, for both sides: a key that was not compared proves nothing.
std::string key_advice(const Letter& letter) {
    return fmt::format(
        "<p>为使回执可证明出自贵单位，请自备签收密钥：在本单位运行 <code>qingkong-agent new-key "
        "receipt.key</"
        "code>，私钥文件不得外传；将所示公钥（64位十六进制）填于下栏，加盖公章送交我局，"
        "并由指定联系人电话逐组核对。我局核对后登记：<code>qingkongctl enterprise key add {0} 公钥 "
        "--reason \"公函编号，电话核对人\"</code>。</p>\n"
        "<p>签收公钥 ＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿ 联系人及电话 "
        "＿＿＿＿＿＿＿＿ （公章）</p>\n"
        "<p class=\"en\">For receipts that are proved to be yours: run <code>qingkong-agent "
        "new-key "
        "receipt.key</code>, keep the file to yourselves, and send the bureau the public key it "
        "shows on this sheet with your seal. The bureau compares it by telephone and enters it "
        "with "
        "<code>qingkongctl enterprise key add {0} KEY --reason …</code>.</p>\n",
        escape_html(letter.user));
}

std::string page_of(const Letter& letter, const LetterFacts& facts) {
    const std::string whose = letter.name.empty() ? letter.user : letter.name;
    std::string page = "<section class=\"letter\">\n<h1>重污染天气应急指令接入通知书</h1>\n";
    page += fmt::format("<p>{}：</p>\n", escape_html(whose));
    const bool is_by_certificate = letter.password.empty();
    const std::string_view what = is_by_certificate ? "证书" : "口令";
    page +=
        facts.is_rotation
            ? fmt::format(
                  "<p>贵单位接收应急减排指令的{0}已更换，原{0}即时作废。请按下表更新。</p>\n", what)
            : "<p>贵单位接收应急减排指令、报送回执和监测数据，请按下表连接。</p>\n";
    page += "<table>\n";
    page += row("服务器 server", fmt::format("mqtts://{}:{}", facts.host, facts.port));
    page += row("用户名 user", letter.user);
    if (is_by_certificate) {
        page += row("客户端证书指纹 fingerprint of your certificate (SHA-256)", letter.certificate);
        page += row("证书有效至 valid until",
                    rules::to_iso(letter.certificate_to, rules::kBeijingTime).substr(0, 10));
    } else {
        page += row("口令 password", letter.password, "password");
    }
    page += row("服务器证书指纹 fingerprint of ca.crt (SHA-256)", facts.authority);
    if (!facts.signing_key.empty()) {
        page += row("指令签名公钥 public key of the bureau's orders", facts.signing_key);
        page += row("公钥指纹 its fingerprint", facts.key_fingerprint);
    }
    page += row("主题 topics", fmt::format("qingkong/1/+/{}/…", letter.user));
    page += "</table>\n" + qr_svg(connection_text(letter, facts));
    page += is_by_certificate
                ? "<p>证书（.crt）和私钥（.key）另行送达，连接时出示，不用口令；请核对证书指纹，"
                  "私钥由专人保管，遗失或到期前请联系我局更换。"
                : "<p>口令仅此一份，遗失不补，只能更换；请专人保管，勿拍照外传。";
    page +=
        "收到的指令须先用我局公钥（见上表，未列出的另行书面告知）验签，验签不过不得执行，并立即电话"
        "告知。</p>\n<p class=\"en\">";
    page += is_by_certificate
                ? "Certificate (.crt) and key (.key) come to you by another way and stand for a "
                  "password: compare the fingerprint, and ask for others where the key is lost or "
                  "the time nearly over. "
                : "This password stands nowhere else: a lost one can only be replaced. ";
    page +=
        "Check the signature of every order with the bureau's key (above; where it is not, it "
        "comes to you on paper); telephone where it does not hold.</p>\n";
    page += key_advice(letter);
    page += fmt::format("<p style=\"text-align:right\">{}<br>{}</p>\n</section>\n",
                        escape_html(facts.bureau),
                        rules::to_iso(facts.now, rules::kBeijingTime).substr(0, 10));
    return page;
}

}  // namespace

std::string connection_text(const Letter& letter, const LetterFacts& facts) {
    boost::json::object text;
    text["v"] = 1;
    text["url"] = fmt::format("mqtts://{}:{}", facts.host, facts.port);
    text["user"] = letter.user;
    if (letter.password.empty()) {
        text["certificate"] = letter.certificate;
    } else {
        text["password"] = letter.password;
    }
    text["ca"] = facts.authority;
    if (!facts.signing_key.empty()) text["key"] = facts.signing_key;
    return plans::to_text(text);
}

std::string letters_page(const std::vector<Letter>& letters, const LetterFacts& facts) {
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
        "<title>接入通知书</title><style>{}</style></head><body>\n",
        kStyle);
    for (const Letter& letter : letters) page += page_of(letter, facts);
    return page + "</body></html>\n";
}

std::string qr_svg(std::string_view text) {
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeData(static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
        QRcode_free);
    if (!code) throw std::runtime_error("the text is too long for a QR code");
    const int width = code->width;
    std::string path;
    for (int y = 0; y < width; ++y) {
        for (int x = 0; x < width; ++x) {
            const bool is_dark = (code->data[y * width + x] & 1U) != 0;
            if (is_dark)
                path += fmt::format("M{} {}h1v1h-1z", x + kQuietModules, y + kQuietModules);
        }
    }
    const int side = width + 2 * kQuietModules;
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" "
        "shape-rendering=\"crispEdges\"><rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/>"
        "<path d=\"{1}\"/></svg>\n",
        side, path);
}

rules::Result<void> write_secret(const std::string& path, std::string_view bytes) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
        return rules::Faults{{{path, 0, 0},
                              "已有此文件，不覆盖 is there already and is not written over",
                              "另取一个文件名 name a new file"}};
    }
    const mode_t before = ::umask(0077);
    auto written = write_file(path, bytes);
    ::umask(before);
    return written;
}

}  // namespace qk::broker
