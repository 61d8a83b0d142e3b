#include "daemon/http/pages.hpp"

#include <span>

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

constexpr Page kPages[] = {
    {"/", "pages/console.html", "text/html; charset=utf-8"},
    {"/console.css", "pages/console.css", "text/css; charset=utf-8"},
    {"/console.js", "pages/console.js", "text/javascript; charset=utf-8"},
};

boost::asio::awaitable<ApiResponse> show(Page page) {
    ApiResponse response;
    response.content_type = page.content_type;
    for (const embedded::File& file : embedded::console_pages()) {
        if (file.path == page.file) response.body = std::string(file.text);
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
