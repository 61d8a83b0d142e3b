#include "plans/documents/public_page.hpp"

#include <algorithm>
#include <iterator>

#include "plans/documents/zone_words.hpp"
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

class Words {
 public:
    explicit Words(PublicLanguage language) : is_english_(language == PublicLanguage::kEnglish) {}
    [[nodiscard]] std::string_view of(std::string_view chinese, std::string_view english) const {
        return is_english_ ? english : chinese;
    }
    [[nodiscard]] bool is_english() const { return is_english_; }

 private:
    bool is_english_;
};

std::string zone_words(rules::Zone zone, const Words& words) {
    return words.is_english() ? zone_in_english(zone) : zone_in_chinese(zone);
}

struct Translated {
    std::string_view chinese;
    std::string_view english;
};
// What the shipped packs advise ([[advice]] of national.toml). A bureau's own sentences are shown
// as it wrote them.
constexpr Translated kAdvice[] = {
    {"敏感人群适当减少户外活动。", "Sensitive people: reduce outdoor activity somewhat."},
    {"倡导公众绿色出行。", "Please walk, cycle or take public transport."},
    {"儿童、老年人和患有心脏病、肺病等疾病的人群减少户外活动。",
     "Children, old people and people with heart or lung disease: reduce outdoor activity."},
    {"一般人群减少长时间、高强度户外运动。",
     "Everybody: reduce long or strenuous exercise outdoors."},
    {"倡导公众绿色出行，减少机动车上路行驶。",
     "Please walk, cycle or take public transport, and drive less."},
    {"倡导单位错峰上下班。", "Employers: please stagger working hours."},
    {"儿童、老年人和患有心脏病、肺病等疾病的人群尽量留在室内，避免户外活动。",
     "Children, old people and people with heart or lung disease: stay indoors as far as possible "
     "and avoid outdoor activity."},
    {"一般人群避免户外活动，确需外出时做好防护。",
     "Everybody: avoid outdoor activity; protect yourself where you must go out."},
    {"倡导公众绿色出行，停车时熄火，减少车辆原地怠速。",
     "Please walk, cycle or take public transport; switch the engine off when you stop."},
    {"倡导企事业单位错峰上下班。", "Employers: please stagger working hours."},
    {"儿童、老年人和患有心脏病、肺病等疾病的人群留在室内。",
     "Children, old people and people with heart or lung disease: stay indoors."},
    {"一般人群避免外出，户外作业人员做好防护。",
     "Everybody: avoid going out; those who work outdoors: protect yourselves."},
    {"倡导公众绿色出行，企事业单位可实行弹性工作制。",
     "Please walk, cycle or take public transport; employers may let people work flexibly."},
};

std::string advice_line(const std::string& line, const Words& words) {
    if (!words.is_english()) return tag("li", line);
    const auto* const found = std::ranges::find(kAdvice, line, &Translated::chinese);
    if (found != std::end(kAdvice)) return tag("li", found->english);
    return "<li lang=\"zh-CN\">" + escape_html(line) + "</li>\n";
}

std::string list(const std::vector<std::string>& items, const Words& words) {
    std::string html = "<ul>\n";
    for (const std::string& item : items) html += advice_line(item, words);
    return html + "</ul>\n";
}

// The first lines, which say what one should do oneself; the others come further down.
std::string what_to_do(const std::vector<std::string>& advice, const Words& words) {
    const std::size_t shown = std::min(advice.size(), kAdviceLines);
    return list({advice.begin(), advice.begin() + static_cast<std::ptrdiff_t>(shown)}, words);
}

std::string colour_words(rules::Colour colour, const Words& words) {
    if (!words.is_english()) return std::string(rules::to_chinese(colour)) + "预警";
    std::string name(rules::to_text(colour));
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return name + " warning";
}

std::string advice_section(const PublicView& view, const Words& words) {
    if (view.advice.empty()) return {};
    std::string html =
        "<section class=\"levels\">\n" +
        tag("h2", words.of("各级预警，我该怎么做", "What I should do at each level"));
    for (const PublicAdvice& one : view.advice) {
        html += "<div class=\"level " + std::string(rules::to_text(one.colour)) + "\">\n" +
                tag("h3", colour_words(one.colour, words)) + what_to_do(one.lines, words) +
                "</div>\n";
    }
    return html + "</section>\n";
}

std::string badge_words(const PublicWarning& warning, const Words& words) {
    if (!warning.mandatory) return std::string(words.of("健康提示", "Health advice"));
    const std::string colour = colour_words(warning.colour, words);
    if (words.is_english()) {
        return colour + " · level " + std::string(rules::level_of(warning.colour)) + " response";
    }
    return colour + " · " + std::string(rules::level_in_chinese(warning.colour)) + "响应";
}

std::string when_words(const PublicWarning& warning, rules::Zone zone, const Words& words) {
    if (words.is_english()) {
        std::string when = warning.in_force ? "In force since " : "Takes effect at ";
        when += clock_words(warning.from, zone);
        return when + (warning.expected_to
                           ? "; expected to end at " + clock_words(*warning.expected_to, zone) + "."
                           : "; its end will be announced.");
    }
    std::string when = warning.in_force ? "自" : "将于";
    when += rules::to_chinese(warning.from, zone);
    when += warning.in_force ? "起生效；" : "生效；";
    return when + (warning.expected_to
                       ? "预计" + rules::to_chinese(*warning.expected_to, zone) + "结束。"
                       : "解除时间另行通知。");
}

// The words that have force, as they were published.
std::string published_words(const PublicWarning& warning, const Words& words) {
    std::string html = paragraphs(warning.body);
    if (!warning.measures.empty()) {
        html += tag("h3", warning.mandatory ? "强制性减排措施" : "措施");
        html += paragraphs(warning.measures);
    }
    if (!words.is_english() || html.empty()) return html;
    return tag("h3", "The official text, in Chinese") + "<div lang=\"zh-CN\">\n" + html +
           "</div>\n";
}

std::string warning_section(const PublicWarning& warning, rules::Zone zone, const Words& words) {
    // Advice has neither colour nor level.
    const std::string shown(warning.mandatory ? rules::to_text(warning.colour) : "advice");
    std::string html = "<section class=\"warning " + shown + "\">\n";
    if (warning.exercise) {
        html +=
            tag("p", words.of("演练，不是真实预警", "An exercise, not a real warning"), "exercise");
    }
    html += tag("p", badge_words(warning, words), "badge");
    if (!words.is_english()) {
        html += tag("h2", warning.headline);
    } else if (!warning.headline_en.empty()) {
        html += tag("h2", warning.headline_en);
    }
    html += tag("p", when_words(warning, zone, words), "when");
    if (!warning.advice.empty()) {
        html += "<div class=\"do\">\n" + tag("h3", words.of("我该怎么做", "What I should do")) +
                what_to_do(warning.advice, words) + "</div>\n";
    }
    html += published_words(warning, words);
    if (warning.advice.size() > kAdviceLines) {
        html += tag("h3", words.of("健康防护与倡议", "More advice"));
        html += list({warning.advice.begin() + kAdviceLines, warning.advice.end()}, words);
    }
    return html + "</section>\n";
}

std::string history_row(const PublicNotice& notice, rules::Zone zone, const Words& words) {
    const bool is_translated = words.is_english() && !notice.headline_en.empty();
    std::string html = "<tr>" + tag("td", clock_words(notice.sent, zone), "time");
    html += "<td";
    if (notice.exercise) html += " class=\"exercise\"";
    if (words.is_english() && !is_translated) html += " lang=\"zh-CN\"";
    html += '>' + escape_html(is_translated ? notice.headline_en : notice.headline) + "</td>\n";
    return html + "<td><a href=\"" + escape_html(notice.cap_address) + "\">CAP</a></td></tr>\n";
}

std::string history_section(const PublicView& view, const Words& words) {
    std::string html =
        "<section class=\"history\">\n" + tag("h2", words.of("发布记录", "What was published"));
    if (view.history.empty()) {
        return html + tag("p", words.of("暂无发布记录。", "Nothing so far.")) + "</section>\n";
    }
    html +=
        words.of("<table>\n<thead><tr><th>时间</th><th>内容</th><th>原文</th></tr></thead>\n",
                 "<table>\n<thead><tr><th>Time</th><th>What</th><th>Original</th></tr></thead>\n");
    html += "<tbody>\n";
    for (const PublicNotice& notice : view.history) html += history_row(notice, view.zone, words);
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

std::string key_words(const PublicKey& key, rules::Zone zone, const Words& words) {
    if (words.is_english()) {
        std::string text = key.to ? "in use from " + clock_words(key.from, zone) + " to " +
                                        clock_words(*key.to, zone)
                                  : "in use since " + clock_words(key.from, zone);
        if (key.emergency) {
            text +=
                " (replaced in an emergency, not signed by the key before: compare it by "
                "another way)";
        }
        return text;
    }
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

std::string anchor(std::string_view address, std::string_view words) {
    return "<a href=\"" + escape_html(address) + "\">" + escape_html(words) + "</a>";
}

std::string_view heads_title(const Words& words) {
    return words.of("审计日志签名链头", "Signed heads of the audit log");
}

std::string keys_section(const PublicView& view, const Words& words) {
    if (view.keys.empty()) return {};
    std::string html = tag("p", words.of("指令签名公钥指纹（SHA-256）：",
                                         "Fingerprints (SHA-256) of the keys that sign orders:")) +
                       "<ul>\n";
    for (const PublicKey& key : view.keys) {
        html += "<li>" + fingerprint(key.fingerprint) + "<br>\n" +
                escape_html(key_words(key, view.zone, words)) + "</li>\n";
    }
    return html + "</ul>\n<p>" + anchor(view.keys_address, words.of("公钥", "Public keys")) +
           " · " +
           anchor(view.heads_feed_address,
                  std::string(heads_title(words)) + std::string(words.of("（Atom）", " (Atom)"))) +
           "</p>\n";
}

std::string head(const PublicView& view, const std::string& title, const Words& words) {
    std::string html = "<!DOCTYPE html>\n<html lang=\"";
    html += words.of("zh-CN", "en");
    html +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    html += tag("title", title);
    html += "<link rel=\"stylesheet\" href=\"" + escape_html(view.style_address) + "\">\n";
    html += feed_link(words.of("重污染天气预警", "Heavy pollution warnings"), view.feed_address);
    html += feed_link(heads_title(words), view.heads_feed_address);
    html += "</head>\n<body>\n<header>\n" + tag("h1", title);
    html += tag("p", view.issuer + std::string(words.of(" · 更新于 ", " · as of ")) +
                         clock_words(view.now, view.zone) + std::string(words.of("（", " (")) +
                         zone_words(view.zone, words) + std::string(words.of("）", ")")));
    if (!view.other_address.empty()) {
        html += "<p class=\"other\"><a lang=\"";
        html += words.of("en", "zh-CN");
        html += "\" href=\"" + escape_html(view.other_address) + "\">";
        html += words.of("English", "中文");
        html += "</a></p>\n";
    }
    return html + "</header>\n<main>\n";
}

}  // namespace

std::string public_page(const PublicView& view) {
    const Words words(view.language);
    const std::string title =
        view.region + std::string(words.of("重污染天气预警", ": heavy pollution warnings"));
    std::string html = head(view, title, words);
    if (!view.samples.empty()) {
        html += tag("p",
                    words.of("样例，使用前请确认：本页所用规则中有尚未确认的内容，见页末",
                             "Sample, to be confirmed before use: some of the rules behind this "
                             "page are not confirmed, see its end"),
                    "sample");
    }
    if (view.warnings.empty()) {
        html += "<section class=\"none\">\n" +
                tag("h2", words.of("当前没有生效的预警", "No warning is in force")) +
                "</section>\n";
    }
    for (const PublicWarning& warning : view.warnings) {
        html += warning_section(warning, view.zone, words);
    }
    html += advice_section(view, words);
    html += history_section(view, words);
    html += "</main>\n<footer>\n<p>" +
            anchor(view.feed_address, words.of("订阅（Atom）", "Subscribe (Atom)")) + "</p>\n";
    html += keys_section(view, words);
    if (!view.samples.empty()) {
        // Which they are is for the bureau (console, rules): a citizen reads that there are some.
        const std::string count = std::to_string(view.samples.size());
        html += tag("p", words.is_english()
                             ? count +
                                   " of the rules behind this page are samples that the issuer "
                                   "has not confirmed."
                             : "本页所用规则中有" + count + "项为样例，尚未经发布单位确认。");
    }
    if (words.is_english()) {
        html += tag("p", "The Chinese text is the one that has force.");
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
header p{color:#b9cbdc}header a{color:#fff}footer{color:#51606e}li{overflow-wrap:anywhere}
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
section.yellow .badge{color:#1c2733;background:#f2c230}section.orange .badge{background:#b45000}
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
