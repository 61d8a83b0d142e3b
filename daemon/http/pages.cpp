#include "daemon/http/pages.hpp"

#include <span>

#include "plans/paper/report.hpp"
#include "plans/text/embedded.hpp"

namespace qk::embedded {
std::span<const File> console_pages();
}

namespace qk::daemon {
namespace {

struct Page {
    const char* path;
    const char* file;
    const char* content_type;
};

constexpr const char* kScript = "text/javascript; charset=utf-8";
constexpr Page kPages[] = {
    {"/", "pages/console.html", "text/html; charset=utf-8"},
    {"/favicon.ico", "pages/icon.svg", "image/svg+xml"},
    {"/console.css", "pages/console.css", "text/css; charset=utf-8"},
    {"/console/main.js", "pages/main.js", kScript},
    {"/console/words.js", "pages/words.js", kScript},
    {"/console/daemon.js", "pages/daemon.js", kScript},
    {"/console/page.js", "pages/page.js", kScript},
    {"/console/chart.js", "pages/chart.js", kScript},
    {"/console/dialog.js", "pages/dialog.js", kScript},
    {"/console/situation.js", "pages/situation.js", kScript},
    {"/console/warnings.js", "pages/warnings.js", kScript},
    {"/console/orders.js", "pages/orders.js", kScript},
    {"/console/cases.js", "pages/cases.js", kScript},
    {"/console/season.js", "pages/season.js", kScript},
};

// Scripts and styles of its own only; talks to this daemon only. A report opened from here is a
// page made by the console and lives under this policy, so the report's style is named too.
std::string console_policy() {
    return "default-src 'none'; script-src 'self'; style-src 'self' '" +
           policy_hash(plans::report_style()) +
           "'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

boost::asio::awaitable<ApiResponse> show(Page page) {
    ApiResponse response;
    response.content_type = page.content_type;
    for (const embedded::File& file : embedded::console_pages()) {
        if (file.path == page.file) response.body = std::string(file.text);
    }
    if (response.content_type.starts_with("text/html")) {
        response.headers.emplace_back("Content-Security-Policy", console_policy());
    }
    co_return response;
}

}  // namespace

void add_page_routes(Router& router) {
    for (const Page& page : kPages) {
        Route route;
        route.method = "GET";
        route.pattern = page.path;
        route.summary = "值班台页面 / a page of the console";
        route.handler = [page](const Call&) { return show(page); };
        router.add(std::move(route));
    }
}

}  // namespace qk::daemon
