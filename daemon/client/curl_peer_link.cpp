#include "daemon/client/curl_peer_link.hpp"

#include <functional>
#include <utility>

#include "daemon/base/on_thread.hpp"
#include "daemon/client/http_call.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

PeerLink::PeerReply hand_over_now(const PeerLink::PeerRequest& request,
                                  const std::atomic<bool>& is_stopping) {
    HttpCall call;
    call.method = "POST";
    call.url = request.url;
    call.headers.emplace_back("Content-Type: application/octet-stream");
    call.headers.emplace_back("Expect:");
    call.body = request.body;
    call.ca_file = request.ca;
    call.pin = request.pin;
    call.certificate_file = request.certificate;
    call.key_file = request.key;
    call.connect_deadline = kPeerDeadline;
    call.deadline = kPeerDeadline;
    call.answer_bytes_max = kPeerAnswerBytesMax;
    call.is_stopping = &is_stopping;
    HttpReply reply = call_http(call);
    PeerLink::PeerReply made;
    if (reply.end == HttpEnd::kAnswered) {
        made.status = reply.status;
        made.body = std::move(reply.body);
    } else {
        made.why = reply.why.empty() ? "no answer" : std::move(reply.why);
    }
    return made;
}

}  // namespace

CurlPeerLink::~CurlPeerLink() {
    stop();
    threads_.join();
}

void CurlPeerLink::stop() { is_stopping_ = true; }

asio::awaitable<PeerLink::PeerReply> CurlPeerLink::hand_over(PeerRequest request) {
    PeerReply reply;
    std::function<void()> job = [&] { reply = hand_over_now(request, is_stopping_); };
    co_await run_on(threads_, std::move(job));
    co_return reply;
}

}  // namespace qk::daemon
