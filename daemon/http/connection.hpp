// One accepted connection, plain or TLS, behind four plain calls. The HTTP code above it is then
// compiled once and not per stream type; Asio's templates stay in connection.cpp.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace qk::daemon {

struct TlsSettings;

// TLS 1.3, and 1.2 with forward secrecy and authenticated encryption only, with a PEM certificate
// chain and its key. Throws boost::system::system_error.
[[nodiscard]] std::shared_ptr<TlsSettings> load_tls(const std::string& certificate_file,
                                                    const std::string& key_file);

class Connection {
 public:
    virtual ~Connection() = default;
    // Errors come back in `error`; a deadline that passed or cut() shows as operation_aborted or
    // timeout.
    [[nodiscard]] virtual boost::asio::awaitable<void> open(boost::system::error_code& error) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<std::size_t> read_some(
        boost::asio::mutable_buffer room, boost::system::error_code& error) = 0;
    [[nodiscard]] virtual boost::asio::awaitable<void> write(std::string_view bytes,
                                                             boost::system::error_code& error) = 0;
    // How much of these, one after the other, the system takes without anybody waiting; over TLS
    // nothing.
    static constexpr std::size_t kPartsMax = 3;
    using WriteParts = std::array<std::string_view, kPartsMax>;
    [[nodiscard]] virtual std::size_t write_now(const WriteParts& parts) = 0;
    // Tells the other side that nothing more comes; what it still sends can be read.
    virtual void end_writing() = 0;
    [[nodiscard]] virtual boost::asio::awaitable<void> close() = 0;
    virtual void expires_after(std::chrono::seconds time) = 0;
    virtual void expires_never() = 0;
    [[nodiscard]] virtual bool has_expired() const = 0;
    virtual void cut() = 0;
};

// `tls` null: plain.
[[nodiscard]] std::unique_ptr<Connection> make_connection(boost::asio::ip::tcp::socket socket,
                                                          std::shared_ptr<TlsSettings> tls);

}  // namespace qk::daemon
