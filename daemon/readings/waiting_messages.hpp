// Messages that are durable and wait in memory for the store, in the order of the journal.
//
// A long one comes with what it says, read on the thread that brought it while the store writes
// those before it; the bytes count both. What was read by another inventory or zone than is in use
// now is forgotten: whoever takes the message in reads it again. Its owner holds a lock.
#pragma once

#include <cstddef>
#include <vector>

#include "daemon/readings/message_content.hpp"

namespace qk::daemon {

class WaitingMessages {
 public:
    // By which messages are read from now on.
    void use(ContentBasis basis);
    [[nodiscard]] const std::optional<ContentBasis>& basis() const { return basis_; }

    // `content`: empty where nobody has looked; read by `read_by`.
    void push(JournalMessage message, MessageContent content,
              const std::optional<ContentBasis>& read_by);
    // The first ones: at most `count_max`, and some more bytes than `bytes_max`.
    [[nodiscard]] Stretch take(std::size_t count_max, std::size_t bytes_max);

    [[nodiscard]] std::size_t size() const { return messages_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
    std::optional<ContentBasis> basis_;  // none yet: nothing is read before it is taken in
    std::vector<JournalMessage> messages_;
    std::vector<MessageContent> contents_;  // of the messages
    std::size_t bytes_ = 0;
};

}  // namespace qk::daemon
