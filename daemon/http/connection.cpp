#include "daemon/http/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace qk::daemon {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

struct TlsSettings {
    asio::ssl::context context{asio::ssl::context::tls_server};
};

std::shared_ptr<TlsSettings> load_tls(const std::string& certificate_file,
                                      const std::string& key_file) {
    auto settings = std::make_shared<TlsSettings>();
    settings->context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    settings->context.use_certificate_chain_file(certificate_file);
    settings->context.use_private_key_file(key_file, asio::ssl::context::pem);
    return settings;
}

namespace {

tcp::socket& socket_of(tcp::socket& stream) { return stream; }
tcp::socket& socket_of(asio::ssl::stream<tcp::socket>& stream) { return stream.next_layer(); }

template <class Stream>
class StreamConnection : public Connection {
 public:
    template <class... Arguments>
    explicit StreamConnection(Arguments&&... arguments)
        : stream_(std::forward<Arguments>(arguments)...),
          deadline_(socket_of(stream_).get_executor()),
          alive_(std::make_shared<StreamConnection*>(this)) {}
    ~StreamConnection() override { *alive_ = nullptr; }

    asio::awaitable<void> open(Error& error) override {
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            error = {};
        } else {
            co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                             asio::redirect_error(asio::use_awaitable, error));
        }
        co_return;
    }

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer room, Error& error) override {
        // The deadline passed while no operation was under way that it could end.
        if (has_expired_) {
            error = asio::error::timed_out;
            co_return 0;
        }
        co_return co_await stream_.async_read_some(
            room, asio::redirect_error(asio::use_awaitable, error));
    }

    asio::awaitable<void> write(std::string_view bytes, Error& error) override {
        while (!bytes.empty() && !error) {
            if (has_expired_) error = asio::error::timed_out;
            if (error) break;
            const asio::const_buffer rest(bytes.data(), bytes.size());
            bytes.remove_prefix(co_await stream_.async_write_some(
                rest, asio::redirect_error(asio::use_awaitable, error)));
        }
    }

    void end_writing() override {
        Error ignored;
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            stream_.shutdown(tcp::socket::shutdown_send, ignored);
        }
    }

    asio::awaitable<void> close() override {
        Error ignored;
        if constexpr (!std::is_same_v<Stream, tcp::socket>) {
            co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
        }
        socket_of(stream_).shutdown(tcp::socket::shutdown_both, ignored);
        co_return;
    }

    // Ends what is under way, not the connection: there is still something to say to the slow.
    void expires_after(std::chrono::seconds time) override {
        has_expired_ = false;
        deadline_.expires_after(time);
        // The timer may fire after the connection is gone: it holds the mark, not the object. And
        // it may have been on its way when a later deadline was set: only the last one counts.
        deadline_.async_wait([alive = alive_, turn = ++turn_](const Error& error) {
            if (error || *alive == nullptr || (*alive)->turn_ != turn) return;
            (*alive)->has_expired_ = true;
            Error ignored;
            socket_of((*alive)->stream_).cancel(ignored);
        });
    }
    bool has_expired() const override { return has_expired_; }

    void expires_never() override {
        ++turn_;
        deadline_.cancel();
    }

    void cut() override {
        Error ignored;
        socket_of(stream_).close(ignored);
    }

 private:
    Stream stream_;
    asio::steady_timer deadline_;
    std::uint64_t turn_ = 0;
    bool has_expired_ = false;
    std::shared_ptr<StreamConnection*> alive_;
};

}  // namespace

std::unique_ptr<Connection> make_connection(tcp::socket socket, std::shared_ptr<TlsSettings> tls) {
    if (tls) {
        return std::make_unique<StreamConnection<asio::ssl::stream<tcp::socket>>>(std::move(socket),
                                                                                  tls->context);
    }
    return std::make_unique<StreamConnection<tcp::socket>>(std::move(socket));
}

}  // namespace qk::daemon
