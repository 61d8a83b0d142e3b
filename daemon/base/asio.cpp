// The bodies of Boost.Asio, compiled once (BOOST_ASIO_SEPARATE_COMPILATION) in place of once per
// file.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
