#include "daemon/http/packed_text.hpp"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "daemon/api/page_policy.hpp"

namespace qk::daemon {
namespace {

constexpr int kGzip = 15 + 16;  // zlib's window bits, with the head and tail of gzip
constexpr int kMemoryLevel = 9;

std::string gzip_of(const std::string& text) {
    z_stream stream{};
    const int begun = ::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemoryLevel,
                                     Z_DEFAULT_STRATEGY);
    assert(begun == Z_OK);
    std::string packed(::deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    // zlib reads only, but its type says otherwise.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int ended = ::deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    ::deflateEnd(&stream);
    assert(begun == Z_OK && ended == Z_STREAM_END);
    return packed;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// "q=0", "q=0.0": not at all.
bool is_refused(std::string_view weight) {
    if (!weight.starts_with("q=") && !weight.starts_with("Q=")) return false;
    weight.remove_prefix(2);
    return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        const auto comma = std::min(accept_encoding.find(','), accept_encoding.size());
        const std::string_view one = accept_encoding.substr(0, comma);
        accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
        const auto semicolon = std::min(one.find(';'), one.size());
        if (trimmed(one.substr(0, semicolon)) != "gzip") continue;
        const bool has_weight = semicolon < one.size();
        return !has_weight || !is_refused(trimmed(one.substr(semicolon + 1)));
    }
    return false;
}

PackedText packed_text(std::string content_type, std::string body) {
    std::string gzip = gzip_of(body);
    std::string mark = policy_hash(body);
    return {std::move(content_type), std::move(body), std::move(gzip), std::move(mark)};
}

ApiResponse answer_packed(const Call& call, const PackedText& text, std::string_view cache) {
    const bool is_packed =
        takes_gzip(call.request.accept_encoding) && text.gzip.size() < text.body.size();
    const std::string mark = "\"" + text.mark + (is_packed ? "-gzip\"" : "\"");
    ApiResponse response;
    response.content_type = text.content_type;
    response.headers.emplace_back("ETag", mark);
    response.headers.emplace_back("Cache-Control", std::string(cache));
    response.headers.emplace_back("Vary", "Accept-Encoding");
    const std::string& known = call.request.if_none_match;
    if (known == "*" || known.find(mark) != std::string::npos) {
        response.status = 304;
        return response;
    }
    if (is_packed) response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = is_packed ? text.gzip : text.body;
    return response;
}

}  // namespace qk::daemon
