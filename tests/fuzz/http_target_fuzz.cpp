// Any bytes as the target of a request: routed or refused, and what a route is given is text
// without control characters.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstdlib>

#include "daemon/api/api.hpp"

namespace {

using namespace qk::daemon;

boost::asio::awaitable<ApiResponse> look(const Call& call) {
    for (const auto& values : {call.parameters, call.query}) {
        for (const auto& [name, value] : values) {
            for (const char c : name + value) {
                if (static_cast<unsigned char>(c) < 0x20) std::abort();
            }
        }
    }
    (void)paging_of(call);
    co_return answer_json({});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Router* router = [] {
        auto* made = new Router;  // kept as long as the fuzzer runs
        for (const char* pattern : {"/", "/a/{id}", "/a/{id}/b", "/cap/{file}.xml"}) {
            made->add({"GET", pattern, kAnyone, look});
        }
        return made;
    }();
    ApiRequest request;
    request.method = "GET";
    request.target.assign(reinterpret_cast<const char*>(data), size);
    boost::asio::io_context io;
    auto task = router->handle(std::move(request));
    boost::asio::co_spawn(io, std::move(task), [](std::exception_ptr why, const ApiResponse&) {
        if (why) std::abort();
    });
    io.run();
    return 0;
}
