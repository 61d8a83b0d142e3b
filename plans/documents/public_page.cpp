#include "plans/documents/public_page.hpp"

#include <algorithm>

#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

std::string tag(std::string_view name, std::string_view text, std::string_view css_class = {}) {
    std::string html = "<";
    html += name;
    if (!css_class.empty()) html += " class=\"" + std::string(css_class) + "\"";
    html += '>';
    html += escape_html(text);
    html += "</";
    html += name;
    html += ">\n";
    return html;
}

// "2015-12-17 08:00": what a person reads; the region's own clock.
std::string clock_words(rules::Instant at, rules::Zone zone) {
    return rules::to_iso(at, zone).substr(0, 16).replace(10, 1, " ");
}

std::string paragraphs(std::string_view text, std::string_view css_class = {}) {
    std::string html;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0) html += tag("p", text.substr(0, end), css_class);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return html;
}

std::string list(const std::vector<std::string>& items) {
    std::string html = "<ul>\n";
    for (const std::string& item : items) html += tag("li", item);
    return html + "</ul>\n";
}

// The first lines, which say what one should do oneself; the others come further down.
std::string what_to_do(const std::vector<std::string>& advice) {
    const std::size_t shown = std::min(advice.size(), kAdviceLines);
    return list({advice.begin(), advice.begin() + static_cast<std::ptrdiff_t>(shown)});
}

std::string advice_section(const PublicView& view) {
    if (view.advice.empty()) return {};
    std::string html = "<section class=\"levels\">\n" + tag("h2", "各级预警，我该怎么做");
    for (const PublicAdvice& one : view.advice) {
        html += "<div class=\"level " + std::string(rules::to_text(one.colour)) + "\">\n" +
                tag("h3", std::string(rules::to_chinese(one.colour)) + "预警") +
                what_to_do(one.lines) + "</div>\n";
    }
    return html + "</section>\n";
}

std::string warning_section(const PublicWarning& warning, rules::Zone zone) {
    // Advice has neither colour nor level.
    const std::string shown(warning.mandatory ? rules::to_text(warning.colour) : "advice");
    std::string html = "<section class=\"warning " + shown + "\">\n";
    if (warning.exercise) html += tag("p", "演练，不是真实预警", "exercise");
    html +=
        tag("p",
            warning.mandatory ? std::string(rules::to_chinese(warning.colour)) + "预警 · " +
                                    std::string(rules::level_in_chinese(warning.colour)) + "响应"
                              : std::string("健康提示"),
            "badge");
    html += tag("h2", warning.headline);
    std::string when = warning.in_force ? "自" : "将于";
    when += rules::to_chinese(warning.from, zone);
    when += warning.in_force ? "起生效；" : "生效；";
    when += warning.expected_to ? "预计" + rules::to_chinese(*warning.expected_to, zone) + "结束。"
                                : "解除时间另行通知。";
    html += tag("p", when, "when");
    if (!warning.advice.empty()) {
        html += "<div class=\"do\">\n" + tag("h3", "我该怎么做") + what_to_do(warning.advice) +
                "</div>\n";
    }
    html += paragraphs(warning.body);
    if (!warning.measures.empty()) {
        html += tag("h3", warning.mandatory ? "强制性减排措施" : "措施");
        html += paragraphs(warning.measures);
    }
    if (warning.advice.size() > kAdviceLines) {
        html += tag("h3", "健康防护与倡议");
        html += list({warning.advice.begin() + kAdviceLines, warning.advice.end()});
    }
    return html + "</section>\n";
}

std::string history_section(const PublicView& view) {
    std::string html = "<section class=\"history\">\n" + tag("h2", "发布记录");
    if (view.history.empty()) return html + tag("p", "暂无发布记录。") + "</section>\n";
    html += "<table>\n<thead><tr><th>时间</th><th>内容</th><th>原文</th></tr></thead>\n<tbody>\n";
    for (const PublicNotice& notice : view.history) {
        html += "<tr>" + tag("td", clock_words(notice.sent, view.zone), "time");
        html += tag("td", notice.headline, notice.exercise ? "exercise" : "");
        html += "<td><a href=\"" + escape_html(notice.cap_address) + "\">CAP</a></td></tr>\n";
    }
    return html + "</tbody>\n</table>\n</section>\n";
}

// In blocks, for reading aloud. The gaps are the style's: what is copied has none.
std::string fingerprint(std::string_view digits) {
    constexpr std::size_t kBlock = 4;
    std::string html = "<data class=\"fingerprint\" value=\"" + escape_html(digits) + "\">";
    while (!digits.empty()) {
        html += "<span>" + escape_html(digits.substr(0, kBlock)) + "</span><wbr>";
        digits.remove_prefix(std::min(kBlock, digits.size()));
    }
    return html + "</data>";
}

std::string key_words(const PublicKey& key, rules::Zone zone) {
    std::string text = "自" + clock_words(key.from, zone);
    if (key.to) text += "至" + clock_words(*key.to, zone);
    if (!key.to) text += "起使用";
    if (key.emergency) text += "（应急更换，未经原密钥签名确认，请以其他途径核对）";
    return text;
}

std::string feed_link(std::string_view title, std::string_view address) {
    return "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"" + escape_html(title) +
           "\" href=\"" + escape_html(address) + "\">\n";
}

constexpr std::string_view kHeadsTitle = "审计日志签名链头";

std::string keys_section(const PublicView& view) {
    if (view.keys.empty()) return {};
    std::string html = tag("p", "指令签名公钥指纹（SHA-256）：") + "<ul>\n";
    for (const PublicKey& key : view.keys) {
        html += "<li>" + fingerprint(key.fingerprint) + "<br>\n" +
                escape_html(key_words(key, view.zone)) + "</li>\n";
    }
    return html + "</ul>\n<p><a href=\"" + escape_html(view.keys_address) +
           "\">公钥</a> · <a href=\"" + escape_html(view.heads_feed_address) + "\">" +
           std::string(kHeadsTitle) + "（Atom）</a></p>\n";
}

}  // namespace

std::string public_page(const PublicView& view) {
    const std::string title = view.region + "重污染天气预警";
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    html += tag("title", title);
    html += "<link rel=\"stylesheet\" href=\"" + escape_html(view.style_address) + "\">\n";
    html += feed_link("重污染天气预警", view.feed_address);
    html += feed_link(kHeadsTitle, view.heads_feed_address);
    html += "</head>\n<body>\n<header>\n";
    html += tag("h1", title);
    html += tag("p", view.issuer + " · 更新于 " + clock_words(view.now, view.zone));
    html += "</header>\n<main>\n";
    if (!view.samples.empty()) {
        html += tag("p", "样例，使用前请确认：本页所用规则中有尚未确认的内容，见页末", "sample");
    }
    if (view.warnings.empty()) {
        html += "<section class=\"none\">\n" + tag("h2", "当前没有生效的预警") + "</section>\n";
    }
    for (const PublicWarning& warning : view.warnings) html += warning_section(warning, view.zone);
    html += advice_section(view);
    html += history_section(view);
    html += "</main>\n<footer>\n<p><a href=\"" + escape_html(view.feed_address) +
            "\">订阅（Atom）</a></p>\n";
    html += keys_section(view);
    if (!view.samples.empty()) {
        // Which they are is for the bureau (console, rules): a citizen reads that there are some.
        html += tag("p", "本页所用规则中有" + std::to_string(view.samples.size()) +
                             "项为样例，尚未经发布单位确认。");
    }
    return html + "</footer>\n</body>\n</html>\n";
}

std::string_view public_page_style() {
    // Colours and forms of the other pages (daemon/console/src/shared/tokens.css).
    return R"(body{margin:0;color:#17212b;background:#f2f5f8;line-height:1.7;
font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif}
header{color:#e8f0f8;background:#122c46;padding:.9rem max(1rem,calc((100% - 58rem)/2)) 1rem}
main,footer{max-width:58rem;margin:0 auto;padding:0 1rem}footer{padding-bottom:2rem}
h1{margin:0;font-size:1.6rem;line-height:1.3}
h2{margin:.4rem 0;font-size:1.3rem}h3{margin:1rem 0 .2rem;font-size:1.05rem}p{margin:.3rem 0}
header p{color:#b9cbdc}footer{color:#51606e}li{overflow-wrap:anywhere}
.do{margin:.7rem 0;padding:.5rem .9rem;background:#e9f0f7;border-radius:6px}
.do h3{margin:0}.do ul,.level ul{margin:.2rem 0;padding-left:1.3rem}.do li{font-size:1.08rem;font-weight:600}
.level{margin-top:.6rem;padding-left:.8rem;border-left:.35rem solid #9aa8b5}
.level h3{margin:0}.level.blue{border-color:#2060c0}.level.yellow{border-color:#c79a00}
.level.orange{border-color:#d96500}.level.red{border-color:#b00020}
.fingerprint{font-family:ui-monospace,monospace}.fingerprint span{margin-right:.45em}
.sample{padding:.2rem .6rem;color:#7a2b00;background:#fff0df;border:1px solid #e8c49b}
section{--level:#1b6a3f;background:#fff;border:1px solid #d8dfe6;border-left:.6rem solid var(--level);
border-radius:8px;padding:.6rem 1rem;margin:1rem 0}
section.blue{--level:#2060c0}section.yellow{--level:#c79a00}section.orange{--level:#d96500}
section.red{--level:#b00020}section.advice{--level:#2060c0}
section.history{--level:#9aa8b5}section.levels{--level:#35648f}
.badge{display:inline-block;padding:.1rem .7rem;border-radius:1rem;color:#fff;
background:var(--level);font-weight:bold}
section.yellow .badge{color:#1c2733;background:#f2c230}
.exercise{color:#5b2a99;font-weight:bold}.when{font-weight:bold}
table{border-collapse:collapse;width:100%}.time{white-space:nowrap;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d5dde5}
a{color:#0b5cad}
@media(max-width:640px){h1{font-size:1.3rem}section{padding:.5rem .6rem}th,td{padding:.3rem .2rem}
.time{white-space:normal}}
@media print{section{break-inside:avoid}.badge,.sample{print-color-adjust:exact}}
)";
}

}  // namespace qk::plans
