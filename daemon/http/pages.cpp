#include "daemon/http/pages.hpp"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "plans/documents/report.hpp"
#include "plans/text/embedded.hpp"

#include "daemon/api/api.hpp"

namespace qk::embedded {
std::span<const File> console_pages();
}

namespace qk::daemon {
namespace {

struct Page {
    std::string_view name;  // as it is asked for
    const char* file;
    const char* content_type;
};

constexpr const char* kScript = "text/javascript; charset=utf-8";
constexpr Page kPages[] = {
    {"console.html", "pages/console.html", "text/html; charset=utf-8"},
    {"favicon.ico", "pages/icon.svg", "image/svg+xml"},
    {"console.css", "pages/console.css", "text/css; charset=utf-8"},
    {"main.js", "pages/main.js", kScript},
    {"login.js", "pages/login.js", kScript},
    {"words.js", "pages/words.js", kScript},
    {"daemon.js", "pages/daemon.js", kScript},
    {"page.js", "pages/page.js", kScript},
    {"chart.js", "pages/chart.js", kScript},
    {"dialog.js", "pages/dialog.js", kScript},
    {"situation.js", "pages/situation.js", kScript},
    {"warnings.js", "pages/warnings.js", kScript},
    {"orders.js", "pages/orders.js", kScript},
    {"cases.js", "pages/cases.js", kScript},
    {"season.js", "pages/season.js", kScript},
    {"packs.js", "pages/packs.js", kScript},
    {"people.js", "pages/people.js", kScript},
};

// Scripts and styles of its own only; talks to this daemon only. A report opened from here is a
// page made by the console and lives under this policy, so the report's style is named too.
std::string console_policy() {
    return "default-src 'none'; script-src 'self'; style-src 'self' '" +
           policy_hash(plans::report_style()) +
           "'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

StaticText text_of(const Page& page) {
    for (const embedded::File& file : embedded::console_pages()) {
        if (file.path == page.file) return static_text(page.content_type, std::string(file.text));
    }
    throw std::logic_error(std::string(page.file) + " is not embedded");
}

using Texts = std::map<std::string, StaticText, std::less<>>;

boost::asio::awaitable<ApiResponse> show(const StaticText& text, const Call& call) {
    ApiResponse response = answer_static(call, text);
    if (response.content_type.starts_with("text/html")) {
        response.headers.emplace_back("Content-Security-Policy", console_policy());
    }
    co_return response;
}

}  // namespace

void add_page_routes(Router& router) {
    const auto texts = std::make_shared<const Texts>([] {
        Texts made;
        for (const Page& page : kPages) made.emplace(page.name, text_of(page));
        return made;
    }());
    const auto serve = [&router, &texts](OperationId id, const std::string& name) {
        router.serve(id, kAnyone,
                     [texts, name](const Call& call) { return show(texts->at(name), call); });
    };
    serve("showConsole", "console.html");
    serve("showIcon", "favicon.ico");
    serve("showConsoleStyle", "console.css");
    router.serve("showConsoleScript", kAnyone,
                 [texts](const Call& call) -> boost::asio::awaitable<ApiResponse> {
                     const auto text = texts->find(call.parameter("file"));
                     const bool is_script =
                         text != texts->end() && text->second.content_type == kScript;
                     if (!is_script) {
                         co_return answer_problem(404, "没有此页面", "no such page");
                     }
                     co_return co_await show(text->second, call);
                 });
}

}  // namespace qk::daemon
