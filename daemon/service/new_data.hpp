// Who wants to know that new forecasts or observations are stored: the warning service assesses
// them.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace qk::daemon {

class NewDataListener {
 public:
    virtual ~NewDataListener() = default;
    // After the transaction that stored them. Awaited, so that the answer to an upload comes when
    // the assessment is done.
    [[nodiscard]] virtual boost::asio::awaitable<void> on_new_data() = 0;
};

}  // namespace qk::daemon
