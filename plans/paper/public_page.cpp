#include "plans/paper/public_page.hpp"

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

std::string warning_section(const PublicWarning& warning, rules::Zone zone) {
    std::string html =
        "<section class=\"warning " + std::string(rules::to_text(warning.colour)) + "\">\n";
    if (warning.exercise) html += tag("p", "演练，不是真实预警", "exercise");
    html += tag("h2", warning.headline);
    std::string when = warning.in_force ? "自" : "将于";
    when += rules::to_chinese(warning.from, zone);
    when += warning.in_force ? "起生效；" : "生效；";
    when += warning.expected_to ? "预计" + rules::to_chinese(*warning.expected_to, zone) + "结束。"
                                : "解除时间另行通知。";
    html += tag("p", when, "when");
    html += paragraphs(warning.body);
    if (!warning.measures.empty()) {
        html += tag("h3", warning.mandatory ? "强制性减排措施" : "措施");
        html += paragraphs(warning.measures);
    }
    if (!warning.advice.empty()) {
        html += tag("h3", "健康防护与倡议");
        html += list(warning.advice);
    }
    return html + "</section>\n";
}

std::string history_section(const PublicView& view) {
    std::string html = "<section class=\"history\">\n" + tag("h2", "发布记录");
    if (view.history.empty()) return html + tag("p", "暂无发布记录。") + "</section>\n";
    html += "<table>\n<thead><tr><th>时间</th><th>内容</th><th>原文</th></tr></thead>\n<tbody>\n";
    for (const PublicNotice& notice : view.history) {
        html += "<tr>" + tag("td", rules::to_iso(notice.sent, view.zone));
        html += tag("td", notice.headline, notice.exercise ? "exercise" : "");
        html += "<td><a href=\"" + escape_html(notice.cap_address) + "\">CAP</a></td></tr>\n";
    }
    return html + "</tbody>\n</table>\n</section>\n";
}

}  // namespace

std::string public_page(const PublicView& view) {
    const std::string title = view.region + "重污染天气预警";
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    html += tag("title", title);
    html += "<link rel=\"stylesheet\" href=\"" + escape_html(view.style_address) + "\">\n";
    html += "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"" +
            escape_html(view.feed_address) + "\">\n</head>\n<body>\n<header>\n";
    html += tag("h1", title);
    html += tag("p", view.issuer + " · 更新于" + rules::to_iso(view.now, view.zone));
    html += "</header>\n<main>\n";
    if (view.warnings.empty()) {
        html += "<section class=\"none\">\n" + tag("h2", "当前没有生效的预警") + "</section>\n";
    }
    for (const PublicWarning& warning : view.warnings) html += warning_section(warning, view.zone);
    html += history_section(view);
    html += "</main>\n<footer>\n<p><a href=\"" + escape_html(view.feed_address) +
            "\">订阅（Atom）</a></p>\n";
    if (!view.samples.empty()) {
        html += tag("p", "以下设置为样例，使用前须核实：");
        html += list(view.samples);
    }
    return html + "</footer>\n</body>\n</html>\n";
}

std::string_view public_page_style() {
    return "body{margin:0 auto;max-width:60rem;padding:0 1rem;font-family:\"WenQuanYi Micro Hei\","
           "\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;line-height:1.7;color:#222}\n"
           "header,footer{color:#555}\n"
           "section{border-left:.6rem solid #8a8;padding:.2rem 1rem;margin:1rem "
           "0;background:#f7f7f5}\n"
           "section.blue{border-color:#2060c0}section.yellow{border-color:#e6b800}\n"
           "section.orange{border-color:#e67300}section.red{border-color:#c00020}\n"
           "section.history{border-color:#bbb}\n"
           ".exercise{color:#7a3db8;font-weight:bold}.when{font-weight:bold}\n"
           "table{border-collapse:collapse;width:100%}\n"
           "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}\n";
}

}  // namespace qk::plans
